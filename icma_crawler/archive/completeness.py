"""The books: of what each portal announced on each day, what became of it; and what is missing, with the reason.

The columns add up to the announced.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.stamps import from_stamp

_BAKU_OFFSET = "+4 hours"  # Asia/Baku, without summer time since 2016


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBalance:
    """One portal and one day (Baku clock).

    announced = archived + duplicate + gone + withdrawn + rejected + refused + failed + pending.
    """

    portal: str
    day: str
    announced: int
    archived: int
    duplicate: int
    gone: int
    withdrawn: int
    rejected: int
    refused: int
    failed: int
    pending: int

    @property
    def missing(self) -> int:
        """What is to be had, and is not there yet."""
        return self.refused + self.failed + self.pending


def balance(conn: sqlite3.Connection, portal: str | None) -> list[DayBalance]:
    """The balance of each portal and day of announcement, oldest first."""
    rows = conn.execute(
        """
        SELECT portal, date(announced_at, :offset) AS day, count(*),
               count(*) FILTER (WHERE state IN ('archived', 'unchanged') AND reason IS NOT 'duplicate'),
               count(*) FILTER (WHERE state = 'unchanged' AND reason = 'duplicate'),
               count(*) FILTER (WHERE state = 'gone'),
               count(*) FILTER (WHERE state = 'withdrawn'),
               count(*) FILTER (WHERE state = 'rejected'),
               count(*) FILTER (WHERE state = 'refused'),
               count(*) FILTER (WHERE state = 'failed'),
               count(*) FILTER (WHERE state = 'pending')
        FROM frontier
        WHERE :portal IS NULL OR portal = :portal
        GROUP BY portal, day
        ORDER BY portal, day
        """,
        {"portal": portal, "offset": _BAKU_OFFSET},
    )
    names = tuple(DayBalance.__dataclass_fields__)
    return [DayBalance(**dict(zip(names, row, strict=True))) for row in rows]


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


def find_gaps(conn: sqlite3.Connection, portal: str | None) -> list[Gap]:
    """What was announced and is not archived, oldest first."""
    rows = conn.execute(
        """
        SELECT f.portal, f.url, f.state,
               coalesce(f.reason, CASE
                 WHEN f.state <> 'pending' OR c.reason = 'running' THEN NULL
                 WHEN c.reason = 'finished' THEN 'max-pages'
                 ELSE 'interrupted'
               END),
               f.announced_at, f.attempts, f.last_status
        FROM frontier f
        LEFT JOIN crawls c ON c.id = f.crawl_id
        WHERE f.state IN ('pending', 'rejected', 'refused', 'failed')
          AND (:portal IS NULL OR f.portal = :portal)
        ORDER BY f.portal, f.id
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
