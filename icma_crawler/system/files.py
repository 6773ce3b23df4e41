"""Files and folders that stand under their name only when they are whole."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path

_BUFFER_BYTES = 1 << 20
_DAY_SECONDS = 86_400


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """An empty file beside *path* to write to; flushed to the disk and renamed to *path* when all went well."""
    part = part_of(path)
    sweep(path)
    try:
        part.touch()  # fails here where it cannot be written, whatever library writes it
        yield part
        flush(part)
        part.replace(path)
    except OSError as error:
        error.filename = str(path)  # a write names no file, and the one beside it is nobody's business
        raise
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def write_whole(path: Path, chunks: Iterable[str | bytes]) -> str:
    """Write *chunks* to *path*; returns the sha256 of its bytes."""
    digest = sha256()
    with replacing(path) as part, part.open("wb", buffering=_BUFFER_BYTES) as file:
        for chunk in chunks:
            data = chunk.encode() if isinstance(chunk, str) else chunk
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@contextmanager
def replacing_folder(link: Path, made_at: datetime) -> Iterator[Path]:
    """A new folder beside *link* to fill; *link* is swapped to it when all went well.

    The version before is kept for readers that are still in it, older ones are removed.

    Raises:
        FileExistsError: *link* is a file or a folder of its own, not a link of ours.
    """
    if link.exists() and not link.is_symlink():
        raise FileExistsError(None, "it is there already, and not as a link made by a dump", str(link))
    previous = link.readlink().name if link.is_symlink() else None
    folder = link.with_name(f"{link.name}.{made_at:%Y%m%dT%H%M%S%f}.v")
    folder.mkdir()
    try:
        yield folder
        os.sync()  # a hundred thousand pages: one sync of the disk, not one of each file
        _swap(link, folder.name)
    except BaseException:
        shutil.rmtree(folder)
        raise
    for old in _versions(link):
        if old.name not in (folder.name, previous):
            shutil.rmtree(old, ignore_errors=True)


def _versions(link: Path) -> list[Path]:
    """The folders that *link* has pointed to; those of "site.en" are none of "site"."""
    ours = re.compile(rf"{re.escape(link.name)}\.\d+T\d+\.v")
    return [folder for folder in link.parent.iterdir() if ours.fullmatch(folder.name)]


def digest_of_folder(folder: Path) -> str:
    """The sha256 of the list that `sha256sum` would print of all files, sorted by path."""
    digest = sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{digest_of_file(file)}  {file.relative_to(folder).as_posix()}\n".encode())
    return digest.hexdigest()


def sweep(path: Path) -> None:
    """Remove what dumps or copies to *path* left behind that were killed, a day ago or earlier."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.\d+\.part(?:-wal|-shm|-journal)?")
    for part in path.parent.iterdir():
        with suppress(FileNotFoundError):
            if ours.fullmatch(part.name) and time.time() - part.stat().st_mtime > _DAY_SECONDS:
                part.unlink()


def _swap(link: Path, target: str) -> None:
    part = part_of(link)
    try:
        part.symlink_to(target)
        part.replace(link)
    finally:
        part.unlink(missing_ok=True)
    flush(link.parent)


def flush(path: Path) -> None:
    """Return only when a file, or what a folder lists, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def part_of(path: Path) -> Path:
    """Where a file is written before it has its name, beside it."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def give_second_name(file: Path, name: Path) -> None:
    """Give a file a second name, in one step; where there are no links (FAT), the file itself moves there."""
    part = part_of(name)
    part.unlink(missing_ok=True)
    try:
        os.link(file, part)
    except OSError:
        file.replace(name)
    else:
        part.replace(name)
        part.unlink(missing_ok=True)  # still there where both were one file already
