"""A capture in, an article out, or the reason why there is none: `extract`. Pure values, no network, no clock."""

from icma_crawler.extraction.evidence import Evidence
from icma_crawler.extraction.pipeline import EXTRACTOR, extract, extract_explained
from icma_crawler.extraction.warming import warm_up

__all__ = ["EXTRACTOR", "Evidence", "extract", "extract_explained", "warm_up"]
