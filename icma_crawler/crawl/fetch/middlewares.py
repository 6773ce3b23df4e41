"""What stands between the spider and the net: the portal's own hosts, public addresses, robots.txt, and pauses."""

from __future__ import annotations

import logging
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError
from scrapy.http import Response

from icma_crawler.crawl.fetch.guard import guard, is_usual_port
from icma_crawler.crawl.fetch.halting import closes_spider
from icma_crawler.crawl.fetch.responses import TLS_MARK, NotAllowedError
from icma_crawler.crawl.fetch.spider import spider_of
from icma_crawler.crawl.fetch.throttle import slow_down
from icma_crawler.crawl.flow.pauses import WAITED_FOR, HostPauses, parse_retry_after
from icma_crawler.system.clock import utc_now

# It warns that no Referer will be sent along redirects; none is, on purpose.
logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_PAUSES = 2


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)


class ScopeMiddleware(_Middleware):
    """Lets no request leave the portal's hosts, also after a redirect; robots.txt may be redirected to any public one."""

    def process_request(self, request: Request) -> None:
        refusal = guard.refusal(request.url)
        if refusal is not None:
            raise NotAllowedError(refusal)
        if spider_of(self._crawler).portal.owns(request.url):
            return
        if not (request.meta.get("is_robots") and is_usual_port(request.url)):
            raise NotAllowedError("off-portal")

    def process_response(self, request: Request, response: Response) -> Response:
        """Refuse a redirect that Scrapy does not follow since it leads out of the web."""
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location and not request.meta.get("is_robots"):
            target = urljoin(request.url, location.decode("latin-1"))
            if urlsplit(target).scheme not in ("http", "https"):
                raise NotAllowedError("bad-url")
        return response


class RobotsMiddleware(_Middleware):
    """Asks robots.txt before each request, and asks the host no more often than that wants."""

    @closes_spider
    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots"):
            return
        spider = spider_of(self._crawler)
        policy = await spider.robots.policy_of(request.url)
        policy.check(request.url, spider.agent)
        slow_down(self._crawler, request, policy.delay_seconds(spider.agent))


class PauseMiddleware(_Middleware):
    """Heeds Retry-After (RFC 9110, 10.2.3) of 429 and 503, and lets silent hosts rest."""

    @property
    def _pauses(self) -> HostPauses:
        return spider_of(self._crawler).pauses

    @closes_spider
    async def process_request(self, request: Request) -> None:
        stop = spider_of(self._crawler).stop
        refusal = await self._pauses.wait(request.url, stop.asked)
        if refusal is not None:
            raise NotAllowedError(refusal)

    @closes_spider
    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status not in (429, 503):
            self._pauses.went_well(request.url)
            return response
        stated = response.headers.get("Retry-After")
        length = parse_retry_after(stated.decode("latin-1") if stated else None, now=utc_now())
        if length is None:
            await self._pauses.trouble(request.url)
            return response
        await self._pauses.pause(request.url, length)
        pauses = request.meta.get("pauses", 0)
        # A page waits for the end of a long pause; of a source it is to be known what it answered.
        if pauses >= _MAX_PAUSES or (length > WAITED_FOR and "visit" in request.cb_kwargs):
            return response
        again: Request = request.copy()
        again.meta["pauses"] = pauses + 1
        return again

    @closes_spider
    async def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, DownloadTimeoutError | DownloadConnectionRefusedError):
            await self._pauses.trouble(request.url)


class AddressMiddleware(_Middleware):
    """Names what the guard refused, and marks what came over a connection that nobody verified."""

    def process_response(self, request: Request, response: Response) -> Response:
        response.headers.pop(TLS_MARK, None)  # a portal does not write our provenance
        if urlsplit(request.url).scheme == "https" and not spider_of(self._crawler).portal.crawl.verify_tls:
            response.headers[TLS_MARK] = "unverified"
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, CannotResolveHostError) and guard.has_refused(request.url):
            raise NotAllowedError("private-address") from exception
