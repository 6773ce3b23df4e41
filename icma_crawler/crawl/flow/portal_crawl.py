"""One crawl of one portal, without Scrapy: what to ask first, what became of each url, how it ended."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icma_crawler.archive import Archive, Entry, TdmQuestion
from icma_crawler.archive.transactions.limit_reuse import BEGINNING, Position, note_tdm_file, refresh_reuse
from icma_crawler.archive.transactions.record_page import PageLook, record_miss, record_page, record_same
from icma_crawler.crawl.flow.archiving import Begun, begin_run, end_run, page_to_compare, record_new_page
from icma_crawler.crawl.flow.listings import Listings, Next
from icma_crawler.crawl.flow.planning import CrawlOrder, next_recheck
from icma_crawler.crawl.flow.services import Progress, Services
from icma_crawler.errors import ArchiveError, PortalBusyError
from icma_crawler.models import Article, Capture, CrawlRun, Memory, Outcome, Portal, Rejection, ReuseSignal
from icma_crawler.rights import header_signals, read_tdm_file
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import identity_key

logger = logging.getLogger(__name__)

_LOOK_AGAIN_FOR_MISSING = timedelta(hours=8)
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
        self._beginning: Future[Begun] | None = None
        self._crawl_id = 0
        self._rechecks = _Rechecks()
        self._memory: Memory = frozenset()
        self._compared: set[int] = set()

    async def begin(self) -> Next:
        """Take the portal, and find what earlier crawls left, which sources to ask and what to look at again.

        Raises:
            PortalBusyError: another process crawls it.
        """
        self._beginning = self._services.submit(begin_run, self.portal, self._order, utc_now())
        begun = await self._services.committed(self._beginning)
        self._crawl_id, self._memory = begun.crawl_id, begun.memory
        visits = self.listings.begin(begun, looks_left=max(0, self._order.recheck_budget - len(begun.rechecks)))
        self._tell(announced=len(begun.unfinished) + len(begun.rechecks))
        await self._refresh_reuse()
        return Next([*begun.unfinished, *begun.rechecks], visits)

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
        look = self._look(entry, capture, result)
        if isinstance(result, Rejection) or entry.is_recheck or entry.id in self._compared:
            outcome: Outcome | Entry = await self._services.write(record_page, look, result, baseline)
        else:
            self._compared.add(entry.id)  # asked once for each page
            outcome = await self._services.write(record_new_page, look, result, baseline, crawl_id=self._crawl_id)
        if isinstance(outcome, Entry):
            return Next(() if outcome.id == entry.id else (outcome,), later=(entry,))
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)
        return Next()

    def _look(
        self,
        entry: Entry,
        capture: Capture,
        result: Article | Rejection | None,
        reuse_signals: tuple[ReuseSignal, ...] = (),
    ) -> PageLook:
        return PageLook(
            portal=self.portal,
            entry=entry,
            capture=capture,
            now=utc_now(),
            next_due_at=self._next_recheck(entry, result),
            reuse_signals=reuse_signals,
        )

    async def _baseline(self, entry: Entry, result: Article | Rejection) -> Article | Rejection | None:
        """What today's extractor reads out of the stored page, where another version read it: like with like."""
        article_id = entry.article_id or entry.duplicate_of
        if article_id is None or not isinstance(result, Article):
            return None
        stored = await self._services.write(page_to_compare, article_id, result.extractor)
        if stored is None:
            return None
        return await self._services.extract(stored, self.portal, entry.candidate, self._memory)

    async def record_same(self, entry: Entry, capture: Capture) -> None:
        """A known article was looked at again, and nothing is new."""
        look = self._look(entry, capture, None, tuple(header_signals(capture)))
        outcome = await self._services.write(record_same, look)
        self._count(entry)
        self._tell(outcome=outcome, url=entry.candidate.url)

    async def record_miss(self, entry: Entry, reason: str, status: int | None) -> None:
        """A known article was not there."""
        now = utc_now()
        again_at = now + _LOOK_AGAIN_FOR_MISSING
        is_gone = await self._services.write(
            record_miss, entry, reason=reason, status=status, next_due_at=again_at, now=now
        )
        self._count(entry)
        if is_gone:
            self._rechecks.vanished.append(entry)
        self._tell(outcome="unchanged", url=entry.candidate.url)

    async def settle(
        self, entry: Entry, result: Outcome, reason: str, status: int | None = None, detail: str | None = None
    ) -> None:
        """Write down why a url could not be read."""
        await self._services.write(_settle, entry, result, reason=reason, detail=detail, status=status, now=utc_now())
        self._tell(outcome=result, url=entry.candidate.url)

    # ---- what the portal says of reuse

    async def wants_tdm_file(self) -> bool:
        """Whether to ask for the portal's TDM file: once a day, and once a week where there is none."""
        last = await self._services.write(_tdm_question, self.portal.id)
        every = _ASK_FOR_NONE if last.status in _NONE else _ASK_AGAIN
        return last.asked_at is None or abs(utc_now() - last.asked_at) >= every

    async def take_tdm_file(self, capture: Capture | None) -> None:
        """Keep what the TDM file reserves; None where no answer came, which says nothing."""
        found: list[ReuseSignal] | None = None
        if capture is not None and capture.status == 200:
            found = read_tdm_file(capture.body)
        elif capture is not None and capture.status in _NONE:
            found = []
        status = capture.status if capture else 0
        url = capture.final_url if capture else ""
        await self._services.write(note_tdm_file, self.portal.id, url, found, status=status, now=utc_now())

    async def _refresh_reuse(self) -> None:
        """Bring the articles into step with what the portal file and the portal's signals allow now."""
        after: Position | None = BEGINNING
        while after is not None:
            after = await self._services.write(refresh_reuse, self.portal.id, after, utc_now())

    # ---- the end

    async def end(self, reason: str, *, requests: int, size_bytes: int) -> CrawlRun | None:
        """Close the run; None where it never began."""
        if self._beginning is None or self._beginning.cancelled() or self._services.trouble:
            return None
        try:
            # The writer may have begun the run though whoever waited for it was stopped.
            self._crawl_id = (await asyncio.shield(asyncio.wrap_future(self._beginning))).crawl_id
        except (ArchiveError, PortalBusyError):
            return None
        await self._refresh_reuse()
        self.run = await self._services.committed(self._end(reason, requests=requests, size_bytes=size_bytes))
        return self.run

    def interrupt(self) -> CrawlRun | None:
        """Close a run whose reactor is no more; None where it never began.

        Raises:
            ArchiveError: the archive cannot be written.
        """
        if self._beginning is None:
            return None
        wait([self._beginning])  # the writer may begin the run after the reactor stopped
        if self._beginning.cancelled() or self._beginning.exception() is not None:
            return None
        self._crawl_id = self._beginning.result().crawl_id
        self.run = self._end("interrupted", requests=0, size_bytes=0).result()
        return self.run

    def _end(self, reason: str, *, requests: int, size_bytes: int) -> Future[CrawlRun]:
        return self._services.submit(
            end_run,
            self._crawl_id,
            reason,
            vanished=() if self._rechecks.is_mass else tuple(self._rechecks.vanished),
            requests=requests,
            size_bytes=size_bytes,
            now=utc_now(),
        )

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


def _settle(
    archive: Archive,
    entry: Entry,
    result: Outcome,
    *,
    reason: str,
    detail: str | None,
    status: int | None,
    now: datetime,
) -> None:
    archive.frontier.settle(entry.id, result, reason=reason, detail=detail, status=status, now=now)


def _tdm_question(archive: Archive, portal_id: str) -> TdmQuestion:
    return archive.portals.tdm_question(portal_id)
