"""The whole of a crawl: the sample newsroom on loopback, `icma crawl` in a process of its own, and its archive after."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from icma_crawler.demo import DemoArticle, Newsroom
from icma_crawler.urls import identity_key

Rows = Callable[..., list[tuple[object, ...]]]
ALL_WELL = {"ok", "new"}
OTHERS_REJECTED = {"soft-404": "soft-404", "login-wall": "login-wall"}


class Icma(NamedTuple):
    """The command, waited for or not."""

    run: Callable[..., subprocess.CompletedProcess[str]]
    start: Callable[..., subprocess.Popen[str]]


@pytest.fixture
def icma(run_icma, start_icma) -> Icma:
    return Icma(run_icma, start_icma)


@pytest.fixture
def copied(crawled, tmp_path: Path) -> Path:
    """The crawled newsroom's archive, to go on from."""
    source, target = sqlite3.connect(crawled.archive), sqlite3.connect(tmp_path / "archive.db")
    source.backup(target)
    source.close()
    target.close()
    return tmp_path / "archive.db"


def assert_complete(archive: Path, articles: Iterable[DemoArticle], read_rows: Rows) -> None:
    """Every article once, under its address and title, in a sound file."""
    rows = read_rows(archive, "SELECT url, title_shown FROM articles")
    assert sorted(rows) == sorted((article.url, article.title_shown) for article in articles)
    assert read_rows(archive, "PRAGMA integrity_check") == [("ok",)]
    assert read_rows(archive, "SELECT count(*), count(DISTINCT content_sha256) FROM articles") == [(61, 61)]
    assert read_rows(archive, "SELECT count(*) FROM frontier WHERE state = 'pending'") == [(0,)]


def pages_answered(newsroom: Newsroom) -> int:
    """How many article pages have been sent."""
    paths = {(article.portal, article.url.split("/", 3)[3]) for article in newsroom.articles}
    known = {path for _, path in paths}
    return sum(count for (_, path, _), count in newsroom.requests.items() if path.removeprefix("/") in known)


def descendants(pid: int) -> set[int]:
    children = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, fields = stat.read_text().rpartition(")")
        except OSError:  # it ended meanwhile
            continue
        if int(fields.split()[1]) == pid:
            child = int(name.split()[0])
            children |= {child} | descendants(child)
    return children


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_whole_newsroom_is_archived(crawled, read_rows: Rows):
    assert crawled.done.returncode == 0, crawled.done.stderr
    assert crawled.done.stderr == ""
    assert len(crawled.newsroom.articles) == 61
    assert_complete(crawled.archive, crawled.newsroom.articles, read_rows)


def test_each_article_has_its_facts(crawled, read_rows: Rows):
    rows = {
        row[0]: row[1:]
        for row in read_rows(crawled.archive, "SELECT url, portal, title, section, published_at FROM articles")
    }
    for article in crawled.newsroom.articles:
        portal, title, section, published_at = rows[article.url]
        assert (portal, title, section) == (article.portal, article.title, article.section), article.url
        at = datetime.fromisoformat(published_at)
        assert at.replace(second=0) == article.published_at.replace(second=0), article.url


def test_each_article_has_its_text(crawled, read_rows: Rows):
    rows = dict(read_rows(crawled.archive, "SELECT url, body FROM articles"))
    for article in crawled.newsroom.articles:
        assert rows[article.url].split("\n\n")[-len(article.paragraphs) :] == list(article.paragraphs), article.url


def test_the_counts_of_each_run_add_up(crawled):
    runs = json.loads(crawled.done.stdout)
    assert [run["portal"] for run in runs] == sorted(portal.id for portal in crawled.newsroom.portals)
    outcomes = ["archived", "revised", "restored", "unchanged", "gone", "withdrawn", "rejected", "refused", "failed"]
    for run in runs:
        assert run["reason"] == "finished"
        assert run["due"] == sum(run[outcome] for outcome in [*outcomes, "pending"])
        assert run["failed"] == run["pending"] == run["revised"] == 0
    assert sum(run["archived"] for run in runs) == 61


def test_what_is_no_article_is_not_archived(crawled, read_rows: Rows):
    states = {
        identity_key(url): (state, reason)
        for url, state, reason in read_rows(crawled.archive, "SELECT url, state, reason FROM frontier")
    }
    for page in crawled.newsroom.other_pages:
        if page.kind in OTHERS_REJECTED:
            assert states[identity_key(page.url)] == ("rejected", OTHERS_REJECTED[page.kind]), page.url
        else:  # "about us" and the like: seldom even taken for an article
            assert states.get(identity_key(page.url), ("rejected",))[0] == "rejected", page.url


def test_a_moved_article_is_a_duplicate_of_itself(crawled, read_rows: Rows):
    moved = [article for article in crawled.newsroom.articles if article.old_url]
    assert moved
    rows = {row[0]: row[1:] for row in read_rows(crawled.archive, "SELECT url, state, reason FROM frontier")}
    for article in moved:
        pair = [rows[url] for url in (article.url, article.old_url) if url in rows]
        assert "archived" in {state for state, _ in pair}
        assert {reason for _, reason in pair} <= {None, "duplicate"}


def test_nobody_asked_for_what_robots_txt_forbids(crawled):
    paths = Counter({(host, path): count for (host, path, _), count in crawled.requests.items()})
    assert [path for _, path in paths if path.startswith("/private/")] == []
    assert Counter(path for _, path in paths)["/robots.txt"] == 4


def test_no_page_is_asked_for_twice(crawled):
    """Only what an old address leads to may come a second time."""
    targets = {article.url for article in crawled.newsroom.articles if article.old_url}
    twice = {f"http://{host}{path}" for (host, path, _), count in crawled.requests.items() if count > 1}
    assert twice <= targets


def test_a_second_crawl_finds_nothing_new(crawled, copied: Path, run_icma, read_rows: Rows):
    before = crawled.newsroom.requests
    done = run_icma("crawl", "--json", "--portals", crawled.portals)
    assert done.returncode == 0, done.stderr
    for run in json.loads(done.stdout):
        assert run["archived"] == run["revised"] == run["restored"] == run["gone"] == 0
    assert_complete(copied, crawled.newsroom.articles, read_rows)
    assert read_rows(copied, "SELECT DISTINCT change FROM changes") == [("new",)]
    assert read_rows(copied, "SELECT max(revision) FROM articles") == [(1,)]
    articles = {article.url for article in crawled.newsroom.articles}
    later = crawled.newsroom.requests - before
    assert later.total() < crawled.requests.total() / 2
    fetched = {f"http://{host}{path}" for host, path, status in later if status == 200} & articles
    assert fetched == set()


def test_a_killed_crawl_is_completed_by_the_next(
    newsroom: Newsroom, tmp_path: Path, icma: Icma, read_rows: Rows, wait_until
):
    newsroom.write_portal_files(tmp_path / "portals")
    process = icma.start("crawl")
    wait_until(lambda: pages_answered(newsroom) >= 20)
    workers = descendants(process.pid)
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(is_running, workers)))
    assert read_rows(tmp_path / "archive.db", "PRAGMA integrity_check") == [("ok",)]
    archived = read_rows(tmp_path / "archive.db", "SELECT count(*) FROM articles")[0][0]
    done = icma.run("crawl", "--json")
    assert done.returncode == 0, done.stderr
    assert sum(run["archived"] for run in json.loads(done.stdout)) == 61 - archived
    assert_complete(tmp_path / "archive.db", newsroom.articles, read_rows)
    reasons = {reason for (reason,) in read_rows(tmp_path / "archive.db", "SELECT reason FROM crawls")}
    assert reasons == {"killed", "finished"}


def test_a_stopped_crawl_ends_in_order_and_is_completed_by_the_next(
    newsroom: Newsroom, tmp_path: Path, icma: Icma, read_rows: Rows, wait_until
):
    newsroom.write_portal_files(tmp_path / "portals")
    process = icma.start("crawl")
    wait_until(lambda: pages_answered(newsroom) >= 3)
    workers = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    _, talk = process.communicate(timeout=30)
    assert process.returncode == 3, talk
    assert "interrupted; run it again and it goes on where it stopped" in talk
    assert "Traceback" not in talk
    wait_until(lambda: not any(map(is_running, workers)))
    assert "running" not in {row[0] for row in read_rows(tmp_path / "archive.db", "SELECT reason FROM crawls")}
    status = icma.run("status")
    assert status.returncode == 1
    assert "interrupted" in status.stdout
    done = icma.run("crawl")
    assert done.returncode == 0, done.stderr
    assert_complete(tmp_path / "archive.db", newsroom.articles, read_rows)


def test_a_portal_that_is_down_does_not_keep_the_others(newsroom: Newsroom, tmp_path: Path, run_icma):
    newsroom.write_portal_files(tmp_path / "portals")
    with socket.create_server(("127.0.0.1", 0)) as server:
        home = f"http://127.0.0.1:{server.getsockname()[1]}/"
    (tmp_path / "portals" / "down-demo.toml").write_text(
        f'name = "Down"\nhome = "{home}"\nlanguage = "az"\ntimezone = "Asia/Baku"\n[crawl]\ndelay_seconds = 0\n'
    )
    done = run_icma("crawl", "--json", "cinar-demo", "down-demo")
    assert done.returncode == 1
    assert done.stderr == "icma: something could not be had; icma status and icma gaps say what and why\n"
    by_portal = {run["portal"]: run for run in json.loads(done.stdout)}
    assert by_portal["cinar-demo"]["archived"] == 20
    assert by_portal["down-demo"]["archived"] == by_portal["down-demo"]["due"] == 0
    status = run_icma("status", "--json")
    assert status.returncode == 1
    health = {one["portal"]: one for one in json.loads(status.stdout)}
    assert health["cinar-demo"]["verdict"] in ALL_WELL
    assert health["down-demo"]["verdict"] == "down"
    assert health["down-demo"]["reason"].startswith(f"no connection could be made, or it broke: {home}")


def test_a_limit_leaves_the_rest_for_later(newsroom: Newsroom, tmp_path: Path, run_icma, read_rows: Rows):
    newsroom.write_portal_files(tmp_path / "portals")
    done = run_icma("crawl", "korpu-demo", "--limit", 5, "--json")
    (run,) = json.loads(done.stdout)
    assert run["archived"] + run["unchanged"] + run["rejected"] == 5
    assert run["pending"] == run["due"] - 5 > 0
    done = run_icma("crawl", "korpu-demo", "--json")
    assert json.loads(done.stdout)[0]["pending"] == 0
    rows = read_rows(tmp_path / "archive.db", "SELECT count(*), count(DISTINCT url) FROM articles")
    assert rows == [(18, 18)]


def scrapy(*arguments: str, cwd: Path, crawled_portals: Path) -> subprocess.CompletedProcess[str]:
    """Scrapy's own command line, as in a checkout: the project's settings and nothing of ours before them."""
    (cwd / "scrapy.cfg").write_text("[settings]\ndefault = icma_crawler.crawl.fetch.settings\n")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "SCRAPY_"))}
    env |= {"ICMA_PORTALS": str(crawled_portals), "ICMA_ARCHIVE": str(cwd / "scrapy.db")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_scrapy_lists_the_portals(crawled, tmp_path: Path):
    done = scrapy("list", cwd=tmp_path, crawled_portals=crawled.portals)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["cinar-demo", "hefte-demo", "korpu-demo", "xezri-demo"]


def test_scrapy_crawls_a_portal(crawled, tmp_path: Path, run_icma, read_rows: Rows):
    done = scrapy("crawl", "hefte-demo", cwd=tmp_path, crawled_portals=crawled.portals)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    rows = read_rows(tmp_path / "scrapy.db", "SELECT reason, archived, pending FROM crawls")
    assert rows == [("finished", 8, 0)]
    assert json.loads(run_icma("status", "--json", "--archive", "scrapy.db").stdout)[0]["verdict"] in ALL_WELL
