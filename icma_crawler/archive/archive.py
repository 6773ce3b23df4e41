"""The archive: its stores, one for each noun, and the two ways to hold several of their answers together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Self

from icma_crawler.archive.engines.engine import Engine
from icma_crawler.archive.tables.aliases import Aliases
from icma_crawler.archive.tables.announcements import Announcements
from icma_crawler.archive.tables.articles import Articles
from icma_crawler.archive.tables.balances import Balances
from icma_crawler.archive.tables.boilerplate import Boilerplate
from icma_crawler.archive.tables.captures import Captures
from icma_crawler.archive.tables.changes import Changes
from icma_crawler.archive.tables.crawls import Crawls
from icma_crawler.archive.tables.dictionaries import Dictionaries
from icma_crawler.archive.tables.due import DueWork
from icma_crawler.archive.tables.dump_rows import DumpRows
from icma_crawler.archive.tables.flags import Flags
from icma_crawler.archive.tables.frontier import Frontier
from icma_crawler.archive.tables.hosts import Hosts
from icma_crawler.archive.tables.imports import Imports
from icma_crawler.archive.tables.known_urls import KnownUrls
from icma_crawler.archive.tables.meta import Meta
from icma_crawler.archive.tables.notices import Notices
from icma_crawler.archive.tables.observations import Observations
from icma_crawler.archive.tables.pictures import Pictures
from icma_crawler.archive.tables.portals import Portals
from icma_crawler.archive.tables.proofs import Fault, Proofs, Tell
from icma_crawler.archive.tables.publications import Publications
from icma_crawler.archive.tables.reuse_signals import ReuseSignals
from icma_crawler.archive.tables.revisions import Revisions
from icma_crawler.archive.tables.sources import Sources
from icma_crawler.archive.tables.withdrawals import Withdrawals
from icma_crawler.errors import ArchiveError, NotFoundError, UrlError
from icma_crawler.models import ArchivedArticle
from icma_crawler.urls import canonical_url

_LONGEST_ID = 18  # digits; more is too large a number for a column


class Archive:
    """Everything that was published. What several stores do together is a function of `icma_crawler.archive.transactions`."""

    def __init__(self, engine: Engine) -> None:
        db = engine.database
        self.engine = engine
        self.path = engine.path
        self.search = engine.search
        self.meta = Meta(db)
        self.portals = Portals(db)
        self.hosts = Hosts(db)
        self.sources = Sources(db)
        self.announcements = Announcements(db)
        self.known_urls = KnownUrls(db)
        self.frontier = Frontier(db, self.known_urls)
        self.crawls = Crawls(db)
        self.dictionaries = Dictionaries(db)
        self.captures = Captures(db, self.dictionaries)
        self.articles = Articles(db)
        self.aliases = Aliases(db)
        self.revisions = Revisions(db)
        self.pictures = Pictures(db)
        self.flags = Flags(db)
        self.boilerplate = Boilerplate(db)
        self.reuse_signals = ReuseSignals(db)
        self.withdrawals = Withdrawals(db)
        self.changes = Changes(db)
        self.dumped = DumpRows(db)
        self.imports = Imports(db)
        self.publications = Publications(db)
        self.due = DueWork(db)
        self.balances = Balances(db)
        self.observations = Observations(db)
        self.notices = Notices(db)
        self._proofs = Proofs(db, self.captures, self.meta)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if isinstance(error, self.engine.database.errors):
            raise ArchiveError(self.path, self.engine.describe(error)) from error

    def close(self) -> None:
        """Let go of it; done by itself at the end of a ``with``."""
        self.engine.close()

    def write(self) -> AbstractContextManager[None]:
        """All or nothing; waits for another writer from the start. Inside another one, a savepoint."""
        return self.engine.database.write()

    def read(self) -> AbstractContextManager[None]:
        """One state of the archive throughout, whatever others write meanwhile; nothing is written inside of it."""
        return self.engine.database.read()

    def find(self, what: str) -> ArchivedArticle:
        """An article by its id, its urn or any url it was ever known by.

        Raises:
            NotFoundError: there is none.
        """
        article_id = self._find_id(what.strip())
        found = None if article_id is None else self.articles.load(article_id)
        if found is None:
            raise NotFoundError(what, self.path)
        return found

    def _find_id(self, what: str) -> int | None:
        if what.isdecimal():
            return int(what) if len(what) <= _LONGEST_ID else None
        if what.startswith("urn:"):
            return self.articles.id_of_urn(what)
        try:
            return self.aliases.article_at(canonical_url(what if "://" in what else f"https://{what}"))
        except UrlError:
            return None

    def find_faults(self, tell: Tell, pages: int | None = None) -> Iterator[Fault]:
        """Everything that is not as it was written; of the stored pages so many, chosen by chance (None: all).

        *tell* hears (looked at, in all) of them.
        """
        return self.engine.find_faults(self._proofs, tell, pages)
