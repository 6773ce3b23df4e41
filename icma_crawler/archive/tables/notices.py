"""What was last told of each portal's health, and when, so that nobody hears the same twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import from_stamp, to_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldState:
    """The state of a portal that the operator heard of last: a verdict, or "ok"."""

    portal: str
    state: str
    told_at: datetime


class Notices(Store):
    """The table `notices`."""

    def told(self) -> dict[str, ToldState]:
        """By portal; those of which nothing was ever told are left out."""
        rows = self._db.rows("SELECT portal, state, told_at FROM notices")
        return {
            row["portal"]: ToldState(portal=row["portal"], state=row["state"], told_at=from_stamp(row["told_at"]))
            for row in rows
        }

    def save(self, told: ToldState) -> None:
        """The operator has heard."""
        self._db.run(
            """
            INSERT INTO notices (portal, state, told_at)
            VALUES (:portal, :state, :told_at)
            ON CONFLICT (portal) DO UPDATE
            SET state = :state, told_at = :told_at
            """,
            {"portal": told.portal, "state": told.state, "told_at": to_stamp(told.told_at)},
        )
