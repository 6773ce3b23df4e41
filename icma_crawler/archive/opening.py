"""Opening an archive: which engine holds it, and whether it can be read."""

from __future__ import annotations

from pathlib import Path

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.engines.sqlite.engine import SqliteEngine
from icma_crawler.errors import ArchiveError


def open_archive(
    path: str | Path,
    *,
    readonly: bool = False,
    keep_older: bool = True,
    must_exist: bool = False,
    refresh_search: bool = True,
) -> Archive:
    """Open the archive at *path*, making it where there is none (unless *readonly* or *must_exist*).

    One of an older version is brought up to date, and kept beside as it was unless *keep_older* is off. Where this
    program folds words otherwise than the one that wrote the search index, the index is made anew, unless
    *refresh_search* is off: who looks for damage must not stumble over it.

    Raises:
        ArchiveError: not an archive of ours, newer than this program, damaged, or not there.
    """
    engine = SqliteEngine(Path(path), readonly=readonly, keep_older=keep_older, must_exist=must_exist)
    try:
        if refresh_search and not readonly:
            engine.search.refresh()
    except engine.database.errors as error:
        engine.close()
        raise ArchiveError(path, engine.describe(error)) from error
    return Archive(engine)
