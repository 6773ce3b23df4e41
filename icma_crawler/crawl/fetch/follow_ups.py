"""`scrapy crawl` does after a crawl what `icma crawl` does: the follow-ups that the settings name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.misc import load_object

from icma_crawler.config import Config
from icma_crawler.crawl.fetch.spider import spider_of
from icma_crawler.crawl.flow.crawled import Crawled, FollowUp, follow

_logger = logging.getLogger(__name__)


class FollowUps:
    """A Scrapy extension. A crawl of `run_crawl` is followed by what its caller hands in, and not by this."""

    def __init__(self, crawler: Crawler, usual: Callable[[Config], Sequence[FollowUp]]) -> None:
        self._crawler = crawler
        self._usual = usual
        crawler.signals.connect(self._follow, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        named = crawler.settings.get("ICMA_FOLLOW_UPS")
        if not named:
            raise NotConfigured("ICMA_FOLLOW_UPS names nothing that follows a crawl")
        return cls(crawler, load_object(named))

    def _follow(self) -> None:
        if self._crawler.spider is None:  # it could not be opened
            return
        spider = spider_of(self._crawler)
        if not spider.owns_services:
            return
        crawled = Crawled(runs=[spider.crawl.run] if spider.crawl.run else [], trouble=spider.trouble)
        follow(crawled, self._usual(Config.load()))
        for problem in crawled.unfollowed:
            _logger.error("after the crawl: %s", problem)
