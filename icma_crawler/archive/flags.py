"""Flags: a known article whose page now shows something that may be no edit of it, waiting for a second look."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.changes import digest_of
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Article, Rejection

_SECOND_LOOK = timedelta(hours=24)
"""How far apart two equal looks at a doubtful text must be before it is believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a page of a known article shows now; ``capture_id`` is the page, ``content_sha256`` its text's digest."""

    article_id: int
    reason: str
    detail: str | None
    capture_id: int
    content_sha256: str | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """A flagged article for the operator to judge; ``has_text`` tells whether its page shows one that can be accepted."""

    id: int
    portal: str
    url: str
    title: str
    reason: str
    detail: str | None
    since: datetime
    last_seen_at: datetime
    has_text: bool


def find_flagged(conn: sqlite3.Connection, portal: str | None, article_id: int | None) -> list[Flagged]:
    """The flagged articles, of a portal or just one, oldest flag first; those that are gone show nothing at all."""
    rows = conn.execute(
        """
        SELECT a.id, a.portal, a.url, coalesce(a.title_shown, ''), f.reason, f.detail, f.first_at, f.last_at,
               f.content_sha256 IS NOT NULL
        FROM flags f
        CROSS JOIN articles a ON a.id = f.article_id -- in this order: flags are few, live articles are many
        WHERE a.status = 'live'
          AND (:portal IS NULL OR a.portal = :portal)
          AND (:article_id IS NULL OR a.id = :article_id)
        ORDER BY f.first_at, a.id
        """,
        {"portal": portal, "article_id": article_id},
    )
    return [
        Flagged(
            id=row[0],
            portal=row[1],
            url=row[2],
            title=row[3],
            reason=row[4],
            detail=row[5],
            since=from_stamp(row[6]),
            last_seen_at=from_stamp(row[7]),
            has_text=bool(row[8]),
        )
        for row in rows
    ]


def find_flag(conn: sqlite3.Connection, article_id: int) -> Flag | None:
    row = conn.execute(
        """
        SELECT article_id, reason, detail, capture_id, content_sha256, first_at, last_at
        FROM flags
        WHERE article_id = ?
        """,
        [article_id],
    ).fetchone()
    if row is None:
        return None
    return Flag(
        article_id=row[0],
        reason=row[1],
        detail=row[2],
        capture_id=row[3],
        content_sha256=row[4],
        first_at=from_stamp(row[5]),
        last_at=from_stamp(row[6]),
    )


def is_confirmed(conn: sqlite3.Connection, article_id: int, article: Article, doubt: str, now: datetime) -> bool:
    """Whether a doubtful text was seen before, the same, long enough ago; another article's text never is believed."""
    if doubt == "same-as-another":
        return False
    flag = find_flag(conn, article_id)
    return flag is not None and flag.content_sha256 == digest_of(article) and now - flag.first_at >= _SECOND_LOOK


def raise_flag(
    conn: sqlite3.Connection,
    article_id: int,
    result: Article | Rejection,
    *,
    reason: str,
    capture_id: int,
    now: datetime,
) -> None:
    """Flag an article; what it showed before under another flag is forgotten."""
    if isinstance(result, Article):
        detail, digest = f"{result.word_count} words", digest_of(result)
    else:
        detail, digest = result.detail, None
    conn.execute(
        "INSERT OR REPLACE INTO flags VALUES (:article_id, :reason, :detail, :capture_id, :digest, :now, :now)",
        {
            "article_id": article_id,
            "reason": reason,
            "detail": detail,
            "capture_id": capture_id,
            "digest": digest,
            "now": to_stamp(now),
        },
    )


def is_raised(conn: sqlite3.Connection, article_id: int, result: Article | Rejection, reason: str) -> bool:
    """Whether the article is flagged for this very thing already."""
    flag = find_flag(conn, article_id)
    digest = digest_of(result) if isinstance(result, Article) else None
    return flag is not None and (flag.reason, flag.content_sha256) == (reason, digest)


def seen_again(conn: sqlite3.Connection, article_id: int, now: datetime) -> None:
    conn.execute("UPDATE flags SET last_at = ? WHERE article_id = ?", [to_stamp(now), article_id])


def lower_flag(conn: sqlite3.Connection, article_id: int) -> None:
    conn.execute("DELETE FROM flags WHERE article_id = ?", [article_id])
