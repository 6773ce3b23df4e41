"""The sources of a portal as the archive knows them: when asked, what they answered, when to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Row, Store
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Source, SourceKind

IS_IN_USE = """(is_configured OR answered_at IS NOT NULL OR failures = 0
  OR failures < 10 AND reason IN ('host-paused', 'robots-unreachable', 'timeout', 'connect'))"""
"""A source that has not been given up: the operator's, one that ever answered, a guess that may yet."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswer:
    """What a source answered: whole (200), or that it has nothing new (304).

    ``etag`` and ``last_modified`` are what it may be asked with next time; a partial answer gives none.
    """

    status: int
    kind: SourceKind | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: str | None = None
    payload_bytes: int | None = None
    rest_minutes: int | None = None


class Sources(Store):
    """The table `sources`."""

    def save(
        self, portal_id: str, found: Iterable[Source], *, now: datetime, is_configured: bool = False
    ) -> list[KnownSource]:
        """Keep sources; returns those that were not known before."""
        new = []
        for source in found:
            row = self._db.row(
                """
                INSERT INTO sources (portal, kind, url, is_configured, first_seen_at)
                VALUES (:portal, :kind, :url, :is_configured, :now)
                ON CONFLICT (portal, url) DO NOTHING
                RETURNING id
                """,
                {
                    "portal": portal_id,
                    "kind": source.kind,
                    "url": source.url,
                    "is_configured": is_configured,
                    "now": to_stamp(now),
                },
            )
            if row is not None:
                new.append(KnownSource(id=row["id"], kind=source.kind, url=source.url, is_configured=is_configured))
        return new

    def find(self, portal_id: str) -> list[KnownSource]:
        """Every source of a portal that has not been given up, in the order they were found."""
        rows = self._db.rows(
            f"""
            SELECT id, kind, url, etag, last_modified, walked_at, is_configured, failures, asked_at, looked_at,
                   next_due_at, payload_sha256, payload_bytes, backfill_url, backfill_since, rest_minutes
            FROM sources
            WHERE portal = :portal
              AND {IS_IN_USE}
            ORDER BY id
            """,
            {"portal": portal_id},
        )
        return [_source_of(row) for row in rows]

    def find_changed(self, portal_id: str, announced: Mapping[str, datetime | None]) -> list[KnownSource]:
        """Of the known sources that a sitemap index names with their lastmod, those that changed since they were asked."""
        changed = []
        for source in self.find(portal_id) if announced else ():
            modified_at = announced.get(source.url)
            if modified_at is not None and source.looked_at is not None and modified_at > source.looked_at:
                changed.append(source)
        return changed

    def answered(
        self,
        source_id: int,
        answer: SourceAnswer,
        *,
        told_new: bool = False,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> None:
        """A source gave a whole answer, or (status 304) said that it has nothing new.

        *told_new*: it announced a url that was not known. *next_due_at* None: it is due with the next crawl.
        """
        self._db.run(
            """
            UPDATE sources
            SET asked = asked + 1, told_new = told_new + :told_new, failures = 0, reason = NULL, last_status = :status,
                asked_at = :now, answered_at = :now, kind = coalesce(:kind, kind), next_due_at = :next_due_at,
                told_new_at = CASE WHEN :told_new = 1 THEN :now ELSE told_new_at END,
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
                "status": answer.status,
                "kind": answer.kind,
                "etag": answer.etag,
                "last_modified": answer.last_modified,
                "payload_sha256": answer.payload_sha256,
                "payload_bytes": answer.payload_bytes,
                "rest_minutes": answer.rest_minutes,
                "told_new": int(told_new),
                "next_due_at": to_stamp(next_due_at),
                "now": to_stamp(now),
            },
        )

    def failed(
        self, source_id: int, *, reason: str, status: int | None, next_due_at: datetime | None = None, now: datetime
    ) -> None:
        """A source gave no usable answer; *reason* is a code of `icma_crawler.reasons`, *status* None without one.

        A pause comes of an answer before it, whose reason stays.
        """
        self._db.run(
            """
            UPDATE sources
            SET asked = asked + 1, failures = failures + 1, last_status = :status, asked_at = :now, next_due_at = :due,
                reason = CASE WHEN :reason = 'host-paused' AND failures > 0 THEN reason ELSE :reason END
            WHERE id = :id
            """,
            {
                "id": source_id,
                "reason": reason,
                "status": status,
                "now": to_stamp(now),
                "due": to_stamp(next_due_at),
            },
        )

    def walked(self, source_id: int, now: datetime) -> None:
        """Every page of a source was read to its end once; from now on only its news matters."""
        self._db.run("UPDATE sources SET walked_at = :now WHERE id = :id", {"id": source_id, "now": to_stamp(now)})

    def backfill_at(self, source_id: int, url: str | None, since: datetime) -> None:
        """Remember the page that a backfill comes to next; None once it has come to its day."""
        self._db.run(
            "UPDATE sources SET backfill_url = :url, backfill_since = :since WHERE id = :id",
            {"id": source_id, "url": url, "since": to_stamp(since)},
        )

    def postpone(self, source_id: int, until: datetime) -> None:
        """Ask a source at a later time, since others speak for it."""
        self._db.run(
            "UPDATE sources SET next_due_at = :until WHERE id = :id", {"id": source_id, "until": to_stamp(until)}
        )

    def failing(self) -> dict[str, dict[str, str]]:
        """By portal, the sources whose last answer was of no use, with the reason; given-up guesses are left out."""
        rows = self._db.rows(
            """
            SELECT portal, url, reason
            FROM sources
            WHERE failures > 0
              AND (is_configured OR answered_at IS NOT NULL)
            ORDER BY portal, id
            """
        )
        failing: dict[str, dict[str, str]] = {}
        for row in rows:
            failing.setdefault(row["portal"], {})[row["url"]] = row["reason"]
        return failing

    def last_asked(self, portal_id: str) -> datetime | None:
        """When any source of a portal was last asked; None where none ever was."""
        found: str | None = self._db.value(
            "SELECT max(asked_at) FROM sources WHERE portal = :portal", {"portal": portal_id}
        )
        return from_stamp(found)

    def count_asked(self, portal_id: str, since: datetime) -> tuple[int, int]:
        """How many sources gave an answer when asked since a moment, and how many of those that count gave none."""
        row = self._db.row(
            """
            SELECT count(*) FILTER (WHERE failures = 0) AS answers,
                   count(*) FILTER (
                     WHERE failures > 0 AND (is_configured OR answered_at IS NOT NULL)
                   ) AS failures
            FROM sources
            WHERE portal = :portal
              AND asked_at >= :since
            """,
            {"portal": portal_id, "since": to_stamp(since)},
        )
        return (0, 0) if row is None else (row["answers"], row["failures"])


def _source_of(row: Row) -> KnownSource:
    return KnownSource(
        id=row["id"],
        kind=row["kind"],
        url=row["url"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        was_walked=row["walked_at"] is not None,
        is_configured=bool(row["is_configured"]),
        failures=row["failures"],
        asked_at=from_stamp(row["asked_at"]),
        looked_at=from_stamp(row["looked_at"]),
        next_due_at=from_stamp(row["next_due_at"]),
        payload_sha256=row["payload_sha256"],
        payload_bytes=row["payload_bytes"],
        rest_minutes=row["rest_minutes"],
        backfill_url=row["backfill_url"],
        backfill_since=from_stamp(row["backfill_since"]),
    )
