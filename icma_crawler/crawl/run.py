"""Crawling several portals in one process, some at a time; each is one Scrapy crawler."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from scrapy.spiderloader import DummySpiderLoader

from icma_crawler.config import Config
from icma_crawler.crawl.fetch.spider_loader import spider_for
from icma_crawler.crawl.flow.crawled import Crawled, FollowUp, follow
from icma_crawler.crawl.flow.planning import CrawlOrder
from icma_crawler.crawl.flow.services import Progress, Services
from icma_crawler.models import Portal

SETTINGS_MODULE = "icma_crawler.crawl.fetch.settings"


def run_crawl(
    config: Config,
    portals: Sequence[Portal],
    *,
    order: CrawlOrder | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
    log_level: str = "WARNING",
    follow_ups: Sequence[FollowUp] = (),
) -> Crawled:
    """Crawl *portals* into the configured archive; returns when all are done or the process was asked to stop.

    Then the archive is closed, and each of *follow_ups* is called; `icma_crawler.operations.usual_follow_ups` gives those
    that `icma crawl` has. One that fails is told in what is returned, and fails nothing else.

    Can be called once a process: Twisted's reactor does not start twice.

    Raises:
        ArchiveError: the archive cannot be opened.
        UsageError: a live portal without a contact.
    """
    spiders = [spider_for(portal, config.contact) for portal in portals]
    settings = Settings()
    settings.setmodule(SETTINGS_MODULE, priority="project")
    # The caller has the portals; a loader would read its own from where it stands.
    settings.set("SPIDER_LOADER_CLASS", DummySpiderLoader, priority="cmdline")
    settings.set("LOG_LEVEL", log_level, priority="cmdline")
    logging.getLogger("scrapy").setLevel(log_level)
    # Who wants JSON has set up the root logger for it already.
    settings.set("LOG_INSTALL_ROOT_HANDLER", config.log != "json", priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    services = Services.open(config, on_progress)
    try:
        crawled = _Driver(process, services, order or CrawlOrder()).run(spiders, config.portals_at_once)
    finally:
        services.close()
    follow(crawled, follow_ups)
    return crawled


class _Driver:
    """Keeps some crawlers at work until no portal is left."""

    def __init__(self, process: AsyncCrawlerProcess, services: Services, order: CrawlOrder) -> None:
        self._process = process
        self._services = services
        self._order = order
        self._waiting: deque[type] = deque()
        self._crawlers: list[Crawler] = []
        self._crawled = Crawled()

    def run(self, spiders: Sequence[type], at_once: int) -> Crawled:
        self._waiting.extend(spiders)
        for _ in range(min(at_once, len(spiders))):
            self._start_next()
        self._process.start()
        if self._services.trouble is None and self._crawled.trouble is None:
            self._close_what_is_open()
            done = len(self._crawled.runs) + len(self._crawled.busy)
            self._crawled.is_interrupted |= done < len(spiders)
        self._crawled.trouble = self._services.trouble or self._crawled.trouble
        self._crawled.runs.sort(key=lambda run: run.portal)
        return self._crawled

    def _start_next(self) -> None:
        if not self._waiting:
            return
        crawler = self._process.create_crawler(self._waiting.popleft())
        self._crawlers.append(crawler)
        task = self._process.crawl(crawler, services=self._services, order=self._order)
        # Registered before the process waits for its tasks, so the next crawler is there before it looks again.
        task.add_done_callback(lambda done: self._finished(crawler, done))

    def _close_what_is_open(self) -> None:
        """A signal that comes while a spider is being opened ends the reactor without closing it (Scrapy 2.19)."""
        for crawler in self._crawlers:
            spider = getattr(crawler, "spider", None)
            if spider is not None and spider.crawl.run is None and (run := spider.crawl.interrupt()) is not None:
                self._crawled.runs.append(run)
                self._crawled.is_interrupted = True

    def _finished(self, crawler: object, task: asyncio.Task[None]) -> None:
        spider = getattr(crawler, "spider", None)
        if not task.cancelled() and task.exception() is not None:
            self._crawled.trouble = repr(task.exception())
        if spider is not None and spider.refused is not None:
            self._crawled.busy.append(str(spider.refused))
        if spider is not None and spider.crawl.run is not None:
            self._crawled.runs.append(spider.crawl.run)
            self._crawled.is_interrupted |= spider.crawl.run.reason == "interrupted"
        if not self._crawled.is_interrupted and self._services.trouble is None:
            self._start_next()
