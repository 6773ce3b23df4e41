"""A static site: a page an article, lists by day and by portal, a feed, a sitemap, and a list of what is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from heapq import nlargest
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from icma_crawler.attribution import sentence_language
from icma_crawler.dates import BAKU
from icma_crawler.exports.formats import atom
from icma_crawler.exports.formats.html_pages import (
    STYLE,
    Frame,
    Listed,
    PageLink,
    article_page,
    front_page,
    links_page,
    list_page,
    when,
)
from icma_crawler.exports.formats.html_words import day_in, words_in
from icma_crawler.exports.markup import element, headline, published
from icma_crawler.exports.records import Dispatch, Edition

_IN_FEED = 50
_LATEST = 30
_IN_SITEMAP = 50_000
"""As many links as one sitemap may have."""


def write(records: Iterable[Dispatch], edition: Edition, folder: Path) -> None:
    """Fill the folder. What the lists need of each article waits in a table on the disk, so that memory stays flat."""
    site = _Site(edition, folder, edition.language or _language_of(edition))
    with closing(sqlite3.connect("")) as conn:
        conn.execute(f"CREATE TABLE pages ({', '.join(_Row._fields)})")
        newest = nlargest(_IN_FEED, _pages(records, site, conn), key=lambda dispatch: published(dispatch.record))
        conn.execute("CREATE INDEX pages_day ON pages (day, at)")
        conn.execute("CREATE INDEX pages_portal ON pages (portal, day, at)")
        _write_lists(conn, site)
        _write_sitemaps(conn, edition, folder)
    site.write("feed.atom", "".join(atom.write(newest, edition)))
    site.write("style.css", STYLE)


def path_of(dispatch: Dispatch) -> str:
    """Where an article's page is; it never moves, for neither the urn nor the archived-on time ever changes."""
    record = dispatch.record
    return f"article/{_day(record['archived_at'])}/{record['id'].removeprefix('urn:uuid:')}.html"


class _Site(NamedTuple):
    """Where pages go, and what stands around each."""

    edition: Edition
    folder: Path
    language: str

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def frame(self, path: str, *trail: PageLink, language: str | None = None) -> Frame:
        root = "../" * path.count("/")
        return Frame(edition=self.edition, language=language or self.language, root=root, trail=trail)


class _Row(NamedTuple):
    """What the lists need of an article; ``told`` is when the source says it came out."""

    path: str
    day: str
    portal: str
    portal_name: str
    title: str
    language: str
    told: str
    at: str


def _pages(records: Iterable[Dispatch], site: _Site, conn: sqlite3.Connection) -> Iterator[Dispatch]:
    """Write the page of each article, or note that it is gone; gives the articles on."""
    with (site.folder / "410.txt").open("w", encoding="utf-8") as gone:
        for dispatch in records:
            path = path_of(dispatch)
            if dispatch.is_tombstone:
                gone.write(f"/{path}\n")
                continue
            row = _row(dispatch, path, site.language)
            trail = [_portal_link(row.portal, row.portal_name), _day_link(row.day, dispatch.language, row.portal)]
            site.write(path, article_page(dispatch, site.frame(path, *trail, language=dispatch.language)))
            conn.execute(f"INSERT INTO pages VALUES ({', '.join('?' * len(row))})", row)
            yield dispatch


def _row(dispatch: Dispatch, path: str, language: str) -> _Row:
    record, at = dispatch.record, published(dispatch.record)
    return _Row(
        path=path,
        day=_day(at),
        portal=record["portal"],
        portal_name=record["source"]["name"],
        title=headline(dispatch),
        language=record["language"] or dispatch.language,
        told=when(record, language),
        at=at,
    )


def _write_lists(conn: sqlite3.Connection, site: _Site) -> None:
    portals = [
        _portal_link(portal, name, count)
        for portal, name, count in conn.execute(
            "SELECT portal, portal_name, count(*) FROM pages GROUP BY portal ORDER BY portal_name"
        ).fetchall()
    ]
    days = _write_days(conn, site, None)
    latest = list(_listed(conn, "ORDER BY at DESC LIMIT ?", _LATEST))
    site.write("index.html", front_page(latest, portals, days, site.frame("index.html")))
    site.write("day/index.html", links_page(words_in(site.language).days, days, site.frame("day/index.html")))
    for portal in portals:
        links = _write_days(conn, site, portal)
        site.write(portal.path, links_page(portal.text, links, site.frame(portal.path)))


def _write_days(conn: sqlite3.Connection, site: _Site, portal: PageLink | None) -> list[PageLink]:
    """A list for each day, of a portal or of all; gives the links to them, newest first."""
    portal_id = portal.path.split("/")[1] if portal else None
    days = conn.execute(
        "SELECT day, count(*) FROM pages WHERE :portal IS NULL OR portal = :portal GROUP BY day ORDER BY day DESC",
        {"portal": portal_id},
    ).fetchall()
    links = [_day_link(day, site.language, portal_id, count) for day, count in days]
    for (day, _), newer, link, older in zip(days, [None, *links], links, [*links[1:], None], strict=False):
        which = "WHERE day = ? AND portal = ? ORDER BY at DESC" if portal else "WHERE day = ? ORDER BY at DESC"
        articles = _listed(conn, which, *filter(None, (day, portal_id)), with_portal=portal is None)
        title = f"{portal.text} · {link.text}" if portal else link.text
        frame = site.frame(link.path, *filter(None, [portal]))
        site.write(link.path, list_page(title, articles, frame, newer=newer, older=older))
    return links


def _portal_link(portal_id: str, name: str, count: int = 0) -> PageLink:
    return PageLink(path=f"portal/{portal_id}/index.html", text=name, count=count)


def _day_link(day: str, language: str, portal_id: str | None = None, count: int = 0) -> PageLink:
    folder = f"portal/{portal_id}" if portal_id else "day"
    return PageLink(path=f"{folder}/{day}.html", text=day_in(language, day), count=count)


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


def _listed(conn: sqlite3.Connection, which: str, *values: str | int, with_portal: bool = True) -> Iterator[Listed]:
    rows = conn.execute(f"SELECT path, title, language, portal_name, told FROM pages {which}", values)
    for path, title, language, portal_name, told in rows:
        facts = [portal_name if with_portal else "", told]
        yield Listed(path=path, title=title, language=language, facts=" · ".join(filter(None, facts)))


def _language_of(edition: Edition) -> str:
    """The language of most portals of the archive."""
    languages = [sentence_language(portal.language) for portal in edition.portals]
    return max(sorted(set(languages)), key=languages.count, default="en")


def _day(stamp: str) -> str:
    return datetime.fromisoformat(stamp).astimezone(BAKU).date().isoformat()
