"""What is known of each host, whoever's portals are on it: its robots.txt, and until when it is to be left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import from_stamp, to_stamp

FARTHEST_PAUSE = timedelta(hours=2)
"""No host is left alone for longer; a time beyond it was written while the clock was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRobots:
    """What a host said in its robots.txt, and when; ``status`` is 0 where no answer came."""

    status: int
    body: str
    at: datetime


class Hosts(Store):
    """The table `hosts`; a host is named with its scheme and port. All portals, crawls and processes share it."""

    def robots_of(self, host: str) -> HostRobots | None:
        """The stored robots.txt of a host; None where it was never asked."""
        row = self._db.row(
            "SELECT robots_status, robots_body, robots_at FROM hosts WHERE host = :host AND robots_at IS NOT NULL",
            {"host": host},
        )
        if row is None:
            return None
        return HostRobots(status=row["robots_status"], body=row["robots_body"] or "", at=from_stamp(row["robots_at"]))

    def save_robots(self, host: str, robots: HostRobots) -> None:
        """Keep what a host answered, in the place of what it answered before."""
        self._db.run(
            """
            INSERT INTO hosts (host, robots_status, robots_body, robots_at)
            VALUES (:host, :status, :body, :at)
            ON CONFLICT (host) DO UPDATE
            SET robots_status = :status, robots_body = :body, robots_at = :at
            """,
            {"host": host, "status": robots.status, "body": robots.body, "at": to_stamp(robots.at)},
        )

    def not_before(self, host: str, now: datetime) -> datetime | None:
        """When a host may be asked again; None where it never asked for a pause."""
        found: str | None = self._db.value(
            "SELECT not_before FROM hosts WHERE host = :host AND not_before <= :farthest",
            {"host": host, "farthest": to_stamp(now + FARTHEST_PAUSE)},
        )
        return from_stamp(found)

    def pause(self, host: str, until: datetime) -> None:
        """Leave a host alone until a moment; an earlier pause that lasts longer stays."""
        self._db.run(
            """
            INSERT INTO hosts (host, not_before)
            VALUES (:host, :until)
            ON CONFLICT (host) DO UPDATE
            SET not_before = CASE
              WHEN hosts.not_before > :until AND hosts.not_before <= :farthest THEN hosts.not_before
              ELSE :until
            END
            """,
            {"host": host, "until": to_stamp(until), "farthest": to_stamp(until + FARTHEST_PAUSE)},
        )
