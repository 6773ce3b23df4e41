"""One crawl of one portal, without Scrapy: what to ask first, what a listing leads to, what became of each url."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icma_crawler.archive import Archive, Entry, KnownSource
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
from icma_crawler.models import Article, Capture, CrawlRun, FrontierState, Portal, Rejection, Source
from icma_crawler.urls import canonical_url

WALK_PAGES = 10
"""How many pages of a section the first crawl follows; a backfill goes further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A source that is to be asked; ``page`` counts from 1 along its paging."""

    source: KnownSource
    url: str
    page: int = 1
    found_new: bool = False

    @property
    def is_conditional(self) -> bool:
        """Whether "nothing new" is an answer: only where the source was read to its end before."""
        return self.page == 1 and self.source.was_walked


@dataclass(frozen=True, slots=True)
class Next:
    """What a crawl turns to after a step."""

    entries: tuple[Entry, ...] = ()
    visits: tuple[Visit, ...] = ()


class PortalCrawl:
    """The steps of one crawl; each is one transaction of the archive."""

    def __init__(self, portal: Portal, services: Services, *, limit: int | None = None) -> None:
        self.portal = portal
        self._services = services
        self._left = min(limit or portal.crawl.max_pages, portal.crawl.max_pages)
        self._crawl_id = 0
        self._shapes: Shapes | None = None
        self._has_announcer = False
        self._probed = False
        self.run: CrawlRun | None = None

    async def begin(self) -> Next:
        """Take the portal, and find what earlier crawls left and which sources to ask.

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
        sources = archive.find_sources(self.portal.id)
        self._has_announcer = any(source.kind != "section" for source in sources)
        unfinished = archive.take_unfinished(self.portal.id, crawl_id=self._crawl_id, now=now)
        self._tell(announced=len(unfinished))
        return Next(
            entries=self._within_limit(unfinished),
            visits=tuple(Visit(source=source, url=source.url) for source in sources),
        )

    async def take_robots(self, robots_text: str) -> Next:
        """Sitemaps that robots.txt names are sources too."""
        found = sources_from_robots(robots_text, self.portal)
        if not found:
            return Next()
        return await self._services.write(lambda archive: self._add_sources(archive, found))

    async def take_listing(self, visit: Visit, capture: Capture) -> Next:
        """Read what a source answered: its candidates enter the frontier, and what it leads to comes next."""
        try:
            listing = read_source(visit.source.as_source(), capture, self.portal, known_shapes=self._shapes)
        except SourceError as error:
            await self.source_failed(visit, error.reason, capture.status)
            return await self._probe_if_mute(visit)
        if listing.kind in ("feed", "news_sitemap"):
            self._shapes = learn_shapes([candidate.url for candidate in listing.candidates])
        following = await self._services.write(lambda archive: self._take_listing(archive, visit, capture, listing))
        probe = await self._probe_if_mute(visit)
        return Next(entries=following.entries, visits=following.visits + probe.visits)

    def _take_listing(self, archive: Archive, visit: Visit, capture: Capture, listing: Listing) -> Next:
        now = _now()
        entries = archive.announce(
            self.portal.id, visit.source.id, listing.candidates, crawl_id=self._crawl_id, now=now
        )
        new_sources = self._add_sources(archive, [Source(kind=s.kind, url=s.url) for s in listing.sources])
        if visit.page == 1:
            archive.source_answered(
                visit.source.id,
                status=capture.status,
                kind=listing.kind,
                etag=None if capture.is_partial else capture.header("etag"),
                last_modified=None if capture.is_partial else capture.header("last-modified"),
                payload_sha256=capture.payload_sha256,
                told_new=bool(entries),
                now=now,
            )
        next_page = self._next_page(visit, listing, found_new=bool(entries))
        if next_page is None and not visit.source.was_walked:
            archive.source_walked(visit.source.id, now)
        self._tell(announced=len(entries))
        return Next(
            entries=self._within_limit(entries),
            visits=new_sources.visits + ((next_page,) if next_page else ()),
        )

    def _next_page(self, visit: Visit, listing: Listing, *, found_new: bool) -> Visit | None:
        """The paging goes on until a page tells nothing new, or on the first walk until its end."""
        if listing.next_page is None or visit.page >= WALK_PAGES or not self.portal.owns(listing.next_page):
            return None
        if visit.source.was_walked and not found_new:
            return None
        return Visit(source=visit.source, url=listing.next_page, page=visit.page + 1)

    def _add_sources(self, archive: Archive, found: list[Source] | tuple[Source, ...]) -> Next:
        owned = [source for source in found if self.portal.owns(source.url)]
        new = archive.save_sources(self.portal.id, owned, now=_now())
        self._has_announcer = self._has_announcer or any(source.kind != "section" for source in owned)
        return Next(visits=tuple(Visit(source=source, url=source.url) for source in new))

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

    async def source_unchanged(self, visit: Visit) -> None:
        """The source says that it has nothing new (304)."""
        await self._services.write(
            lambda archive: archive.source_answered(visit.source.id, status=304, now=_now()),
        )

    async def source_failed(self, visit: Visit, reason: str, status: int | None) -> Next:
        """The source gave no usable answer; it is asked again next time if it ever gave one."""
        await self._services.write(
            lambda archive: archive.source_failed(visit.source.id, reason=reason, status=status, now=_now())
        )
        return await self._probe_if_mute(visit)

    async def extract(self, entry: Entry, capture: Capture) -> Article | Rejection:
        """Read a page in a worker process."""
        return await self._services.extract(capture, self.portal, entry.candidate)

    async def record(self, entry: Entry, capture: Capture, result: Article | Rejection) -> None:
        """Archive what a page turned out to be; returns after the commit."""
        if isinstance(result, Rejection) and result.reason in ("extract-timeout", "extract-crash"):
            await self.settle(entry, "failed", result.reason, capture.status, detail=result.detail)
            return
        outcome = await self._services.write(
            lambda archive: archive.record(self.portal, entry, capture, result, now=_now())
        )
        self._tell(outcome=outcome, url=entry.candidate.url)

    async def settle(
        self, entry: Entry, state: FrontierState, reason: str, status: int | None = None, detail: str | None = None
    ) -> None:
        """Write down why a url could not be read."""
        await self._services.write(
            lambda archive: archive.settle(entry.id, state, reason=reason, detail=detail, status=status, now=_now())
        )
        self._tell(outcome=state, url=entry.candidate.url)

    async def end(self, reason: str, *, requests: int, size_bytes: int) -> CrawlRun | None:
        """Close the run; None where it never began."""
        if not self._crawl_id or self._services.trouble:
            return None
        self.run = await self._services.write(
            lambda archive: archive.end_crawl(
                self._crawl_id, reason=reason, requests=requests, size_bytes=size_bytes, now=_now()
            )
        )
        return self.run

    def _within_limit(self, entries: list[Entry]) -> tuple[Entry, ...]:
        """No more pages than the limit allows; the rest stays pending for the next crawl."""
        taken = entries[: self._left]
        self._left -= len(taken)
        return tuple(taken)

    def _tell(self, *, announced: int = 0, outcome: str | None = None, url: str | None = None) -> None:
        if announced or outcome:
            self._services.on_progress(Progress(portal=self.portal.id, announced=announced, outcome=outcome, url=url))


def _now() -> datetime:
    return datetime.now(UTC)
