"""One crawl of one portal, without Scrapy: what to ask first, what became of each url, how it ended."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from icma_crawler.archive import Archive, Entry, Outcome
from icma_crawler.crawl.flow.listings import Listings, Next
from icma_crawler.crawl.flow.planning import CrawlOrder, next_recheck
from icma_crawler.crawl.flow.services import Progress, Services
from icma_crawler.models import Article, Capture, CrawlRun, FrontierState, Memory, Portal, Rejection, ReuseSignal
from icma_crawler.rights import header_signals, read_tdm_file
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import identity_key

logger = logging.getLogger(__name__)

_LOOK_AGAIN_FOR_MISSING = timedelta(hours=8)
_LOOK_FOR_GONE = timedelta(days=30)
_ASK_AGAIN, _ASK_FOR_NONE = timedelta(hours=24), timedelta(days=7)
_NONE = frozenset({404, 410})
_OUR_SIDE = frozenset({"extract-timeout", "extract-crash", "internal"})
_MASS = 5
"""Fewer vanished articles than this are never a portal's trouble, whatever their share."""


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
        self.listings = Listings(portal, services, order, lambda count: self._tell(announced=count))
        self._services = services
        self._order = order
        self._left = min(order.limit or portal.crawl.max_pages, portal.crawl.max_pages)
        self._crawl_id = 0
        self._rechecks = _Rechecks()
        self._memory: Memory = frozenset()
        self._compared: set[int] = set()

    async def begin(self) -> Next:
        """Take the portal, and find what earlier crawls left, which sources to ask and what to look at again.

        Raises:
            PortalBusyError: another process crawls it.
        """
        first = await self._services.write(self._begin)
        await self._refresh_reuse()
        return first

    def _begin(self, archive: Archive) -> Next:
        now = utc_now()
        archive.save_portal(self.portal, now)
        self._crawl_id = archive.begin_crawl(self.portal.id, now)
        self._memory = archive.memory_of(self.portal.id)
        unfinished = archive.take_unfinished(self.portal.id, crawl_id=self._crawl_id, now=now)
        rechecks = archive.take_rechecks(
            self.portal.id,
            crawl_id=self._crawl_id,
            now=now,
            budget=self._order.recheck_budget,
            is_all=self._order.mode == "recheck",
        )
        looks_left = max(0, self._order.recheck_budget - len(rechecks))
        visits = self.listings.begin(archive, self._crawl_id, now, looks_left=looks_left)
        self._tell(announced=len(unfinished) + len(rechecks))
        return Next([*unfinished, *rechecks], visits)

    def within_limit(self, following: Next) -> Next:
        """No more pages than the limit allows; the rest stays pending for the next crawl."""
        taken = following.entries[: self._left]
        self._left -= len(taken)
        return Next(taken, following.visits, following.later)

    # ---- what a page said

    async def extract(self, entry: Entry, capture: Capture) -> Article | Rejection | None:
        """Read a page in a worker process; None where it is the same to the byte, and at the same address, as before."""
        is_same = entry.is_recheck and capture.payload_sha256 == entry.payload_sha256
        if is_same and not is_elsewhere(entry, capture):
            return None
        return await self._services.extract(capture, self.portal, entry.candidate, self._memory)

    async def record(self, entry: Entry, capture: Capture, result: Article | Rejection) -> Next:
        """Archive what a page turned out to be; returns, after the commit, what is to be looked at because of it."""
        if isinstance(result, Rejection) and result.reason in _OUR_SIDE:
            logger.error("page not read portal=%s url=%s error=%s", self.portal.id, capture.url, result)
            await self.settle(entry, "failed", result.reason, capture.status, detail=result.detail)
            return Next()
        baseline = await self._baseline(entry, result)
        due = self._next_recheck(entry, result)

        def recorded(archive: Archive) -> Outcome | Entry:
            return self._take_former(archive, entry, capture, result) or archive.record(
                self.portal, entry, capture, result, baseline=baseline, next_due_at=due, now=utc_now()
            )

        outcome = await self._services.write(recorded)
        if isinstance(outcome, Entry):
            return Next(() if outcome.id == entry.id else (outcome,), later=(entry,))
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)
        return Next()

    def _take_former(
        self, archive: Archive, entry: Entry, capture: Capture, result: Article | Rejection
    ) -> Entry | None:
        """The article that this page may be another state of, moved or copied and edited; asked once for each page."""
        if isinstance(result, Rejection) or entry.is_recheck or entry.id in self._compared:
            return None
        self._compared.add(entry.id)
        addresses = (capture.final_url, capture.url, entry.candidate.url)
        return archive.take_former(self.portal.id, entry, result, addresses, crawl_id=self._crawl_id)

    async def _baseline(self, entry: Entry, result: Article | Rejection) -> Article | Rejection | None:
        """What today's extractor reads out of the stored page, where another version read it: like with like."""
        article_id = entry.article_id or entry.duplicate_of
        if article_id is None or not isinstance(result, Article):
            return None
        extractor = await self._services.write(lambda archive: archive.known_extractor(article_id))
        if extractor in (None, result.extractor):
            return None
        _, stored = await self._services.write(lambda archive: archive.stored_page(article_id))
        return await self._services.extract(stored, self.portal, entry.candidate, self._memory)

    async def record_same(self, entry: Entry, capture: Capture) -> None:
        """A known article was looked at again, and nothing is new."""
        due = self._next_recheck(entry, None)
        outcome = await self._services.write(
            lambda archive: archive.record_same(
                self.portal, entry, capture, found=tuple(header_signals(capture)), next_due_at=due, now=utc_now()
            )
        )
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)

    async def record_miss(self, entry: Entry, reason: str, status: int | None) -> None:
        """A known article was not there."""
        now = utc_now()
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
            lambda archive: archive.settle(entry.id, state, reason=reason, detail=detail, status=status, now=utc_now())
        )
        self._tell(outcome=state, url=entry.candidate.url)

    # ---- what the portal says of reuse

    async def wants_tdm_file(self) -> bool:
        """Whether to ask for the portal's TDM file: once a day, and once a week where there is none."""
        status, asked_at = await self._services.write(lambda archive: archive.tdm_asked(self.portal.id))
        return asked_at is None or abs(utc_now() - asked_at) >= (_ASK_FOR_NONE if status in _NONE else _ASK_AGAIN)

    async def take_tdm_file(self, capture: Capture | None) -> None:
        """Keep what the TDM file reserves; None where no answer came, which says nothing."""
        found: list[ReuseSignal] | None = None
        if capture is not None and capture.status == 200:
            found = read_tdm_file(capture.body)
        elif capture is not None and capture.status in _NONE:
            found = []
        status = capture.status if capture else 0
        url = capture.final_url if capture else ""
        await self._services.write(
            lambda archive: archive.note_tdm_file(self.portal.id, url, found, status=status, now=utc_now())
        )

    async def _refresh_reuse(self) -> None:
        """Bring the articles into step with what the portal file and the portal's signals allow now."""
        after: tuple[str, int] | None = ("", 0)
        while after is not None:
            after = await self._services.write(partial(self._refresh_step, after))

    def _refresh_step(self, after: tuple[str, int], archive: Archive) -> tuple[str, int] | None:
        return archive.refresh_reuse(self.portal.id, after, utc_now())

    # ---- the end

    async def end(self, reason: str, *, requests: int, size_bytes: int) -> CrawlRun | None:
        """Close the run; None where it never began."""
        if not self._crawl_id or self._services.trouble:
            return None
        await self._refresh_reuse()
        self.run = await self._services.write(
            lambda archive: self._end(archive, reason, requests=requests, size_bytes=size_bytes)
        )
        return self.run

    def interrupt(self) -> CrawlRun | None:
        """Close a run whose reactor is no more; None where it never began."""
        self.run = self._services.write_now(self._interrupt)
        return self.run

    def _interrupt(self, archive: Archive) -> CrawlRun | None:
        # Looked at in the writer, which may have begun the run after the reactor stopped.
        return self._end(archive, "interrupted", requests=0, size_bytes=0) if self._crawl_id else None

    def _end(self, archive: Archive, reason: str, *, requests: int, size_bytes: int) -> CrawlRun:
        now = utc_now()
        if not self._rechecks.is_mass:
            for entry in self._rechecks.vanished:
                archive.mark_gone(entry, next_due_at=now + _LOOK_FOR_GONE, now=now)
        return archive.end_crawl(self._crawl_id, reason=reason, requests=requests, size_bytes=size_bytes, now=now)

    def _next_recheck(self, entry: Entry, result: Article | Rejection | None) -> datetime:
        stated = result.published_at if isinstance(result, Article) else None
        return next_recheck(
            stated or entry.candidate.published_at,
            self._order.recheck_ages,
            archived_at=entry.archived_at,
            now=utc_now(),
        )

    def _count(self, entry: Entry) -> None:
        self._rechecks.done += entry.is_recheck

    def _tell(self, *, announced: int = 0, outcome: str | None = None, url: str | None = None) -> None:
        if announced or outcome:
            self._services.on_progress(Progress(portal=self.portal.id, announced=announced, outcome=outcome, url=url))


def is_elsewhere(entry: Entry, capture: Capture) -> bool:
    """Whether a redirect led away from the address that was asked for."""
    return identity_key(capture.final_url) != identity_key(entry.candidate.url)
