"""The sources of a portal as the archive knows them: when asked, what they answered, when to ask again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Portal, Source, SourceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSource:
    """A source with what is needed to ask it: validators of its last whole answer, and whether it was walked."""

    id: int
    kind: SourceKind
    url: str
    etag: str | None = None
    last_modified: str | None = None
    was_walked: bool = False
    is_configured: bool = False
    failures: int = 0

    def as_source(self) -> Source:
        return Source(kind=self.kind, url=self.url)


def save_portal(conn: sqlite3.Connection, portal: Portal, now: datetime) -> None:
    """Keep what the portal file says now."""
    conn.execute(
        """
        INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at)
        VALUES (:id, :name, :home, :language, :timezone, :reuse, :now)
        ON CONFLICT (id) DO UPDATE
        SET name = :name, home = :home, language = :language, timezone = :timezone, reuse = :reuse
        """,
        {
            "id": portal.id,
            "name": portal.name,
            "home": portal.home,
            "language": portal.language,
            "timezone": portal.timezone,
            "reuse": portal.reuse,
            "now": to_stamp(now),
        },
    )


def save_sources(
    conn: sqlite3.Connection, portal: str, sources: Iterable[Source], *, now: datetime, is_configured: bool = False
) -> list[KnownSource]:
    """Keep sources; returns those that were not known before."""
    new = []
    for source in sources:
        cursor = conn.execute(
            """
            INSERT INTO sources (portal, kind, url, is_configured, first_seen_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (portal, url) DO NOTHING
            """,
            [portal, source.kind, source.url, is_configured, to_stamp(now)],
        )
        if cursor.rowcount:
            new.append(
                KnownSource(
                    id=int(cursor.lastrowid or 0), kind=source.kind, url=source.url, is_configured=is_configured
                )
            )
    return new


def find_sources(conn: sqlite3.Connection, portal: str) -> list[KnownSource]:
    """Every source of a portal that has not been given up, in the order they were found."""
    rows = conn.execute(
        """
        SELECT id, kind, url, etag, last_modified, walked_at IS NOT NULL, is_configured, failures
        FROM sources
        WHERE portal = ?
          AND (is_configured OR answered_at IS NOT NULL OR failures = 0)
        ORDER BY id
        """,
        [portal],
    )
    return [
        KnownSource(
            id=row[0],
            kind=row[1],
            url=row[2],
            etag=row[3],
            last_modified=row[4],
            was_walked=bool(row[5]),
            is_configured=bool(row[6]),
            failures=row[7],
        )
        for row in rows
    ]


def source_answered(
    conn: sqlite3.Connection,
    source_id: int,
    *,
    status: int,
    kind: SourceKind | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    payload_sha256: str | None = None,
    told_new: bool = False,
    now: datetime,
) -> None:
    """A source gave a whole answer; *etag* and *last_modified* are what it may be asked with next time."""
    conn.execute(
        """
        UPDATE sources
        SET asked = asked + 1, told_new = told_new + :told_new, failures = 0, reason = NULL, last_status = :status,
            asked_at = :now, answered_at = :now, kind = coalesce(:kind, kind),
            told_new_at = CASE WHEN :told_new THEN :now ELSE told_new_at END,
            etag = CASE WHEN :status = 304 THEN etag ELSE :etag END,
            last_modified = CASE WHEN :status = 304 THEN last_modified ELSE :last_modified END,
            payload_sha256 = coalesce(:payload_sha256, payload_sha256)
        WHERE id = :id
        """,
        {
            "id": source_id,
            "status": status,
            "kind": kind,
            "etag": etag,
            "last_modified": last_modified,
            "payload_sha256": payload_sha256,
            "told_new": told_new,
            "now": to_stamp(now),
        },
    )


def source_failed(conn: sqlite3.Connection, source_id: int, *, reason: str, status: int | None, now: datetime) -> None:
    """A source gave no usable answer; *reason* is a code of `icma_crawler.reasons`."""
    conn.execute(
        """
        UPDATE sources
        SET asked = asked + 1, failures = failures + 1, reason = ?, last_status = ?, asked_at = ?
        WHERE id = ?
        """,
        [reason, status, to_stamp(now), source_id],
    )


def source_walked(conn: sqlite3.Connection, source_id: int, now: datetime) -> None:
    """Every page of a source was read to its end once; from now on only its news matters."""
    conn.execute("UPDATE sources SET walked_at = ? WHERE id = ?", [to_stamp(now), source_id])


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRobots:
    """What a host said in its robots.txt, and when; ``status`` is 0 where no answer came."""

    status: int
    body: str
    at: datetime


def robots_of(conn: sqlite3.Connection, host: str) -> HostRobots | None:
    """The stored robots.txt of a host (with port), if it was ever asked."""
    row = conn.execute("SELECT robots_status, robots_body, robots_at FROM hosts WHERE host = ?", [host]).fetchone()
    if row is None or row[2] is None:
        return None
    return HostRobots(status=row[0], body=row[1] or "", at=from_stamp(row[2]))


def save_robots(conn: sqlite3.Connection, host: str, robots: HostRobots) -> None:
    conn.execute(
        """
        INSERT INTO hosts (host, robots_status, robots_body, robots_at)
        VALUES (:host, :status, :body, :at)
        ON CONFLICT (host) DO UPDATE
        SET robots_status = :status, robots_body = :body, robots_at = :at
        """,
        {"host": host, "status": robots.status, "body": robots.body, "at": to_stamp(robots.at)},
    )


def failing_sources(conn: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """By portal, the sources whose last answer was of no use, with the reason; given-up guesses are left out."""
    rows = conn.execute(
        """
        SELECT portal, url, reason
        FROM sources
        WHERE failures > 0
          AND (is_configured OR answered_at IS NOT NULL)
        ORDER BY portal, id
        """
    )
    failing: dict[str, dict[str, str]] = {}
    for portal, url, reason in rows:
        failing.setdefault(portal, {})[url] = reason
    return failing
