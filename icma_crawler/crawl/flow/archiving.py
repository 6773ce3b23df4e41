"""What a crawl writes into the archive and asks of it: each function is one unit of work, run by the archive's writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icma_crawler.archive import Archive, Entry, KnownSource, SourceAnswer
from icma_crawler.archive.transactions.announce import Announced, announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.record_page import PageLook, mark_gone, record_page
from icma_crawler.archive.transactions.store_page import keep_listing
from icma_crawler.archive.transactions.take_former import take_former
from icma_crawler.crawl.flow.planning import (
    NEWEST,
    CrawlOrder,
    choose_sources,
    is_due,
    jitter,
    next_visit,
    postponed_to,
)
from icma_crawler.models import Article, Candidate, Capture, CrawlRun, Memory, Outcome, Portal, Rejection, Source
from icma_crawler.urls import canonical_url

_WEEK = timedelta(days=7)
_HOURLY = 7 * 24  # as a week's count
_LOOK_FOR_GONE = timedelta(days=30)


# ---- a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A crawl run at its beginning: what earlier ones left and what is due, and which sources to ask."""

    crawl_id: int
    memory: Memory
    unfinished: Sequence[Entry]
    rechecks: Sequence[Entry]
    known: Sequence[KnownSource]
    chosen: Sequence[KnownSource]


def begin_run(archive: Archive, portal: Portal, order: CrawlOrder, now: datetime) -> Begun:
    """Take the portal, and find what there is to do.

    Raises:
        PortalBusyError: another process crawls it.
    """
    crawl_id = begin_crawl(archive, portal, now)
    frontier = archive.frontier
    rechecks = frontier.rechecks(portal.id, now=now, budget=order.recheck_budget, is_all=order.mode == "recheck")
    unfinished = frontier.take(frontier.unfinished(portal.id, now), crawl_id)
    known = _known_sources(archive, portal, now)
    coverage = archive.announcements.coverage_of(portal.id, NEWEST)
    chosen = choose_sources(known, coverage, order.mode, now=now)
    if order.mode == "due":
        for source in known:
            if source not in chosen and is_due(source, now):
                archive.sources.postpone(source.id, postponed_to(source, now))
    return Begun(
        crawl_id=crawl_id,
        memory=archive.boilerplate.memory_of(portal.id),
        unfinished=unfinished,
        rechecks=frontier.take(rechecks, crawl_id),
        known=known,
        chosen=chosen,
    )


def _known_sources(archive: Archive, portal: Portal, now: datetime) -> list[KnownSource]:
    """What the portal file names, the home page, and all that earlier crawls found."""
    home = Source(kind="section", url=canonical_url(portal.home))
    archive.sources.save(portal.id, [*portal.sources, home], now=now, is_configured=True)
    return archive.sources.find(portal.id)


def end_run(
    archive: Archive,
    crawl_id: int,
    reason: str,
    *,
    vanished: Sequence[Entry],
    requests: int,
    size_bytes: int,
    now: datetime,
) -> CrawlRun:
    """Close a run; the known articles that *vanished* are gone."""
    for entry in vanished:
        mark_gone(archive, entry, next_due_at=now + _LOOK_FOR_GONE, now=now)
    return end_crawl(archive, crawl_id, reason=reason, requests=requests, size_bytes=size_bytes, now=now)


# ---- a page


def page_to_compare(archive: Archive, article_id: int, extractor: str) -> Capture | None:
    """The page that the current state of an article was read from; None where *extractor* is the one that read it."""
    known = archive.articles.known(article_id)
    capture_id = archive.revisions.current_capture(article_id)
    if known is None or capture_id is None or known.extractor == extractor:
        return None
    return archive.captures.load(capture_id)


def record_new_page(
    archive: Archive,
    look: PageLook,
    result: Article,
    baseline: Article | Rejection | None,
    *,
    crawl_id: int,
) -> Outcome | Entry:
    """`record_page`, unless a known article that this page may be another state of is to be looked at first."""
    former = take_former(archive, look.portal.id, look.entry, result, look.addresses, crawl_id=crawl_id)
    return former or record_page(archive, look, result, baseline)


# ---- a listing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPage:
    """One page of what a source answered, as far as it is decided before the archive is asked.

    ``answer`` is None but for a source's first page. ``kept`` is the answer that is to be kept, if it may be.
    ``next_url`` is where its paging goes on; ``ends_without_news`` whether it ends there all the same, if nothing is new.
    """

    portal_id: str
    source: KnownSource
    crawl_id: int
    candidates: Sequence[Candidate]
    sources: Sequence[Source]
    modified: Mapping[str, datetime | None]
    answer: SourceAnswer | None = None
    kept: Capture | None = None
    next_url: str | None = None
    ends_without_news: bool = False
    backfill_since: datetime | None = None
    now: datetime


@dataclass(slots=True)
class LookBudget:
    """How many known articles a crawl may still look at again because a source says they changed.

    It is spent where listings are taken one after the other: several may be on their way at a time.
    """

    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenListing:
    """What a page of a source led to: urls to fetch, sources to ask, and whether its paging goes on."""

    announced: Announced
    new_sources: Sequence[KnownSource] = field(default=())
    changed_sources: Sequence[KnownSource] = field(default=())
    goes_on: bool = False


def take_listing(archive: Archive, page: ListingPage, looks: LookBudget) -> TakenListing:
    """Write down what a source announced, together with what it answered: neither is there without the other."""
    announced = announce(
        archive,
        page.portal_id,
        page.source.id,
        page.candidates,
        crawl_id=page.crawl_id,
        now=page.now,
        most_changed=looks.left,
    )
    looks.left -= len(announced.changed)
    new_sources = archive.sources.save(page.portal_id, page.sources, now=page.now)
    changed_sources = archive.sources.find_changed(page.portal_id, page.modified)
    if page.answer is not None:
        _answered(archive, page.source, page.answer, told_new=bool(announced.new), now=page.now)
    if page.kept is not None and not announced.withdrawn:
        keep_listing(archive, page.portal_id, page.kept)
    goes_on = page.next_url is not None and (bool(announced.new) or not page.ends_without_news)
    if not goes_on:
        mark_walked(archive, page.source, page.backfill_since, page.now)
    elif page.backfill_since is not None:
        # Whether the walk has come to its day shows only once the articles of this page are read.
        archive.sources.backfill_at(page.source.id, page.next_url, page.backfill_since)
    return TakenListing(announced=announced, new_sources=new_sources, changed_sources=changed_sources, goes_on=goes_on)


def mark_walked(archive: Archive, source: KnownSource, backfill_since: datetime | None, now: datetime) -> None:
    """A source was read to its end, or back to the day that a backfill walks to."""
    if not source.was_walked:
        archive.sources.walked(source.id, now)
    if backfill_since is not None:
        archive.sources.backfill_at(source.id, None, backfill_since)


def record_no_news(archive: Archive, source: KnownSource, answer: SourceAnswer, now: datetime) -> None:
    """A source has nothing new: it says so (304), or its answer is the same to the byte."""
    _answered(archive, source, answer, told_new=False, now=now)


def record_failure(
    archive: Archive,
    portal_id: str,
    source: KnownSource,
    *,
    reason: str,
    status: int | None,
    wants_others: bool,
    now: datetime,
) -> dict[int, frozenset[int]]:
    """A source gave no usable answer; returns, where wanted, who else tells of the portal's newest urls, by source."""
    # From its usual interval on, doubled each time; one that never told anything is tried again sooner.
    usual = archive.announcements.count_since(source.id, now - _WEEK) if source.looked_at else _HOURLY
    due = next_visit(usual, failures=source.failures + 1, ttl_minutes=None, jitter=jitter(), now=now)
    archive.sources.failed(source.id, reason=reason, status=status, next_due_at=due, now=now)
    return archive.announcements.coverage_of(portal_id, NEWEST) if wants_others else {}


def add_sources(archive: Archive, portal_id: str, found: Sequence[Source], now: datetime) -> list[KnownSource]:
    """Keep sources; returns those that were not known before."""
    return archive.sources.save(portal_id, found, now=now)


def dates_of(archive: Archive, portal_id: str, told: Sequence[Candidate]) -> list[datetime]:
    """When what a page lists was published, as far as it is known."""
    dates = (archive.known_urls.published_at(portal_id, each.url) or each.published_at for each in told)
    return [moment for moment in dates if moment is not None]


def _answered(archive: Archive, source: KnownSource, answer: SourceAnswer, *, told_new: bool, now: datetime) -> None:
    announced = archive.announcements.count_since(source.id, now - _WEEK)
    due = next_visit(announced, failures=0, ttl_minutes=answer.rest_minutes, jitter=jitter(), now=now)
    archive.sources.answered(source.id, answer, told_new=told_new, next_due_at=due, now=now)
