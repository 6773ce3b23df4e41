"""Observing the portals: the queries behind `icma status`, each along an index, none touching an article's text.

The table `observed` has one narrow row per article; triggers of the engine keep it, so that every way an article is
written (crawl, import, reextract) does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypedDict

from icma_crawler.archive.database import Store
from icma_crawler.archive.decisions import is_gone
from icma_crawler.archive.facts import FIELDS, ArticleFact, HourCount, PageFact, SourceFact
from icma_crawler.archive.values import from_stamp, to_stamp

_NEWEST_ARTICLES = 200
_OLDER_SAMPLE = 250
_NEWEST_PAGES = 250
_FEED_SAMPLE, _FEW_TOLD = 100, 10
_NEWS = timedelta(days=30)


class _Told(TypedDict, total=False):
    told_until: datetime
    told_share: float


class Observations(Store):
    """Reads `observed`, `frontier`, `sources` and `announcements`."""

    # ---- articles

    def totals(self, portal_id: str) -> tuple[int, datetime | None]:
        """How many articles of a portal were ever archived, and when the last one was; (0, None) where none."""
        row = self._db.row(
            "SELECT count(*) AS articles, max(archived_at) AS newest FROM observed WHERE portal = :portal",
            {"portal": portal_id},
        )
        return (0, None) if row is None else (row["articles"], from_stamp(row["newest"]))

    def count_since(self, portal_id: str, since: datetime) -> int:
        """How many were archived since a moment."""
        return int(
            self._db.value(
                "SELECT count(*) FROM observed WHERE portal = :portal AND archived_at >= :since",
                {"portal": portal_id, "since": to_stamp(since)},
            )
        )

    def last_news(self, portal_id: str, now: datetime) -> datetime | None:
        """When an article was last archived that was new then: what a backfill finds is none, nor what a wrong clock dated.

        None where there was none.
        """
        for row in self._db.stream(
            """
            SELECT archived_at, appeared_at
            FROM observed
            WHERE portal = :portal
              AND archived_at <= :now
            ORDER BY archived_at DESC
            """,
            {"portal": portal_id, "now": to_stamp(now)},
        ):
            archived_at: datetime = from_stamp(row["archived_at"])
            if from_stamp(row["appeared_at"]) >= archived_at - _NEWS:
                return archived_at
        return None

    def hours(self, portal_id: str, since: datetime) -> tuple[HourCount, ...]:
        """How many articles came out in each hour since a moment."""
        rows = self._db.rows(
            """
            SELECT substr(appeared_at, 1, 13) AS hour, count(*) AS articles
            FROM observed
            WHERE portal = :portal
              AND archived_at >= :since
              AND appeared_at >= :since
            GROUP BY 1
            ORDER BY 1
            """,
            {"portal": portal_id, "since": to_stamp(since)},
        )
        return tuple(HourCount(_hour_of(row["hour"]), row["articles"]) for row in rows)

    def articles(self, portal_id: str, since: datetime, count: int) -> tuple[ArticleFact, ...]:
        """The newest articles, and of the older ones every 2nd, 4th, 8th ... so that the sample stays the same for long.

        *count* is how many there are since that moment.
        """
        step = 1
        while count / step > _OLDER_SAMPLE:
            step *= 2
        rows = self._db.rows(
            """
            SELECT article_id, archived_at, published_at, filled, word_count
            FROM observed
            WHERE portal = :portal
              AND archived_at >= :since
              AND (article_id % :step = 0
                   OR (archived_at, article_id) >= (
                     SELECT archived_at, article_id
                     FROM (SELECT archived_at, article_id FROM observed
                           WHERE portal = :portal ORDER BY archived_at DESC, article_id DESC LIMIT :newest) AS newest
                     ORDER BY archived_at, article_id
                     LIMIT 1))
            ORDER BY archived_at, article_id
            """,
            {"portal": portal_id, "since": to_stamp(since), "step": step, "newest": _NEWEST_ARTICLES},
        )
        return tuple(
            ArticleFact(
                row["article_id"],
                from_stamp(row["archived_at"]),
                from_stamp(row["published_at"]),
                _names_of(row["filled"]),
                row["word_count"],
            )
            for row in rows
        )

    # ---- urls

    def pages(self, portal_id: str) -> tuple[PageFact, ...]:
        """The newest urls that were announced, oldest first."""
        rows = self._db.rows(
            """
            SELECT id, url, announced_at, state, reason, article_id, duplicate_of
            FROM frontier
            WHERE portal = :portal
            ORDER BY announced_at DESC, id DESC
            LIMIT :newest
            """,
            {"portal": portal_id, "newest": _NEWEST_PAGES},
        )
        return tuple(
            PageFact(
                row["id"],
                row["url"],
                from_stamp(row["announced_at"]),
                row["state"],
                row["reason"],
                row["article_id"] is not None or row["duplicate_of"] is not None,
            )
            for row in reversed(rows)
        )

    def article_at(self, entry_id: int) -> int | None:
        """The article that a url of the frontier led to; None where it led to none."""
        found: int | None = self._db.value(
            "SELECT coalesce(article_id, duplicate_of) FROM frontier WHERE id = :id", {"id": entry_id}
        )
        return found

    def count_vanished(self, portal_id: str) -> int:
        """How many live articles the last look found gone, and a crawl did not mark so."""
        rows = self._db.rows(
            """
            SELECT f.misses, f.missed_since, f.fetched_at, f.last_status
            FROM frontier f
            JOIN articles a ON a.id = f.article_id
            WHERE f.portal = :portal
              AND f.missed_since IS NOT NULL
              AND f.state <> 'gone'
              AND a.status = 'live'
            """,
            {"portal": portal_id},
        )
        return sum(
            is_gone(row["misses"], from_stamp(row["fetched_at"]) - from_stamp(row["missed_since"]), row["last_status"])
            for row in rows
        )

    # ---- sources

    def sources(self, portal_id: str, watched_from: datetime | None) -> tuple[SourceFact, ...]:
        """The sources that count and were ever asked; of feeds also what share of the news since *watched_from* they told."""
        rows = self._db.rows(
            """
            SELECT id, kind, url, asked_at, answered_at, failures, reason, next_due_at
            FROM sources
            WHERE portal = :portal
              AND (is_configured OR answered_at IS NOT NULL)
              AND asked_at IS NOT NULL
            ORDER BY id
            """,
            {"portal": portal_id},
        )
        return tuple(
            SourceFact(
                kind=row["kind"],
                url=row["url"],
                asked_at=from_stamp(row["asked_at"]),
                answered_at=from_stamp(row["answered_at"]),
                failures=row["failures"],
                reason=row["reason"],
                next_due_at=from_stamp(row["next_due_at"]),
                **(self._told(portal_id, row["id"], watched_from) if row["kind"] in ("feed", "news_sitemap") else {}),
            )
            for row in rows
        )

    def _told(self, portal_id: str, source_id: int, watched_from: datetime | None) -> _Told:
        """Until when a feed told of articles, and of how many among the last ones up to then."""
        told_until = self._db.value(
            """
            SELECT announced_at
            FROM frontier
            WHERE id = (SELECT max(frontier_id) FROM announcements WHERE source_id = :source_id)
            """,
            {"source_id": source_id},
        )
        if told_until is None or watched_from is None:
            return {}
        row = self._db.row(
            """
            SELECT count(*) AS articles,
                   count(*) FILTER (
                     WHERE EXISTS (
                       SELECT 1 FROM announcements WHERE source_id = :source_id AND frontier_id = newest.id
                     )
                   ) AS told
            FROM (
              SELECT id
              FROM frontier
              WHERE portal = :portal
                AND announced_at > :watched_from
                AND announced_at <= :until
                AND (article_id IS NOT NULL OR duplicate_of IS NOT NULL)
              ORDER BY announced_at DESC
              LIMIT :count
            ) AS newest
            """,
            {
                "source_id": source_id,
                "portal": portal_id,
                "watched_from": to_stamp(watched_from),
                "until": told_until,
                "count": _FEED_SAMPLE,
            },
        )
        if row is None or row["told"] < _FEW_TOLD:
            return {}
        return {"told_until": from_stamp(told_until), "told_share": row["told"] / row["articles"]}


@lru_cache(maxsize=1 << 13)  # the same hours for every portal
def _hour_of(hour: str) -> datetime:
    return from_stamp(f"{hour}:00:00+00:00")


@lru_cache(maxsize=1 << len(FIELDS))
def _names_of(filled: int) -> frozenset[str]:
    return frozenset(name for bit, name in enumerate(FIELDS) if filled >> bit & 1)
