"""Fetching, and nothing but: Scrapy and Twisted live in this folder only."""

from icma_crawler.crawl.planning import CrawlOrder
from icma_crawler.crawl.run import Crawled, run_crawl
from icma_crawler.crawl.services import Progress

__all__ = ["CrawlOrder", "Crawled", "Progress", "run_crawl"]
