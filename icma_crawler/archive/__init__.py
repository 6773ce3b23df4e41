"""The archive: one SQLite file with every article, its revisions, captures, search index and change log."""

from icma_crawler.archive.archive import Archive, open_archive
from icma_crawler.archive.changes import digest_of
from icma_crawler.archive.frontier import Announced, Entry, Gap
from icma_crawler.archive.reading import PastRevision
from icma_crawler.archive.recording import Outcome
from icma_crawler.archive.searching import Hit
from icma_crawler.archive.sources import HostRobots, KnownSource
from icma_crawler.archive.writer import Writer

__all__ = [
    "Announced",
    "Archive",
    "Entry",
    "Gap",
    "Hit",
    "HostRobots",
    "KnownSource",
    "Outcome",
    "PastRevision",
    "Writer",
    "digest_of",
    "open_archive",
]
