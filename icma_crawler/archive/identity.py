"""Which article a page is a state of: its addresses, its canonical link, its very text."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from icma_crawler.archive.changes import KnownState, agrees, digest_of
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Article
from icma_crawler.urls import identity_key

_CROWD = 4
"""So many articles of one minute are no coincidence: a portal that prints one date on every page."""


def known_by_id(conn: sqlite3.Connection, article_id: int | None) -> KnownState | None:
    return _find_one(conn, "a.id = ?", [article_id])


def known_by_url(conn: sqlite3.Connection, url: str) -> KnownState | None:
    """The article that is or was at *url*, whatever its scheme, www or amp form."""
    return _find_one(conn, "a.id = (SELECT article_id FROM aliases WHERE key = ?)", [identity_key(url)])


def find_known(conn: sqlite3.Connection, portal: str, article: Article, addresses: Iterable[str]) -> KnownState | None:
    """The article that a page at *addresses* is a state of, or None for a new one.

    The same text at a second address of one portal is one article.
    """
    known = known_by_addresses(conn, article, addresses)
    return known or _find_one(conn, "a.portal = ? AND a.content_sha256 = ?", [portal, digest_of(article)])


def known_by_addresses(conn: sqlite3.Connection, article: Article, addresses: Iterable[str]) -> KnownState | None:
    """The article that an address of a page joins it to, whatever the text; a canonical link alone must also agree."""
    for url in dict.fromkeys(addresses):
        known = known_by_url(conn, url)
        if known is not None:
            return known
    known = known_by_url(conn, article.url)
    return known if known is not None and agrees(known, article) else None


def find_former(
    conn: sqlite3.Connection, portal: str, article: Article, announced_at: str, crawl_id: int
) -> int | None:
    """The frontier entry of an article that a page at an unknown address may be the moved and edited state of.

    It came out in the same minute and was not looked at since the new address was announced: whether its old address
    leads to the new one is to be asked before the page stands for itself.
    """
    if article.published_at is None or article.published_precision != "minute":
        return None
    former = _likeliest(_known_of_minute(conn, portal, article.published_at), article)
    if former is None:
        return None
    row = conn.execute(
        """
        SELECT id
        FROM frontier
        WHERE article_id = :former
          AND reason IS NOT 'duplicate'
          AND (fetched_at < :announced_at OR fetched_at = :announced_at AND crawl_id <> :crawl_id)
        ORDER BY id
        LIMIT 1
        """,
        {"former": former.id, "announced_at": announced_at, "crawl_id": crawl_id},
    ).fetchone()
    return int(row[0]) if row else None


def find_original(conn: sqlite3.Connection, article_id: int, article: Article) -> int | None:
    """The frontier entry of a known article whose text a page showed, where it now shows another.

    Whether both were edited is to be asked before the page stands for itself.
    """
    known = known_by_id(conn, article_id)
    if known is None or known.content_sha256 == digest_of(with_steady_section(conn, known, article)):
        return None
    row = conn.execute(
        "SELECT id FROM frontier WHERE article_id = ? AND reason IS NOT 'duplicate' ORDER BY id LIMIT 1", [article_id]
    ).fetchone()
    return int(row[0]) if row else None


def _known_of_minute(conn: sqlite3.Connection, portal: str, published_at: datetime) -> list[KnownState]:
    """What a portal published in one minute, the newest first; of a crowd only the newest."""
    return _find(
        conn,
        """
        coalesce(a.published_at, a.archived_at) = ?
        AND a.portal = ?
        AND a.published_precision = 'minute'
        AND a.status = 'live'
        ORDER BY a.id DESC
        LIMIT ?
        """,
        [to_stamp(published_at), portal, _CROWD],
    )


def _likeliest(known: list[KnownState], article: Article) -> KnownState | None:
    """The one that has a headline or a paragraph in common with *article*.

    An edit may have left neither, so else the newest is worth the question; but not where one date stands on all pages.
    """
    agreeing = next((each for each in known if agrees(each, article)), None)
    return agreeing or (known[0] if known and len(known) < _CROWD else None)


def with_steady_section(conn: sqlite3.Connection, known: KnownState, article: Article) -> Article:
    """*article* in the section that is known, where nothing else differs and one of the two is but a word of its url.

    The url's word stands in for a section that the page does not state; which link beside the headline is taken for one
    may change with the adverts and the lists of what is new.
    """
    (section,) = conn.execute("SELECT section FROM articles WHERE id = ?", [known.id]).fetchone()
    steady = replace(article, section=section)
    words = unquote(urlsplit(article.url).path).split("/")[1:]  # as they are: a section that is stated has a name
    is_of_url = section in words or article.section in words
    return steady if is_of_url and digest_of(steady) == known.content_sha256 else article


def shows_another(conn: sqlite3.Connection, portal: str, known: KnownState, article: Article, final_url: str) -> bool:
    """Whether the page of *known* shows another article than its own: its very text, or what is kept at *final_url*.

    Of two articles that a portal made one, the first leads to the second: it does not take over the other's text. A
    notice that all pages show below headlines of their own is the text of the first that was looked at.
    """
    owner = known_by_url(conn, final_url)
    if owner is not None and owner.id != known.id:
        return True
    if article.body and article.body != known.body and _has_body(conn, portal, article, known.id):
        return True
    row = conn.execute(
        "SELECT 1 FROM articles WHERE portal = ? AND content_sha256 = ? AND id <> ?",
        [portal, digest_of(article), known.id],
    ).fetchone()
    return row is not None


def _has_body(conn: sqlite3.Connection, portal: str, article: Article, but: int) -> bool:
    """Whether an article of the portal, *but* one, has this text below whatever headline."""
    row = conn.execute(
        """
        SELECT 1
        FROM observed o
        CROSS JOIN articles a ON a.id = o.article_id -- in this order: few have as many words
        WHERE o.portal = ?
          AND o.word_count = ?
          AND o.article_id <> ?
          AND a.body = ?
        LIMIT 1
        """,
        [portal, article.word_count, but, article.body],
    ).fetchone()
    return row is not None


def is_withdrawn(conn: sqlite3.Connection, addresses: Iterable[str]) -> bool:
    """Whether one of *addresses* is in the withdrawal register."""
    keys = sorted({identity_key(url) for url in addresses})
    marks = ", ".join("?" * len(keys))
    return conn.execute(f"SELECT 1 FROM withdrawals WHERE key IN ({marks})", keys).fetchone() is not None


def move(conn: sqlite3.Connection, known: KnownState, article: Article) -> bool:
    """Take over a new address of a known article, where no other article has it; returns whether it moved."""
    (current,) = conn.execute("SELECT url FROM articles WHERE id = ?", [known.id]).fetchone()
    owner = known_by_url(conn, article.url)
    if identity_key(article.url) == identity_key(current) or (owner is not None and owner.id != known.id):
        return False
    conn.execute("UPDATE articles SET url = ? WHERE id = ?", [article.url, known.id])
    return True


def is_kept_at(conn: sqlite3.Connection, article_id: int, url: str) -> bool:
    """Whether *url* is an article's address now, and not one of those that it was met at."""
    (current,) = conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    return identity_key(current) == identity_key(url)


def announced_elsewhere(conn: sqlite3.Connection, article_id: int, url: str) -> str | None:
    """The newest address beside *url* at which sources announced an article; None where there is no other."""
    row = conn.execute(
        "SELECT url FROM frontier WHERE article_id = ? AND key <> ? ORDER BY id DESC LIMIT 1",
        [article_id, identity_key(url)],
    ).fetchone()
    return str(row[0]) if row else None


def remember_aliases(conn: sqlite3.Connection, article_id: int, urls: Iterable[str], now: datetime) -> None:
    """Keep every address an article was ever met at."""
    conn.executemany(
        "INSERT INTO aliases (key, url, article_id, first_seen_at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        [(identity_key(url), url, article_id, to_stamp(now)) for url in sorted(set(urls))],
    )


def forget_aliases(conn: sqlite3.Connection, article_id: int, urls: Iterable[str]) -> None:
    """Part an article from addresses that showed nothing but its text; its own address stays."""
    (current,) = conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    keys = {identity_key(url) for url in urls} - {identity_key(current)}
    conn.executemany(
        "DELETE FROM aliases WHERE key = ? AND article_id = ?", [(key, article_id) for key in sorted(keys)]
    )


def _find_one(conn: sqlite3.Connection, where: str, values: list[Any]) -> KnownState | None:
    return next(iter(_find(conn, where, values)), None)


def _find(conn: sqlite3.Connection, where: str, values: list[Any]) -> list[KnownState]:
    rows = conn.execute(
        f"""
        SELECT a.id, a.status, a.revision, a.content_sha256, a.title_shown, a.lead, a.body, a.word_count, a.access,
               a.extractor
        FROM articles a
        WHERE {where}
        """,
        values,
    ).fetchall()
    return [_state_of(row) for row in rows]


def _state_of(row: tuple[Any, ...]) -> KnownState:
    return KnownState(
        id=row[0],
        status=row[1],
        revision=row[2],
        content_sha256=row[3],
        title_shown=row[4] or "",
        lead=row[5],
        body=row[6] or "",
        word_count=row[7],
        access=row[8],
        extractor=row[9],
    )
