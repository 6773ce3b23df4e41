"""Takedown: an article's words leave the file for good, a tombstone stays, and no crawl brings it back.

What is wiped: title, text, authors, image and the like, every earlier revision, the search entry, the article's own
captures, its words inside other pages of the portal (sidebars, "most read" lists), and the portal's kept listings, which
may say of it what it does not say itself. What stays: the address, the urn, when it was archived, and why it was
withdrawn.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import zstandard

from icma_crawler.archive.captures import drop_listings
from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.flags import lower_flag
from icma_crawler.archive.redacting import Mentions, blank_mentions
from icma_crawler.archive.searching import unindex_article
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.urls import identity_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One line of the register: an address that is never archived again, why, and since when."""

    key: str
    article_id: int | None
    reason: str
    at: datetime


def withdraw_article(
    conn: sqlite3.Connection, article_id: int, reason: str, now: datetime, found: Mentions | None = None
) -> bool:
    """Wipe an article; returns False where it was withdrawn before. The caller holds the transaction.

    *found* is what `find_mentions` told shortly before, so that pages need not be read while others wait to write.
    """
    portal, status = conn.execute("SELECT portal, status FROM articles WHERE id = ?", [article_id]).fetchone()
    if status == "withdrawn":
        return False
    wipe_pages(conn, article_id, now)
    blank_mentions(conn, article_id, found, now)
    drop_listings(conn, portal)
    _register(conn, article_id, reason, now)
    _wipe_fields(conn, article_id)
    conn.execute("DELETE FROM signals WHERE article_id = ?", [article_id])
    conn.execute("DELETE FROM imports WHERE article_id = ?", [article_id])
    conn.execute("DELETE FROM pictures WHERE article_id = ?", [article_id])
    unindex_article(conn, article_id)
    lower_flag(conn, article_id)
    log_change(conn, article_id, "withdrawn", cause="operator", at=now)
    return True


def refuse_address(conn: sqlite3.Connection, url: str, reason: str, now: datetime) -> None:
    """Enter an address into the register that is not (or no longer) archived, so that it never will be."""
    refuse_key(conn, identity_key(url), reason, now)


def refuse_key(conn: sqlite3.Connection, key: str, reason: str, now: datetime) -> None:
    """`refuse_address`, by what all forms of the address share."""
    conn.execute(
        "INSERT INTO withdrawals (key, reason, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
        [key, reason, to_stamp(now)],
    )
    conn.execute(
        "UPDATE frontier SET state = 'withdrawn', title = NULL, reason = NULL WHERE key = ? AND article_id IS NULL",
        [key],
    )
    for (portal,) in conn.execute("SELECT DISTINCT portal FROM frontier WHERE key = ?", [key]).fetchall():
        drop_listings(conn, portal)


def withdrawals_of(conn: sqlite3.Connection) -> list[Withdrawal]:
    """The register, oldest first."""
    rows = conn.execute("SELECT key, article_id, reason, at FROM withdrawals ORDER BY at, key")
    return [Withdrawal(key=row[0], article_id=row[1], reason=row[2], at=from_stamp(row[3])) for row in rows]


def finish_wiping(conn: sqlite3.Connection) -> bool:
    """Drop what was learned of portals that have nothing left, rewrite the file and empty the write-ahead log.

    No byte of what was wiped is then left in the files. Where rows move between a table's pages, SQLite leaves copies
    in the pages' unused middle, which secure_delete does not reach; only VACUUM does. It takes some seconds a gigabyte.
    Returns False where another program holds the archive or still reads the old state, or the disk has no room for a
    copy: the next call finishes. SQLite 3.40 has no secure-delete in FTS5, so its segments are merged into one
    (sqlite.org/fts5.html, "optimize").
    """
    try:
        _rewrite(conn)
    except sqlite3.OperationalError as error:
        conn.rollback()
        if not any(sign in str(error) for sign in ("locked", "full")):
            raise
        return False
    busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _rewrite(conn: sqlite3.Connection) -> None:
    conn.execute(
        """
        DELETE FROM boilerplate
        WHERE portal NOT IN (
          SELECT id
          FROM portals
          WHERE EXISTS (SELECT 1 FROM articles WHERE portal = portals.id AND status <> 'withdrawn')
        )
        """
    )
    conn.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
    conn.commit()
    conn.execute("VACUUM")


def _register(conn: sqlite3.Connection, article_id: int, reason: str, now: datetime) -> None:
    conn.execute(
        """
        INSERT INTO withdrawals (key, article_id, reason, at)
        SELECT key, article_id, ?, ? FROM aliases WHERE article_id = ?
        ON CONFLICT (key) DO NOTHING
        """,
        [reason, to_stamp(now), article_id],
    )
    conn.execute(
        """
        UPDATE frontier
        SET state = 'withdrawn', title = NULL, guid = NULL, reason = NULL, detail = NULL, next_due_at = NULL,
            outcome = CASE WHEN outcome = 'pending' THEN 'withdrawn' ELSE outcome END
        WHERE article_id = ?
        """,
        [article_id],
    )


def wipe_pages(conn: sqlite3.Connection, article_id: int, now: datetime) -> None:
    """Empty the captures of an article's own pages."""
    urls = [row[0] for row in conn.execute("SELECT url FROM aliases WHERE article_id = ?", [article_id])]
    marks = ", ".join("?" * len(urls))
    conn.execute(
        f"""
        UPDATE captures
        SET body = ?, stored_bytes = 0, size_bytes = 0, headers = '[]', dictionary_id = NULL, redacted_at = ?,
            payload_sha256 = ?
        WHERE id IN (
          SELECT capture_id FROM revisions WHERE article_id = ?
          UNION SELECT capture_id FROM flags WHERE article_id = ?
          UNION SELECT id FROM captures WHERE url IN ({marks}) OR final_url IN ({marks})
        )
        """,
        [zstandard.compress(b""), to_stamp(now), hashlib.sha256(b"").hexdigest(), article_id, article_id, *urls, *urls],
    )


def _wipe_fields(conn: sqlite3.Connection, article_id: int) -> None:
    conn.execute(
        """
        UPDATE articles
        SET title = NULL, title_shown = NULL, kicker = NULL, lead = NULL, body = NULL, authors = '[]', section = NULL,
            tags = '[]', image_url = NULL, origin_name = NULL, origin_url = NULL, word_count = 0, content_sha256 = '',
            status = 'withdrawn'
        WHERE id = ?
        """,
        [article_id],
    )
    conn.execute("UPDATE revisions SET fields = NULL, content_sha256 = '' WHERE article_id = ?", [article_id])
