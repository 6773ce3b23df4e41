"""What became of a url of the frontier, and when it is looked at again by itself."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import FrontierState
from icma_crawler.urls import identity_key

_RETRY_AFTER = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a failed url rests before its next attempt, by attempts made; the last value goes on for ever."""

_LOOK_LATER = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""When a page that was no article yet is looked at again, by looks taken; after the last it is left alone."""

_MAY_BECOME_AN_ARTICLE = frozenset(
    {
        "live-blog", "soft-404", "empty-shell", "login-wall", "consent-wall", "video-only", "not-article",
        "http-404", "home-redirect", "duplicate",
    }
)  # fmt: skip


def settle(
    conn: sqlite3.Connection,
    entry_id: int,
    state: FrontierState,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    detail: str | None = None,
    status: int | None = None,
    article_id: int | None = None,
    next_due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Write down what became of a url. One that gave no article gets the time of its next look by itself, if any.

    A known article that cannot be read this time stays what it was: its outcome is told, its state is kept. So does a
    duplicate that is looked at again.
    """
    attempts, known_article, published_at, copy_due_at = conn.execute(
        "SELECT attempts, article_id, published_at, CASE reason WHEN 'duplicate' THEN next_due_at END "
        "FROM frontier WHERE id = ?",
        [entry_id],
    ).fetchone()
    is_kept = known_article is not None and state in ("failed", "refused", "rejected", "pending")
    if is_kept and copy_due_at is not None:
        reason, next_due_at = "duplicate", from_stamp(copy_due_at)
    if state in ("failed", "refused"):
        next_due_at = now + _RETRY_AFTER[min(attempts + 1, len(_RETRY_AFTER) - 1)]
    if state == "rejected" and (known_article is None or copy_due_at is not None):
        next_due_at = later_look(reason, attempts, is_dated=published_at is not None, now=now)
    conn.execute(
        """
        UPDATE frontier
        SET state = CASE WHEN :is_kept THEN state ELSE :state END,
            outcome = :outcome, reason = :reason, detail = :detail, attempts = :attempts,
            last_status = coalesce(:status, last_status), fetched_at = :now, next_due_at = :next_due_at,
            article_id = coalesce(:article_id, article_id)
        WHERE id = :id
        """,
        {
            "id": entry_id,
            "is_kept": is_kept,
            "state": state,
            "outcome": outcome or state,
            "reason": reason,
            "detail": detail[:500] if detail else None,
            "attempts": attempts + 1,
            "status": status,
            "now": to_stamp(now),
            "next_due_at": to_stamp(next_due_at),
            "article_id": article_id,
        },
    )


def look_at_one(conn: sqlite3.Connection, article_id: int, entry_id: int) -> None:
    """Of all entries that led to an article only one is looked at again: each look would ask for the same page.

    It is that of the article's own address, which listings go on to show; else *entry_id*.
    """
    (url,) = conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    conn.execute(
        """
        WITH looked_at AS (SELECT id, key FROM frontier WHERE article_id = :article_id AND reason IS NOT 'duplicate')
        UPDATE frontier
        SET reason = 'duplicate', next_due_at = NULL, misses = 0, missed_since = NULL,
            state = CASE WHEN state = 'gone' THEN 'unchanged' ELSE state END
        WHERE id IN (SELECT id FROM looked_at)
          AND id <> coalesce((SELECT id FROM looked_at WHERE key = :key), :entry_id)
        """,
        {"article_id": article_id, "key": identity_key(url), "entry_id": entry_id},
    )


def later_look(reason: str | None, looks: int, *, is_dated: bool = False, now: datetime) -> datetime | None:
    """When to see whether a page has become an article: a headline got its text, a live coverage ended, a wall fell.

    Or a text that several addresses showed, such as a notice that the portal is being worked on, made room for theirs.
    What reads as a listing or a static page gets no second look, unless its source dated it like an article.
    """
    if reason not in _MAY_BECOME_AN_ARTICLE or looks >= len(_LOOK_LATER) or (reason == "not-article" and not is_dated):
        return None
    return now + _LOOK_LATER[looks]


def remember_answer(
    conn: sqlite3.Connection, entry_id: int, *, etag: str | None, last_modified: str | None, payload_sha256: str
) -> None:
    """Keep what a page was answered with, for asking "changed since?" the next time."""
    conn.execute(
        """
        UPDATE frontier
        SET etag = ?, last_modified = ?, payload_sha256 = ?, misses = 0, missed_since = NULL
        WHERE id = ?
        """,
        [etag, last_modified, payload_sha256, entry_id],
    )
