"""The frontier: every url that a source announced, and what became of it.

It lives in the archive, so a crawl that is killed loses nothing. What a look makes of a url is decided in
`icma_crawler.archive.url_states`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.database import Database, Row, Store
from icma_crawler.archive.tables.known_urls import Entry, KnownUrls
from icma_crawler.archive.url_states import TRANSITIONS, LookResult, Standing, next_look, state_after
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Candidate, FrontierState
from icma_crawler.urls import identity_key

FARTHEST_LOOK = timedelta(days=400)
"""No page is ever put off for longer; a time beyond it was written while the clock was wrong."""

_NO_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedUrl:
    """What the frontier has of a url that is announced once more."""

    id: int
    state: FrontierState
    crawl_id: int | None
    is_held: bool
    modified_at: datetime | None
    fetched_at: datetime | None


class Frontier(Store):
    """The table `frontier`."""

    def __init__(self, db: Database, known_urls: KnownUrls) -> None:
        super().__init__(db)
        self._known_urls = known_urls

    # ---- what is announced

    def find_url(self, portal_id: str, key: str) -> AnnouncedUrl | None:
        """The entry of a url, by its identity key; None where it was never announced."""
        row = self._db.row(
            """
            SELECT id, state, crawl_id, article_id, duplicate_of, modified_at, fetched_at
            FROM frontier
            WHERE portal = :portal
              AND key = :key
            """,
            {"portal": portal_id, "key": key},
        )
        if row is None:
            return None
        return AnnouncedUrl(
            id=row["id"],
            state=row["state"],
            crawl_id=row["crawl_id"],
            is_held=_is_held(row),
            modified_at=from_stamp(row["modified_at"]),
            fetched_at=from_stamp(row["fetched_at"]),
        )

    def add(
        self, portal_id: str, key: str, source_id: int | None, candidate: Candidate, *, crawl_id: int, now: datetime
    ) -> Entry:
        """A url that is announced for the first time; it is in hand of the crawl."""
        entry_id = self._db.insert(
            "frontier",
            {
                "portal": portal_id,
                "key": key,
                "url": candidate.url,
                "source_id": source_id,
                "announced_at": to_stamp(now),
                "title": candidate.title,
                "published_at": to_stamp(candidate.published_at),
                "modified_at": to_stamp(candidate.modified_at),
                "guid": candidate.guid,
                "crawl_id": crawl_id,
                "state": TRANSITIONS["taken"].alone,
                "outcome": TRANSITIONS["taken"].outcome,
            },
        )
        return Entry(id=entry_id, candidate=candidate)

    def improve_hints(self, entry_id: int, candidate: Candidate) -> None:
        """A feed may know more of a url than the section page that announced it first."""
        if candidate.published_at is None and candidate.modified_at is None:
            return
        self._db.run(
            """
            UPDATE frontier
            SET published_at = coalesce(published_at, :published_at),
                modified_at = CASE
                  WHEN modified_at IS NULL OR modified_at < :modified_at THEN coalesce(:modified_at, modified_at)
                  ELSE modified_at
                END
            WHERE id = :id
              AND (published_at IS NULL AND :published_at IS NOT NULL OR modified_at IS NOT :modified_at)
            """,
            {
                "id": entry_id,
                "published_at": to_stamp(candidate.published_at),
                "modified_at": to_stamp(candidate.modified_at),
            },
        )

    def make_due(self, ids: Iterable[int], now: datetime) -> None:
        """Those of *ids* that lead to an article are due now; what is due already, as long as it has been.

        In the place of another address that is never looked at by itself, its article is.
        """
        self._db.run_each(
            """
            UPDATE frontier
            SET next_due_at = CASE WHEN next_due_at < :now THEN next_due_at ELSE :now END
            WHERE id = :id AND (article_id IS NOT NULL OR duplicate_of IS NOT NULL AND next_due_at IS NOT NULL)
               OR article_id = (SELECT duplicate_of FROM frontier WHERE id = :id AND next_due_at IS NULL)
            """,
            [{"id": entry_id, "now": to_stamp(now)} for entry_id in ids],
        )

    # ---- what a crawl takes in hand

    def unfinished(self, portal_id: str, now: datetime) -> list[int]:
        """What earlier crawls left: pending urls, and those without an article of their own whose rest is over."""
        rows = self._db.rows(
            """
            SELECT id
            FROM frontier
            WHERE portal = :portal
              AND (state = 'pending' OR outcome = 'pending'
                   OR (state IN ('failed', 'refused', 'rejected') OR duplicate_of IS NOT NULL)
                      AND (next_due_at <= :now OR next_due_at > :farthest))
            ORDER BY id
            """,
            {"portal": portal_id, "now": to_stamp(now), "farthest": to_stamp(now + FARTHEST_LOOK)},
        )
        return [row["id"] for row in rows]

    def rechecks(self, portal_id: str, *, now: datetime, budget: int, is_all: bool = False) -> list[int]:
        """Known articles whose next look is due, the longest overdue first; *is_all* means every one that is live."""
        rows = self._db.rows(
            """
            SELECT id
            FROM frontier
            WHERE portal = :portal
              AND state IN ('archived', 'unchanged', 'gone')
              AND article_id IS NOT NULL
              AND coalesce(outcome, '') <> 'pending'
              AND (:is_all OR next_due_at <= :now OR next_due_at > :farthest)
            ORDER BY next_due_at, id
            LIMIT :budget
            """,
            {
                "portal": portal_id,
                "now": to_stamp(now),
                "farthest": to_stamp(now + FARTHEST_LOOK),
                "is_all": is_all,
                "budget": _NO_LIMIT if is_all else budget,
            },
        )
        return [row["id"] for row in rows]

    def take(self, ids: Iterable[int], crawl_id: int) -> list[Entry]:
        """Make entries this crawl's; what has no article is pending again, what is held stays so meanwhile.

        Raises:
            LookupError: one of *ids* is no entry's.
        """
        entries = []
        for entry_id in ids:
            self._db.run(
                "UPDATE frontier SET crawl_id = :crawl_id, state = :state, outcome = :outcome WHERE id = :id",
                {
                    "id": entry_id,
                    "crawl_id": crawl_id,
                    "state": state_after(self._standing_of(entry_id), "taken"),
                    "outcome": TRANSITIONS["taken"].outcome,
                },
            )
            entries.append(self._known_urls.load(entry_id))
        return entries

    def is_waiting(self, entry_id: int, crawl_id: int) -> bool | None:
        """Whether this crawl has an entry in hand and has not dealt with it; None where the entry is not this crawl's."""
        row = self._db.row("SELECT crawl_id, outcome FROM frontier WHERE id = :id", {"id": entry_id})
        if row is None or row["crawl_id"] != crawl_id:
            return None
        return bool(row["outcome"] == "pending")

    # ---- what a look came to

    def settle(
        self,
        entry_id: int,
        result: LookResult,
        *,
        reason: str | None = None,
        detail: str | None = None,
        status: int | None = None,
        article_id: int | None = None,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> None:
        """Write down what became of a url. One that gave no article gets the time of its next look by itself, if any.

        *article_id* is the article that the page is; for a "duplicate" the one that has another address. *status* is None
        where no answer came, which leaves the one before; of *detail* the first 500 letters are kept.

        Raises:
            LookupError: there is no such entry.
        """
        standing = self._standing_of(entry_id)
        stays_copy = standing.is_copy and article_id is None
        is_copy = stays_copy or result == "duplicate"
        due_at = next_look(standing, result, reason=reason, stays_copy=stays_copy, asked=next_due_at, now=now)
        own, copied = (None, article_id) if is_copy else (article_id, None)
        self._db.run(
            """
            UPDATE frontier
            SET state = :state, outcome = :outcome, reason = :reason, detail = :detail, attempts = :attempts,
                last_status = coalesce(:status, last_status), fetched_at = :now, next_due_at = :next_due_at,
                article_id = CASE WHEN :is_copy = 1 THEN NULL ELSE coalesce(:own, article_id) END,
                duplicate_of = CASE WHEN :is_copy = 1 THEN coalesce(:copied, duplicate_of) END
            WHERE id = :id
            """,
            {
                "id": entry_id,
                "state": state_after(standing, result),
                "outcome": TRANSITIONS[result].outcome,
                "reason": None if is_copy else reason,
                "detail": detail[:500] if detail else None,
                "attempts": standing.attempts + 1,
                "status": status,
                "now": to_stamp(now),
                "next_due_at": to_stamp(due_at),
                "is_copy": int(is_copy),
                "own": own,
                "copied": copied,
            },
        )

    def _standing_of(self, entry_id: int) -> Standing:
        row = self._db.row(
            """
            SELECT state, attempts, article_id, duplicate_of, published_at, next_due_at
            FROM frontier
            WHERE id = :id
            """,
            {"id": entry_id},
        )
        if row is None:
            raise LookupError(f"no url {entry_id} in the frontier")
        return Standing(
            state=row["state"],
            is_held=_is_held(row),
            is_copy=row["duplicate_of"] is not None,
            rests_until=from_stamp(row["next_due_at"]),
            attempts=row["attempts"],
            is_dated=row["published_at"] is not None,
        )

    def remember_answer(
        self, entry_id: int, *, etag: str | None, last_modified: str | None, payload_sha256: str
    ) -> None:
        """Keep what a page was answered with, for asking "changed since?" the next time."""
        self._db.run(
            """
            UPDATE frontier
            SET etag = :etag, last_modified = :last_modified, payload_sha256 = :payload_sha256,
                misses = 0, missed_since = NULL
            WHERE id = :id
            """,
            {"id": entry_id, "etag": etag, "last_modified": last_modified, "payload_sha256": payload_sha256},
        )

    def count_miss(self, entry_id: int, now: datetime) -> tuple[int, datetime]:
        """A known article was not there once more; returns how often in a row, this time counted, and since when."""
        self._db.run(
            """
            UPDATE frontier
            SET misses = misses + 1, missed_since = coalesce(missed_since, :now)
            WHERE id = :id
            """,
            {"id": entry_id, "now": to_stamp(now)},
        )
        row = self._db.row("SELECT misses, missed_since FROM frontier WHERE id = :id", {"id": entry_id})
        return (0, now) if row is None else (row["misses"], from_stamp(row["missed_since"]))

    def forget_misses(self, entry_id: int) -> None:
        """A known article is there again."""
        self._db.run("UPDATE frontier SET misses = 0, missed_since = NULL WHERE id = :id", {"id": entry_id})

    def mark_gone(self, entry_id: int, next_due_at: datetime | None) -> None:
        """A known article is no longer there for good, as the end of a crawl decided; *next_due_at* None: it is not looked for again.

        Where it was looked for at another address of it, only the outcome is told of that.
        """
        step = TRANSITIONS["gone"]
        self._db.run(
            """
            UPDATE frontier
            SET outcome = :outcome,
                state = CASE WHEN duplicate_of IS NULL AND state <> 'withdrawn' THEN :state ELSE state END,
                next_due_at = CASE WHEN duplicate_of IS NULL AND state <> 'withdrawn' THEN :due END
            WHERE id = :id
            """,
            {"id": entry_id, "state": step.held, "outcome": step.outcome, "due": to_stamp(next_due_at)},
        )

    def look_at_one(self, article_id: int, url: str, entry_id: int) -> None:
        """Of all entries that led to an article only one is looked at again: each look would ask for the same page.

        It is that of the article's own address *url*, which listings go on to show; else *entry_id*.
        """
        self._db.run(
            """
            UPDATE frontier
            SET duplicate_of = article_id, article_id = NULL, reason = NULL, next_due_at = NULL,
                misses = 0, missed_since = NULL, state = :state
            WHERE article_id = :article_id
              AND state <> 'withdrawn'
              AND id <> coalesce(
                (SELECT max(own.id) FROM frontier own WHERE own.article_id = :article_id AND own.key = :key), :entry_id
              )
            """,
            {
                "article_id": article_id,
                "key": identity_key(url),
                "entry_id": entry_id,
                "state": TRANSITIONS["duplicate"].held,
            },
        )

    # ---- takedown

    def withdraw(self, article_id: int) -> None:
        """No address of an article is ever looked at again, and nothing that sources said of it stays."""
        self._db.run(
            """
            UPDATE frontier
            SET state = 'withdrawn', title = NULL, guid = NULL, reason = NULL, detail = NULL, next_due_at = NULL,
                outcome = CASE WHEN outcome = 'pending' THEN 'withdrawn' ELSE outcome END
            WHERE article_id = :article_id
               OR duplicate_of = :article_id
            """,
            {"article_id": article_id},
        )

    def refuse(self, key: str) -> list[str]:
        """An address that leads to no article is never looked at again; returns the portals that announced it."""
        self._db.run(
            """
            UPDATE frontier
            SET state = 'withdrawn', title = NULL, guid = NULL, reason = NULL, detail = NULL, next_due_at = NULL,
                outcome = CASE WHEN outcome = 'pending' THEN 'withdrawn' ELSE outcome END
            WHERE key = :key
              AND article_id IS NULL
              AND duplicate_of IS NULL
            """,
            {"key": key},
        )
        return [
            row["portal"]
            for row in self._db.rows("SELECT DISTINCT portal FROM frontier WHERE key = :key", {"key": key})
        ]

    def blank_titles(self, titles: Sequence[str]) -> None:
        """Forget these headlines, whatever they were announced for."""
        self._db.run_each("UPDATE frontier SET title = NULL WHERE title = :title", [{"title": each} for each in titles])


def _is_held(row: Row) -> bool:
    return row["article_id"] is not None or row["duplicate_of"] is not None
