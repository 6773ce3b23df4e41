"""Erasing: no byte of what was taken out of the tables is left in the archive's files."""

from __future__ import annotations

import sqlite3

from icma_crawler.archive.engines.sqlite.database import SqliteDatabase
from icma_crawler.archive.tables.boilerplate import Boilerplate


def erase(database: SqliteDatabase) -> bool:
    """Drop what was learned of portals that have nothing left, rewrite the file and empty the write-ahead log.

    Where rows move between a table's pages, SQLite leaves copies in the pages' unused middle, which secure_delete does
    not reach; only VACUUM does. It takes some seconds a gigabyte. Returns False where another program holds the archive
    or still reads the old state, or the disk has no room for a copy: the next call finishes. SQLite 3.40 has no
    secure-delete in FTS5, so its segments are merged into one (sqlite.org/fts5.html, "optimize").
    """
    conn = database.conn
    try:
        Boilerplate(database).drop_unused()
        conn.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
        conn.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if not any(sign in str(error) for sign in ("locked", "full")):
            raise
        return False
    busy, _, _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
