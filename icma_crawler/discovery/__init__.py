"""What a portal announces: feeds, sitemaps and section pages in, candidates and further sources out. No network."""

from __future__ import annotations

from icma_crawler.discovery.probe import USUAL_PLACES, sources_from_robots
from icma_crawler.discovery.reading import read_source
from icma_crawler.discovery.results import AnnouncedSource, Listing
from icma_crawler.discovery.shapes import Shapes, learn_shapes
from icma_crawler.discovery.tdmrep import WELL_KNOWN, read_tdmrep

__all__ = [
    "USUAL_PLACES",
    "WELL_KNOWN",
    "AnnouncedSource",
    "Listing",
    "Shapes",
    "learn_shapes",
    "read_source",
    "read_tdmrep",
    "sources_from_robots",
]
