"""A capture in, an article out, or the reason why there is none: `extract`. Pure values, no network, no clock."""

from icma_crawler.extraction.evidence import Evidence
from icma_crawler.extraction.memory import learn
from icma_crawler.extraction.pipeline import EXTRACTOR, extract, extract_explained, extractor_of
from icma_crawler.extraction.preload import warm_up
from icma_crawler.extraction.rules import find_matches

__all__ = [
    "EXTRACTOR",
    "Evidence",
    "extract",
    "extract_explained",
    "extractor_of",
    "find_matches",
    "learn",
    "warm_up",
]
