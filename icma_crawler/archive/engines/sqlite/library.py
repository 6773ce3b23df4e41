"""The SQLite that this Python brings: which version, and whether it can hold an archive."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

_OLDEST = (3, 35, 0)  # RETURNING, and what the FTS5 triggers need


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteLibrary:
    """Its version; ``problem`` and ``remedy`` say why it cannot hold an archive, None where it can."""

    version: str
    problem: str | None = None
    remedy: str | None = None


def examine_library() -> SqliteLibrary:
    """Look at the library of this process."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _OLDEST:
        return SqliteLibrary(version=version, problem="it is too old", remedy="install SQLite 3.35 or later, with FTS5")
    try:
        with closing(sqlite3.connect(":memory:")) as conn:
            conn.execute("CREATE VIRTUAL TABLE t USING fts5 (a)")
    except sqlite3.Error as error:
        remedy = "use a Python whose SQLite has full-text search (FTS5)"
        return SqliteLibrary(version=version, problem=str(error), remedy=remedy)
    return SqliteLibrary(version=version)
