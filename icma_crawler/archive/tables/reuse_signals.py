"""What portals say of reuse, page by page or of all they publish, with the times it was seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Row, Store
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Reuse, ReuseSignal

PAGES_FOR_STATEMENT = 3
"""On fewer pages a line is no footer's: an article may quote another's reuse statement."""

_COLUMNS = [
    "portal",
    "article_id",
    "kind",
    "value",
    "path",
    "reuse",
    "url",
    "pages",
    "misses",
    "first_seen_at",
    "last_seen_at",
    "gone_at",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenReuseSignal:
    """A signal as the archive keeps it; ``article_id`` is None where it speaks of the whole portal.

    ``misses`` counts the pages in a row that lacked a reuse statement. ``is_active`` tells whether it limits anything
    now: it may be gone, or seen on too few pages yet.
    """

    id: int
    signal: ReuseSignal
    article_id: int | None
    url: str
    pages: int
    misses: int
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.gone_at is None and (self.signal.kind != "notice" or self.pages >= PAGES_FOR_STATEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReuseSignal:
    """A signal that pages of a portal carry now, and on how many articles; ``url`` is one of them."""

    signal: ReuseSignal
    articles: int
    url: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ReuseSignalPlace:
    """Where a signal was seen; without an article it speaks of the whole portal."""

    portal: str
    article_id: int | None
    url: str


class ReuseSignals(Store):
    """The table `signals`."""

    def of(self, portal_id: str, article_id: int | None = None) -> list[SeenReuseSignal]:
        """What a portal says of all it publishes, or one page of it; oldest first."""
        rows = self._db.rows(
            """
            SELECT id, kind, value, path, reuse, article_id, url, pages, misses, first_seen_at, last_seen_at, gone_at
            FROM signals
            WHERE portal = :portal
              AND coalesce(article_id, 0) = coalesce(:article_id, 0)
            ORDER BY id
            """,
            {"portal": portal_id, "article_id": article_id},
        )
        return [_seen_of(row) for row in rows]

    def of_pages(self, portal_id: str) -> list[PageReuseSignal]:
        """The signals that pages of a portal carry now, the most frequent first."""
        rows = self._db.rows(
            """
            SELECT kind, value, reuse, count(*) AS articles, min(url) AS url, min(first_seen_at) AS first_seen_at,
                   max(last_seen_at) AS last_seen_at
            FROM signals
            WHERE portal = :portal
              AND article_id IS NOT NULL
              AND gone_at IS NULL
            GROUP BY kind, value, reuse
            ORDER BY count(*) DESC, kind, value
            """,
            {"portal": portal_id},
        )
        return [
            PageReuseSignal(
                signal=ReuseSignal(kind=row["kind"], value=row["value"], reuse=row["reuse"]),
                articles=row["articles"],
                url=row["url"],
                first_seen_at=from_stamp(row["first_seen_at"]),
                last_seen_at=from_stamp(row["last_seen_at"]),
            )
            for row in rows
        ]

    def has_any(self, article_id: int) -> bool:
        """Whether the page of an article ever said anything."""
        row = self._db.row("SELECT 1 FROM signals WHERE article_id = :id LIMIT 1", {"id": article_id})
        return row is not None

    def limits_of(self, article_id: int) -> list[Reuse]:
        """What each signal of an article's page leaves allowed now."""
        rows = self._db.rows("SELECT reuse FROM signals WHERE article_id = :id AND gone_at IS NULL", {"id": article_id})
        return [row["reuse"] for row in rows]

    def paths_of(self, portal_id: str) -> list[tuple[str, Reuse]]:
        """The parts of a portal that its TDM file speaks of now, and what it leaves allowed of each."""
        rows = self._db.rows(
            """
            SELECT path, reuse
            FROM signals
            WHERE portal = :portal
              AND article_id IS NULL
              AND path IS NOT NULL
              AND gone_at IS NULL
            """,
            {"portal": portal_id},
        )
        return [(row["path"], row["reuse"]) for row in rows]

    def add(self, place: ReuseSignalPlace, signal: ReuseSignal, now: datetime) -> None:
        """A signal that was not there before."""
        self._db.insert(
            "signals",
            {
                "portal": place.portal,
                "article_id": place.article_id,
                "kind": signal.kind,
                "value": signal.value,
                "path": signal.path,
                "reuse": signal.reuse,
                "url": place.url,
                "first_seen_at": to_stamp(now),
                "last_seen_at": to_stamp(now),
            },
        )

    def seen_again(self, signal_id: int, now: datetime) -> None:
        """It is there still, or once more."""
        self._db.run(
            "UPDATE signals SET last_seen_at = :now, gone_at = NULL WHERE id = :id",
            {"id": signal_id, "now": to_stamp(now)},
        )

    def gone(self, signal_id: int, now: datetime) -> None:
        """It is there no more."""
        self._db.run("UPDATE signals SET gone_at = :now WHERE id = :id", {"id": signal_id, "now": to_stamp(now)})

    def statement_seen(self, signal_id: int, reuse: Reuse, now: datetime) -> None:
        """One more page has a reuse statement; one that was gone is counted from the beginning."""
        self._db.run(
            """
            UPDATE signals
            SET pages = CASE WHEN gone_at IS NULL THEN pages + 1 ELSE 1 END,
                misses = 0, gone_at = NULL, last_seen_at = :now, reuse = :reuse
            WHERE id = :id
            """,
            {"id": signal_id, "reuse": reuse, "now": to_stamp(now)},
        )

    def statement_missed(self, signal_id: int, gone_at: datetime | None) -> None:
        """One more page lacks a reuse statement; *gone_at* where that makes it gone."""
        self._db.run(
            "UPDATE signals SET misses = misses + 1, gone_at = :gone_at WHERE id = :id",
            {"id": signal_id, "gone_at": to_stamp(gone_at)},
        )

    def remove(self, article_id: int) -> None:
        """Forget what the page of an article said."""
        self._db.run("DELETE FROM signals WHERE article_id = :id", {"id": article_id})

    def rows_of(self, portal_id: str, article_id: int | None) -> list[dict[str, Any]]:
        """The signals of a portal or of one article as another archive takes them over."""
        rows = self._db.rows(
            f"""
            SELECT {", ".join(_COLUMNS)}
            FROM signals
            WHERE portal = :portal
              AND coalesce(article_id, 0) = coalesce(:article_id, 0)
            """,
            {"portal": portal_id, "article_id": article_id},
        )
        return [{name: row[name] for name in _COLUMNS} for row in rows]

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `rows_of` gave."""
        self._db.insert("signals", values)


def _seen_of(row: Row) -> SeenReuseSignal:
    return SeenReuseSignal(
        id=row["id"],
        signal=ReuseSignal(kind=row["kind"], value=row["value"], path=row["path"], reuse=row["reuse"]),
        article_id=row["article_id"],
        url=row["url"],
        pages=row["pages"],
        misses=row["misses"],
        first_seen_at=from_stamp(row["first_seen_at"]),
        last_seen_at=from_stamp(row["last_seen_at"]),
        gone_at=from_stamp(row["gone_at"]),
    )
