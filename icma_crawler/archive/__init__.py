"""The archive: everything that portals published, with its revisions, pages, search index and change log.

    archive.py      the stores as attributes, and `read()` and `write()`
    opening.py      an archive by its path
    transactions/   what several stores do together: record a page, withdraw an article
    tables/         a store for each noun, the only writer of its tables
    engines/        what a database does its own way
    writer.py       the one thread that writes during a crawl

Units of work are functions that take an `Archive`: `from icma_crawler.archive.transactions.record_page import record_page`.
"""

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import differing_fields, digest_of
from icma_crawler.archive.engines.sqlite.opening import copy_file
from icma_crawler.archive.facts import ArticleFact, FieldName, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.archive.hits import Hit
from icma_crawler.archive.opening import open_archive
from icma_crawler.archive.tables.balances import DayBalance, Gap
from icma_crawler.archive.tables.changes import LoggedState
from icma_crawler.archive.tables.due import FARTHEST_VISIT
from icma_crawler.archive.tables.dump_rows import TO_CUT, ChangedArticle, core_of
from icma_crawler.archive.tables.flags import FlaggedArticle
from icma_crawler.archive.tables.frontier import FARTHEST_LOOK
from icma_crawler.archive.tables.hosts import HostRobots
from icma_crawler.archive.tables.imports import Delivery
from icma_crawler.archive.tables.known_urls import Entry
from icma_crawler.archive.tables.notices import ToldState
from icma_crawler.archive.tables.portals import PortalReuse, TdmQuestion
from icma_crawler.archive.tables.proofs import SAMPLED_PAGES, Fault
from icma_crawler.archive.tables.publications import Post
from icma_crawler.archive.tables.reuse_signals import PageReuseSignal, SeenReuseSignal
from icma_crawler.archive.tables.revisions import PastRevision
from icma_crawler.archive.tables.sources import KnownSource, SourceAnswer
from icma_crawler.archive.writer import Writer

__all__ = [
    "FARTHEST_LOOK",
    "FARTHEST_VISIT",
    "SAMPLED_PAGES",
    "TO_CUT",
    "Archive",
    "ArticleFact",
    "ChangedArticle",
    "DayBalance",
    "Delivery",
    "Entry",
    "Fault",
    "FieldName",
    "FlaggedArticle",
    "Gap",
    "Hit",
    "HostRobots",
    "HourCount",
    "KnownSource",
    "LoggedState",
    "PageFact",
    "PageReuseSignal",
    "PastRevision",
    "PortalFacts",
    "PortalReuse",
    "Post",
    "SeenReuseSignal",
    "SourceAnswer",
    "SourceFact",
    "TdmQuestion",
    "ToldState",
    "Writer",
    "copy_file",
    "core_of",
    "differing_fields",
    "digest_of",
    "open_archive",
]
