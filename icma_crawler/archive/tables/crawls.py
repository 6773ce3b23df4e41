"""Crawl runs: when each began and ended, why, and its counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from icma_crawler.archive.database import Row, Store, assignments
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import OUTCOMES, CrawlRun

_RUNNING = "running"
_COUNTS = ("announced", "due", *OUTCOMES, "source_answers", "source_failures", "requests", "bytes")
_COLUMNS = ", ".join(("id", "portal", "started_at", "finished_at", "reason", *_COUNTS))


class Crawls(Store):
    """The table `crawls`."""

    def begin(self, portal_id: str, now: datetime) -> int:
        """Open a run; returns its id."""
        return self._db.insert("crawls", {"portal": portal_id, "started_at": to_stamp(now), "reason": _RUNNING})

    def end(self, crawl_id: int, *, reason: str, counts: Mapping[str, int], now: datetime) -> None:
        """Close a run with its counts, by the columns' names."""
        self._db.run(
            f"UPDATE crawls SET finished_at = :now, reason = :reason, {assignments(counts)} WHERE id = :id",
            {"id": crawl_id, "now": to_stamp(now), "reason": reason, **counts},
        )

    def load(self, crawl_id: int) -> CrawlRun:
        """A run by its id.

        Raises:
            LookupError: there is none.
        """
        row = self._db.row(f"SELECT {_COLUMNS} FROM crawls WHERE id = :id", {"id": crawl_id})
        if row is None:
            raise LookupError(f"no crawl {crawl_id}")
        return _run_of(row)

    def running(self, portal_id: str) -> list[int]:
        """The runs of a portal that were never closed."""
        rows = self._db.rows(
            "SELECT id FROM crawls WHERE portal = :portal AND reason = :running",
            {"portal": portal_id, "running": _RUNNING},
        )
        return [row["id"] for row in rows]

    def latest(self) -> dict[str, CrawlRun]:
        """The newest run of each portal."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM crawls WHERE id IN (SELECT max(id) FROM crawls GROUP BY portal)")
        return {row["portal"]: _run_of(row) for row in rows}

    def newest_id(self, portal_id: str) -> int | None:
        """The newest run of a portal; None where it was never crawled."""
        found: int | None = self._db.value("SELECT max(id) FROM crawls WHERE portal = :portal", {"portal": portal_id})
        return found

    def newest(self, portal_id: str, count: int) -> list[CrawlRun]:
        """The last *count* runs of a portal, oldest first."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM crawls WHERE portal = :portal ORDER BY id DESC LIMIT :count",
            {"portal": portal_id, "count": count},
        )
        return [_run_of(row) for row in reversed(rows)]

    def first_end(self, portal_id: str) -> datetime | None:
        """When the first run of a portal that ended did; None where none did."""
        found: str | None = self._db.value(
            """
            SELECT finished_at
            FROM crawls
            WHERE portal = :portal
              AND finished_at IS NOT NULL
            ORDER BY id
            LIMIT 1
            """,
            {"portal": portal_id},
        )
        return from_stamp(found)


def _run_of(row: Row) -> CrawlRun:
    return CrawlRun(
        portal=row["portal"],
        started_at=from_stamp(row["started_at"]),
        finished_at=from_stamp(row["finished_at"]),
        reason=row["reason"],
        **{name: row[name] for name in _COUNTS},
    )
