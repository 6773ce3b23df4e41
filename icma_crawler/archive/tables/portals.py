"""The portals of an archive: what their files said last, who crawls them now, and what they allow of their articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Store, as_dict
from icma_crawler.archive.values import from_stamp, known_zone, to_stamp
from icma_crawler.models import Cause, Portal, Reuse, Source

_HERE_ONLY = frozenset({"holder", "held_since", "reuse_cause", "tdm_status", "tdm_asked_at"})
"""What is of this archive's crawls, and no fact of the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalReuse:
    """What a portal's file allowed at the last crawl, and what its own signals leave of all it publishes."""

    file: Reuse
    signals: Reuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that crawls a portal, as `icma_crawler.system.processes` names it, and since when."""

    process: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TdmQuestion:
    """When a portal's TDM file was last asked for, and with which status it was answered (0: with none)."""

    status: int | None
    asked_at: datetime | None


class Portals(Store):
    """The table `portals`."""

    def save(self, portal: Portal, now: datetime) -> None:
        """Keep what the portal file says now; where it allows something else than before, that is to be carried out."""
        before = self.reuse_of(portal.id)
        self._db.run(
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
        if before is not None and before.file != portal.reuse:
            self._db.run("UPDATE portals SET reuse_cause = 'operator' WHERE id = :portal", {"portal": portal.id})

    def save_imported(self, portal_id: str, *, name: str, home: str, language: str, now: datetime) -> None:
        """Know a portal that this archive has never crawled.

        What its sender allows stands in each imported record, so the row allows all.
        """
        self._db.run(
            """
            INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at)
            VALUES (:id, :name, :home, :language, 'UTC', 'full', :now)
            ON CONFLICT (id) DO NOTHING
            """,
            {"id": portal_id, "name": name, "home": home, "language": language, "now": to_stamp(now)},
        )

    def is_known(self, portal_id: str) -> bool:
        """Whether anything of a portal was ever archived or tried."""
        return self._db.row("SELECT 1 FROM portals WHERE id = :portal", {"portal": portal_id}) is not None

    def find_all(self) -> list[Portal]:
        """Every portal with the sources that have answered, by id."""
        sources: dict[str, list[Source]] = {}
        for row in self._db.rows(
            "SELECT portal, kind, url FROM sources WHERE is_configured OR answered_at IS NOT NULL ORDER BY portal, id"
        ):
            sources.setdefault(row["portal"], []).append(Source(kind=row["kind"], url=row["url"]))
        return [
            Portal(
                id=row["id"],
                name=row["name"],
                home=row["home"],
                language=row["language"],
                timezone=row["timezone"],
                reuse=row["reuse"],
                sources=tuple(sources.get(row["id"], ())),
            )
            for row in self._db.rows("SELECT id, name, home, language, timezone, reuse FROM portals ORDER BY id")
        ]

    def crawled(self) -> list[str]:
        """The ids of the portals that were ever crawled, in order."""
        rows = self._db.rows("SELECT id FROM portals WHERE id IN (SELECT portal FROM crawls) ORDER BY id")
        return [row["id"] for row in rows]

    def timezone_of(self, portal_id: str) -> str:
        """The name of the time zone that a portal keeps.

        Raises:
            MalformedError: there is none of that name.
        """
        return known_zone(self._db.value("SELECT timezone FROM portals WHERE id = :portal", {"portal": portal_id}))

    # ---- who crawls it

    def holder_of(self, portal_id: str) -> Holder | None:
        """The process that took a portal and has not given it back, which may be dead; None where nobody holds it."""
        row = self._db.row(
            "SELECT holder, coalesce(held_since, first_seen_at) AS held_since FROM portals WHERE id = :portal AND holder IS NOT NULL",
            {"portal": portal_id},
        )
        return None if row is None else Holder(process=row["holder"], since=row["held_since"])

    def holders(self) -> dict[str, Holder]:
        """By portal, the processes that hold one."""
        rows = self._db.rows(
            "SELECT id, holder, coalesce(held_since, first_seen_at) AS held_since FROM portals WHERE holder IS NOT NULL ORDER BY id"
        )
        return {row["id"]: Holder(process=row["holder"], since=row["held_since"]) for row in rows}

    def take(self, portal_id: str, process: str, now: datetime) -> None:
        """Let a process hold a portal."""
        self._db.run(
            "UPDATE portals SET holder = :holder, held_since = :now WHERE id = :portal",
            {"portal": portal_id, "holder": process, "now": to_stamp(now)},
        )

    def release(self, portal_id: str) -> None:
        """Let nobody hold it."""
        self._db.run("UPDATE portals SET holder = NULL, held_since = NULL WHERE id = :portal", {"portal": portal_id})

    # ---- what it allows

    def reuse_of(self, portal_id: str) -> PortalReuse | None:
        """What is allowed of all it publishes; None for a portal that is not known."""
        row = self._db.row("SELECT reuse, signal_reuse FROM portals WHERE id = :portal", {"portal": portal_id})
        return None if row is None else PortalReuse(file=row["reuse"], signals=row["signal_reuse"])

    def limit_reuse(self, portal_id: str, reuse: Reuse, cause: Cause) -> None:
        """Keep what the portal's own signals leave allowed; its articles are to be brought into step."""
        self._db.run(
            "UPDATE portals SET signal_reuse = :reuse, reuse_cause = :cause WHERE id = :portal",
            {"portal": portal_id, "reuse": reuse, "cause": cause},
        )

    def reuse_cause(self, portal_id: str) -> Cause | None:
        """Why the `reuse` of its articles is out of date; None where it is not."""
        cause: Cause | None = self._db.value(
            "SELECT reuse_cause FROM portals WHERE id = :portal", {"portal": portal_id}
        )
        return cause

    def reuse_is_carried_out(self, portal_id: str) -> None:
        """All its articles are in step."""
        self._db.run("UPDATE portals SET reuse_cause = NULL WHERE id = :portal", {"portal": portal_id})

    def tdm_question(self, portal_id: str) -> TdmQuestion:
        """When its TDM file was last asked for."""
        row = self._db.row("SELECT tdm_status, tdm_asked_at FROM portals WHERE id = :portal", {"portal": portal_id})
        if row is None:
            return TdmQuestion(status=None, asked_at=None)
        return TdmQuestion(status=row["tdm_status"], asked_at=from_stamp(row["tdm_asked_at"]))

    def tdm_answered(self, portal_id: str, status: int, now: datetime) -> None:
        """Its TDM file was asked for, and answered with *status* (0: with none)."""
        self._db.run(
            "UPDATE portals SET tdm_status = :status, tdm_asked_at = :now WHERE id = :portal",
            {"portal": portal_id, "status": status, "now": to_stamp(now)},
        )

    # ---- as rows, for another archive

    def row_of(self, portal_id: str) -> dict[str, Any]:
        """A portal as another archive takes it over: without what is of this archive's crawls; empty where it is not known."""
        row = self._db.row("SELECT * FROM portals WHERE id = :portal", {"portal": portal_id})
        return {name: value for name, value in as_dict(row).items() if name not in _HERE_ONLY} if row else {}

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `row_of` gave."""
        marks = ", ".join(f":{name}" for name in values)
        self._db.run(f"INSERT INTO portals ({', '.join(values)}) VALUES ({marks})", values)
