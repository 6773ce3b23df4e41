"""What the frontier tells of urls and articles: where one was announced, under which headline, what a crawl did."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.tables.frontier import candidate_of
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Candidate
from icma_crawler.urls import identity_key


class KnownUrls(Store):
    """Reads `frontier`."""

    def announced_at(self, entry_id: int) -> str:
        """When a url was first announced, as it is stored."""
        return str(self._db.value("SELECT announced_at FROM frontier WHERE id = :id", {"id": entry_id}))

    def entry_of(self, article_id: int) -> int | None:
        """The entry at which an article is looked at; None where it was imported."""
        found: int | None = self._db.value(
            "SELECT id FROM frontier WHERE article_id = :article_id ORDER BY id LIMIT 1", {"article_id": article_id}
        )
        return found

    def entry_not_seen_since(self, article_id: int, announced_at: str, crawl_id: int) -> int | None:
        """`entry_of`, where that was not looked at since a moment, nor at that moment by another crawl.

        *announced_at* is as `announced_at` gives it.
        """
        found: int | None = self._db.value(
            """
            SELECT id
            FROM frontier
            WHERE article_id = :article_id
              AND (fetched_at < :announced_at OR fetched_at = :announced_at AND crawl_id <> :crawl_id)
            ORDER BY id
            LIMIT 1
            """,
            {"article_id": article_id, "announced_at": announced_at, "crawl_id": crawl_id},
        )
        return found

    def hints_of(self, article_id: int) -> Candidate | None:
        """What its source said of an article; None where it was imported."""
        row = self._db.row(
            """
            SELECT f.url, coalesce(s.url, f.url) AS source_url, f.title, f.published_at, f.modified_at, f.guid
            FROM frontier f
            LEFT JOIN sources s ON s.id = f.source_id
            WHERE f.article_id = :article_id
            ORDER BY f.id
            LIMIT 1
            """,
            {"article_id": article_id},
        )
        return None if row is None else candidate_of(row)

    def published_at(self, portal: str, url: str) -> datetime | None:
        """When what is at an announced url was published, as its page says or else its source; None where neither does."""
        found: str | None = self._db.value(
            """
            SELECT coalesce(articles.published_at, frontier.published_at)
            FROM frontier
            LEFT JOIN articles ON articles.id = coalesce(frontier.article_id, frontier.duplicate_of)
            WHERE frontier.portal = :portal
              AND frontier.key = :key
            """,
            {"portal": portal, "key": identity_key(url)},
        )
        return from_stamp(found)

    def titles_of(self, article_id: int) -> list[str]:
        """Under which headlines sources announced an article."""
        rows = self._db.rows(
            """
            SELECT title
            FROM frontier
            WHERE (article_id = :article_id OR duplicate_of = :article_id)
              AND title IS NOT NULL
            """,
            {"article_id": article_id},
        )
        return [row["title"] for row in rows]

    def count_outcomes(self, crawl_id: int) -> dict[str, int]:
        """What became of the urls that a crawl had in hand, by outcome."""
        rows = self._db.rows(
            "SELECT outcome, count(*) AS urls FROM frontier WHERE crawl_id = :crawl_id GROUP BY outcome",
            {"crawl_id": crawl_id},
        )
        return {row["outcome"]: row["urls"] for row in rows}

    def count_new(self, crawl_id: int, since: datetime) -> int:
        """How many of the urls that a crawl has in hand were first announced since a moment."""
        return int(
            self._db.value(
                "SELECT count(*) FROM frontier WHERE crawl_id = :crawl_id AND announced_at >= :since",
                {"crawl_id": crawl_id, "since": to_stamp(since)},
            )
        )

    def last_fetch_of(self, crawl_id: int) -> datetime | None:
        """When a crawl last dealt with a url; None where it has not dealt with any."""
        found: str | None = self._db.value(
            "SELECT max(fetched_at) FROM frontier WHERE crawl_id = :crawl_id", {"crawl_id": crawl_id}
        )
        return from_stamp(found)
