"""A static site: a page an article, lists by day and by portal, a feed, a sitemap, and a list of what is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from heapq import nlargest
from itertools import islice
from pathlib import Path

from icma_crawler.attribution import sentence_language
from icma_crawler.dates import BAKU
from icma_crawler.exports import atom
from icma_crawler.exports.html_pages import (
    STYLE,
    Link,
    Listed,
    article_page,
    day_title,
    front_page,
    links_page,
    list_page,
)
from icma_crawler.exports.markup import element, headline, published
from icma_crawler.exports.records import Dispatch, Edition

_IN_FEED = 50
_LATEST = 30
_IN_SITEMAP = 50_000
"""As many links as one sitemap may have."""


def write(records: Iterable[Dispatch], edition: Edition, folder: Path) -> None:
    """Fill the folder. What the lists need of each article waits in a table on the disk, so that memory stays flat."""
    language = edition.language or _language_of(edition)
    with closing(sqlite3.connect("")) as conn:
        conn.execute("CREATE TABLE pages (path TEXT, day TEXT, portal TEXT, portal_name TEXT, title TEXT, at TEXT)")
        newest = nlargest(
            _IN_FEED, _pages(records, edition, folder, conn), key=lambda dispatch: published(dispatch.record)
        )
        conn.execute("CREATE INDEX pages_day ON pages (day, at)")
        conn.execute("CREATE INDEX pages_portal ON pages (portal, day, at)")
        _write_lists(conn, edition, folder, language)
        _write_sitemaps(conn, edition, folder)
    (folder / "feed.atom").write_text("".join(atom.write(newest, edition)), "utf-8")
    (folder / "style.css").write_text(STYLE, "utf-8")


def path_of(dispatch: Dispatch) -> str:
    """Where an article's page is; it never moves, for neither the urn nor the archived-on time ever changes."""
    record = dispatch.record
    return f"article/{_day(record['archived_at'])}/{record['id'].removeprefix('urn:uuid:')}.html"


def _pages(records: Iterable[Dispatch], edition: Edition, folder: Path, conn: sqlite3.Connection) -> Iterator[Dispatch]:
    """Write the page of each article, or note that it is gone; gives the articles on."""
    with (folder / "410.txt").open("w", encoding="utf-8") as gone:
        for dispatch in records:
            path = path_of(dispatch)
            if dispatch.is_tombstone:
                gone.write(f"/{path}\n")
                continue
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(article_page(dispatch, edition, "../../"), "utf-8")
            record, at = dispatch.record, published(dispatch.record)
            row = (path, _day(at), record["portal"], record["source"]["name"], headline(dispatch), at)
            conn.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?)", row)
            yield dispatch


def _write_lists(conn: sqlite3.Connection, edition: Edition, folder: Path, language: str) -> None:
    days = _links(conn, "SELECT 'day/' || day || '.html', day, count(*) FROM pages GROUP BY day ORDER BY day DESC")
    portals = _links(
        conn,
        """
        SELECT 'portal/' || portal || '/index.html', portal_name, count(*)
        FROM pages
        GROUP BY portal
        ORDER BY portal_name
        """,
    )
    latest = list(_listed(conn, "ORDER BY at DESC LIMIT ?", _LATEST))
    titled = [Link(path=day.path, text=day_title(language, day.text), count=day.count) for day in days]
    (folder / "index.html").write_text(front_page(latest, portals, titled, edition, language=language), "utf-8")
    for day in days:
        articles = _listed(conn, "WHERE day = ? ORDER BY at DESC", day.text)
        page = list_page(day_title(language, day.text), articles, edition, root="../", language=language)
        _write(folder / day.path, page)
    for portal in portals:
        _write_portal(conn, edition, folder, portal, language)


def _write_portal(conn: sqlite3.Connection, edition: Edition, folder: Path, portal: Link, language: str) -> None:
    """A portal's days, and its articles of each."""
    home = portal.path.removesuffix("index.html")
    portal_id = home.split("/")[1]
    days = _links(
        conn,
        "SELECT day, day, count(*) FROM pages WHERE portal = ? GROUP BY day ORDER BY day DESC",
        portal_id,
    )
    for day in days:
        title = f"{portal.text} · {day_title(language, day.text)}"
        articles = _listed(conn, "WHERE portal = ? AND day = ? ORDER BY at DESC", portal_id, day.text)
        page = list_page(title, articles, edition, root="../../", language=language)
        _write(folder / f"{home}{day.text}.html", page)
    links = [Link(path=f"{home}{day.text}.html", text=day_title(language, day.text), count=day.count) for day in days]
    _write(folder / portal.path, links_page(portal.text, links, edition, root="../../", language=language))


def _write_sitemaps(conn: sqlite3.Connection, edition: Edition, folder: Path) -> None:
    """A sitemap, in parts where it is long; none where nobody said where the site will be, for its links are whole."""
    if edition.site is None:
        return
    site = edition.site.rstrip("/")
    rows = conn.execute("SELECT path, at FROM pages ORDER BY at")
    parts: list[str] = []
    while chunk := list(islice(rows, _IN_SITEMAP)):
        urls = "".join(f"<url>\n{element('loc', f'{site}/{path}')}</url>\n" for path, _ in chunk)
        parts.append(f"sitemap-{len(parts) + 1}.xml")
        (folder / parts[-1]).write_text(_SITEMAP.format(kind="urlset", items=urls), "utf-8")
    items = "".join(f"<sitemap>\n{element('loc', f'{site}/{part}')}</sitemap>\n" for part in parts)
    (folder / "sitemap.xml").write_text(_SITEMAP.format(kind="sitemapindex", items=items), "utf-8")
    (folder / "robots.txt").write_text(f"Sitemap: {site}/sitemap.xml\n", "utf-8")


_SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{items}</{kind}>
"""


def _listed(conn: sqlite3.Connection, which: str, *values: str | int) -> Iterator[Listed]:
    for path, title, portal_name, at in conn.execute(f"SELECT path, title, portal_name, at FROM pages {which}", values):
        yield Listed(path=path, title=title, portal_name=portal_name, at=at)


def _links(conn: sqlite3.Connection, sql: str, *values: str) -> list[Link]:
    return [Link(path=path, text=text, count=count) for path, text, count in conn.execute(sql, values)]


def _language_of(edition: Edition) -> str:
    """The language of most portals of the archive."""
    languages = [sentence_language(portal.language) for portal in edition.portals]
    return max(sorted(set(languages)), key=languages.count, default="en")


def _day(stamp: str) -> str:
    return datetime.fromisoformat(stamp).astimezone(BAKU).date().isoformat()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
