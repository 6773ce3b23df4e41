"""What happens to a fetched page: it is read in a worker process, then archived. An item is done when committed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from icma_crawler.crawl.fetch.items import PageItem
from icma_crawler.crawl.fetch.spider import spider_of
from icma_crawler.errors import CrawlHaltedError


class _Pipeline:
    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)


class ExtractPipeline(_Pipeline):
    """Page to Article or Rejection."""

    async def process_item(self, item: PageItem) -> PageItem:
        with _dropping():
            item.result = await spider_of(self._crawler).crawl.extract(item.entry, item.capture)
        return item


class ArchivePipeline(_Pipeline):
    """Article or Rejection into the archive."""

    async def process_item(self, item: PageItem) -> PageItem:
        spider = spider_of(self._crawler)
        with _dropping():
            if item.result is None:
                await spider.crawl.record_same(item.entry, item.capture)
            else:
                spider.turn_to(await spider.crawl.record(item.entry, item.capture, item.result))
        return item


@contextmanager
def _dropping() -> Iterator[None]:
    """An item that comes when nothing can go on is dropped; its url stays pending."""
    try:
        yield
    except CrawlHaltedError as error:
        raise DropItem("the crawl is ending") from error
