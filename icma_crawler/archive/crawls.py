"""Crawl runs: who holds a portal, when a crawl began and ended, and its counts, derived from the frontier."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.errors import PortalBusyError
from icma_crawler.models import CrawlRun
from icma_crawler.system.processes import describe_process, is_running, is_same_host, this_process

_OUTCOMES = (
    "archived",
    "revised",
    "restored",
    "unchanged",
    "gone",
    "withdrawn",
    "rejected",
    "refused",
    "failed",
    "pending",
)
_RUNNING = "running"

_SIGN_OF_LIFE = timedelta(hours=2)
"""A crawl on another machine is believed this long after the last thing it did; the longest wait within one is seconds."""


def begin_crawl(conn: sqlite3.Connection, portal: str, now: datetime) -> int:
    """Take the portal for this process and open a crawl run; a run that a dead process left open is closed.

    Raises:
        PortalBusyError: a live process holds the portal.
    """
    holder, since = conn.execute("SELECT holder, held_since FROM portals WHERE id = ?", [portal]).fetchone()
    if holder is not None and holder != this_process() and is_at_work(conn, portal, holder, now):
        raise PortalBusyError(portal, describe_process(holder), since)
    for (crawl_id,) in conn.execute(
        "SELECT id FROM crawls WHERE portal = ? AND reason = ?", [portal, _RUNNING]
    ).fetchall():
        _close(conn, crawl_id, "killed", now)
    conn.execute("UPDATE portals SET holder = ?, held_since = ? WHERE id = ?", [this_process(), to_stamp(now), portal])
    cursor = conn.execute(
        "INSERT INTO crawls (portal, started_at, reason) VALUES (?, ?, ?)", [portal, to_stamp(now), _RUNNING]
    )
    return int(cursor.lastrowid or 0)


def end_crawl(
    conn: sqlite3.Connection, crawl_id: int, *, reason: str, requests: int, size_bytes: int, now: datetime
) -> CrawlRun:
    """Close a crawl run: its counts come from the frontier, so they add up to what was due."""
    conn.execute("UPDATE crawls SET requests = ?, bytes = ? WHERE id = ?", [requests, size_bytes, crawl_id])
    _close(conn, crawl_id, reason, now)
    conn.execute(
        "UPDATE portals SET holder = NULL, held_since = NULL WHERE id = (SELECT portal FROM crawls WHERE id = ?)",
        [crawl_id],
    )
    return find_crawl(conn, crawl_id)


def find_crawl(conn: sqlite3.Connection, crawl_id: int) -> CrawlRun:
    return _run_of(conn.execute(f"SELECT {_COLUMNS} FROM crawls WHERE id = ?", [crawl_id]).fetchone())


def latest_crawls(conn: sqlite3.Connection) -> dict[str, CrawlRun]:
    """The newest crawl of each portal."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM crawls WHERE id IN (SELECT max(id) FROM crawls GROUP BY portal)")
    return {row[0]: _run_of(row) for row in rows}


def find_runs(conn: sqlite3.Connection, portal: str, count: int) -> list[CrawlRun]:
    """The last *count* crawls of a portal, oldest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM crawls WHERE portal = ? ORDER BY id DESC LIMIT ?", [portal, count]
    ).fetchall()
    return [_run_of(row) for row in reversed(rows)]


_COUNTS = ("announced", "due", *_OUTCOMES, "source_answers", "source_failures", "requests", "bytes")
_COLUMNS = ", ".join(("portal", "started_at", "finished_at", "reason", *_COUNTS))


def _run_of(row: tuple[str, str, str | None, str, *tuple[int, ...]]) -> CrawlRun:
    portal, started_at, finished_at, reason, *counts = row
    return CrawlRun(
        portal=portal,
        started_at=from_stamp(started_at),
        finished_at=from_stamp(finished_at),
        reason=reason,
        **dict(zip(_COUNTS, counts, strict=True)),
    )


def _close(conn: sqlite3.Connection, crawl_id: int, reason: str, now: datetime) -> None:
    portal, started_at = conn.execute("SELECT portal, started_at FROM crawls WHERE id = ?", [crawl_id]).fetchone()
    counts: dict[str, int] = dict(
        conn.execute("SELECT outcome, count(*) FROM frontier WHERE crawl_id = ? GROUP BY outcome", [crawl_id])
    )
    announced = conn.execute(
        "SELECT count(*) FROM frontier WHERE crawl_id = ? AND announced_at >= ?", [crawl_id, started_at]
    ).fetchone()[0]
    answers, failures = conn.execute(
        "SELECT count(*) FILTER (WHERE failures = 0), "
        "count(*) FILTER (WHERE failures > 0 AND (is_configured OR answered_at IS NOT NULL)) FROM sources "
        "WHERE portal = ? AND asked_at >= ?",
        [portal, started_at],
    ).fetchone()
    assignments = ", ".join(f"{outcome} = :{outcome}" for outcome in _OUTCOMES)
    conn.execute(
        f"""
        UPDATE crawls
        SET finished_at = :now, reason = :reason, announced = :announced, due = :due,
            source_answers = :answers, source_failures = :failures, {assignments}
        WHERE id = :id
        """,
        {
            "id": crawl_id,
            "now": to_stamp(now),
            "reason": reason,
            "announced": announced,
            "due": sum(counts.values()),
            "answers": answers,
            "failures": failures,
            **{outcome: counts.get(outcome, 0) for outcome in _OUTCOMES},
        },
    )


def is_at_work(conn: sqlite3.Connection, portal: str, holder: str, now: datetime) -> bool:
    """Whether the holder of a portal may still be at work; one on another machine as long as it does something."""
    if not is_same_host(holder):
        return now - _last_deed(conn, portal) < _SIGN_OF_LIFE
    return is_running(holder)


def _last_deed(conn: sqlite3.Connection, portal: str) -> datetime:
    """When the crawl in hand last began, asked a source or settled a url."""
    (latest,) = conn.execute(
        """
        SELECT max(
          coalesce(p.held_since, p.first_seen_at),
          coalesce((SELECT max(asked_at) FROM sources WHERE portal = p.id), ''),
          coalesce((SELECT max(fetched_at) FROM frontier
                    WHERE crawl_id = (SELECT max(id) FROM crawls WHERE portal = p.id)), '')
        )
        FROM portals p
        WHERE p.id = ?
        """,
        [portal],
    ).fetchone()
    return from_stamp(str(latest))
