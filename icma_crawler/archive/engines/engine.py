"""What every engine brings beside its connection: the search index, and what is done to an archive as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from icma_crawler.archive.database import Database
from icma_crawler.archive.hits import Hit
from icma_crawler.archive.tables.proofs import Fault, Proofs, Tell


class SearchIndex(Protocol):
    """The words of all articles, folded; it is part of every transaction that writes a text."""

    def index(self, article_id: int, title: str, lead: str | None, body: str) -> None:
        """Bring the entry of an article up to date."""

    def remove(self, article_id: int) -> None:
        """Take an article out of the index."""

    def find(
        self,
        query: str,
        *,
        portal_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
    ) -> list[Hit]:
        """Articles that hold every word of *query*, newest first (by publication, else by archiving)."""

    def refresh(self) -> int:
        """Fold every article anew where other spelling rules folded it; returns how many."""

    def rebuild(self) -> int:
        """Make the index anew from the articles, whatever state it is in; returns how many."""


class Engine(Protocol):
    """One opened archive, as a file or a database has it."""

    path: Path
    database: Database
    search: SearchIndex

    def describe(self, error: Exception) -> str:
        """What an error of the engine means for the operator, and what to do next."""

    def is_items_own(self, error: Exception) -> bool:
        """Whether one of several things written together failed by itself, and the others may stay."""

    def is_lasting(self, error: Exception) -> bool:
        """Whether nothing can be written any more: a full disk, a damaged file."""

    def copy_to(self, path: Path) -> None:
        """A whole copy of the archive as it is at one moment, while others may write.

        Raises:
            ArchiveError: it cannot be written.
        """

    def close_log(self) -> bool:
        """Make the file stand alone, without a log beside it; False where another program has it open."""

    def erase(self) -> bool:
        """Leave no byte of what was withdrawn in the files; False where that must wait, and the next call finishes."""

    def complaint(self) -> str | None:
        """The first thing that is wrong with the structure; None where it is sound."""

    def find_faults(self, proofs: Proofs, tell: Tell, pages: int | None) -> Iterator[Fault]:
        """Everything that is not as it was written; see `icma_crawler.archive.engines.sqlite.integrity`."""

    def close(self) -> None:
        """Let go of it."""
