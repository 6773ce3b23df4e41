"""The spider of a portal: turns what `PortalCrawl` wants into requests, and what comes back into values."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any, Self, cast
from urllib.parse import urljoin

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from icma_crawler.archive import Entry
from icma_crawler.config import Config
from icma_crawler.crawl.fetch.halting import closes_spider
from icma_crawler.crawl.fetch.items import PageItem
from icma_crawler.crawl.fetch.responses import MISSING, NotAllowedError, capture_of, reason_of_failure, reason_of_status
from icma_crawler.crawl.fetch.robots import Robots
from icma_crawler.crawl.fetch.stopping import Stop
from icma_crawler.crawl.flow.listings import Next, Visit
from icma_crawler.crawl.flow.planning import CrawlOrder
from icma_crawler.crawl.flow.portal_crawl import PortalCrawl, is_elsewhere
from icma_crawler.crawl.flow.services import Services
from icma_crawler.errors import CrawlHaltedError, PortalBusyError
from icma_crawler.models import Portal
from icma_crawler.rights import TDM_FILE_PATH
from icma_crawler.urls import identity_key

_LISTING_PRIORITY = 10  # listings first: they tell how much there is


class PortalSpider(Spider):
    """Crawls one portal; ``portal`` is set on the subclass that the loader makes."""

    portal: Portal
    robots: Robots
    stop: Stop
    agent: str

    def __init__(self, services: Services, order: CrawlOrder, *, owns_services: bool = False) -> None:
        super().__init__()
        self.crawl = PortalCrawl(self.portal, services, order)
        self._services = services
        self.pauses = services.pauses
        self.owns_services = owns_services
        self.refused: PortalBusyError | None = None
        self._later: list[Visit | Entry] = []
        self._going_on: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *_: Any, services: Services | None = None, order: CrawlOrder | None = None, **__: Any
    ) -> Self:
        shared = services or Services.open(Config.load())
        spider = cls(shared, order or CrawlOrder(), owns_services=services is None)
        spider._set_crawler(crawler)
        spider.agent = crawler.settings["USER_AGENT"]
        spider.stop = Stop(crawler)
        spider.robots = Robots(shared, spider._download)
        shared.when_halted(spider._give_up)
        crawler.signals.connect(spider._turn_to_later, signals.spider_idle)
        crawler.signals.connect(spider._finish, signals.spider_closed)
        return spider

    @property
    def trouble(self) -> str | None:
        """Why nothing can go on, in words; None while all is well."""
        return self._services.trouble

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        if engine is None:
            raise NotAllowedError("internal")
        return await engine.download_async(request)

    @closes_spider
    async def start(self) -> AsyncIterator[Request]:
        try:
            first = await self.crawl.begin()
        except PortalBusyError as error:
            self.refused = error
            return
        for request in self._requests(first):
            yield request
        policy = await self.robots.policy_of(self.portal.home)
        for request in self._requests(await self.crawl.listings.take_robots(policy.text)):
            yield request
        if policy.reason is None and await self.crawl.wants_tdm_file():
            yield self._tdm_request()

    def _requests(self, following: Next) -> Iterable[Request]:
        following = self.crawl.within_limit(following)
        self._later.extend(following.later)
        for visit in following.visits:
            yield self._listing_request(visit)
        for entry in following.entries:
            yield self._page_request(entry)

    def _listing_request(self, visit: Visit) -> Request:
        headers = {}
        if visit.is_conditional and visit.source.etag:
            headers["If-None-Match"] = visit.source.etag
        if visit.is_conditional and visit.source.last_modified:
            headers["If-Modified-Since"] = visit.source.last_modified
        return Request(
            visit.url,
            callback=self.parse_listing,
            errback=self.listing_failed,
            headers=headers,
            cb_kwargs={"visit": visit},
            # A source's first page before any article, its next ones after them: a walk sees how far back it is.
            priority=_LISTING_PRIORITY if visit.page == 1 else -visit.page,
        )

    def _tdm_request(self) -> Request:
        return Request(
            urljoin(self.portal.home, TDM_FILE_PATH),
            callback=self.parse_tdm_file,
            errback=self.tdm_file_failed,
            dont_filter=True,
            priority=_LISTING_PRIORITY,
        )

    @closes_spider
    async def parse_tdm_file(self, response: Response) -> None:
        await self.crawl.take_tdm_file(capture_of(response, response.url))

    @closes_spider
    async def tdm_file_failed(self, _: Failure) -> None:
        await self.crawl.take_tdm_file(None)

    def _page_request(self, entry: Entry, *, is_whole: bool = False) -> Request:
        headers = {}
        # Every fifth look at a known article asks for the whole page: some servers say "nothing new" for ever.
        if entry.is_recheck and entry.attempts % 5 and not is_whole:
            headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        return Request(
            entry.candidate.url,
            callback=self.parse_page,
            errback=self.page_failed,
            headers={name: value for name, value in headers.items() if value},
            cb_kwargs={"entry": entry},
        )

    @closes_spider
    async def parse_listing(self, response: Response, visit: Visit) -> AsyncIterator[Request]:
        if response.status == 304:
            await self.crawl.listings.unchanged(visit, capture_of(response, visit.url))
            return
        if response.status != 200:
            following = await self.crawl.listings.failed(visit, f"http-{response.status}", response.status)
        else:
            following = await self.crawl.listings.take(visit, capture_of(response, visit.url))
        for request in self._requests(following):
            yield request

    @closes_spider
    async def listing_failed(self, failure: Failure) -> AsyncIterator[Request]:
        error, visit = _told_by(failure, "visit")
        reason = reason_of_failure(error)[1]
        if reason == "interrupted":  # no fault of the source
            return
        following = await self.crawl.listings.failed(visit, reason, None)
        for request in self._requests(following):
            yield request

    @closes_spider
    async def parse_page(self, response: Response, entry: Entry) -> AsyncIterator[PageItem | Request]:
        if response.status == 304 and entry.is_recheck:
            capture = capture_of(response, entry.candidate.url)
            if is_elsewhere(entry, capture):  # only the page itself can say whether the article moved there
                yield self._page_request(entry, is_whole=True)
            else:
                await self.crawl.record_same(entry, capture)
            return
        trouble = reason_of_status(response.status)
        if trouble is None and self._leads_home(response, entry):
            trouble = ("rejected", "home-redirect")
        if trouble is None:
            yield PageItem(entry=entry, capture=capture_of(response, entry.candidate.url))
        elif entry.is_recheck and trouble[1] in MISSING and entry.elsewhere is not None:
            yield self._elsewhere_request(entry, entry.elsewhere, (trouble[1], response.status))
        elif entry.is_recheck and trouble[1] in MISSING:
            await self.crawl.record_miss(entry, trouble[1], response.status)
        else:
            await self.crawl.settle(entry, *trouble, status=response.status)

    def _elsewhere_request(self, entry: Entry, url: str, miss: tuple[str, int]) -> Request:
        """Before a known article counts as missing, its other address is asked; *miss* is what its own answered."""
        return Request(
            url,
            callback=self.parse_elsewhere,
            errback=self.elsewhere_failed,
            cb_kwargs={"entry": entry, "miss": miss},
        )

    @closes_spider
    async def parse_elsewhere(self, response: Response, entry: Entry, miss: tuple[str, int]) -> AsyncIterator[PageItem]:
        if response.status == 200 and not self._leads_home(response, entry):
            yield PageItem(entry=entry, capture=capture_of(response, entry.elsewhere or entry.candidate.url))
        else:
            await self.crawl.record_miss(entry, *miss)

    @closes_spider
    async def elsewhere_failed(self, failure: Failure) -> None:
        error, entry = _told_by(failure, "entry")
        state, reason = reason_of_failure(error)
        if state == "pending":  # it could not be asked yet
            await self.crawl.settle(entry, state, reason)
        else:
            _, miss = _told_by(failure, "miss")
            await self.crawl.record_miss(entry, *miss)

    def _leads_home(self, response: Response, entry: Entry) -> bool:
        """Whether a page is the front page, or what that leads on to ("/az/") where a link led to it."""
        if self.portal.is_home(response.url):
            return True
        passed = response.meta.get("redirect_urls", [])[1:]
        return any(map(self.portal.is_home, passed)) and identity_key(response.url) != identity_key(entry.candidate.url)

    @closes_spider
    async def page_failed(self, failure: Failure) -> None:
        error, entry = _told_by(failure, "entry")
        state, reason = reason_of_failure(error)
        detail = None if isinstance(error, NotAllowedError) else str(error)
        await self.crawl.settle(entry, state, reason, detail=detail)

    def turn_to(self, following: Next) -> None:
        """Fetch what a recorded page led to."""
        for request in self._requests(following):
            self._schedule(request)

    def _schedule(self, request: Request) -> None:
        if self.crawler.engine is not None and self.crawler.engine.spider is not None:
            self.crawler.engine.crawl(request)

    def _turn_to_later(self) -> None:
        """All that was in hand is archived: see whether what waited for that is still wanted."""
        if self._later and self._going_on is None:
            self._going_on = asyncio.ensure_future(self._go_on())
        if self._going_on is not None:
            raise DontCloseSpider

    async def _go_on(self) -> None:
        waiting, self._later = self._later, []
        entries = [each for each in waiting if isinstance(each, Entry)]
        try:
            visits = await self.crawl.listings.go_on([each for each in waiting if isinstance(each, Visit)])
        except CrawlHaltedError:
            return  # nothing can be archived any more, and every crawler was told to stop
        finally:
            self._going_on = None
        for request in (*map(self._listing_request, visits), *map(self._page_request, entries)):
            self._schedule(request)
        if not visits and not entries and self.crawler.engine is not None:
            await self.crawler.engine.close_spider_async(reason="finished")

    def _give_up(self) -> None:
        """Stop, because nothing can be archived any more; what is not done stays pending."""
        self._closing = asyncio.ensure_future(self._close("broken"))

    async def _close(self, reason: str) -> None:
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None:  # neither one that has not begun, nor one that is done
            await engine.close_spider_async(reason=reason)

    async def _finish(self, reason: str) -> None:
        stats = self.crawler.stats
        with suppress(CrawlHaltedError):  # the archive cannot be written: told once, for all portals
            await self.crawl.end(
                "finished" if reason == "finished" else "interrupted",
                requests=stats.get_value("downloader/request_count", 0),
                size_bytes=stats.get_value("downloader/response_bytes", 0),
            )
        if self.owns_services:
            self._services.close()


def spider_of(crawler: Crawler) -> PortalSpider:
    """The crawler's spider, as what it is."""
    return cast("PortalSpider", crawler.spider)


def _told_by(failure: Failure, argument: str) -> tuple[BaseException, Any]:
    """The error of a failed request, and what the request was for."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy hangs it there
    return cast("BaseException", failure.value), request.cb_kwargs[argument]
