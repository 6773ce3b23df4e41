"""Whole copies of an archive's file, made while others write to it, and on the disk before they count."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from icma_crawler.system.files import flush

_PAGES_PER_STEP = 1000


def copy_database(source: sqlite3.Connection, of: Path, path: Path) -> None:
    """Copy what the connection *source* to *of* sees to *path*, with the rights that *of* has.

    The copy is one file without a log beside it, so that it can be read where nothing can be written.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    shutil.copymode(of, path)
    target = sqlite3.connect(path)
    # One state throughout: without a transaction a backup starts anew whenever somebody writes, and beside a busy
    # crawl it never ends (sqlite.org/backup.html).
    source.execute("BEGIN")
    try:
        source.execute("SELECT 1 FROM sqlite_master").fetchone()
        source.backup(target, pages=_PAGES_PER_STEP)
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.rollback()
        target.close()
    flush(path)


def close_log(conn: sqlite3.Connection) -> bool:
    """Bring all that is in the log into the file itself; False where another program has the archive open."""
    try:
        return bool(conn.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
