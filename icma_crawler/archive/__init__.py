"""The archive: one SQLite file with every article, its revisions, captures, search index and change log."""

from icma_crawler.archive.archive import Archive, open_archive
from icma_crawler.archive.changes import digest_of
from icma_crawler.archive.completeness import DayBalance, Gap
from icma_crawler.archive.due import FARTHEST_VISIT, DuePortals
from icma_crawler.archive.dumping import ChangedArticle, core_of
from icma_crawler.archive.examining import Examination
from icma_crawler.archive.facts import ArticleFact, FieldName, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.archive.flags import Flagged
from icma_crawler.archive.frontier import FARTHEST_LOOK, Announced, Entry
from icma_crawler.archive.importing import Delivery, Taken
from icma_crawler.archive.notices import Told
from icma_crawler.archive.opening import copy_file
from icma_crawler.archive.publishing import Post
from icma_crawler.archive.reading import PastRevision
from icma_crawler.archive.recording import Outcome
from icma_crawler.archive.rereading import StoredPage, differing_fields
from icma_crawler.archive.searching import Hit
from icma_crawler.archive.signals import SeenSignal
from icma_crawler.archive.sources import HostRobots, KnownSource
from icma_crawler.archive.verifying import Fault, LoggedState
from icma_crawler.archive.writer import Writer

__all__ = [
    "FARTHEST_LOOK",
    "FARTHEST_VISIT",
    "Announced",
    "Archive",
    "ArticleFact",
    "ChangedArticle",
    "DayBalance",
    "Delivery",
    "DuePortals",
    "Entry",
    "Examination",
    "Fault",
    "FieldName",
    "Flagged",
    "Gap",
    "Hit",
    "HostRobots",
    "HourCount",
    "KnownSource",
    "LoggedState",
    "Outcome",
    "PageFact",
    "PastRevision",
    "PortalFacts",
    "Post",
    "SeenSignal",
    "SourceFact",
    "StoredPage",
    "Taken",
    "Told",
    "Writer",
    "copy_file",
    "core_of",
    "differing_fields",
    "digest_of",
    "open_archive",
]
