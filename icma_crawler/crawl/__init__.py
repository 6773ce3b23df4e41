"""Fetching, and nothing but: Scrapy and Twisted live in this folder only.

They are loaded with the first name that needs them, so that what only plans a crawl, or reads pages in a process of
its own, starts at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icma_crawler.crawl.planning import CrawlOrder
    from icma_crawler.crawl.run import Crawled, run_crawl
    from icma_crawler.crawl.services import Progress

__all__ = ["CrawlOrder", "Crawled", "Progress", "run_crawl"]

_LATER = {"CrawlOrder": "planning", "Crawled": "run", "run_crawl": "run", "Progress": "services"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
