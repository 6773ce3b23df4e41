"""Which portals have anything to do: asked before a scheduled round starts, so that an idle one costs nearly nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icma_crawler.archive.database import Store
from icma_crawler.archive.tables.frontier import FARTHEST_LOOK
from icma_crawler.archive.tables.hosts import FARTHEST_PAUSE
from icma_crawler.archive.tables.sources import IS_IN_USE
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import Portal
from icma_crawler.urls import origin_of

FARTHEST_VISIT = timedelta(days=2)
"""No source is ever put off for longer; a time beyond it was written while the clock was wrong."""


class DueWork(Store):
    """Reads `sources`, `frontier`, `portals` and `hosts`, each along an index."""

    def portals(self, portals: Iterable[Portal], now: datetime, *, with_rechecks: bool) -> list[str]:
        """Of *portals*, those with a source, an unfinished or failed url or a re-check due, or that were never crawled.

        Those whose host asked for a pause are left out until it is over. In the order they were given.
        """
        asked = list(portals)
        if not asked:
            return []
        values = {f"portal{number}": portal.id for number, portal in enumerate(asked)}
        values |= {f"host{number}": origin_of(portal.home) for number, portal in enumerate(asked)}
        listed = ", ".join(f"({number}, :portal{number}, :host{number})" for number in range(len(asked)))
        rows = self._db.rows(
            f"""
            WITH asked (place, portal, host) AS (VALUES {listed})
            SELECT asked.portal
            FROM asked
            LEFT JOIN hosts ON hosts.host = asked.host
            WHERE (hosts.not_before IS NULL OR hosts.not_before <= :now OR hosts.not_before > :farthest_pause)
              AND ({_HAS_SOURCE_DUE} OR {_HAS_UNFINISHED} OR :with_rechecks AND {_HAS_RECHECK_DUE})
            ORDER BY asked.place
            """,
            {
                **values,
                "now": to_stamp(now),
                "farthest": to_stamp(now + FARTHEST_VISIT),
                "farthest_look": to_stamp(now + FARTHEST_LOOK),
                "farthest_pause": to_stamp(now + FARTHEST_PAUSE),
                "with_rechecks": with_rechecks,
            },
        )
        return [row["portal"] for row in rows]


# No source at all: the portal was never crawled.
_HAS_SOURCE_DUE = f"""(
  NOT EXISTS (SELECT 1 FROM sources WHERE portal = asked.portal)
  OR EXISTS (
    SELECT 1
    FROM sources
    WHERE portal = asked.portal
      AND {IS_IN_USE}
      AND (next_due_at IS NULL OR next_due_at <= :now OR next_due_at > :farthest)
  )
)"""

# What an interrupted crawl had taken belongs to the portal's latest crawl: each takes over what the one before left.
_HAS_UNFINISHED = """(
  EXISTS (SELECT 1 FROM frontier WHERE portal = asked.portal AND state = 'pending')
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE portal = asked.portal
      AND state IN ('failed', 'refused', 'rejected')
      AND (next_due_at <= :now OR next_due_at > :farthest_look)
  )
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE portal = asked.portal
      AND state = 'unchanged'
      AND (next_due_at <= :now OR next_due_at > :farthest_look)
      AND duplicate_of IS NOT NULL
  )
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE crawl_id = (SELECT max(id) FROM crawls WHERE portal = asked.portal)
      AND outcome = 'pending'
  )
)"""

_HAS_RECHECK_DUE = """EXISTS (
  SELECT 1
  FROM frontier
  WHERE portal = asked.portal
    AND state IN ('archived', 'unchanged', 'gone')
    AND (next_due_at <= :now OR next_due_at > :farthest_look)
    AND article_id IS NOT NULL
)"""
