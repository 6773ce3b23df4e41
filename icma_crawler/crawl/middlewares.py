"""What stands between the spider and the net: the portal's own hosts only, and what their robots.txt allows."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from icma_crawler.crawl.responses import NotAllowedError
from icma_crawler.crawl.spiders.portal import spider_of

# It warns that no Referer will be sent along redirects; none is, on purpose.
logging.getLogger("scrapy.downloadermiddlewares.redirect").setLevel(logging.ERROR)


class ScopeMiddleware:
    """Lets no request leave the portal's hosts, also after a redirect."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if not spider_of(self._crawler).portal.owns(request.url):
            raise NotAllowedError("off-portal")


class RobotsMiddleware:
    """Asks robots.txt before each request."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots"):
            return
        spider = spider_of(self._crawler)
        policy = await spider.robots.policy_of(request.url)
        policy.check(request.url, spider.agent)
