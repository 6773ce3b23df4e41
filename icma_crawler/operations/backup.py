"""Backups: a whole copy of a live archive, verified before it counts; and the way back, with takedowns kept."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from icma_crawler.archive import Archive, open_archive
from icma_crawler.errors import ArchiveError, UsageError


def back_up(archive: Archive, out: Path, *, keep: int = 0) -> int:
    """Copy the archive to *out* while others write to it; returns its size in bytes.

    The copy is made with SQLite's backup (never by copying the file, which tears a live one), checked, flushed to the
    disk, and only then given its name. *keep* older copies stay as OUT.1 (the newest), OUT.2 …

    Raises:
        ArchiveError: the copy cannot be written, or is not whole.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        head = archive.head
        archive.copy_to(part)
        with open_archive(part, readonly=True) as copy:
            if copy.integrity() != "ok" or copy.head < head:
                raise ArchiveError(out, "the copy is not whole; nothing was replaced")
        _flush(part)
        _rotate(out, keep)
        part.replace(out)
        _flush(out.parent)
    except OSError as error:
        raise ArchiveError(out, f"cannot be written ({error.strerror})") from error
    finally:
        for leftover in (part, part.with_name(part.name + "-wal"), part.with_name(part.name + "-shm")):
            leftover.unlink(missing_ok=True)
    return out.stat().st_size


def restore(backup: Path, target: Path, *, now: datetime, force: bool = False) -> int:
    """Bring a backup back as the archive at *target*; returns the articles withdrawn again.

    Takedowns that came after the backup are in the register of the archive that is replaced, if it can still be read;
    they are applied to the restored one, so that nothing withdrawn returns. The restored archive gets a new name, so
    that cursors of the old one are not mistaken for its own.

    Raises:
        UsageError: there is an archive at *target* and *force* is not set.
        ArchiveError: the backup is not whole, or the disk does not allow it.
    """
    if target.exists() and not force:
        raise UsageError(f"{target} exists; --force replaces it (it is kept beside as {target.name}.replaced)")
    with open_archive(backup, readonly=True) as source:
        if source.integrity() != "ok":
            raise ArchiveError(backup, "this backup is damaged; take an older one")
        register = _register_of(target)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        source.copy_to(part)
    with open_archive(part) as restored:
        restored.rename()
        withdrawn = _withdraw_again(restored, register, now)
    if target.exists():
        target.replace(target.with_name(target.name + ".replaced"))
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    _flush(part)
    part.replace(target)
    _flush(target.parent)
    return withdrawn


def _register_of(target: Path) -> list[tuple[str, str]]:
    """The withdrawal register of the archive that is to be replaced: (address key, reason); empty where unreadable."""
    if not target.exists():
        return []
    try:
        with open_archive(target, readonly=True) as old:
            return [(one.key, one.reason) for one in old.withdrawals()]
    except ArchiveError:
        return []


def _withdraw_again(archive: Archive, register: list[tuple[str, str]], now: datetime) -> int:
    done = 0
    for key, reason in register:
        with archive.writing():
            article_id = archive.article_at_key(key)
            if article_id is not None:
                done += archive.withdraw_article(article_id, reason, now)
            archive.refuse_key(key, reason, now)
    archive.finish_wiping()
    return done


def _rotate(out: Path, keep: int) -> None:
    """OUT becomes OUT.1, OUT.1 becomes OUT.2 …; what is beyond *keep* goes."""
    if not out.exists() or keep <= 0:
        return
    for number in range(keep, 0, -1):
        older = out.with_name(f"{out.name}.{number}")
        newer = out.with_name(f"{out.name}.{number - 1}") if number > 1 else out
        if newer.exists():
            newer.replace(older)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
