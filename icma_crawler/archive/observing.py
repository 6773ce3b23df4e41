"""Observing the portals: the queries behind `icma status`, each along an index, none touching an article's text."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypedDict

import zstandard

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.changes import is_gone
from icma_crawler.archive.crawls import find_runs, is_at_work
from icma_crawler.archive.facts import FIELDS, ArticleFact, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.archive.stamps import from_stamp, known_zone, to_stamp

_MEMORY = timedelta(weeks=8)
_NEWEST_ARTICLES = 200
_OLDER_SAMPLE = 250
_NEWEST_PAGES = 250
_NEWEST_RUNS = 10
_NEWEST_CAPTURES = 600
_FEED_SAMPLE, _FEW_TOLD = 100, 10
_WEEK = timedelta(days=7)
_NEWS = timedelta(days=30)


def observe(conn: sqlite3.Connection, portal: str, now: datetime) -> PortalFacts:
    """The facts of one portal's last eight weeks, up to its newest article."""
    timezone, holder = conn.execute("SELECT timezone, holder FROM portals WHERE id = ?", [portal]).fetchone()
    total, newest = conn.execute(
        "SELECT count(*), max(archived_at) FROM observed WHERE portal = ?", [portal]
    ).fetchone()
    since = to_stamp(min(from_stamp(newest) or now, now) - _MEMORY)
    hours = _hours(conn, portal, since)
    watched_from = _watched_from(conn, portal)
    return PortalFacts(
        portal=portal,
        timezone=known_zone(timezone),
        watched_from=watched_from,
        is_running=holder is not None and is_at_work(conn, portal, holder, now),
        runs=tuple(find_runs(conn, portal, _NEWEST_RUNS)),
        hours=hours,
        articles=_articles(conn, portal, since, sum(count for _, count in hours)),
        pages=_pages(conn, portal),
        sources=_sources(conn, portal, watched_from),
        archived_total=total,
        archived_7d=_count_since(conn, portal, now - _WEEK),
        last_archived_at=from_stamp(newest),
        last_news_at=_last_news(conn, portal, now),
        vanished=_vanished(conn, portal),
    )


def crawled_portals(conn: sqlite3.Connection) -> list[str]:
    """Every portal that was ever crawled, by id."""
    rows = conn.execute("SELECT id FROM portals WHERE id IN (SELECT portal FROM crawls) ORDER BY id")
    return [row[0] for row in rows]


def url_of_article(conn: sqlite3.Connection, article_id: int) -> str | None:
    row = conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    return None if row is None else str(row[0])


def page_of(conn: sqlite3.Connection, portal: str, fact: ArticleFact | PageFact) -> bytes | None:
    """The oldest page kept of an article, or the one for which an announced url was turned away; None without any.

    A damaged one is none here: `verify` tells of it, and one page must not hide the health of all portals.
    """
    if isinstance(fact, PageFact) and not fact.is_article:
        capture_id = _turned_away(conn, portal, fact.url)
    else:
        capture_id = _first_capture(conn, fact)
    try:
        return None if capture_id is None else load_capture(conn, capture_id).body
    except (zstandard.ZstdError, ValueError, TypeError):
        return None


def _first_capture(conn: sqlite3.Connection, fact: ArticleFact | PageFact) -> int | None:
    article = "?" if isinstance(fact, ArticleFact) else "(SELECT article_id FROM frontier WHERE id = ?)"
    row = conn.execute(
        f"""
        SELECT capture_id
        FROM revisions
        WHERE article_id = {article}
          AND capture_id IS NOT NULL
        ORDER BY revision
        LIMIT 1
        """,
        [fact.id],
    ).fetchone()
    return None if row is None else int(row[0])


def _turned_away(conn: sqlite3.Connection, portal: str, url: str) -> int | None:
    """Found by its address among the portal's newest captures; captures have no index of addresses."""
    row = conn.execute(
        """
        SELECT id
        FROM (SELECT id, url FROM captures WHERE portal = ? AND kind = 'page' ORDER BY id DESC LIMIT ?)
        WHERE url = ?
        LIMIT 1
        """,
        [portal, _NEWEST_CAPTURES, url],
    ).fetchone()
    return None if row is None else int(row[0])


def bytes_kept_since(conn: sqlite3.Connection, since: datetime) -> int:
    """What the pages stored since a moment take, compressed."""
    row = conn.execute(
        "SELECT coalesce(sum(stored_bytes), 0) FROM captures WHERE fetched_at >= ?", [to_stamp(since)]
    ).fetchone()
    return int(row[0])


def _watched_from(conn: sqlite3.Connection, portal: str) -> datetime | None:
    row = conn.execute(
        "SELECT finished_at FROM crawls WHERE portal = ? AND finished_at IS NOT NULL ORDER BY id LIMIT 1", [portal]
    ).fetchone()
    return None if row is None else from_stamp(row[0])


def _vanished(conn: sqlite3.Connection, portal: str) -> int:
    """How many live articles the last look found gone, and a crawl did not mark so."""
    rows = conn.execute(
        """
        SELECT f.misses, f.missed_since, f.fetched_at, f.last_status
        FROM frontier f
        JOIN articles a ON a.id = f.article_id
        WHERE f.portal = ?
          AND f.missed_since IS NOT NULL
          AND f.state <> 'gone'
          AND a.status = 'live'
        """,
        [portal],
    )
    return sum(is_gone(misses, from_stamp(at) - from_stamp(since), status) for misses, since, at, status in rows)


def _last_news(conn: sqlite3.Connection, portal: str, now: datetime) -> datetime | None:
    """When an article was last archived that was new then: what a backfill finds is none, nor what a wrong clock dated."""
    row = conn.execute(
        """
        SELECT archived_at
        FROM observed
        WHERE portal = ?
          AND archived_at <= ?
          AND appeared_at >= strftime('%Y-%m-%dT%H:%M:%S+00:00', archived_at, ?)
        ORDER BY archived_at DESC
        LIMIT 1
        """,
        [portal, to_stamp(now), f"-{_NEWS.days} days"],
    ).fetchone()
    return None if row is None else from_stamp(row[0])


def _count_since(conn: sqlite3.Connection, portal: str, since: datetime) -> int:
    row = conn.execute(
        "SELECT count(*) FROM observed WHERE portal = ? AND archived_at >= ?", [portal, to_stamp(since)]
    ).fetchone()
    return int(row[0])


def _hours(conn: sqlite3.Connection, portal: str, since: str) -> tuple[HourCount, ...]:
    rows = conn.execute(
        """
        SELECT substr(appeared_at, 1, 13) AS hour, count(*)
        FROM observed
        WHERE portal = ?
          AND archived_at >= ?
          AND appeared_at >= ?
        GROUP BY hour
        ORDER BY hour
        """,
        [portal, since, since],
    )
    return tuple(HourCount(_hour_of(hour), count) for hour, count in rows)


@lru_cache(maxsize=1 << 13)  # the same hours for every portal
def _hour_of(stamp: str) -> datetime:
    return from_stamp(f"{stamp}:00+00:00")


def _articles(conn: sqlite3.Connection, portal: str, since: str, count: int) -> tuple[ArticleFact, ...]:
    """The newest articles, and of the older ones every 2nd, 4th, 8th ... so that the sample stays the same for long."""
    step = 1
    while count / step > _OLDER_SAMPLE:
        step *= 2
    rows = conn.execute(
        """
        SELECT article_id, archived_at, published_at, filled, word_count
        FROM observed
        WHERE portal = :portal
          AND archived_at >= :since
          AND (article_id % :step = 0
               OR (archived_at, article_id) >= (
                 SELECT archived_at, article_id
                 FROM (SELECT archived_at, article_id FROM observed
                       WHERE portal = :portal ORDER BY archived_at DESC, article_id DESC LIMIT :newest)
                 ORDER BY archived_at, article_id
                 LIMIT 1))
        ORDER BY archived_at, article_id
        """,
        {"portal": portal, "since": since, "step": step, "newest": _NEWEST_ARTICLES},
    )
    return tuple(ArticleFact(row[0], from_stamp(row[1]), from_stamp(row[2]), _names_of(row[3]), row[4]) for row in rows)


@lru_cache(maxsize=1 << len(FIELDS))
def _names_of(filled: int) -> frozenset[str]:
    return frozenset(name for bit, name in enumerate(FIELDS) if filled >> bit & 1)


def _pages(conn: sqlite3.Connection, portal: str) -> tuple[PageFact, ...]:
    rows = conn.execute(
        """
        SELECT id, url, announced_at, state, reason, article_id IS NOT NULL
        FROM frontier
        WHERE portal = ?
        ORDER BY announced_at DESC, id DESC
        LIMIT ?
        """,
        [portal, _NEWEST_PAGES],
    ).fetchall()
    return tuple(PageFact(row[0], row[1], from_stamp(row[2]), row[3], row[4], bool(row[5])) for row in reversed(rows))


def _sources(conn: sqlite3.Connection, portal: str, watched_from: datetime | None) -> tuple[SourceFact, ...]:
    rows = conn.execute(
        """
        SELECT id, kind, url, asked_at, answered_at, failures, reason, next_due_at
        FROM sources
        WHERE portal = ?
          AND (is_configured OR answered_at IS NOT NULL)
          AND asked_at IS NOT NULL
        ORDER BY id
        """,
        [portal],
    ).fetchall()
    return tuple(
        SourceFact(
            kind=kind,
            url=url,
            asked_at=from_stamp(asked_at),
            answered_at=from_stamp(answered_at),
            failures=failures,
            reason=reason,
            next_due_at=from_stamp(next_due_at),
            **(_told(conn, portal, source_id, watched_from) if kind in ("feed", "news_sitemap") else {}),
        )
        for source_id, kind, url, asked_at, answered_at, failures, reason, next_due_at in rows
    )


def _told(conn: sqlite3.Connection, portal: str, source_id: int, watched_from: datetime | None) -> _Told:
    """Until when a feed told of articles, and of how many among the last ones up to then."""
    told_until = conn.execute(
        "SELECT announced_at FROM frontier WHERE id = (SELECT max(frontier_id) FROM announcements WHERE source_id = ?)",
        [source_id],
    ).fetchone()
    if told_until is None or watched_from is None:
        return {}
    told, count = conn.execute(
        """
        SELECT sum(id IN (SELECT frontier_id FROM announcements WHERE source_id = :source AND frontier_id = id)), count(*)
        FROM (
          SELECT id
          FROM frontier
          WHERE portal = :portal
            AND announced_at > :watched_from
            AND announced_at <= :until
            AND article_id IS NOT NULL
          ORDER BY announced_at DESC
          LIMIT :count
        )
        """,
        {
            "source": source_id,
            "portal": portal,
            "watched_from": to_stamp(watched_from),
            "until": told_until[0],
            "count": _FEED_SAMPLE,
        },
    ).fetchone()
    if told is None or told < _FEW_TOLD:
        return {}
    return {"told_until": from_stamp(told_until[0]), "told_share": told / count}


class _Told(TypedDict, total=False):
    told_until: datetime
    told_share: float
