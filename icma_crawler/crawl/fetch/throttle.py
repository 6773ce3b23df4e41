"""AutoThrottle with a floor: what robots.txt asks for (Crawl-delay) is never undercut."""

from __future__ import annotations

from scrapy import Request, Spider
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

MAX_CRAWL_DELAY_SECONDS = 30.0
"""More is not honoured: with it a portal of a hundred articles a day could not be followed."""

_META = "crawl_delay"


class PoliteThrottle(AutoThrottle):
    """Also learns from a 304, which is as good an answer as a 200."""

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        super()._response_downloaded(response, request, spider)
        _, slot = self._get_slot(request, spider)
        if slot is not None:
            slot.delay = max(slot.delay, request.meta.get(_META, 0.0))

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response.replace(status=200) if response.status == 304 else response)


def slow_down(crawler: Crawler, request: Request, delay_seconds: float | None) -> None:
    """Ask the host of *request* no more often than its robots.txt wants."""
    if delay_seconds is None or not delay_seconds > 0 or crawler.engine is None:
        return
    _, slot = crawler.engine.downloader._get_slot(request)  # noqa: SLF001 - there is no other way to its slot
    request.meta[_META] = min(delay_seconds, MAX_CRAWL_DELAY_SECONDS)
    slot.delay, slot.jitter = max(slot.delay, request.meta[_META]), 0.0
