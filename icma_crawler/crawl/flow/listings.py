"""The listing side of one crawl: which sources to ask, what their answers lead to, when to ask them again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

from icma_crawler.archive import Entry, KnownSource, SourceAnswer
from icma_crawler.archive.transactions.announce import Announced
from icma_crawler.crawl.flow.archiving import (
    Begun,
    ListingPage,
    LookBudget,
    add_sources,
    dates_of,
    mark_walked,
    record_failure,
    record_no_news,
    take_listing,
)
from icma_crawler.crawl.flow.planning import CrawlOrder, find_heralds, is_unconditional, rest_minutes
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

_SAMPLED_SOURCES = 20
"""A crawl that is limited to fewer pages still asks this many sources."""

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
        self._looks = LookBudget(0)

    def begin(self, begun: Begun, *, looks_left: int) -> tuple[Visit, ...]:
        """The visits to the sources that this crawl asks.

        *looks_left* is how many known articles may still be looked at again, because a source says they changed.
        """
        self._crawl_id = begun.crawl_id
        self._looks.left = looks_left
        self._bounds.begin(begun.known)
        self._others = [source for source in begun.known if source not in begun.chosen]
        self._has_announcer = any(source.kind != "section" for source in begun.known)
        return tuple(map(self._resumed, self._visits(begun.chosen)))

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
        found = self._admit(sources_from_robots(robots_text, self._portal))
        return await self._add(found) if found else Next()

    def _admit(self, found: Sequence[Source], parent: str | None = None) -> list[Source]:
        """Those of *found* that are the portal's own and within bounds; *parent* is the source that named them."""
        owned = self._bounds.admit([source for source in found if self._portal.owns(source.url)], parent)
        self._has_announcer = self._has_announcer or any(source.kind != "section" for source in owned)
        return owned

    async def _add(self, admitted: Sequence[Source]) -> Next:
        new = await self._services.write(add_sources, self._portal.id, admitted, utc_now())
        return Next(visits=self._visits(new))

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
        following = await self._take(visit, capture, listing)
        return following + await self._probe_if_mute(visit)

    async def _take(self, visit: Visit, capture: Capture, listing: Listing) -> Next:
        page = self._page_of(visit, capture, listing)
        taken = await self._services.write(take_listing, page, self._looks)
        announced = taken.announced
        following = Next(
            (*announced.new, *announced.changed), self._visits([*taken.new_sources, *taken.changed_sources])
        )
        if taken.goes_on and page.next_url is not None:
            following += self._turn_page(visit, listing, announced, page.next_url)
        if announced.new and not announced.repeated and visit.source.was_walked:
            # Everything is new: something may have passed this source by since the last look, so ask the others.
            following += Next(visits=self._visits(self._others))
        self._tell_announced(len(announced.new) + len(announced.changed))
        return following

    def _page_of(self, visit: Visit, capture: Capture, listing: Listing) -> ListingPage:
        """What a page of a source says, as far as it is decided without the archive."""
        now, is_first = utc_now(), visit.page == 1
        return ListingPage(
            portal_id=self._portal.id,
            source=visit.source,
            crawl_id=self._crawl_id,
            candidates=self._wanted(visit, listing, now),
            sources=self._admit([Source(kind=s.kind, url=s.url) for s in listing.sources], visit.source.url),
            modified={source.url: source.modified_at for source in listing.sources},
            answer=_answer_of(capture, listing) if is_first else None,
            kept=capture if is_first and self._is_kept(listing) else None,
            next_url=self._next_url(visit, listing),
            ends_without_news=self._order.since is None and visit.source.was_walked,
            backfill_since=self._order.since,
            now=now,
        )

    def _turn_page(self, visit: Visit, listing: Listing, announced: Announced, url: str) -> Next:
        """The next page of a source; in a backfill it waits until the articles of this one are read."""
        following = Visit(source=visit.source, url=url, page=visit.page + 1)
        if self._order.since is None:
            return Next(visits=(following,))
        told = tuple(entry.candidate for entry in announced.new) or tuple(listing.candidates)
        return Next(later=(replace(following, before=told),))

    def _is_kept(self, listing: Listing) -> bool:
        """Feeds and sections, where all they tell of was looked at."""
        is_known_whole = not listing.truncated and self._order.since is None
        return is_known_whole and listing.kind != "sitemap"

    def _wanted(self, visit: Visit, listing: Listing, now: datetime) -> list[Candidate]:
        """Without what lies before the horizon: a first crawl takes a month of a sitemap, a backfill what it is told."""
        since = self._order.since
        if since is None and listing.kind == "sitemap" and not visit.source.was_walked:
            since = now - _FIRST_HORIZON
        if since is None:
            return list(listing.candidates)
        return [one for one in listing.candidates if (one.published_at or one.modified_at or now) >= since]

    def _next_url(self, visit: Visit, listing: Listing) -> str | None:
        """The paging goes on until a page tells nothing new, on the first walk until its end, or back to a day."""
        depth = WALK_PAGES if self._order.since is None else _BACKFILL_PAGES
        if listing.next_page is None or visit.page >= depth or not self._portal.owns(listing.next_page):
            return None
        return listing.next_page

    async def go_on(self, waiting: Sequence[Visit]) -> tuple[Visit, ...]:
        """Of the pages that a backfill would come to next, those whose source has not come to its day yet."""
        since, going = self._order.since, []
        for visit in waiting:
            dates = await self._services.write(dates_of, self._portal.id, visit.before)
            # The middle of a page's articles, since one of today may be pinned to every page.
            reached = median_low(dates) if dates else None
            if since is not None and reached is not None and reached < since:
                await self._services.write(mark_walked, visit.source, since, utc_now())
            else:
                going.append(visit)
                self._tell_reached(visit, reached)
        return tuple(going)

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
        return await self._add(self._admit(places))

    async def unchanged(self, visit: Visit, capture: Capture) -> None:
        """The source has nothing new: it says so (304), or its answer is the same to the byte."""
        # What a feed's ttl said at its last whole answer still holds.
        rest = max(visit.source.rest_minutes or 0, rest_minutes(None, capture) or 0) or None
        answer = SourceAnswer(
            status=capture.status,
            etag=capture.header("etag"),
            last_modified=capture.header("last-modified"),
            rest_minutes=rest,
        )
        await self._services.write(record_no_news, visit.source, answer, utc_now())

    async def failed(self, visit: Visit, reason: str, status: int | None) -> Next:
        """The source gave no usable answer; it is asked again next time if it ever gave one."""
        wants_others = visit.source.looked_at is not None and reason not in _OF_THE_HOST
        coverage = await self._services.write(
            record_failure,
            self._portal.id,
            visit.source,
            reason=reason,
            status=status,
            wants_others=wants_others,
            now=utc_now(),
        )
        following = Next(visits=self._visits(self._stand_ins(coverage) if wants_others else []))
        return following + await self._probe_if_mute(visit)

    def _stand_ins(self, coverage: Mapping[int, frozenset[int]]) -> list[KnownSource]:
        """Who else would tell of what is new; they show, too, whether the source or the whole portal fails."""
        left = [source for source in self._others if not source.failures and source.id not in self._visited]
        heralds = find_heralds(left, coverage)
        return [source for source in left if source.id in heralds]


def _answer_of(capture: Capture, listing: Listing) -> SourceAnswer:
    is_whole = not capture.is_partial
    return SourceAnswer(
        status=capture.status,
        kind=listing.kind,
        etag=capture.header("etag") if is_whole else None,
        last_modified=capture.header("last-modified") if is_whole else None,
        payload_sha256=capture.payload_sha256 if is_whole else None,
        payload_bytes=len(capture.body),
        rest_minutes=rest_minutes(listing.ttl_minutes, capture),
    )
