"""How a portal is asked, and what becomes of each kind of answer."""

from __future__ import annotations

import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from icma_crawler.reasons import REASONS

AGENT = f"icma-crawler/{version('icma-crawler')}"
HTML = {"Content-Type": "text/html; charset=utf-8"}
Rows = Callable[..., list[tuple[object, ...]]]


def to(location: str) -> tuple[int, dict[str, str], bytes]:
    return 302, {"Location": location}, b""


@pytest.fixture(scope="module")
def answered(module_site, tmp_path_factory: pytest.TempPathFactory, run_in) -> Iterator[Path]:
    """The folder of one crawl of a site that gives every kind of answer."""
    folder = tmp_path_factory.mktemp("answers")
    for number in range(1, 5):
        module_site.article(f"/xeber/park-{number}", f"Bakıda {number} saylı park açılıb")
    for path, answer in {
        "/xeber/forbidden": (403, HTML, b"<h1>403</h1>"),
        "/xeber/busy": (429, HTML, b"<h1>429</h1>"),
        "/xeber/missing": (404, HTML, b"<h1>404</h1>"),
        "/xeber/removed": (410, HTML, b"<h1>410</h1>"),
        "/xeber/broken": (500, HTML, b"<h1>500</h1>"),
        "/xeber/teapot": (418, HTML, b"<h1>418</h1>"),
        "/xeber/away": to("http://127.0.0.9:9/"),
        "/xeber/abroad": to("http://another.example/"),
        "/xeber/loop": to("/xeber/loop"),
        "/xeber/to-home": to("/"),
        "/xeber/document": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7\n"),
        "/xeber/cut": (200, HTML | {"Content-Length": "100000"}, b"<html><body><p>Bak"),
        "/xeber/hangs-up": lambda: None,
        "/xeber/bad-gzip": (200, HTML | {"Content-Encoding": "gzip"}, b"\x1f\x8b\x08\x00garbage"),
        "/xeber/nothing": (200, HTML, b"<html><body></body></html>"),
        "/secret/plan": (200, HTML, b"<h1>secret</h1>"),
    }.items():
        module_site.link(path, answer)
    module_site.write_portal_file(folder / "portals")
    done = run_in(folder, "crawl", "--json")
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    return folder


def test_what_can_be_read_is_archived_beside_the_rest(answered: Path, read_rows: Rows):
    titles = [title for (title,) in read_rows(answered / "archive.db", "SELECT title FROM articles ORDER BY url")]
    assert titles == [f"Bakıda {number} saylı park açılıb" for number in range(1, 5)]


@pytest.mark.parametrize(
    "settled",
    [
        ("/xeber/forbidden", "refused", "http-403"),
        ("/xeber/busy", "refused", "http-429"),
        ("/xeber/missing", "rejected", "http-404"),
        ("/xeber/removed", "rejected", "http-410"),
        ("/xeber/broken", "failed", "http-500"),
        ("/xeber/teapot", "failed", "http-418"),
        ("/xeber/away", "refused", "private-address"),
        ("/xeber/abroad", "refused", "off-portal"),
        ("/xeber/loop", "failed", "redirect-loop"),
        ("/xeber/to-home", "rejected", "home-redirect"),
        ("/xeber/document", "rejected", "not-html"),
        ("/xeber/cut", "failed", "cut"),
        ("/xeber/hangs-up", "failed", "connect"),
        ("/xeber/bad-gzip", "failed", "encoding"),
        ("/xeber/nothing", "rejected", "empty-shell"),
        ("/secret/plan", "refused", "robots"),
    ],
)
def test_each_answer_has_its_reason(answered: Path, module_site, read_rows: Rows, settled: tuple[str, str, str]):
    path, state, reason = settled
    rows = read_rows(answered / "archive.db", "SELECT url, state, reason FROM frontier")
    assert {url: (state, reason) for url, state, reason in rows}[module_site.home + path[1:]] == (state, reason)
    assert reason in REASONS or reason.startswith("http-")


def test_a_refused_page_is_not_asked_for_again(answered: Path, module_site):
    asked = module_site.paths()
    assert asked.count("/xeber/forbidden") == 1
    assert asked.count("/xeber/busy") == 1
    assert asked.count("/xeber/broken") == 3  # the first time and two more


def test_what_robots_txt_forbids_is_never_asked_for(answered: Path, module_site):
    assert "/secret/plan" not in module_site.paths()
    assert module_site.paths().count("/robots.txt") == 1


def test_every_request_says_who_asks(answered: Path, module_site):
    assert {headers["User-Agent"] for _, headers in module_site.asked} == {AGENT}
    assert {headers["Cookie"] for _, headers in module_site.asked} == {None}
    assert {headers["Referer"] for _, headers in module_site.asked} == {None}


def test_the_gaps_say_what_could_not_be_had(answered: Path, run_in):
    lines = [json.loads(line) for line in run_in(answered, "gaps", "--json").stdout.splitlines()]
    assert len(lines) == 16
    assert {line["last_status"] for line in lines if line["reason"] == "http-403"} == {403}


def test_a_contact_is_named_in_every_request(site, tmp_path: Path, run_icma):
    site.write_portal_file(tmp_path / "portals")
    run_icma("crawl", env={"ICMA_CONTACT": "https://example.org/bot"})
    assert {headers["User-Agent"] for _, headers in site.asked} == {f"{AGENT} (+https://example.org/bot)"}
    assert "/rss" in site.paths()


def test_robots_txt_that_cannot_be_had_forbids_everything(site, tmp_path: Path, run_icma):
    site.article("/xeber/park", "Park")
    site.routes["/robots.txt"] = (503, HTML, b"")
    site.write_portal_file(tmp_path / "portals")
    done = run_icma("crawl")
    assert done.returncode == 1
    assert set(site.paths()) == {"/robots.txt"}
    (health,) = json.loads(run_icma("status", "--json").stdout)
    assert health["verdict"] == "down"
    assert health["reason"].startswith(REASONS["robots-unreachable"])


def test_where_there_is_no_robots_txt_everything_is_allowed(site, tmp_path: Path, run_icma, read_rows: Rows):
    site.article("/secret/park", "Bakıda park açılıb")
    site.routes["/robots.txt"] = (404, HTML, b"")
    site.write_portal_file(tmp_path / "portals")
    assert run_icma("crawl").returncode == 0
    assert read_rows(tmp_path / "archive.db", "SELECT title FROM articles") == [("Bakıda park açılıb",)]


def test_rules_for_this_crawler_come_before_those_for_all(site, tmp_path: Path, run_icma):
    rules = b"User-agent: *\nDisallow:\n\nUser-agent: icma-crawler\nDisallow: /xeber/\n"
    site.article("/xeber/park", "Park")
    site.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, rules)
    site.write_portal_file(tmp_path / "portals")
    run_icma("crawl")
    assert "/rss" in site.paths()
    assert "/xeber/park" not in site.paths()


def test_a_source_is_asked_only_for_what_changed(site, tmp_path: Path, run_icma):
    site.article("/xeber/park-1", "Bakıda birinci park açılıb")
    site.write_portal_file(tmp_path / "portals")
    assert run_icma("crawl").returncode == 0
    first = len(site.asked)
    assert run_icma("crawl").returncode == 0
    again = dict(site.asked[first:])
    assert again["/rss"]["If-None-Match"] == '"1"'
    assert "/xeber/park-1" not in again
    assert "/robots.txt" not in again  # asked once a day
    site.article("/xeber/park-2", "Bakıda ikinci park açılıb")
    assert json.loads(run_icma("crawl", "--json").stdout)[0]["archived"] == 1


def test_an_undated_article_is_looked_at_less_often_as_it_grows_older(site, tmp_path: Path, run_icma, read_rows: Rows):
    site.article("/xeber/park-1", "Bakıda birinci park açılıb")
    status, headers, body = site.routes["/xeber/park-1"]
    site.routes["/xeber/park-1"] = (status, headers, body.replace(b"article:published_time", b"none"))
    site.write_portal_file(tmp_path / "portals")
    archive = tmp_path / "archive.db"
    days = "SELECT published_at, round(julianday(next_due_at) - julianday('now'), 1) FROM frontier"
    assert run_icma("crawl").returncode == 0
    assert read_rows(archive, days) == [(None, 0.0)]
    with sqlite3.connect(archive) as connection:
        connection.execute("UPDATE articles SET archived_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-100 days')")
    connection.close()
    assert run_icma("crawl", "--recheck").returncode == 0
    assert read_rows(archive, days) == [(None, 90.0)]


def test_a_sitemap_for_which_everything_has_just_changed_costs_no_more_looks_than_allowed(
    site, tmp_path: Path, run_icma
):
    paths = [f"/xeber/seherde-yeni-park-{number}" for number in range(20001, 20010)]
    for path in paths:
        site.article(path, f"Şəhər xəbəri {path}")

    def sitemap() -> object:
        changed_at = datetime.now(UTC) + timedelta(minutes=1)  # stamps hold whole seconds
        urls = "".join(
            f"<url><loc>{site.home}{path[1:]}</loc><lastmod>{changed_at.isoformat()}</lastmod></url>" for path in paths
        )
        body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return 200, {"Content-Type": "application/xml"}, body.encode()

    site.routes |= {"/rss": sitemap, "/": (200, HTML, b"<html><body></body></html>")}
    portal = site.write_portal_file(tmp_path / "portals")
    portal.write_text(portal.read_text("utf-8").replace('kind = "feed"', 'kind = "sitemap"'), "utf-8")
    (tmp_path / "icma.toml").write_text("rechecks_per_crawl = 3\n")
    seen = set()
    for looks in (9, 3, 3, 3):
        site.asked.clear()
        assert run_icma("crawl").returncode == 0
        asked = [path for path in site.paths() if path in paths]
        assert len(asked) == looks
        seen |= set(asked) if looks == 3 else set()
    assert seen == set(paths)


@pytest.fixture
def waiting(site, tmp_path: Path, start_icma, wait_until):
    """A crawl that waits for a page, with the event that ends the wait."""
    go = threading.Event()

    def wait() -> object:
        go.wait(120)
        return 200, HTML, b"<html><body></body></html>"

    site.link("/xeber/slow", wait)
    site.write_portal_file(tmp_path / "portals")
    process = start_icma("crawl")
    wait_until(lambda: "/xeber/slow" in site.paths())
    yield process, go
    go.set()


def test_a_portal_is_crawled_by_one_process_at_a_time(waiting, run_icma):
    process, go = waiting
    done = run_icma("crawl", "--json")
    assert done.returncode == 1
    assert f"icma: fake: being crawled by process {process.pid} on " in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout) == []
    go.set()
    _, talk = process.communicate(timeout=30)
    assert process.returncode == 0, talk


def test_ctrl_c_ends_a_crawl_in_order(waiting):
    process, go = waiting
    process.send_signal(signal.SIGINT)
    go.set()
    _, talk = process.communicate(timeout=30)
    assert process.returncode == 3, talk
    assert talk == "icma: interrupted; run it again and it goes on where it stopped\n"


def test_a_crawl_that_is_stopped_waits_neither_for_a_silent_host_nor_for_its_delay(
    site, tmp_path: Path, start_icma, wait_until, read_rows: Rows
):
    """systemd kills what has not ended 40 seconds after it was asked to."""
    go = threading.Event()

    def wait() -> object:
        go.wait(120)
        return 200, HTML, b"<html><body></body></html>"

    site.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nCrawl-delay: 2\n")
    for number in range(16):
        site.link(f"/xeber/slow-{number}", wait)
    portal = site.write_portal_file(tmp_path / "portals")
    portal.write_text(portal.read_text("utf-8").replace("concurrency = 4", "concurrency = 1"), "utf-8")
    process = start_icma("crawl")
    wait_until(lambda: any("slow" in path for path in site.paths()))
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=60)
    go.set()
    assert (process.returncode, talk) == (3, "icma: interrupted; run it again and it goes on where it stopped\n")
    assert sum("slow" in path for path in site.paths()) == 1
    archive = tmp_path / "archive.db"
    assert read_rows(archive, "SELECT state, outcome, count(*) FROM frontier") == [("pending", "pending", 16)]
    assert read_rows(archive, "SELECT sum(failures) FROM sources") == [(0,)]


def test_a_crawl_that_is_stopped_does_not_wait_for_the_end_of_a_pause(
    site, tmp_path: Path, start_icma, wait_until, read_rows: Rows
):
    site.link("/xeber/busy", (429, {"Retry-After": "19"}, b""))
    site.write_portal_file(tmp_path / "portals")
    process = start_icma("crawl")
    archive = tmp_path / "archive.db"
    wait_until(lambda: "/xeber/busy" in site.paths())
    wait_until(lambda: read_rows(archive, "SELECT count(*) FROM hosts WHERE not_before IS NOT NULL") == [(1,)])
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=60)
    assert process.returncode == 3, talk
    assert site.paths().count("/xeber/busy") == 1
    assert read_rows(archive, "SELECT state, reason FROM frontier") == [("pending", "interrupted")]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_crawl_listens_on_no_port(waiting):
    process, _ = waiting
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":  # LISTEN
                listening.add(f"socket:[{fields[9]}]")
    ours = {str(fd.readlink()) for fd in Path(f"/proc/{process.pid}/fd").iterdir()}
    assert ours & listening == set()
    assert any(name.startswith("socket:") for name in ours)


def test_a_live_portal_is_not_crawled_without_a_contact(tmp_path: Path, run_icma):
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "live.toml").write_text(
        'name = "Live"\nhome = "https://live.example/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n'
    )
    done = run_icma("crawl")
    assert done.returncode == 2
    assert done.stderr == (
        "icma: live: a portal must be able to reach whoever crawls it; set contact in icma.toml or ICMA_CONTACT "
        "(a url or an e-mail address)\n"
    )
    assert not (tmp_path / "archive.db").exists()
