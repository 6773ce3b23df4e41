"""The books: of what each portal announced on each day, what became of it. The columns add up to the announced."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

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
