"""Which source told of which url: what shows who tells of everything, and how often a source has news."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import to_stamp


class Announcements(Store):
    """The table `announcements`."""

    def add(self, source_id: int, entry_id: int) -> None:
        """A source told of a url of the frontier."""
        self._db.run(
            """
            INSERT INTO announcements (source_id, frontier_id)
            VALUES (:source_id, :entry_id)
            ON CONFLICT (source_id, frontier_id) DO NOTHING
            """,
            {"source_id": source_id, "entry_id": entry_id},
        )

    def count_since(self, source_id: int, since: datetime) -> int:
        """How many urls a source was the first or another to tell of since a moment."""
        return int(
            self._db.value(
                """
                SELECT count(*)
                FROM announcements a
                JOIN frontier f ON f.id = a.frontier_id
                WHERE a.source_id = :source_id
                  AND f.announced_at >= :since
                """,
                {"source_id": source_id, "since": to_stamp(since)},
            )
        )

    def coverage_of(self, portal_id: str, newest: int) -> dict[int, frozenset[int]]:
        """By source, which of the portal's *newest* archived urls (by publication) it has told of."""
        rows = self._db.rows(
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
                  AND f.duplicate_of IS NULL
                ORDER BY coalesce(articles.published_at, f.published_at, f.announced_at) DESC
                LIMIT :newest
              )
            """,
            {"portal": portal_id, "newest": newest},
        )
        covered: dict[int, set[int]] = {}
        for row in rows:
            covered.setdefault(row["source_id"], set()).add(row["frontier_id"])
        return {source_id: frozenset(urls) for source_id, urls in covered.items()}
