"""What a portal's pages repeat, as it was learned: read for extraction, added to as the archive grows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime

from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Memory, Recurring


def memory_of(conn: sqlite3.Connection, portal: str) -> Memory:
    """The fingerprints of all lines that are known to be the portal's own."""
    rows = conn.execute("SELECT fingerprint FROM boilerplate WHERE portal = ?", [portal])
    return frozenset(row[0] for row in rows)


def remember(conn: sqlite3.Connection, portal: str, found: Iterable[Recurring], now: datetime) -> None:
    """Add what was learned. Nothing is forgotten: a line that is cut no longer shows in the texts one learns from."""
    conn.executemany(
        """
        INSERT INTO boilerplate (portal, fingerprint, kind, sample, pages, first_seen_at, last_seen_at)
        VALUES (:portal, :fingerprint, :kind, :sample, :pages, :now, :now)
        ON CONFLICT (portal, fingerprint) DO UPDATE
        SET pages = max(pages, excluded.pages), last_seen_at = excluded.last_seen_at
        """,
        [
            {
                "portal": portal,
                "fingerprint": one.fingerprint,
                "kind": one.kind,
                # A headline may be withdrawn one day; nothing of it is kept here.
                "sample": one.sample if one.kind == "recurring" else "",
                "pages": one.pages,
                "now": to_stamp(now),
            }
            for one in found
        ],
    )


def iter_texts(conn: sqlite3.Connection, portal: str) -> Iterator[tuple[str, str]]:
    """Headline and body of a portal's articles, in the order they were archived."""
    return iter(
        conn.execute(
            """
            SELECT title, body
            FROM articles
            WHERE portal = ?
              AND status <> 'withdrawn'
            ORDER BY id
            """,
            [portal],
        )
    )


def iter_titles(conn: sqlite3.Connection, portal: str) -> Iterator[str]:
    """The headlines of a portal's articles, with kicker and without."""
    for pair in conn.execute(
        "SELECT title, title_shown FROM articles WHERE portal = ? AND status <> 'withdrawn'", [portal]
    ):
        yield from dict.fromkeys(pair)
