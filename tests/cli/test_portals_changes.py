"""`icma portals add | check --live | disable | enable | import | export`: sites on loopback, real crawls, files on the disk."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from icma_crawler.cli.main import icma
from icma_crawler.errors import UsageError
from icma_crawler.operations.onboarding.portal_files import format_portal
from icma_crawler.portals import load_portal, load_portals, read_opml

Pages = dict[str, tuple[int, bytes]]


@contextmanager
def serving(pages: Pages) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = pages.get(self.path, (404, b"<h1>404</h1>"))
            self.send_response(status)
            self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def shell_site() -> Pages:
    """Pages whose text only a browser would see."""
    shell = b'<!doctype html><html><head><title>App</title><script src="/app.js"></script></head><body><div id="root"></div></body></html>'
    links = "".join(
        f'<li><a href="/xeber/{n}">Bu gün paytaxtda baş verən hadisə {n}</a></li>' for n in range(10001, 10009)
    )
    pages = {f"/xeber/{n}": (200, shell) for n in range(10001, 10009)}
    return {"/": (200, f"<html><body><ul>{links}</ul></body></html>".encode()), **pages}


# ---- check


def test_a_portal_is_checked_on_pages_of_today(newsroom, run_icma, tmp_path):
    portal = next(portal for portal in newsroom.portals if portal.id == "korpu-demo")
    (tmp_path / "portals").mkdir()
    rule = '[[rules]]\ntitle = "title"\n'
    (tmp_path / "portals" / "korpu-demo.toml").write_text(f"{format_portal(portal)}\n{rule}", "utf-8")
    done = run_icma("portals", "check", "korpu-demo", "--live", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert 0 < found["articles"] <= found["pages"] <= 20
    filled = {one["field"]: one for one in found["fields"]}
    assert portal.name in filled["title"]["example"]  # the rule is in force: <title> with the site's name
    assert not (tmp_path / "archive.db").exists()


# ---- add


def test_a_portal_from_one_url(newsroom, run_icma, tmp_path):
    (tmp_path / "portals").mkdir()
    home = next(portal.home for portal in newsroom.portals if portal.id == "korpu-demo")
    done = run_icma("portals", "add", home, "--id", "korpu")
    assert done.returncode == 0, done.stderr
    portal = load_portal(tmp_path / "portals" / "korpu.toml")
    assert (portal.home, portal.language, portal.timezone) == (home, "az", "Asia/Baku")
    true_urls = {article.url for article in newsroom.articles if article.url.startswith(home)}
    if portal.article_url_pattern:
        assert all(portal.matches_article(url) for url in true_urls)
        assert not any(portal.matches_article(page.url) for page in newsroom.other_pages)
    assert "of 100" in done.stdout
    assert portal.sources, done.stdout
    assert not list(tmp_path.glob("archive.db*"))


def test_a_portal_is_tried_again_and_its_file_compared(newsroom, run_icma, tmp_path):
    newsroom.write_portal_files(tmp_path / "portals")
    done = run_icma("portals", "check", "korpu-demo", "--probe", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["misfits"], found["reason"]) == (0, [], None), done.stderr
    assert found["articles"] >= 5
    assert found["score"] > 60
    assert not list(tmp_path.glob("archive.db*"))
    file = tmp_path / "portals" / "korpu-demo.toml"
    home = newsroom_home(newsroom, "korpu-demo")
    lost = f'\n[[sources]]\nkind = "feed"\nurl = "{home}no-such-feed"\n\n[article]\nurl_pattern = "/kohne/"\n'
    file.write_text(re.sub(r"\n\[article\]\n[^\[]*", "\n", file.read_text("utf-8")) + lost, "utf-8")
    done = run_icma("portals", "check", "korpu-demo", "--probe")
    assert done.returncode == 1
    assert f"to mend: the feed {home}no-such-feed gave no usable answer" in done.stdout
    assert re.search(r"to mend: (\d+) of \1 articles do not fit url_pattern, such as http", done.stdout)


def newsroom_home(newsroom, portal_id: str) -> str:
    return next(portal.home for portal in newsroom.portals if portal.id == portal_id)


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        ({"/": (403, b"no")}, "the portal refuses to answer this crawler"),
        ({"/": (200, b"<p>hi</p>"), "/robots.txt": (200, b"User-agent: *\nDisallow: /\n")}, "robots.txt forbids"),
        ({"/": (200, b"<html><body><h1>Welcome</h1></body></html>")}, "no articles were found"),
        (shell_site(), "needs JavaScript"),
    ],
    ids=["refused", "robots", "nothing", "javascript"],
)
def test_a_site_that_cannot_be_archived_says_why(pages: Pages, reason: str, run_icma, tmp_path):
    with serving(pages) as home:
        done = run_icma("portals", "add", home)
    assert done.returncode == 1
    assert reason in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_live_site_needs_a_contact(run_icma):
    done = run_icma("portals", "add", "https://example.az")
    assert done.returncode == 2
    assert "ICMA_CONTACT" in done.stderr


@pytest.mark.parametrize("url", ["ftp://example.az", "https://", "https://user@example.az/"])
def test_what_is_no_address_is_misused(url: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert isinstance(CliRunner().invoke(icma, ["portals", "add", url]).exception, UsageError)


def test_a_file_that_is_there_is_not_overwritten(run_icma, tmp_path):
    (tmp_path / "portals").mkdir()
    file = tmp_path / "portals" / "example.az.toml"
    file.write_text("mine")
    done = run_icma("portals", "add", "https://example.az")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert file.read_text() == "mine"
    assert run_icma("portals", "add", "https://example.az", "--id", "../x").returncode == 2


# ---- disable, enable


def test_disabling_a_packaged_portal_loses_no_other(run_icma, tmp_path):
    packaged = load_portals()
    done = run_icma("portals", "disable", "sherg.az")
    assert done.returncode == 0
    assert "copy" in done.stderr
    local = load_portals(tmp_path / "portals")
    assert [portal.id for portal in local.values() if not portal.enabled] == [
        portal.id for portal in packaged.values() if not portal.enabled or portal.id == "sherg.az"
    ]
    assert set(local) == set(packaged)
    assert run_icma("portals", "enable", "sherg.az").returncode == 0
    assert load_portals(tmp_path / "portals") == packaged


def test_a_name_that_is_not_there_makes_no_folder(run_icma, tmp_path):
    assert run_icma("portals", "disable", "shreg.az").returncode == 2
    assert list(tmp_path.iterdir()) == []


# ---- import, export


def test_what_is_exported_can_be_imported(run_icma, tmp_path):
    assert run_icma("portals", "export", "-o", "all.opml").returncode == 0
    done = run_icma("portals", "import", "all.opml", "--portals", "copy")
    assert done.returncode == 0, done.stderr
    ours, theirs = load_portals(), load_portals(tmp_path / "copy")
    assert {portal.name for portal in theirs.values()} <= {portal.name for portal in ours.values()}
    assert {p.home.rstrip("/") for p in theirs.values()} <= {p.home.rstrip("/") for p in ours.values()}
    assert len(theirs) >= len({p.home.split("/")[2] for p in ours.values()}) - 1
    again = run_icma("portals", "import", "all.opml", "--portals", "copy")
    assert again.stdout == ""
    assert f"0 added, {len(theirs)} known already" in again.stderr


def test_a_list_opens_no_private_place(run_icma, tmp_path):
    """A portal file lets a crawl contact what it names, so none is made from what a stranger's list names."""
    (tmp_path / "portals").mkdir()
    urls = ["http://169.254.169.254/latest", "http://10.0.0.1/rss", "http://2130706433/rss", "https://a.example:22/rss"]
    outlines = "".join(f'<outline text="N" xmlUrl="{url}"/>' for url in [*urls, "https://good.example/rss"])
    mixed = '<outline text="M" xmlUrl="http://192.168.1.1/rss" htmlUrl="https://mixed.example/"/>'
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{outlines}{mixed}</body></opml>')
    done = run_icma("portals", "import", "list.opml")
    assert done.returncode == 1
    assert [file.name for file in (tmp_path / "portals").iterdir()] == ["good.example.toml"]
    assert done.stderr.count("a private address or an unusual port; write its portal file yourself") == 5


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/", "http://2130706433:8427/", "https://a.example:22"])
def test_a_private_place_is_not_tried(run_icma, tmp_path, url: str):
    done = run_icma("portals", "add", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not tried: a private address or an unusual port; if it is yours, write its portal file" in done.stderr
    assert not (tmp_path / "portals").exists()


def test_feeds_of_one_site_become_one_portal():
    opml = b"""<opml version="2.0"><body><outline text="A"><outline title="Sherg" xmlUrl="https://sherg.az/rss" htmlUrl="https://www.sherg.az/"/>
      <outline text="Sherg EN" xmlUrl="https://sherg.az/en/rss"/></outline><outline text="no link"/><outline xmlUrl="javascript:x"/></body></opml>"""
    found = read_opml(opml)
    (site,) = found.sites
    assert found.unusable == ("javascript:x",)
    assert (site.name, site.home) == ("Sherg", "https://www.sherg.az/")
    assert site.feeds == ("https://sherg.az/rss", "https://sherg.az/en/rss")


def test_a_list_as_other_programs_write_it(run_icma, tmp_path):
    """Attributes in lower case, the feed scheme of old readers; what leads nowhere is told."""
    (tmp_path / "x.opml").write_text(
        '<opml version="1.1"><body><outline text="A" xmlurl="https://a.az/rss" htmlurl="https://a.az"/>'
        '<outline text="B" xmlUrl="feed://b.az/rss"/><outline text="C" xmlUrl="feed:https://c.az/rss"/>'
        '<outline text="D" xmlUrl="javascript:x"/></body></opml>'
    )
    (tmp_path / "own").mkdir()
    done = run_icma("portals", "import", "x.opml", "--portals", "own")
    assert (done.returncode, done.stdout.split()) == (1, ["a.az", "b.az", "c.az"])
    assert "javascript:x: no link that a site could be reached by" in done.stderr
    feeds = [source.url for portal in load_portals(tmp_path / "own").values() for source in portal.sources]
    assert feeds == ["https://a.az/rss", "http://b.az/rss", "https://c.az/rss"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<rss/>",
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;"/></body></opml>',
        b'<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;"/></body></opml>',
    ],
    ids=["empty", "text", "rss", "external entity", "expansion"],
)
def test_what_is_no_list_is_misused(data: bytes, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.opml").write_bytes(data)
    failure = CliRunner().invoke(icma, ["portals", "import", "x.opml"]).exception
    assert isinstance(failure, UsageError)
    assert "OPML" in str(failure)
    assert not (tmp_path / "portals").exists()
