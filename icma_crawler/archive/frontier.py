"""The frontier: every url that a source announced, and what became of it.

It lives in the archive, so a crawl that is killed loses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Candidate, FrontierState
from icma_crawler.urls import identity_key

_RETRY_AFTER = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a failed url rests before its next attempt, by attempts made; the last value goes on for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One url of the frontier that is to be fetched, with the hints its source gave."""

    id: int
    candidate: Candidate
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A url that was announced and is not archived."""

    portal: str
    url: str
    state: str
    reason: str | None
    announced_at: datetime
    attempts: int
    last_status: int | None


def announce(
    conn: sqlite3.Connection,
    portal: str,
    source_id: int | None,
    candidates: Iterable[Candidate],
    *,
    crawl_id: int,
    now: datetime,
) -> list[Entry]:
    """Write down what a source announced; returns what was not known before, to be fetched in this crawl."""
    new = []
    for candidate in candidates:
        key = identity_key(candidate.url)
        cursor = conn.execute(
            """
            INSERT INTO frontier (portal, key, url, source_id, announced_at, title, published_at, modified_at, guid,
                                  crawl_id, outcome, article_id)
            VALUES (:portal, :key, :url, :source_id, :now, :title, :published_at, :modified_at, :guid,
                    :crawl_id, 'pending', NULL)
            ON CONFLICT (portal, key) DO NOTHING
            """,
            {
                "portal": portal,
                "key": key,
                "url": candidate.url,
                "source_id": source_id,
                "now": to_stamp(now),
                "title": candidate.title,
                "published_at": to_stamp(candidate.published_at),
                "modified_at": to_stamp(candidate.modified_at),
                "guid": candidate.guid,
                "crawl_id": crawl_id,
            },
        )
        if cursor.rowcount:
            new.append(Entry(id=int(cursor.lastrowid or 0), candidate=candidate))
        else:
            _improve_hints(conn, portal, key, candidate)
    return new


def _improve_hints(conn: sqlite3.Connection, portal: str, key: str, candidate: Candidate) -> None:
    """A feed may know more of a url than the section page that announced it first."""
    if candidate.published_at is None and candidate.modified_at is None:
        return
    conn.execute(
        """
        UPDATE frontier
        SET published_at = coalesce(published_at, :published_at), modified_at = coalesce(modified_at, :modified_at)
        WHERE portal = :portal
          AND key = :key
          AND (published_at IS NULL AND :published_at IS NOT NULL OR modified_at IS NULL AND :modified_at IS NOT NULL)
        """,
        {
            "portal": portal,
            "key": key,
            "published_at": to_stamp(candidate.published_at),
            "modified_at": to_stamp(candidate.modified_at),
        },
    )


def take_unfinished(conn: sqlite3.Connection, portal: str, *, crawl_id: int, now: datetime) -> list[Entry]:
    """What earlier crawls left: pending urls, and failed ones whose rest is over. They become this crawl's."""
    rows = conn.execute(
        """
        SELECT f.id, f.url, s.url, f.title, f.published_at, f.modified_at, f.guid, f.attempts
        FROM frontier f
        LEFT JOIN sources s ON s.id = f.source_id
        WHERE f.portal = :portal
          AND (f.state = 'pending' OR f.state IN ('failed', 'refused') AND f.next_due_at <= :now)
        ORDER BY f.id
        """,
        {"portal": portal, "now": to_stamp(now)},
    ).fetchall()
    conn.executemany(
        "UPDATE frontier SET crawl_id = ?, outcome = 'pending', state = 'pending' WHERE id = ?",
        [(crawl_id, row[0]) for row in rows],
    )
    return [
        Entry(
            id=row[0],
            candidate=Candidate(
                url=row[1],
                source_url=row[2] or "",
                title=row[3],
                published_at=from_stamp(row[4]),
                modified_at=from_stamp(row[5]),
                guid=row[6],
            ),
            attempts=row[7],
        )
        for row in rows
    ]


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
    now: datetime,
) -> None:
    """Write down what became of a url. A failed or refused one gets the time of its next attempt."""
    attempts = conn.execute("SELECT attempts FROM frontier WHERE id = ?", [entry_id]).fetchone()[0] + 1
    rest = _RETRY_AFTER[min(attempts, len(_RETRY_AFTER) - 1)]
    next_due_at = to_stamp(now + rest) if state in ("failed", "refused") else None
    conn.execute(
        """
        UPDATE frontier
        SET state = :state, outcome = :outcome, reason = :reason, detail = :detail, attempts = :attempts,
            last_status = coalesce(:status, last_status), fetched_at = :now, next_due_at = :next_due_at,
            article_id = coalesce(:article_id, article_id)
        WHERE id = :id
        """,
        {
            "id": entry_id,
            "state": state,
            "outcome": outcome or state,
            "reason": reason,
            "detail": detail[:500] if detail else None,
            "attempts": attempts,
            "status": status,
            "now": to_stamp(now),
            "next_due_at": next_due_at,
            "article_id": article_id,
        },
    )


def find_gaps(conn: sqlite3.Connection, portal: str | None) -> list[Gap]:
    """What was announced and is not archived, oldest first."""
    rows = conn.execute(
        """
        SELECT portal, url, state, reason, announced_at, attempts, last_status
        FROM frontier
        WHERE state IN ('pending', 'rejected', 'refused', 'failed')
          AND (:portal IS NULL OR portal = :portal)
        ORDER BY portal, id
        """,
        {"portal": portal},
    )
    return [
        Gap(
            portal=row[0],
            url=row[1],
            state=row[2],
            reason=row[3],
            announced_at=from_stamp(row[4]),
            attempts=row[5],
            last_status=row[6],
        )
        for row in rows
    ]
