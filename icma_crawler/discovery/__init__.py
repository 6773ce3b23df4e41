"""What a portal announces: feeds, sitemaps and section pages in, candidates and further sources out. No network."""

from __future__ import annotations

from icma_crawler.discovery.probe import USUAL_PLACES, sources_from_robots
from icma_crawler.discovery.reading import read_source
from icma_crawler.discovery.results import AnnouncedSource, Listing
from icma_crawler.discovery.url_shapes import Shapes, learn_shapes

__all__ = [
    "USUAL_PLACES",
    "AnnouncedSource",
    "Listing",
    "Shapes",
    "learn_shapes",
    "read_source",
    "sources_from_robots",
]
