"""Which portals have anything to do: asked before a scheduled round starts, so that an idle one costs nearly nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.crawls import is_at_work
from icma_crawler.archive.frontier import FARTHEST_LOOK
from icma_crawler.archive.hosts import FARTHEST_PAUSE
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Portal
from icma_crawler.urls import origin_of

FARTHEST_VISIT = timedelta(days=2)
"""No source is ever put off for longer; a time beyond it was written while the clock was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePortals:
    """The portals with something due, in the order they were asked for; ``held`` ones are in hand of a live process."""

    free: tuple[str, ...]
    held: tuple[str, ...]


def due_portals(
    conn: sqlite3.Connection, portals: Iterable[Portal], now: datetime, *, with_rechecks: bool
) -> DuePortals:
    """Of *portals*, those with a source, an unfinished or failed url or a re-check due, or that were never crawled.

    Those whose host asked for a pause are left out until it is over.
    """
    rows = conn.execute(
        f"""
        SELECT asked.key, portals.holder
        FROM json_each(:asked) asked
        LEFT JOIN portals ON portals.id = asked.key
        LEFT JOIN hosts ON hosts.host = asked.value
        WHERE (hosts.not_before IS NULL OR hosts.not_before <= :now OR hosts.not_before > :farthest_pause)
          AND ({_HAS_SOURCE_DUE} OR {_HAS_UNFINISHED} OR :with_rechecks AND {_HAS_RECHECK_DUE})
        ORDER BY asked.id
        """,
        {
            "asked": json.dumps({portal.id: origin_of(portal.home) for portal in portals}),
            "now": to_stamp(now),
            "farthest": to_stamp(now + FARTHEST_VISIT),
            "farthest_look": to_stamp(now + FARTHEST_LOOK),
            "farthest_pause": to_stamp(now + FARTHEST_PAUSE),
            "with_rechecks": with_rechecks,
        },
    ).fetchall()
    held = [portal for portal, holder in rows if holder is not None and is_at_work(conn, portal, holder, now)]
    return DuePortals(free=tuple(portal for portal, _ in rows if portal not in held), held=tuple(held))


def postpone_source(conn: sqlite3.Connection, source_id: int, until: datetime) -> None:
    """Others tell of whatever this source would tell of, so its turn comes later."""
    conn.execute("UPDATE sources SET next_due_at = ? WHERE id = ?", [to_stamp(until), source_id])


# No source at all: the portal was never crawled. The given-up ones are left out, as in `sources.find_sources`.
_HAS_SOURCE_DUE = """(
  NOT EXISTS (SELECT 1 FROM sources WHERE portal = asked.key)
  OR EXISTS (
    SELECT 1
    FROM sources
    WHERE portal = asked.key
      AND (is_configured OR answered_at IS NOT NULL OR failures = 0
           OR failures < 10 AND reason IN ('host-paused', 'robots-unreachable', 'timeout', 'connect'))
      AND (next_due_at IS NULL OR next_due_at <= :now OR next_due_at > :farthest)
  )
)"""

# What an interrupted crawl had taken belongs to the portal's latest crawl: each takes over what the one before left.
_HAS_UNFINISHED = """(
  EXISTS (SELECT 1 FROM frontier WHERE portal = asked.key AND state = 'pending')
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE portal = asked.key
      AND state IN ('failed', 'refused', 'rejected')
      AND (next_due_at <= :now OR next_due_at > :farthest_look)
  )
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE portal = asked.key
      AND state = 'unchanged'
      AND (next_due_at <= :now OR next_due_at > :farthest_look)
      AND reason = 'duplicate'
  )
  OR EXISTS (
    SELECT 1
    FROM frontier
    WHERE crawl_id = (SELECT max(id) FROM crawls WHERE portal = asked.key)
      AND outcome = 'pending'
  )
)"""

_HAS_RECHECK_DUE = """EXISTS (
  SELECT 1
  FROM frontier
  WHERE portal = asked.key
    AND state IN ('archived', 'unchanged', 'gone')
    AND (next_due_at <= :now OR next_due_at > :farthest_look)
    AND article_id IS NOT NULL
    AND reason IS NOT 'duplicate'
)"""
