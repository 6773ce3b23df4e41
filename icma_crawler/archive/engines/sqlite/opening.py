"""Opening an archive file: ours and nobody else's, not newer than this program, its schema up to date."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from icma_crawler.archive.engines.sqlite.backup import copy_database
from icma_crawler.archive.engines.sqlite.checksums import keep_seals, know_seals
from icma_crawler.archive.engines.sqlite.schema import APPLICATION_ID, migrations
from icma_crawler.errors import ArchiveError
from icma_crawler.system.files import flush

BUSY_SECONDS = 30.0
_HEADER_BYTES = 100  # of an SQLite file; what is shorter passes for an empty database

# The last two: what was read as a text is none, so its bytes are not those that were written.
_DAMAGED = ("not a database", "malformed", "Could not decode", "already exists")

_logger = logging.getLogger("icma_crawler.archive")


def open_database(
    path: Path, *, create: bool = True, keep_older: bool = True, must_exist: bool = False
) -> sqlite3.Connection:
    """Connect to the archive at *path*; a new one gets its tables, an older one its missing migrations.

    Before a migration the archive is copied as it is to ARCHIVE.before-m007 (the first migration it lacks), unless
    *keep_older* is off.

    Raises:
        ArchiveError: no such file (with ``create=False`` or ``must_exist=True``), not an archive of ours, written by a
            newer version, or a disk that does not allow it.
    """
    is_new = _is_new(path, create=create and not must_exist)
    try:
        if is_new:
            _tell_of_empty(path)
            _make_private(path)
        where, is_uri = (path, False) if create else _to_read(path)
        conn = sqlite3.connect(where, timeout=BUSY_SECONDS, check_same_thread=False, uri=is_uri)
    except OSError as error:
        raise ArchiveError(path, f"cannot be written ({error.strerror}); check the disk, and the rights") from error
    except sqlite3.Error as error:
        raise ArchiveError(path, f"cannot be opened ({error})") from error
    try:
        _check_identity(conn, path, is_new=is_new)
        _prepare(conn, path, keep_older=keep_older)
        know_seals(conn)
        if create:
            _use_wal(conn)
            keep_seals(conn)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
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


def copy_file(source: Path, target: Path) -> None:
    """A whole copy of an archive file, which is left as it is, whatever version of this program wrote it.

    Raises:
        ArchiveError: not an archive of ours, written by a newer version, damaged, or the disk does not allow it.
    """
    if not source.exists() or source.stat().st_size < _HEADER_BYTES:
        raise ArchiveError(source, "there is no archive in it")
    conn = sqlite3.connect(source, timeout=BUSY_SECONDS)
    try:
        _check_identity(conn, source, is_new=False)
        copy_database(conn, source, target)
    except sqlite3.Error as error:
        place = target.parent if "full" in str(error) else source
        raise ArchiveError(place, describe(error)) from error
    finally:
        conn.close()


def describe(error: Exception) -> str:
    """What an SQLite error means for the operator, and what to do next."""
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return f"cannot be written ({text}); make room on the disk and run again: nothing archived so far is lost"
    if isinstance(error, UnicodeDecodeError) or any(sign in text for sign in _DAMAGED):
        return f"is damaged or not an archive ({text}); restore a backup"
    if "readonly" in text or "unable to open" in text:
        return f"cannot be written ({text}); check the rights of the file and its folder"
    if "locked" in text:
        return f"is held by another program ({text}); run again when it is done"
    return text


def _is_new(path: Path, *, create: bool) -> bool:
    """Whether an archive is to be made; told as an error where that is not asked for, or there is no place for it."""
    if path.is_dir():
        raise ArchiveError(path, "this is a folder; --archive takes a file")
    if not path.exists():
        if not create:
            raise ArchiveError(path, "no archive here yet; icma crawl makes one, --archive names another")
        if not path.parent.is_dir():
            raise ArchiveError(path, f"the folder {path.parent} does not exist")
        return True
    size = path.stat().st_size
    if 0 < size < _HEADER_BYTES:
        raise ArchiveError(path, "is damaged or not an archive (file is not a database); restore a backup")
    is_empty = size == 0
    if is_empty and not create:
        raise ArchiveError(path, "the file is empty; restore a backup, or remove it and crawl anew")
    return is_empty


def _check_identity(conn: sqlite3.Connection, path: Path, *, is_new: bool) -> None:
    """Refuse the databases of other programs, and archives of a newer version of this one."""
    # One statement, so that both are of one moment while another process makes the tables.
    application_id, tables = conn.execute(
        "SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id"
    ).fetchone()
    if application_id != APPLICATION_ID and not (is_new or tables == 0):
        raise ArchiveError(path, "an SQLite file, but not an archive of icma; --archive names another file")
    unknown = migrations.applied(conn) - set(migrations.names)
    if unknown:
        newest = max(unknown)
        raise ArchiveError(path, f"written by a newer version of icma (it has {newest}); update this program")


def _to_read(path: Path) -> tuple[str | Path, bool]:
    """What to connect to for reading, and whether that is a uri.

    To read a file in WAL mode SQLite writes beside it. On a disk that nobody can write to it need not, if it is told.
    """
    is_frozen = os.statvfs(path).f_flag & os.ST_RDONLY and not path.with_name(f"{path.name}-wal").exists()
    return (f"{path.absolute().as_uri()}?mode=ro&immutable=1", True) if is_frozen else (path, False)


def _tell_of_empty(path: Path) -> None:
    """Somebody's disk may have emptied it; a file that another process is making an archive of is younger."""
    if path.exists() and path.stat().st_mtime < time.time() - BUSY_SECONDS:
        _logger.warning("%s: the file was empty, a new archive begins in it; restore a backup if one was lost", path)


def _make_private(path: Path) -> None:
    """The archive holds whole texts, whatever may be handed on of them: it is its owner's to read."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(conn: sqlite3.Connection, path: Path, *, keep_older: bool) -> None:
    conn.execute("PRAGMA foreign_keys = ON")
    conn.execute("PRAGMA recursive_triggers = ON")
    conn.execute("PRAGMA secure_delete = ON")
    if migrations.pending(conn):
        _use_wal(conn)
        conn.execute("PRAGMA synchronous = FULL")
        # Several processes may find a new file at once: one makes the tables, the others wait and find them.
        conn.execute("BEGIN IMMEDIATE")
        with conn:
            if keep_older and migrations.applied(conn):
                _keep_as_it_was(conn, path)
            migrations.apply(conn)
    conn.execute("PRAGMA synchronous = FULL")


def _keep_as_it_was(conn: sqlite3.Connection, path: Path) -> None:
    """Copy an older archive beside itself before it is brought up to date."""
    pending = migrations.pending(conn)
    if not pending:
        return  # another process did it while this one waited
    kept = path.with_name(f"{path.name}.before-{pending[0].partition('_')[0]}")
    part = kept.with_name(f".{kept.name}.part")  # under the archive's write lock there is only one
    try:
        # A connection that writes cannot be copied from; another one sees the archive as it still is.
        with closing(sqlite3.connect(path)) as before:
            copy_database(before, path, part)
        part.replace(kept)
        flush(kept.parent)
    except OSError as error:
        raise ArchiveError(kept, f"the copy before the update cannot be written ({error.strerror})") from error
    finally:
        part.unlink(missing_ok=True)
    _logger.warning("%s: of an older version, brought up to date; as it was it is kept in %s", path, kept.name)


def _use_wal(conn: sqlite3.Connection) -> None:
    """Switch the file to WAL; unlike other statements this one does not wait for others by itself."""
    if conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
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
