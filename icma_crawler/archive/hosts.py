"""Until when each host is to be left alone; all portals, crawls and processes keep to it."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

from icma_crawler.archive.stamps import from_stamp, to_stamp

FARTHEST_PAUSE = timedelta(hours=2)
"""No host is left alone for longer; a time beyond it was written while the clock was wrong."""


def not_before(conn: sqlite3.Connection, host: str, now: datetime) -> datetime | None:
    """When *host* (with scheme and port) may be asked again; None where it never asked for a pause."""
    row = conn.execute(
        "SELECT not_before FROM hosts WHERE host = ? AND not_before <= ?", [host, to_stamp(now + FARTHEST_PAUSE)]
    ).fetchone()
    return from_stamp(row[0]) if row else None


def pause(conn: sqlite3.Connection, host: str, until: datetime) -> None:
    """Leave *host* alone until a moment; an earlier pause that lasts longer stays."""
    conn.execute(
        """
        INSERT INTO hosts (host, not_before)
        VALUES (:host, :until)
        ON CONFLICT (host) DO UPDATE
        SET not_before = CASE WHEN not_before > :until AND not_before <= :farthest THEN not_before ELSE :until END
        """,
        {"host": host, "until": to_stamp(until), "farthest": to_stamp(until + FARTHEST_PAUSE)},
    )
