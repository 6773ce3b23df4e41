"""What was last told of each portal's health, and when."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.stamps import from_stamp, to_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The state of a portal that the operator heard of last: a verdict, or "ok"."""

    portal: str
    state: str
    told_at: datetime


def told_notices(conn: sqlite3.Connection) -> dict[str, Told]:
    """By portal; those of which nothing was ever told are left out."""
    rows = conn.execute("SELECT portal, state, told_at FROM notices")
    return {row[0]: Told(portal=row[0], state=row[1], told_at=from_stamp(row[2])) for row in rows}


def save_told(conn: sqlite3.Connection, told: Told) -> None:
    conn.execute(
        """
        INSERT INTO notices (portal, state, told_at)
        VALUES (:portal, :state, :told_at)
        ON CONFLICT (portal) DO UPDATE
        SET state = :state, told_at = :told_at
        """,
        {"portal": told.portal, "state": told.state, "told_at": to_stamp(told.told_at)},
    )
