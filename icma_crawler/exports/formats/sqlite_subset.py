"""An SQLite file of what may be handed on: table `articles` with a search index, `portals`, and `about`."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from icma_crawler.exports.columns import COLUMNS, ColumnKind, cells_of
from icma_crawler.exports.records import SCHEMA_VERSION, Dispatch, Edition
from icma_crawler.text import fold

_TYPES: Mapping[ColumnKind, str] = {"number": "INTEGER", "text": "TEXT", "time": "TEXT", "list": "TEXT"}

# By its name and its content table Datasette and sqlite-utils know it for the index of `articles`. What no tokenizer of
# SQLite folds (ə, ı) is found by the column `folded`, whoever asks and with whatever program.
_SEARCH = """
CREATE VIRTUAL TABLE articles_fts
USING fts5 (title_shown, lead, text, folded, content="articles", tokenize='unicode61 remove_diacritics 2')
"""


def write(records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
    """Write the file; nothing but the dump goes in, so that nothing that may not leave can.

    Raises:
        OSError: there is no room for it.
    """
    try:
        _write(records, edition, path)
    except sqlite3.OperationalError as error:
        if "full" not in str(error):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error


def _write(records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        # The file is renamed only when it is whole, so a rollback journal would protect nothing.
        conn.execute("PRAGMA journal_mode = OFF")
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("BEGIN")
        conn.execute(f"CREATE TABLE articles ({', '.join(map(_definition, COLUMNS))}, folded TEXT)")
        conn.executemany(f"INSERT INTO articles VALUES ({', '.join('?' * len(COLUMNS))}, ?)", map(_row, records))
        conn.execute("CREATE INDEX articles_portal ON articles (portal, published_at)")
        conn.execute("CREATE INDEX articles_published ON articles (published_at)")
        conn.execute(_SEARCH)
        conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')")
        conn.execute("CREATE TABLE portals (id TEXT PRIMARY KEY, name TEXT, url TEXT, language TEXT, reuse TEXT)")
        conn.executemany(
            "INSERT INTO portals VALUES (?, ?, ?, ?, ?)",
            [
                (portal.id, portal.name, portal.source_url, portal.language, portal.reuse)
                for portal in edition.portals
                if edition.portal in (None, portal.id)
            ],
        )
        conn.execute("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT)")
        conn.executemany("INSERT INTO about VALUES (?, ?)", _about(edition).items())
        conn.execute("COMMIT")


def _definition(column: str) -> str:
    key = " PRIMARY KEY" if column == "id" else ""
    return f"{column} {_TYPES[COLUMNS[column]]}{key}"


def _row(dispatch: Dispatch) -> list[Any]:
    record = dispatch.record
    words = [record.get(name) for name in ("title_shown", "lead", "text")]
    return [*cells_of(dispatch), fold("\n\n".join(filter(None, words))) or None]


def _about(edition: Edition) -> dict[str, str]:
    return {
        "publisher": edition.publisher,
        "archive": edition.archive,
        "since": str(edition.since),
        "cursor": str(edition.cursor),
        "schema": str(SCHEMA_VERSION),
        "made_at": edition.made_at.isoformat(timespec="seconds"),
    }
