"""The states of each article, by number: when each was recorded, what made it, the page it came from, and its text.

The text of the current state is the article's; it moves here when another follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Store, as_dict
from icma_crawler.archive.values import from_json, from_stamp, to_json, to_stamp
from icma_crawler.models import Cause

_IDENTITY = frozenset(
    ["id", "urn", "portal", "url", "source_name", "source_url", "archived_at", "revision", "status", "reuse"]
)
"""Columns of `articles` that are not part of a revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRevision:
    """One state of an article: when it was recorded, what kind of edit made it, and its text."""

    revision: int
    recorded_at: datetime
    kind: str
    cause: str
    content_sha256: str
    title: str
    lead: str | None
    body: str


class Revisions(Store):
    """The table `revisions`."""

    def add(
        self,
        article_id: int,
        columns: Mapping[str, Any],
        *,
        revision: int,
        kind: str,
        cause: Cause,
        capture_id: int | None,
        now: datetime,
    ) -> None:
        """A row for a state whose columns are *columns*; *capture_id* is None where it came without its page."""
        self.add_row(
            {
                "article_id": article_id,
                "revision": revision,
                "recorded_at": to_stamp(now),
                "kind": kind,
                "cause": cause,
                "capture_id": capture_id,
                "content_sha256": columns["content_sha256"],
                "extractor": columns["extractor"],
                "fields": None,
            }
        )

    def keep_superseded(self, row: Mapping[str, Any]) -> None:
        """Keep the state of a row of `articles`, which another is about to follow."""
        fields = {name: value for name, value in row.items() if name not in _IDENTITY}
        self._db.run(
            "UPDATE revisions SET fields = :fields WHERE article_id = :id AND revision = :revision",
            {"fields": to_json(fields), "id": row["id"], "revision": row["revision"]},
        )

    def read_by(self, article_id: int, revision: int, extractor: str) -> None:
        """The same state was read by another extractor."""
        self._db.run(
            "UPDATE revisions SET extractor = :extractor WHERE article_id = :id AND revision = :revision",
            {"id": article_id, "revision": revision, "extractor": extractor},
        )

    def wipe(self, article_id: int) -> None:
        """Take the text out of every state."""
        self._db.run(
            "UPDATE revisions SET fields = NULL, content_sha256 = '' WHERE article_id = :id", {"id": article_id}
        )

    def current_capture(self, article_id: int) -> int | None:
        """The stored page that the current state was read from; None where it was imported."""
        return self._capture_of(article_id, "ORDER BY revision DESC LIMIT 1")

    def first_capture(self, article_id: int) -> int | None:
        """The oldest page kept of an article; None without any."""
        return self._capture_of(article_id, "AND capture_id IS NOT NULL ORDER BY revision LIMIT 1")

    def _capture_of(self, article_id: int, which: str) -> int | None:
        found: int | None = self._db.value(
            f"SELECT capture_id FROM revisions WHERE article_id = :id {which}", {"id": article_id}
        )
        return found

    def captures_of(self, article_id: int) -> list[int]:
        """The pages behind an article's states, oldest first."""
        rows = self._db.rows(
            """
            SELECT DISTINCT capture_id
            FROM revisions
            WHERE article_id = :id
              AND capture_id IS NOT NULL
            ORDER BY capture_id
            """,
            {"id": article_id},
        )
        return [row["capture_id"] for row in rows]

    def article_of(self, capture_id: int) -> int | None:
        """The article that a page is a state of; None where it is no article's, or no state came of it."""
        found: int | None = self._db.value(
            "SELECT article_id FROM revisions WHERE capture_id = :capture_id", {"capture_id": capture_id}
        )
        return found

    def past_fields(self, article_id: int) -> list[dict[str, Any]]:
        """What each earlier state of an article had in its columns, oldest first."""
        rows = self._db.rows(
            "SELECT fields FROM revisions WHERE article_id = :id AND fields IS NOT NULL ORDER BY revision",
            {"id": article_id},
        )
        return [from_json(row["fields"]) for row in rows]

    def history_of(self, article_id: int) -> list[PastRevision]:
        """Every state of an article, oldest first."""
        rows = self._db.rows(
            """
            SELECT r.revision, r.recorded_at, r.kind, r.cause, r.content_sha256, r.fields,
                   CASE WHEN r.fields IS NULL THEN a.title_shown END AS title_shown,
                   CASE WHEN r.fields IS NULL THEN a.lead END AS lead,
                   CASE WHEN r.fields IS NULL THEN a.body END AS body
            FROM revisions r
            JOIN articles a ON a.id = r.article_id
            WHERE r.article_id = :id
            ORDER BY r.revision
            """,
            {"id": article_id},
        )
        past = []
        for row in rows:
            kept = row if row["fields"] is None else from_json(row["fields"])
            past.append(
                PastRevision(
                    revision=row["revision"],
                    recorded_at=from_stamp(row["recorded_at"]),
                    kind=row["kind"],
                    cause=row["cause"],
                    content_sha256=row["content_sha256"],
                    title=kept["title_shown"] or "",
                    lead=kept["lead"],
                    body=kept["body"] or "",
                )
            )
        return past

    def rows_of(self, article_id: int) -> list[dict[str, Any]]:
        """The states of an article as another archive takes them over, oldest first."""
        rows = self._db.rows(
            """
            SELECT article_id, revision, recorded_at, kind, cause, capture_id, content_sha256, extractor, fields
            FROM revisions
            WHERE article_id = :id
            ORDER BY revision
            """,
            {"id": article_id},
        )
        return [as_dict(row) for row in rows]

    def add_row(self, values: Mapping[str, Any]) -> None:
        """Take over what `rows_of` gave."""
        self._db.run(
            """
            INSERT INTO revisions (
              article_id, revision, recorded_at, kind, cause, capture_id, content_sha256, extractor, fields
            )
            VALUES (
              :article_id, :revision, :recorded_at, :kind, :cause, :capture_id, :content_sha256, :extractor, :fields
            )
            """,
            values,
        )
