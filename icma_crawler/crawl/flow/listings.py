"""The listing side of one crawl: which sources to ask, what their answers lead to, when to ask them again."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

from icma_crawler.archive import Announced, Archive, Entry, KnownSource
from icma_crawler.crawl.flow.planning import (
    NEWEST,
    CrawlOrder,
    choose_sources,
    find_heralds,
    is_due,
    is_unconditional,
    next_visit,
    postponed_to,
    rest_minutes,
)
from icma_crawler.crawl.flow.services import Progress, Services
from icma_crawler.crawl.flow.source_bounds import SourceBounds
from icma_crawler.discovery import (
    USUAL_PLACES,
    Listing,
    Shapes,
    learn_shapes,
    read_source,
    sources_from_robots,
)
from icma_crawler.errors import SourceError, UrlError
from icma_crawler.models import Candidate, Capture, Portal, Source
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import canonical_url

logger = logging.getLogger(__name__)

WALK_PAGES = 10
"""How many pages of a section the first crawl follows; a backfill goes further."""

_BACKFILL_PAGES = 10_000
_FIRST_HORIZON = timedelta(days=30)
"""How far back the first crawl takes what a sitemap lists; a backfill goes further."""

_HOURLY = 7 * 24  # as a week's count
_SAMPLED_SOURCES = 20
"""A crawl that is limited to fewer pages still asks this many sources."""

_WEEK = timedelta(days=7)
_OF_THE_HOST = frozenset({"dns", "tls", "connect", "timeout", "robots-unreachable", "host-paused", "http-429"})
"""Why a source fails that the portal's others would fail for, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A source that is to be asked; ``page`` counts from 1 along its paging, ``before`` is what the page before told."""

    source: KnownSource
    url: str
    page: int = 1
    is_conditional: bool = False
    before: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Next:
    """What a crawl turns to after a step; ``later`` waits until all that is in hand is archived."""

    entries: Sequence[Entry] = ()
    visits: tuple[Visit, ...] = ()
    later: tuple[Visit | Entry, ...] = ()

    def __add__(self, other: Next) -> Next:
        return Next((*self.entries, *other.entries), self.visits + other.visits, self.later + other.later)


class Listings:
    """The sources of one portal in one crawl; each step is one transaction of the archive."""

    def __init__(self, portal: Portal, services: Services, order: CrawlOrder, tell: Callable[[int], None]) -> None:
        self._portal = portal
        self._services = services
        self._order = order
        self._tell_announced = tell
        self._crawl_id = 0
        self._shapes: Shapes | None = None
        self._has_announcer = False
        self._probed = False
        self._visited: set[int] = set()
        self._others: list[KnownSource] = []
        self._bounds = SourceBounds()
        self._looks_left = 0

    def begin(self, archive: Archive, crawl_id: int, now: datetime, *, looks_left: int) -> tuple[Visit, ...]:
        """Choose the sources to ask in this crawl. The caller holds the transaction.

        *looks_left* is how many known articles may still be looked at again, because a source says they changed.
        """
        self._crawl_id = crawl_id
        self._looks_left = looks_left
        archive.save_sources(self._portal.id, self._portal.sources, now=now, is_configured=True)
        home = Source(kind="section", url=canonical_url(self._portal.home))
        archive.save_sources(self._portal.id, [home], now=now, is_configured=True)
        known = archive.find_sources(self._portal.id)
        self._bounds.begin(known)
        chosen = choose_sources(known, archive.coverage_of(self._portal.id, NEWEST), self._order.mode, now=now)
        self._others = [source for source in known if source not in chosen]
        if self._order.mode == "due":
            for source in self._others:
                if is_due(source, now):
                    archive.postpone_source(source.id, postponed_to(source, now))
        self._has_announcer = any(source.kind != "section" for source in known)
        return tuple(map(self._resumed, self._visits(chosen)))

    def _resumed(self, visit: Visit) -> Visit:
        """A backfill that was interrupted goes on at the page it had come to."""
        source = visit.source
        if self._order.since is None or source.backfill_url is None or source.backfill_since != self._order.since:
            return visit
        return replace(visit, url=source.backfill_url, page=2)

    def _visits(self, sources: Sequence[KnownSource]) -> tuple[Visit, ...]:
        """Visits to those of *sources* that this crawl has not asked yet."""
        fresh = [source for source in sources if source.id not in self._visited]
        if self._order.limit is not None:  # a sample does not walk a sitemap of hundreds of parts
            fresh = fresh[: max(0, max(self._order.limit, _SAMPLED_SOURCES) - len(self._visited))]
        self._visited.update(source.id for source in fresh)
        now = utc_now()
        return tuple(
            Visit(
                source=source,
                url=source.url,
                is_conditional=self._order.since is None and not is_unconditional(source, now),
            )
            for source in fresh
        )

    async def take_robots(self, robots_text: str) -> Next:
        """Sitemaps that robots.txt names are sources too."""
        found = sources_from_robots(robots_text, self._portal)
        return await self._services.write(lambda archive: self._add(archive, found)) if found else Next()

    def _add(self, archive: Archive, found: Sequence[Source], parent: str | None = None) -> Next:
        owned = self._bounds.admit([source for source in found if self._portal.owns(source.url)], parent)
        self._has_announcer = self._has_announcer or any(source.kind != "section" for source in owned)
        return Next(visits=self._visits(archive.save_sources(self._portal.id, owned, now=utc_now())))

    async def take(self, visit: Visit, capture: Capture) -> Next:
        """Read what a source answered: its candidates enter the frontier, and what it leads to comes next."""
        is_same = capture.payload_sha256 == visit.source.payload_sha256
        if is_same and visit.page == 1 and visit.source.was_walked and self._order.since is None:
            await self.unchanged(visit, capture)
            return Next()
        try:
            listing = read_source(visit.source.as_source(), capture, self._portal, known_shapes=self._shapes)
        except SourceError as error:
            return await self.failed(visit, error.reason, capture.status)
        except Exception:
            logger.exception("source not read portal=%s url=%s", self._portal.id, visit.url)
            return await self.failed(visit, "internal", capture.status)
        if listing.kind in ("feed", "news_sitemap"):
            self._shapes = learn_shapes([candidate.url for candidate in listing.candidates])
        following = await self._services.write(lambda archive: self._take(archive, visit, capture, listing))
        return following + await self._probe_if_mute(visit)

    def _take(self, archive: Archive, visit: Visit, capture: Capture, listing: Listing) -> Next:
        now = utc_now()
        candidates = self._wanted(visit, listing, now)
        announced = archive.announce(
            self._portal.id,
            visit.source.id,
            candidates,
            crawl_id=self._crawl_id,
            now=now,
            most_changed=self._looks_left,
        )
        self._looks_left -= len(announced.changed)
        following = self._add(archive, [Source(kind=s.kind, url=s.url) for s in listing.sources], visit.source.url)
        children = archive.find_changed_children(self._portal.id, {s.url: s.modified_at for s in listing.sources})
        following += Next(visits=self._visits(children))
        if visit.page == 1:
            self._answered(archive, visit, capture, listing, told_new=bool(announced.new))
            if self._is_kept(listing, announced):
                archive.keep_listing(self._portal.id, capture)
        next_page = self._next_page(visit, listing, found_new=bool(announced.new))
        if next_page is not None and self._order.since is not None:
            # Whether the walk has come to its day shows only once the articles of this page are read.
            archive.backfill_at(visit.source.id, next_page.url, self._order.since)
            told = tuple(entry.candidate for entry in announced.new) or tuple(listing.candidates)
            following += Next(later=(replace(next_page, before=told),))
        elif next_page is not None:
            following += Next(visits=(next_page,))
        else:
            self._walked(archive, visit, now)
        if announced.new and not announced.repeated and visit.source.was_walked:
            # Everything is new: something may have passed this source by since the last look, so ask the others.
            following += Next(visits=self._visits(self._others))
        self._tell_announced(len(announced.new) + len(announced.changed))
        return following + Next(entries=(*announced.new, *announced.changed))

    def _answered(self, archive: Archive, visit: Visit, capture: Capture, listing: Listing, *, told_new: bool) -> None:
        is_whole = not capture.is_partial
        rest = rest_minutes(listing.ttl_minutes, capture)
        archive.source_answered(
            visit.source.id,
            status=capture.status,
            kind=listing.kind,
            etag=capture.header("etag") if is_whole else None,
            last_modified=capture.header("last-modified") if is_whole else None,
            payload_sha256=capture.payload_sha256 if is_whole else None,
            payload_bytes=len(capture.body),
            told_new=told_new,
            rest_minutes=rest,
            next_due_at=self._due(archive, visit.source, rest),
            now=utc_now(),
        )

    def _is_kept(self, listing: Listing, announced: Announced) -> bool:
        """Feeds and sections, where all they tell of was looked at, and never with the words of what is withdrawn."""
        is_known_whole = not listing.truncated and self._order.since is None
        return is_known_whole and listing.kind != "sitemap" and not announced.withdrawn

    def _wanted(self, visit: Visit, listing: Listing, now: datetime) -> list[Candidate]:
        """Without what lies before the horizon: a first crawl takes a month of a sitemap, a backfill what it is told."""
        since = self._order.since
        if since is None and listing.kind == "sitemap" and not visit.source.was_walked:
            since = now - _FIRST_HORIZON
        if since is None:
            return list(listing.candidates)
        return [one for one in listing.candidates if (one.published_at or one.modified_at or now) >= since]

    def _next_page(self, visit: Visit, listing: Listing, *, found_new: bool) -> Visit | None:
        """The paging goes on until a page tells nothing new, on the first walk until its end, or back to a day."""
        since = self._order.since
        depth = WALK_PAGES if since is None else _BACKFILL_PAGES
        if listing.next_page is None or visit.page >= depth or not self._portal.owns(listing.next_page):
            return None
        if since is None and visit.source.was_walked and not found_new:
            return None
        return Visit(source=visit.source, url=listing.next_page, page=visit.page + 1)

    def _walked(self, archive: Archive, visit: Visit, now: datetime) -> None:
        if not visit.source.was_walked:
            archive.source_walked(visit.source.id, now)
        if self._order.since is not None:
            archive.backfill_at(visit.source.id, None, self._order.since)

    async def go_on(self, waiting: Sequence[Visit]) -> tuple[Visit, ...]:
        """Of the pages that a backfill would come to next, those whose source has not come to its day yet."""
        return await self._services.write(lambda archive: self._go_on(archive, waiting))

    def _go_on(self, archive: Archive, waiting: Sequence[Visit]) -> tuple[Visit, ...]:
        now, since, going = utc_now(), self._order.since, []
        for visit in waiting:
            reached = self._reached(archive, visit.before)
            if since is not None and reached is not None and reached < since:
                self._walked(archive, visit, now)
            else:
                going.append(visit)
                self._tell_reached(visit, reached)
        return tuple(going)

    def _reached(self, archive: Archive, told: Sequence[Candidate]) -> datetime | None:
        """How far back a page lies: the middle of its articles, since one of today may be pinned to every page."""
        dates = (archive.published_at(self._portal.id, each.url) or each.published_at for each in told)
        known = [moment for moment in dates if moment is not None]
        return median_low(known) if known else None

    def _tell_reached(self, visit: Visit, reached: datetime | None) -> None:
        self._services.on_progress(Progress(portal=self._portal.id, url=visit.source.url, reached=reached))

    async def _probe_if_mute(self, visit: Visit) -> Next:
        """Once, after the home page: where nothing named a feed or sitemap, look in the usual places."""
        is_home = self._portal.is_home(visit.url)
        if self._has_announcer or self._probed or not is_home or visit.source.was_walked:
            return Next()
        self._probed = True
        places = []
        for kind, path in USUAL_PLACES:
            try:
                places.append(Source(kind=kind, url=canonical_url(path, self._portal.home)))
            except UrlError:
                continue
        return await self._services.write(lambda archive: self._add(archive, places))

    async def unchanged(self, visit: Visit, capture: Capture) -> None:
        """The source has nothing new: it says so (304), or its answer is the same to the byte."""
        # What a feed's ttl said at its last whole answer still holds.
        rest = max(visit.source.rest_minutes or 0, rest_minutes(None, capture) or 0) or None

        def answered(archive: Archive) -> None:
            archive.source_answered(
                visit.source.id,
                status=capture.status,
                etag=capture.header("etag"),
                last_modified=capture.header("last-modified"),
                rest_minutes=rest,
                next_due_at=self._due(archive, visit.source, rest),
                now=utc_now(),
            )

        await self._services.write(answered)

    async def failed(self, visit: Visit, reason: str, status: int | None) -> Next:
        """The source gave no usable answer; it is asked again next time if it ever gave one."""
        failures = visit.source.failures + 1

        def failed(archive: Archive) -> Next:
            now = utc_now()
            # From its usual interval on, doubled each time; one that never told anything is tried again sooner.
            usual = archive.count_announced(visit.source.id, now - _WEEK) if visit.source.looked_at else _HOURLY
            due = next_visit(usual, failures=failures, ttl_minutes=None, jitter=_jitter(), now=now)
            archive.source_failed(visit.source.id, reason=reason, status=status, next_due_at=due, now=now)
            return self._stand_ins(archive, visit, reason)

        following = await self._services.write(failed)
        return following + await self._probe_if_mute(visit)

    def _stand_ins(self, archive: Archive, visit: Visit, reason: str) -> Next:
        """Who else would tell of what is new; they show, too, whether the source or the whole portal fails."""
        if visit.source.looked_at is None or reason in _OF_THE_HOST:
            return Next()
        left = [source for source in self._others if not source.failures and source.id not in self._visited]
        heralds = find_heralds(left, archive.coverage_of(self._portal.id, NEWEST))
        return Next(visits=self._visits([source for source in left if source.id in heralds]))

    def _due(self, archive: Archive, source: KnownSource, ttl_minutes: int | None) -> datetime:
        now = utc_now()
        announced = archive.count_announced(source.id, now - _WEEK)
        return next_visit(announced, failures=0, ttl_minutes=ttl_minutes, jitter=_jitter(), now=now)


def _jitter() -> float:
    return random.uniform(-1, 1)  # noqa: S311 - spreads visits, guards nothing
