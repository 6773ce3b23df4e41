"""The archive: one SQLite file with every article, its revisions, captures, search index and change log."""

from icma_crawler.archive.archive import Archive, open_archive
from icma_crawler.archive.changes import digest_of
from icma_crawler.archive.dumping import ChangedArticle, core_of
from icma_crawler.archive.examining import Examination
from icma_crawler.archive.facts import ArticleFact, FieldName, HourCount, PageFact, PortalFacts, SourceFact
from icma_crawler.archive.frontier import Announced, Entry, Gap
from icma_crawler.archive.reading import PastRevision
from icma_crawler.archive.recording import Outcome
from icma_crawler.archive.searching import Hit
from icma_crawler.archive.sources import HostRobots, KnownSource
from icma_crawler.archive.writer import Writer

__all__ = [
    "Announced",
    "Archive",
    "ArticleFact",
    "ChangedArticle",
    "Entry",
    "Examination",
    "FieldName",
    "Gap",
    "Hit",
    "HostRobots",
    "HourCount",
    "KnownSource",
    "Outcome",
    "PageFact",
    "PastRevision",
    "PortalFacts",
    "SourceFact",
    "Writer",
    "core_of",
    "digest_of",
    "open_archive",
]
