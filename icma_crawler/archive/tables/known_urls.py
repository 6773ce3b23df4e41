"""What the frontier tells of urls and articles: where one was announced, under which headline, what a crawl did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Row, Store
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Candidate
from icma_crawler.urls import identity_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One url of the frontier that is to be fetched, with the hints its source gave.

    ``article_id`` is set for a known article that is looked at again; ``etag`` and ``last_modified`` are then what
    it was last answered with, ``payload_sha256`` the digest of those bytes, and ``archived_at`` when it was first read.
    ``elsewhere`` is another address that it was announced at, if any. ``duplicate_of`` is set for a url that showed the
    text of that article and may yet show one of its own.
    """

    id: int
    candidate: Candidate
    attempts: int = 0
    article_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: str | None = None
    archived_at: datetime | None = None
    elsewhere: str | None = None
    duplicate_of: int | None = None

    @property
    def is_recheck(self) -> bool:
        return self.article_id is not None


class KnownUrls(Store):
    """Reads `frontier`."""

    def load(self, entry_id: int) -> Entry:
        """An entry as a crawl needs it.

        Another address of an article is looked at as that article, unless it may yet show a text of its own.

        Raises:
            LookupError: there is no such entry.
        """
        row = self._db.row(
            """
            SELECT f.id, coalesce(a.url, f.url) AS url, s.url AS source_url, f.title,
                   coalesce(a.published_at, f.published_at) AS published_at, f.modified_at, f.guid, f.attempts,
                   a.id AS article_id, f.etag, f.last_modified, f.payload_sha256, a.archived_at,
                   CASE WHEN f.next_due_at IS NOT NULL THEN f.duplicate_of END AS duplicate_of
            FROM frontier f
            LEFT JOIN sources s ON s.id = f.source_id
            LEFT JOIN articles a
              ON a.id = coalesce(f.article_id, CASE WHEN f.next_due_at IS NULL THEN f.duplicate_of END)
            WHERE f.id = :id
            """,
            {"id": entry_id},
        )
        if row is None:
            raise LookupError(f"no url {entry_id} in the frontier")
        article_id = row["article_id"]
        return Entry(
            id=row["id"],
            candidate=_candidate_of(row),
            attempts=row["attempts"],
            article_id=article_id,
            etag=row["etag"],
            last_modified=row["last_modified"],
            payload_sha256=row["payload_sha256"],
            archived_at=from_stamp(row["archived_at"]),
            elsewhere=None if article_id is None else self._announced_elsewhere(article_id, row["url"]),
            duplicate_of=row["duplicate_of"],
        )

    def _announced_elsewhere(self, article_id: int, url: str) -> str | None:
        """The newest address beside *url* at which sources announced an article; None where there is no other."""
        found = self._db.value(
            """
            SELECT url
            FROM frontier
            WHERE (article_id = :article_id OR duplicate_of = :article_id)
              AND key <> :key
            ORDER BY id DESC
            LIMIT 1
            """,
            {"article_id": article_id, "key": identity_key(url)},
        )
        return None if found is None else str(found)

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
        return None if row is None else _candidate_of(row)

    def published_at(self, portal_id: str, url: str) -> datetime | None:
        """When what is at an announced url was published, as its page says or else its source; None where neither does."""
        found: str | None = self._db.value(
            """
            SELECT coalesce(articles.published_at, frontier.published_at)
            FROM frontier
            LEFT JOIN articles ON articles.id = coalesce(frontier.article_id, frontier.duplicate_of)
            WHERE frontier.portal = :portal
              AND frontier.key = :key
            """,
            {"portal": portal_id, "key": identity_key(url)},
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


def _candidate_of(row: Row) -> Candidate:
    return Candidate(
        url=row["url"],
        source_url=row["source_url"] or "",
        title=row["title"],
        published_at=from_stamp(row["published_at"]),
        modified_at=from_stamp(row["modified_at"]),
        guid=row["guid"],
    )
