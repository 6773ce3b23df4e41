"""What came from other archives: which articles, as which record, and up to which change of each sender.

An imported article has no page here. Its text is what the sender's rights left of it, so ``cut_to`` remembers what it
was cut to; when this archive crawls the article itself, its own reading takes the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import ArchivedArticle, Cause, ChangeKind

_COLUMNS = ("article_id", "sender", "seq", "cut_to", "record_sha256", "imported_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One record of another archive's dump; ``archived.id`` means nothing here."""

    sender: UUID
    seq: int
    change: ChangeKind
    cause: Cause
    archived: ArchivedArticle
    record_sha256: str


class ImportedArticle(NamedTuple):
    """An article that is here already; ``sender`` is None where it is our own."""

    id: int
    status: str
    revision: int
    sender: str | None
    seq: int | None
    record_sha256: str | None


class Imports(Store):
    """The tables `imports` (articles) and `senders` (cursors)."""

    def find(self, urn: str) -> ImportedArticle | None:
        """The article of that urn, whosever it is."""
        row = self._db.row(
            """
            SELECT a.id, a.status, a.revision, i.sender, i.seq, i.record_sha256
            FROM articles a
            LEFT JOIN imports i ON i.article_id = a.id
            WHERE a.urn = :urn
            """,
            {"urn": urn},
        )
        if row is None:
            return None
        return ImportedArticle(**{name: row[name] for name in ImportedArticle._fields})

    def is_imported(self, article_id: int) -> bool:
        """Whether an article is another archive's, and not yet our own."""
        row = self._db.row("SELECT 1 FROM imports WHERE article_id = :id", {"id": article_id})
        return row is not None

    def save(self, article_id: int, delivery: Delivery, now: datetime) -> None:
        """An article is as a record of another archive says."""
        self.make_own(article_id)
        self.add_row(
            {
                "article_id": article_id,
                "sender": str(delivery.sender),
                "seq": delivery.seq,
                "cut_to": delivery.archived.reuse,
                "record_sha256": delivery.record_sha256,
                "imported_at": to_stamp(now),
            }
        )

    def make_own(self, article_id: int) -> None:
        """From here on the article is what this archive read itself; its sender has no more say."""
        self._db.run("DELETE FROM imports WHERE article_id = :id", {"id": article_id})

    def cursor_of(self, sender: UUID, portal_id: str | None) -> int:
        """The sender's cursor up to which this archive has everything (of one portal); 0 where nothing."""
        return int(
            self._db.value(
                "SELECT coalesce(max(cursor), 0) FROM senders WHERE archive = :sender AND portal IN ('', :portal)",
                {"sender": str(sender), "portal": portal_id or ""},
            )
        )

    def save_cursor(self, sender: UUID, portal_id: str | None, cursor: int, now: datetime) -> None:
        """Remember that everything of the sender up to *cursor* is here."""
        self._db.run(
            """
            INSERT INTO senders (archive, portal, cursor, imported_at)
            VALUES (:archive, :portal, :cursor, :now)
            ON CONFLICT (archive, portal) DO UPDATE
            SET cursor = CASE WHEN senders.cursor > :cursor THEN senders.cursor ELSE :cursor END, imported_at = :now
            """,
            {"archive": str(sender), "portal": portal_id or "", "cursor": cursor, "now": to_stamp(now)},
        )

    def rows_of(self, article_id: int) -> list[dict[str, Any]]:
        """Where an article came from, as another archive takes it over."""
        rows = self._db.rows(f"SELECT {', '.join(_COLUMNS)} FROM imports WHERE article_id = :id", {"id": article_id})
        return [{name: row[name] for name in _COLUMNS} for row in rows]

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `rows_of` gave."""
        marks = ", ".join(f":{name}" for name in _COLUMNS)
        self._db.run(f"INSERT INTO imports ({', '.join(_COLUMNS)}) VALUES ({marks})", values)
