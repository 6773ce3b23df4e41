"""Crawling: `flow` decides, `fetch` asks the portals by Scrapy, `run` drives some crawls at a time.

Scrapy and Twisted are loaded with the first name that needs them, so that what only plans a crawl starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icma_crawler.crawl.flow.crawled import Crawled, FollowUp
    from icma_crawler.crawl.flow.planning import CrawlOrder
    from icma_crawler.crawl.flow.services import Progress
    from icma_crawler.crawl.run import run_crawl

__all__ = ["CrawlOrder", "Crawled", "FollowUp", "Progress", "run_crawl"]

_LATER = {
    "CrawlOrder": "flow.planning",
    "Crawled": "flow.crawled",
    "FollowUp": "flow.crawled",
    "Progress": "flow.services",
    "run_crawl": "run",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
