"""Opening an archive file: ours and nobody else's, not newer than this program, its schema up to date."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from icma_crawler.archive.schema import APPLICATION_ID, migrations
from icma_crawler.errors import ArchiveError

BUSY_SECONDS = 30.0


def open_database(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Connect to the archive at *path*; a new one gets its tables, an older one its missing migrations.

    Raises:
        ArchiveError: no such file (with ``create=False``), not an archive of ours, written by a newer version,
            or a disk that does not allow it.
    """
    if not path.exists():
        if not create:
            raise ArchiveError(path, "no archive here yet; icma crawl makes one, --archive names another")
        _check_folder(path)
    elif path.is_dir():
        raise ArchiveError(path, "this is a folder; --archive takes a file")
    is_new = not path.exists() or path.stat().st_size == 0
    if is_new and not create:
        raise ArchiveError(path, "the file is empty; restore a backup, or remove it and crawl anew")
    try:
        conn = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    except sqlite3.Error as error:
        raise ArchiveError(path, f"cannot be opened ({error})") from error
    try:
        _check_identity(conn, path, is_new=is_new)
        _prepare(conn)
    except sqlite3.DatabaseError as error:
        conn.close()
        raise ArchiveError(path, describe(error)) from error
    except ArchiveError:
        conn.close()
        raise
    return conn


def open_readonly(path: Path) -> sqlite3.Connection:
    """Connect for reading only, for commands that never write.

    Raises:
        ArchiveError: as `open_database`.
    """
    conn = open_database(path, create=False)
    conn.execute("PRAGMA query_only = ON")
    return conn


def describe(error: sqlite3.Error) -> str:
    """What an SQLite error means for the operator, and what to do next."""
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return f"cannot be written ({text}); make room on the disk and run again: nothing archived so far is lost"
    if "not a database" in text or "malformed" in text:
        return f"is damaged or not an archive ({text}); restore a backup"
    if "readonly" in text:
        return f"cannot be written ({text}); check the rights of the file and its folder"
    if "locked" in text:
        return f"is held by another program ({text}); run again when it is done"
    return text


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise ArchiveError(path, f"the folder {path.parent} does not exist")


def _check_identity(conn: sqlite3.Connection, path: Path, *, is_new: bool) -> None:
    # One statement, so that both are of one moment while another process makes the tables.
    application_id, tables = conn.execute(
        "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id"
    ).fetchone()
    if application_id != APPLICATION_ID and not (is_new or tables == 0):
        raise ArchiveError(path, "an SQLite file, but not an archive of icma; --archive names another file")
    unknown = migrations.applied(conn) - migrations.names
    if unknown:
        newest = max(unknown)
        raise ArchiveError(path, f"written by a newer version of icma (it has {newest}); update this program")


def _prepare(conn: sqlite3.Connection) -> None:
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute("PRAGMA secure_delete = ON")
    if migrations.names - migrations.applied(conn):
        _use_wal(conn)
        conn.execute("PRAGMA synchronous = FULL")
        # Several processes may find a new file at once: one makes the tables, the others wait and find them.
        conn.execute("BEGIN IMMEDIATE")
        with conn:
            migrations.apply(conn)
    conn.execute("PRAGMA synchronous = FULL")


def _use_wal(conn: sqlite3.Connection) -> None:
    """Switch the file to WAL; unlike other statements this one does not wait for others by itself."""
    give_up_at = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            conn.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)
        else:
            return
