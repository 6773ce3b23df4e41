"""One crawl of one portal, without Scrapy: what to ask first, what a listing leads to, what became of each url."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from icma_crawler.archive import Archive, Entry, KnownSource
from icma_crawler.crawl.planning import (
    NEWEST,
    CrawlMode,
    choose_sources,
    is_unconditional,
    next_recheck,
    next_visit,
)
from icma_crawler.crawl.services import Progress, Services
from icma_crawler.discovery import (
    USUAL_PLACES,
    Listing,
    Shapes,
    learn_shapes,
    read_source,
    sources_from_robots,
)
from icma_crawler.errors import SourceError, UrlError
from icma_crawler.models import Article, Candidate, Capture, CrawlRun, FrontierState, Portal, Rejection, Source
from icma_crawler.urls import canonical_url

WALK_PAGES = 10
"""How many pages of a section the first crawl follows; a backfill goes further."""

_BACKFILL_PAGES = 10_000
_FIRST_HORIZON = timedelta(days=30)
"""How far back the first crawl takes what a sitemap lists; a backfill goes further."""

_WEEK = timedelta(days=7)
_LOOK_AGAIN_FOR_MISSING = timedelta(hours=8)
_LOOK_FOR_GONE = timedelta(days=30)
_MASS = 5
"""Fewer vanished articles than this are never a portal's trouble, whatever their share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What is asked of a crawl."""

    mode: CrawlMode = "all"
    since: datetime | None = None
    limit: int | None = None
    recheck_ages: tuple[tuple[timedelta, timedelta], ...] = ((timedelta(days=1), timedelta(hours=4)),)
    recheck_budget: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A source that is to be asked; ``page`` counts from 1 along its paging."""

    source: KnownSource
    url: str
    page: int = 1
    is_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Next:
    """What a crawl turns to after a step."""

    entries: tuple[Entry, ...] = ()
    visits: tuple[Visit, ...] = ()


@dataclass(slots=True)
class _Rechecks:
    """How the looks at known articles went; more than a fifth vanishing at once is the portal's trouble."""

    done: int = 0
    vanished: list[Entry] = field(default_factory=list)

    @property
    def is_mass(self) -> bool:
        return len(self.vanished) >= _MASS and len(self.vanished) * 5 > self.done


class PortalCrawl:
    """The steps of one crawl; each is one transaction of the archive."""

    def __init__(self, portal: Portal, services: Services, order: CrawlOrder) -> None:
        self.portal = portal
        self.run: CrawlRun | None = None
        self._services = services
        self._order = order
        self._left = min(order.limit or portal.crawl.max_pages, portal.crawl.max_pages)
        self._crawl_id = 0
        self._shapes: Shapes | None = None
        self._has_announcer = False
        self._probed = False
        self._visited: set[int] = set()
        self._others: list[KnownSource] = []
        self._rechecks = _Rechecks()

    # ---- what to ask

    async def begin(self) -> Next:
        """Take the portal, and find what earlier crawls left, which sources to ask and what to look at again.

        Raises:
            PortalBusyError: another process crawls it.
        """
        return await self._services.write(self._begin)

    def _begin(self, archive: Archive) -> Next:
        now = _now()
        archive.save_portal(self.portal, now)
        self._crawl_id = archive.begin_crawl(self.portal.id, now)
        archive.save_sources(self.portal.id, self.portal.sources, now=now, is_configured=True)
        home = Source(kind="section", url=canonical_url(self.portal.home))
        archive.save_sources(self.portal.id, [home], now=now, is_configured=True)
        known = archive.find_sources(self.portal.id)
        chosen = choose_sources(known, archive.coverage_of(self.portal.id, NEWEST), self._order.mode, now=now)
        self._others = [source for source in known if source not in chosen]
        self._has_announcer = any(source.kind != "section" for source in known)
        entries = archive.take_unfinished(self.portal.id, crawl_id=self._crawl_id, now=now)
        entries += archive.take_rechecks(
            self.portal.id,
            crawl_id=self._crawl_id,
            now=now,
            budget=self._order.recheck_budget,
            is_all=self._order.mode == "recheck",
        )
        self._tell(announced=len(entries))
        return Next(entries=self._within_limit(entries), visits=self._visits(chosen))

    def _visits(self, sources: list[KnownSource]) -> tuple[Visit, ...]:
        """Visits to those of *sources* that this crawl has not asked yet."""
        fresh = [source for source in sources if source.id not in self._visited]
        self._visited.update(source.id for source in fresh)
        now = _now()
        return tuple(
            Visit(source=source, url=source.url, is_conditional=not is_unconditional(source, now)) for source in fresh
        )

    async def take_robots(self, robots_text: str) -> Next:
        """Sitemaps that robots.txt names are sources too."""
        found = sources_from_robots(robots_text, self.portal)
        if not found:
            return Next()
        return await self._services.write(lambda archive: self._add_sources(archive, found))

    def _add_sources(self, archive: Archive, found: list[Source] | tuple[Source, ...]) -> Next:
        owned = [source for source in found if self.portal.owns(source.url)]
        self._has_announcer = self._has_announcer or any(source.kind != "section" for source in owned)
        return Next(visits=self._visits(archive.save_sources(self.portal.id, owned, now=_now())))

    # ---- what a source answered

    async def take_listing(self, visit: Visit, capture: Capture) -> Next:
        """Read what a source answered: its candidates enter the frontier, and what it leads to comes next."""
        if visit.source.was_walked and visit.page == 1 and capture.payload_sha256 == visit.source.payload_sha256:
            await self.source_unchanged(visit, capture)
            return Next()
        try:
            listing = read_source(visit.source.as_source(), capture, self.portal, known_shapes=self._shapes)
        except SourceError as error:
            return await self.source_failed(visit, error.reason, capture.status)
        if listing.kind in ("feed", "news_sitemap"):
            self._shapes = learn_shapes([candidate.url for candidate in listing.candidates])
        following = await self._services.write(lambda archive: self._take_listing(archive, visit, capture, listing))
        probe = await self._probe_if_mute(visit)
        return Next(entries=following.entries, visits=following.visits + probe.visits)

    def _take_listing(self, archive: Archive, visit: Visit, capture: Capture, listing: Listing) -> Next:
        now = _now()
        candidates = self._wanted(visit, listing, now)
        announced = archive.announce(self.portal.id, visit.source.id, candidates, crawl_id=self._crawl_id, now=now)
        new_sources = self._add_sources(archive, [Source(kind=s.kind, url=s.url) for s in listing.sources])
        children = archive.find_changed_children(self.portal.id, {s.url: s.modified_at for s in listing.sources})
        if visit.page == 1:
            archive.source_answered(
                visit.source.id,
                status=capture.status,
                kind=listing.kind,
                etag=None if capture.is_partial else capture.header("etag"),
                last_modified=None if capture.is_partial else capture.header("last-modified"),
                payload_sha256=None if capture.is_partial else capture.payload_sha256,
                payload_bytes=len(capture.body),
                told_new=bool(announced.new),
                next_due_at=self._next_visit(archive, visit.source, listing.ttl_minutes),
                now=now,
            )
        next_page = self._next_page(visit, listing, found_new=bool(announced.new))
        if next_page is None and not visit.source.was_walked:
            archive.source_walked(visit.source.id, now)
        visits = new_sources.visits + self._visits(children) + ((next_page,) if next_page else ())
        if announced.new and not announced.repeated and visit.source.was_walked:
            # Everything is new: something may have passed this source by since the last look, so ask the others.
            visits += self._visits(self._others)
        self._tell(announced=len(announced.new) + len(announced.changed))
        return Next(entries=self._within_limit([*announced.new, *announced.changed]), visits=visits)

    def _wanted(self, visit: Visit, listing: Listing, now: datetime) -> list[Candidate]:
        """Without what lies before the horizon: a first crawl takes a month of a sitemap, a backfill what it is told."""
        since = self._order.since
        if since is None and listing.kind == "sitemap" and not visit.source.was_walked:
            since = now - _FIRST_HORIZON
        if since is None:
            return list(listing.candidates)
        return [one for one in listing.candidates if (one.modified_at or one.published_at or now) >= since]

    def _next_page(self, visit: Visit, listing: Listing, *, found_new: bool) -> Visit | None:
        """The paging goes on until a page tells nothing new, or on the first walk until its end."""
        is_backfill = self._order.mode == "backfill"
        depth = _BACKFILL_PAGES if is_backfill else WALK_PAGES
        if listing.next_page is None or visit.page >= depth or not self.portal.owns(listing.next_page):
            return None
        if visit.source.was_walked and not found_new and not is_backfill:
            return None
        return Visit(source=visit.source, url=listing.next_page, page=visit.page + 1)

    async def _probe_if_mute(self, visit: Visit) -> Next:
        """Once, after the home page: where nothing named a feed or sitemap, look in the usual places."""
        is_home = self.portal.is_home(visit.url)
        if self._has_announcer or self._probed or not is_home or visit.source.was_walked:
            return Next()
        self._probed = True
        places = []
        for kind, path in USUAL_PLACES:
            try:
                places.append(Source(kind=kind, url=canonical_url(path, self.portal.home)))
            except UrlError:
                continue
        return await self._services.write(lambda archive: self._add_sources(archive, places))

    async def source_unchanged(self, visit: Visit, capture: Capture | None = None) -> None:
        """The source has nothing new: it says so (304), or its answer is the same to the byte."""

        def answered(archive: Archive) -> None:
            archive.source_answered(
                visit.source.id,
                status=capture.status if capture else 304,
                etag=capture.header("etag") if capture else None,
                last_modified=capture.header("last-modified") if capture else None,
                next_due_at=self._next_visit(archive, visit.source, None),
                now=_now(),
            )

        await self._services.write(answered)

    async def source_failed(self, visit: Visit, reason: str, status: int | None) -> Next:
        """The source gave no usable answer; it is asked again next time if it ever gave one."""
        failures = visit.source.failures + 1
        due = next_visit(7, failures=failures, ttl_minutes=None, jitter=_jitter(), now=_now())
        await self._services.write(
            lambda archive: archive.source_failed(
                visit.source.id, reason=reason, status=status, next_due_at=due, now=_now()
            )
        )
        return await self._probe_if_mute(visit)

    def _next_visit(self, archive: Archive, source: KnownSource, ttl_minutes: int | None) -> datetime:
        now = _now()
        announced = archive.count_announced(source.id, now - _WEEK)
        return next_visit(announced, failures=0, ttl_minutes=ttl_minutes, jitter=_jitter(), now=now)

    # ---- what a page said

    async def extract(self, entry: Entry, capture: Capture) -> Article | Rejection | None:
        """Read a page in a worker process; None where it is the same to the byte as at the last look."""
        if entry.is_recheck and capture.payload_sha256 == entry.payload_sha256:
            return None
        return await self._services.extract(capture, self.portal, entry.candidate)

    async def record(self, entry: Entry, capture: Capture, result: Article | Rejection) -> None:
        """Archive what a page turned out to be; returns after the commit."""
        if isinstance(result, Rejection) and result.reason in ("extract-timeout", "extract-crash"):
            await self.settle(entry, "failed", result.reason, capture.status, detail=result.detail)
            return
        baseline = await self._baseline(entry, result)
        due = self._next_recheck(entry, result)
        outcome = await self._services.write(
            lambda archive: archive.record(
                self.portal, entry, capture, result, baseline=baseline, next_due_at=due, now=_now()
            )
        )
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)

    async def _baseline(self, entry: Entry, result: Article | Rejection) -> Article | Rejection | None:
        """What today's extractor reads out of the stored page, where another version read it: like with like."""
        article_id = entry.article_id
        if article_id is None or not isinstance(result, Article):
            return None
        extractor = await self._services.write(lambda archive: archive.known_extractor(article_id))
        if extractor in (None, result.extractor):
            return None
        _, stored = await self._services.write(lambda archive: archive.stored_page(article_id))
        return await self._services.extract(stored, self.portal, entry.candidate)

    async def record_same(self, entry: Entry, capture: Capture) -> None:
        """A known article was looked at again, and nothing is new."""
        due = self._next_recheck(entry, None)
        outcome = await self._services.write(
            lambda archive: archive.record_same(self.portal, entry, capture, next_due_at=due, now=_now())
        )
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)

    async def record_miss(self, entry: Entry, reason: str, status: int | None) -> None:
        """A known article was not there."""
        now = _now()
        is_gone = await self._services.write(
            lambda archive: archive.record_miss(
                entry, reason=reason, status=status, next_due_at=now + _LOOK_AGAIN_FOR_MISSING, now=now
            )
        )
        self._count(entry)
        if is_gone:
            self._rechecks.vanished.append(entry)
        self._tell(outcome="unchanged", url=entry.candidate.url)

    async def settle(
        self, entry: Entry, state: FrontierState, reason: str, status: int | None = None, detail: str | None = None
    ) -> None:
        """Write down why a url could not be read."""
        await self._services.write(
            lambda archive: archive.settle(entry.id, state, reason=reason, detail=detail, status=status, now=_now())
        )
        self._tell(outcome=state, url=entry.candidate.url)

    # ---- the end

    async def end(self, reason: str, *, requests: int, size_bytes: int) -> CrawlRun | None:
        """Close the run; None where it never began."""
        if not self._crawl_id or self._services.trouble:
            return None
        self.run = await self._services.write(
            lambda archive: self._end(archive, reason, requests=requests, size_bytes=size_bytes)
        )
        return self.run

    def _end(self, archive: Archive, reason: str, *, requests: int, size_bytes: int) -> CrawlRun:
        now = _now()
        if not self._rechecks.is_mass:
            for entry in self._rechecks.vanished:
                archive.mark_gone(entry, next_due_at=now + _LOOK_FOR_GONE, now=now)
        return archive.end_crawl(self._crawl_id, reason=reason, requests=requests, size_bytes=size_bytes, now=now)

    def _next_recheck(self, entry: Entry, result: Article | Rejection | None) -> datetime:
        now = _now()
        stated = result.published_at if isinstance(result, Article) else None
        return next_recheck(stated or entry.candidate.published_at or now, self._order.recheck_ages, now=now)

    def _count(self, entry: Entry) -> None:
        self._rechecks.done += entry.is_recheck

    def _within_limit(self, entries: list[Entry]) -> tuple[Entry, ...]:
        """No more pages than the limit allows; the rest stays pending for the next crawl."""
        taken = entries[: self._left]
        self._left -= len(taken)
        return tuple(taken)

    def _tell(self, *, announced: int = 0, outcome: str | None = None, url: str | None = None) -> None:
        if announced or outcome:
            self._services.on_progress(Progress(portal=self.portal.id, announced=announced, outcome=outcome, url=url))


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311 - spreads visits, guards nothing


def _now() -> datetime:
    return datetime.now(UTC)
