"""Servers that say "nothing new" whatever happened, or "all new" where nothing did; and dates in listings that are kept to."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

FIRST, SECOND = "/xeber/park-1", "/xeber/park-2"


@pytest.fixture
def crawl(site, tmp_path: Path, run_icma) -> Callable[..., list[str]]:
    """Crawl, and tell what was asked for."""

    def run(*options: str) -> list[str]:
        site.asked.clear()
        done = run_icma("crawl", *options)
        assert done.returncode in (0, 1), done.stderr
        return site.paths()

    site.write_portal_file(tmp_path / "portals")
    site.article(FIRST, "Bakıda birinci park açılıb")
    return run


@pytest.fixture
def a_day_passes(tmp_path: Path) -> Callable[[], None]:
    """Every look that the archive remembers was a day and an hour earlier."""

    def pass_by() -> None:
        with closing(sqlite3.connect(tmp_path / "archive.db")) as conn, conn:
            for name in ("asked_at", "answered_at", "looked_at", "walked_at"):
                conn.execute(
                    f"UPDATE sources SET {name} = replace(datetime({name}, '-25 hours'), ' ', 'T') || '+00:00'"
                )

    return pass_by


@pytest.fixture
def articles(tmp_path: Path, read_rows) -> Callable[[], int]:
    return lambda: read_rows(tmp_path / "archive.db", "SELECT count(*) FROM articles")[0][0]


def answer(site, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    route = site.routes[path]
    status, given, body = route() if callable(route) else route
    return status, given | {name.replace("_", "-"): value for name, value in headers.items()}, body


@pytest.mark.parametrize("lie", ["constant etag", "304 for ever"])
def test_a_source_that_never_tells_is_asked_for_everything_once_a_day(site, crawl, a_day_passes, articles, lie: str):
    feed = site.routes["/rss"]
    site.routes["/"] = (404, {}, b"")  # nobody else tells of anything
    site.routes["/rss"] = lambda: (feed()[0], feed()[1] | {"ETag": '"for ever"'}, feed()[2])
    crawl()
    if lie == "304 for ever":
        honest = site.routes["/rss"]
        site.routes["/rss"] = lambda: (304, {}, b"") if dict(site.asked)["/rss"]["If-None-Match"] else honest()
    site.article(SECOND, "Bakıda ikinci park açılıb")
    crawl()
    assert dict(site.asked)["/rss"]["If-None-Match"] == '"for ever"'
    assert articles() == 1
    a_day_passes()
    crawl()
    assert dict(site.asked)["/rss"]["If-None-Match"] is None
    assert articles() == 2


def test_a_random_etag_brings_nothing_to_read_again(site, crawl, read_rows, tmp_path: Path):
    """The feed is sent whole each time, is the same to the byte, and counts as "nothing new"; so does the article."""
    number = count()
    for path in ("/rss", FIRST):
        whole = answer(site, path)
        site.routes[path] = lambda whole=whole: (whole[0], whole[1] | {"ETag": f'"{next(number)}"'}, whole[2])
    crawl()
    assert FIRST not in crawl()
    assert FIRST in crawl("--recheck")
    assert read_rows(tmp_path / "archive.db", "SELECT count(*) FROM revisions") == [(1,)]
    assert read_rows(tmp_path / "archive.db", "SELECT count(*) FROM changes") == [(1,)]


def test_an_article_that_is_never_changed_by_its_servers_word_is_read_whole_at_every_fifth_look(
    site, crawl, read_rows, tmp_path: Path
):
    site.routes[FIRST] = answer(site, FIRST, ETag='"for ever"')
    crawl()
    status, headers, body = site.routes[FIRST]
    site.routes[FIRST] = (status, headers, body.replace(b"</article>", "<p>Giriş pulsuzdur.</p></article>".encode()))
    revisions = []
    while len(revisions) < 6 and (not revisions or revisions[-1] == 1):
        crawl("--recheck")
        is_conditional = dict(site.asked)[FIRST]["If-None-Match"] is not None
        revisions += read_rows(tmp_path / "archive.db", "SELECT count(*) FROM revisions")[0]
        assert is_conditional == (revisions[-1] == 1)
    assert revisions == [1, 1, 1, 1, 2]


def dated_feed(site, updated: datetime) -> None:
    """The feed says when its article was last changed."""
    entry = (
        f'<entry><id>1</id><title>Park</title><link href="{site.home}{FIRST[1:]}"/>'
        f"<published>2026-01-18T09:30:00Z</published><updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated></entry>"
    )
    body = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title>{entry}</feed>'
    site.routes["/rss"] = (200, {"Content-Type": "application/atom+xml"}, body.encode())


def test_an_updated_that_moves_on_brings_a_look_and_one_that_stays_brings_none(site, crawl):
    site.article(SECOND, "Bakıda ikinci park açılıb")
    home = f'<li><a href="{SECOND}">Xəbər: Bakıda ikinci park açılıb</a></li>'.encode()
    site.routes["/"] = (200, {"Content-Type": "text/html"}, home)  # it cannot speak for the feed
    dated_feed(site, datetime(2026, 1, 18, 9, 30, tzinfo=UTC))
    crawl()
    assert FIRST not in crawl()
    dated_feed(site, datetime.now(UTC) + timedelta(minutes=1))
    assert FIRST in crawl()
    assert FIRST not in crawl()


def test_of_a_sitemap_index_only_the_part_that_changed_is_asked(site, crawl, a_day_passes, tmp_path: Path):
    def index(*moments: datetime) -> None:
        parts = "".join(
            f"<sitemap><loc>{site.home}map-{at}.xml</loc><lastmod>{moment:%Y-%m-%dT%H:%M:%SZ}</lastmod></sitemap>"
            for at, moment in enumerate(moments)
        )
        xml = f'<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'
        site.routes["/sitemap.xml"] = (200, {"Content-Type": "application/xml"}, xml.encode())

    now = datetime.now(UTC)
    for at in range(2):
        urls = f"<url><loc>{site.home}xeber/map-{at}</loc><lastmod>{now:%Y-%m-%d}</lastmod></url>"
        xml = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        site.routes[f"/map-{at}.xml"] = (200, {"Content-Type": "application/xml"}, xml.encode())
    robots = f"User-agent: *\nAllow: /\nSitemap: {site.home}sitemap.xml\n"
    site.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, robots.encode())
    index(now - timedelta(days=40), now - timedelta(days=2))
    assert {"/map-0.xml", "/map-1.xml"} <= set(crawl())
    with closing(sqlite3.connect(tmp_path / "archive.db")) as conn, conn:  # only the index's time has come
        conn.execute("UPDATE sources SET asked_at = '2026-01-01T00:00:00+00:00' WHERE url LIKE '%/sitemap.xml'")
    index(now - timedelta(days=40), now + timedelta(hours=1))
    asked = crawl()
    assert "/sitemap.xml" in asked
    assert [path for path in asked if re.fullmatch(r"/map-\d.xml", path)] == ["/map-1.xml"]


def test_a_source_that_tells_nothing_new_is_asked_once_a_day(site, crawl, a_day_passes):
    """The home page shows what the feed tells anyway: one of them is asked, the other once a day."""
    crawl()
    often = [crawl() for _ in range(3)]
    assert [sum(path in ("/", "/rss") for path in asked) for asked in often] == [1, 1, 1]
    a_day_passes()
    assert {"/", "/rss"} <= set(crawl())


def test_the_ttl_of_a_feed_holds_also_where_it_only_says_nothing_new(site, crawl, read_rows, tmp_path: Path):
    """A hundred articles a week would let it be asked every hour or two; it asks for ten hours."""
    for number in range(100):
        site.article(f"/xeber/{number}", f"Xəbər {number}")
    site.routes["/"] = (404, {}, b"")
    status, headers, body = answer(site, "/rss", ETag='"1"')
    site.routes["/rss"] = (status, headers, body.replace(b"<title>F</title>", b"<title>F</title><ttl>600</ttl>"))
    for _ in range(2):
        crawl()
        ((asked, due),) = read_rows(
            tmp_path / "archive.db", "SELECT asked_at, next_due_at FROM sources WHERE url LIKE '%/rss'"
        )
        assert datetime.fromisoformat(due) - datetime.fromisoformat(asked) >= 0.9 * timedelta(hours=10)
    assert dict(site.asked)["/rss"]["If-None-Match"] == '"1"'
