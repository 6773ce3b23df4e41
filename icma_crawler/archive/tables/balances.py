"""The books: of what each portal announced on each day, what became of it; and what is missing, with the reason.

The columns add up to the announced.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import from_stamp

_BAKU = timedelta(hours=4)  # Asia/Baku, without summer time since 2016


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBalance:
    """One portal and one day (Baku clock).

    announced = archived + duplicate + gone + withdrawn + rejected + refused + failed + pending.
    """

    portal: str
    day: str
    announced: int
    archived: int = 0
    duplicate: int = 0
    gone: int = 0
    withdrawn: int = 0
    rejected: int = 0
    refused: int = 0
    failed: int = 0
    pending: int = 0

    @property
    def missing(self) -> int:
        """What is to be had, and is not there yet."""
        return self.refused + self.failed + self.pending


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


class Balances(Store):
    """Reads `frontier` and `crawls`."""

    def by_day(self, portal_id: str | None = None) -> list[DayBalance]:
        """The balance of each portal and day of announcement, oldest first."""
        rows = self._db.rows(
            """
            SELECT portal, substr(announced_at, 1, 13) AS hour,
                   CASE
                     WHEN state = 'unchanged' AND duplicate_of IS NOT NULL THEN 'duplicate'
                     WHEN state = 'unchanged' THEN 'archived'
                     ELSE state
                   END AS became,
                   count(*) AS urls
            FROM frontier
            WHERE :portal IS NULL OR portal = :portal
            GROUP BY 1, 2, 3
            """,
            {"portal": portal_id},
        )
        days: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for row in rows:
            hour = from_stamp(f"{row['hour']}:00:00+00:00")
            days[row["portal"], (hour + _BAKU).date().isoformat()][row["became"]] += row["urls"]
        return [
            DayBalance(portal=portal_id, day=day, announced=counts.total(), **counts)
            for (portal_id, day), counts in sorted(days.items())
        ]

    def gaps(self, portal_id: str | None = None) -> list[Gap]:
        """What was announced and is not archived, oldest first."""
        rows = self._db.rows(
            """
            SELECT f.portal, f.url, f.state,
                   coalesce(f.reason, CASE
                     WHEN f.state <> 'pending' OR c.reason = 'running' THEN NULL
                     WHEN c.reason = 'finished' THEN 'max-pages'
                     ELSE 'interrupted'
                   END) AS reason,
                   f.announced_at, f.attempts, f.last_status
            FROM frontier f
            LEFT JOIN crawls c ON c.id = f.crawl_id
            WHERE f.state IN ('pending', 'rejected', 'refused', 'failed')
              AND (:portal IS NULL OR f.portal = :portal)
            ORDER BY f.portal, f.id
            """,
            {"portal": portal_id},
        )
        return [
            Gap(
                portal=row["portal"],
                url=row["url"],
                state=row["state"],
                reason=row["reason"],
                announced_at=from_stamp(row["announced_at"]),
                attempts=row["attempts"],
                last_status=row["last_status"],
            )
            for row in rows
        ]
