"""An archive in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from icma_crawler.archive.database import Database
from icma_crawler.archive.engines.engine import SearchIndex
from icma_crawler.archive.engines.sqlite.backup import close_log, copy_database
from icma_crawler.archive.engines.sqlite.database import SqliteDatabase
from icma_crawler.archive.engines.sqlite.erasure import erase
from icma_crawler.archive.engines.sqlite.integrity import complaint_about, find_faults
from icma_crawler.archive.engines.sqlite.opening import describe, open_database, open_readonly
from icma_crawler.archive.engines.sqlite.search import FtsIndex
from icma_crawler.archive.tables.meta import Meta
from icma_crawler.archive.tables.proofs import Fault, Proofs, Tell
from icma_crawler.archive.values import MalformedError
from icma_crawler.errors import ArchiveError

_LASTING = ("disk is full", "disk I/O error", "readonly", "malformed", "not a database")


class SqliteEngine:
    """See `icma_crawler.archive.engines.engine.Engine`."""

    def __init__(self, path: Path, *, readonly: bool, keep_older: bool, must_exist: bool) -> None:
        """Open the file, making it where there is none (unless *readonly* or *must_exist*).

        Raises:
            ArchiveError: not an archive of ours, newer than this program, damaged, or not there.
        """
        self.path = path
        self._conn = (
            open_readonly(path) if readonly else open_database(path, keep_older=keep_older, must_exist=must_exist)
        )
        self._sqlite = SqliteDatabase(self._conn)
        self.database: Database = self._sqlite
        self.search: SearchIndex = FtsIndex(self._sqlite, Meta(self._sqlite))

    def describe(self, error: Exception) -> str:
        return describe(error)

    def is_items_own(self, error: Exception) -> bool:
        # A damaged file is a plain DatabaseError; its subclasses but OperationalError are the item's own fault.
        is_of_the_file = isinstance(error, (sqlite3.OperationalError, UnicodeDecodeError, MalformedError)) or (
            type(error) is sqlite3.DatabaseError
        )
        return not is_of_the_file

    def is_lasting(self, error: Exception) -> bool:
        return any(sign in str(error) for sign in _LASTING)

    def copy_to(self, path: Path) -> None:
        try:
            copy_database(self._conn, self.path, path)
        except sqlite3.Error as error:
            raise ArchiveError(path, describe(error)) from error

    def close_log(self) -> bool:
        return close_log(self._conn)

    def erase(self) -> bool:
        return erase(self._sqlite)

    def complaint(self) -> str | None:
        return complaint_about(self._sqlite)

    def find_faults(self, proofs: Proofs, tell: Tell, pages: int | None) -> Iterator[Fault]:
        return find_faults(self._sqlite, proofs, tell, pages)

    def close(self) -> None:
        self._conn.close()
