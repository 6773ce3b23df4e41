"""The sample newsroom: four invented portals on loopback, so that a first crawl needs no network."""

from icma_crawler.demo.articles import DemoArticle, OtherPage
from icma_crawler.demo.newsroom import Newsroom

__all__ = ["DemoArticle", "Newsroom", "OtherPage"]
