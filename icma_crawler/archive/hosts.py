"""Until when each host is to be left alone; all portals, crawls and processes keep to it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from icma_crawler.archive.stamps import from_stamp, to_stamp


def not_before(conn: sqlite3.Connection, host: str) -> datetime | None:
    """When *host* (with scheme and port) may be asked again; None where it never asked for a pause."""
    row = conn.execute("SELECT not_before FROM hosts WHERE host = ?", [host]).fetchone()
    return from_stamp(row[0]) if row else None


def pause(conn: sqlite3.Connection, host: str, until: datetime) -> None:
    """Leave *host* alone until a moment; an earlier pause that lasts longer stays."""
    conn.execute(
        """
        INSERT INTO hosts (host, not_before)
        VALUES (:host, :until)
        ON CONFLICT (host) DO UPDATE
        SET not_before = max(coalesce(not_before, :until), :until)
        """,
        {"host": host, "until": to_stamp(until)},
    )
