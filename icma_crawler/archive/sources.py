"""The sources of a portal as the archive knows them: when asked, what they answered, when to ask again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.signals import portal_changed, portal_reuse
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Portal, Source, SourceKind
from icma_crawler.urls import identity_key


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
    asked_at: datetime | None = None
    looked_at: datetime | None = None
    """When it last gave a whole answer, not just "nothing new"."""
    next_due_at: datetime | None = None
    payload_sha256: str | None = None
    payload_bytes: int | None = None
    rest_minutes: int | None = None
    """How long its last whole answer asked to be left alone."""
    backfill_url: str | None = None
    """The page that an unfinished backfill has come to, and the day it walks back to."""
    backfill_since: datetime | None = None

    def as_source(self) -> Source:
        return Source(kind=self.kind, url=self.url)


def save_portal(conn: sqlite3.Connection, portal: Portal, now: datetime) -> None:
    """Keep what the portal file says now."""
    before = portal_reuse(conn, portal.id)
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
    if before is not None and before[0] != portal.reuse:
        portal_changed(conn, portal.id, "operator")


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
        SELECT id, kind, url, etag, last_modified, walked_at IS NOT NULL, is_configured, failures,
               asked_at, looked_at, next_due_at, payload_sha256, payload_bytes, backfill_url, backfill_since, rest_minutes
        FROM sources
        WHERE portal = ?
          AND (is_configured OR answered_at IS NOT NULL OR failures = 0
           OR failures < 10 AND reason IN ('host-paused', 'robots-unreachable', 'timeout', 'connect'))
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
            asked_at=from_stamp(row[8]),
            looked_at=from_stamp(row[9]),
            next_due_at=from_stamp(row[10]),
            payload_sha256=row[11],
            payload_bytes=row[12],
            backfill_url=row[13],
            backfill_since=from_stamp(row[14]),
            rest_minutes=row[15],
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
    payload_bytes: int | None = None,
    told_new: bool = False,
    rest_minutes: int | None = None,
    next_due_at: datetime | None = None,
    now: datetime,
) -> None:
    """A source gave a whole answer, or (status 304) said that it has nothing new.

    *etag* and *last_modified* are what it may be asked with next time.
    """
    conn.execute(
        """
        UPDATE sources
        SET asked = asked + 1, told_new = told_new + :told_new, failures = 0, reason = NULL, last_status = :status,
            asked_at = :now, answered_at = :now, kind = coalesce(:kind, kind), next_due_at = :next_due_at,
            told_new_at = CASE WHEN :told_new THEN :now ELSE told_new_at END,
            etag = CASE WHEN :status = 304 THEN etag ELSE :etag END,
            last_modified = CASE WHEN :status = 304 THEN last_modified ELSE :last_modified END,
            looked_at = CASE WHEN :status = 304 THEN looked_at ELSE :now END,
            rest_minutes = CASE WHEN :status = 304 THEN rest_minutes ELSE :rest_minutes END,
            payload_sha256 = coalesce(:payload_sha256, payload_sha256),
            payload_bytes = coalesce(:payload_bytes, payload_bytes)
        WHERE id = :id
        """,
        {
            "id": source_id,
            "status": status,
            "kind": kind,
            "etag": etag,
            "last_modified": last_modified,
            "payload_sha256": payload_sha256,
            "payload_bytes": payload_bytes,
            "told_new": told_new,
            "rest_minutes": rest_minutes,
            "next_due_at": to_stamp(next_due_at),
            "now": to_stamp(now),
        },
    )


def source_failed(
    conn: sqlite3.Connection,
    source_id: int,
    *,
    reason: str,
    status: int | None,
    next_due_at: datetime | None = None,
    now: datetime,
) -> None:
    """A source gave no usable answer; *reason* is a code of `icma_crawler.reasons`.

    A pause comes of an answer before it, whose reason stays.
    """
    conn.execute(
        """
        UPDATE sources
        SET asked = asked + 1, failures = failures + 1, last_status = :status, asked_at = :now, next_due_at = :due,
            reason = CASE WHEN :reason = 'host-paused' AND failures > 0 THEN reason ELSE :reason END
        WHERE id = :id
        """,
        {
            "reason": reason,
            "status": status,
            "now": to_stamp(now),
            "due": to_stamp(next_due_at),
            "id": source_id,
        },
    )


def source_walked(conn: sqlite3.Connection, source_id: int, now: datetime) -> None:
    """Every page of a source was read to its end once; from now on only its news matters."""
    conn.execute("UPDATE sources SET walked_at = ? WHERE id = ?", [to_stamp(now), source_id])


def find_changed_children(
    conn: sqlite3.Connection, portal: str, announced: Mapping[str, datetime | None]
) -> list[KnownSource]:
    """Of the known sources that a sitemap index names with their lastmod, those that changed since they were asked."""
    changed = []
    for source in find_sources(conn, portal):
        modified_at = announced.get(source.url)
        if modified_at is not None and source.looked_at is not None and modified_at > source.looked_at:
            changed.append(source)
    return changed


def coverage_of(conn: sqlite3.Connection, portal: str, newest: int) -> dict[int, frozenset[int]]:
    """By source, which of the portal's *newest* archived urls (by publication) it has told of."""
    rows = conn.execute(
        """
        SELECT a.source_id, a.frontier_id
        FROM sources s
        CROSS JOIN announcements a ON a.source_id = s.id
        WHERE s.portal = :portal
          AND a.frontier_id IN (
          SELECT f.id
          FROM frontier f
          LEFT JOIN articles ON articles.id = f.article_id
          WHERE f.portal = :portal
            AND f.state IN ('archived', 'unchanged')
            AND f.reason IS NOT 'duplicate'
          ORDER BY coalesce(articles.published_at, f.published_at, f.announced_at) DESC
          LIMIT :newest
        )
        """,
        {"portal": portal, "newest": newest},
    )
    covered: dict[int, set[int]] = {}
    for source_id, frontier_id in rows:
        covered.setdefault(source_id, set()).add(frontier_id)
    return {source_id: frozenset(urls) for source_id, urls in covered.items()}


def count_announced(conn: sqlite3.Connection, source_id: int, since: datetime) -> int:
    """How many urls a source was the first or another to tell of since a moment."""
    row = conn.execute(
        """
        SELECT count(*)
        FROM announcements a
        JOIN frontier f ON f.id = a.frontier_id
        WHERE a.source_id = ?
          AND f.announced_at >= ?
        """,
        [source_id, to_stamp(since)],
    ).fetchone()
    return int(row[0])


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


def backfill_at(conn: sqlite3.Connection, source_id: int, url: str | None, since: datetime) -> None:
    """Remember the page that a backfill comes to next; None once it has come to its day."""
    conn.execute(
        "UPDATE sources SET backfill_url = ?, backfill_since = ? WHERE id = ?", [url, to_stamp(since), source_id]
    )


def published_at(conn: sqlite3.Connection, portal: str, url: str) -> datetime | None:
    """When what is at an announced url was published, as its page says or else its source; None where neither does."""
    row = conn.execute(
        """
        SELECT coalesce(articles.published_at, frontier.published_at)
        FROM frontier
        LEFT JOIN articles ON articles.id = frontier.article_id
        WHERE frontier.portal = ?
          AND frontier.key = ?
        """,
        [portal, identity_key(url)],
    ).fetchone()
    return from_stamp(row[0]) if row else None


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
