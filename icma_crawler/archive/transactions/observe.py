"""What the archive saw of a portal in recent weeks, gathered from several tables: the facts its health is judged from."""

from __future__ import annotations

from datetime import datetime, timedelta

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.facts import ArticleFact, PageFact, PortalFacts
from icma_crawler.archive.packing import UNPACK_ERRORS
from icma_crawler.archive.transactions.hold_portal import is_held

_RECENT = timedelta(weeks=8)
_WEEK = timedelta(days=7)
_NEWEST_RUNS = 10


def observe(archive: Archive, portal_id: str, now: datetime) -> PortalFacts:
    """The facts of one portal's last eight weeks, up to its newest article."""
    seen = archive.observations
    total, newest = seen.totals(portal_id)
    since = min(newest or now, now) - _RECENT
    hours = seen.hours(portal_id, since)
    watched_from = archive.crawls.first_end(portal_id)
    return PortalFacts(
        portal=portal_id,
        timezone=archive.portals.timezone_of(portal_id),
        watched_from=watched_from,
        is_running=is_held(archive, portal_id, now),
        runs=tuple(archive.crawls.newest(portal_id, _NEWEST_RUNS)),
        hours=hours,
        articles=seen.articles(portal_id, since, sum(each.articles for each in hours)),
        pages=seen.pages(portal_id),
        sources=seen.sources(portal_id, watched_from),
        archived_total=total,
        archived_7d=seen.count_since(portal_id, now - _WEEK),
        last_archived_at=newest,
        last_news_at=seen.last_news(portal_id, now),
        vanished=seen.count_vanished(portal_id),
    )


def page_of(archive: Archive, portal_id: str, fact: ArticleFact | PageFact) -> bytes | None:
    """The oldest page kept of an article, or the one for which an announced url was turned away; None without any.

    A damaged one is none here: `icma verify` tells of it, and one page must not hide the health of all portals.
    """
    if isinstance(fact, ArticleFact):
        capture_id = archive.revisions.first_capture(fact.id)
    elif fact.is_article:
        article_id = archive.observations.article_at(fact.id)
        capture_id = None if article_id is None else archive.revisions.first_capture(article_id)
    else:
        capture_id = archive.captures.page_at(portal_id, fact.url)
    try:
        return None if capture_id is None else archive.captures.load(capture_id).body
    except UNPACK_ERRORS:
        return None
