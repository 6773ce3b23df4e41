"""Backups: a whole copy of a live archive, verified before it counts."""

from __future__ import annotations

from pathlib import Path

from icma_crawler.archive import Archive, open_archive
from icma_crawler.errors import ArchiveError
from icma_crawler.imports.restore import PAGES_CHECKED
from icma_crawler.system.files import flush, give_second_name, part_of, remove_database, sweep


def back_up(archive: Archive, out: Path, *, keep: int = 0) -> int:
    """Copy the archive to *out* while others write to it; returns its size in bytes.

    The copy is made with SQLite's backup (never by copying the file, which tears a live one), checked, flushed to the
    disk, and only then given its name. *keep* older copies stay as OUT.1 (the newest), OUT.2 … A copy with faults is
    kept as OUT.damaged, and takes no good one's place.

    Raises:
        ArchiveError: the copy cannot be written, or is not whole.
    """
    part = part_of(out)
    try:
        head = archive.changes.head
        archive.engine.copy_to(part)
        _check(part, head, out)
        flush(part)
        _rotate(out, keep)
        part.replace(out)
        flush(out.parent)
        sweep(out)
    except OSError as error:
        raise ArchiveError(out, f"cannot be written ({error.strerror})") from error
    finally:
        remove_database(part)
    return out.stat().st_size


def _check(part: Path, head: int, out: Path) -> None:
    """Look at a copy as `icma verify` would; one that is not whole is set aside."""
    with open_archive(part) as copy:
        faults = list(copy.find_faults(lambda _done, _total: None, PAGES_CHECKED))
        is_short = copy.changes.head < head
        copy.engine.close_log()
    if is_short or faults:
        damaged = out.with_name(out.name + ".damaged")
        part.replace(damaged)
        what = "lacks the newest changes" if is_short else f"has faults, the first in {faults[0].where}"
        raise ArchiveError(
            out, f"the copy {what}; it is kept as {damaged.name}, nothing was replaced; icma verify says more"
        )


def _rotate(out: Path, keep: int) -> None:
    """OUT becomes OUT.1, too, OUT.1 becomes OUT.2 …; what is beyond *keep* goes."""
    first = out.with_name(f"{out.name}.1")
    if not out.exists() or keep <= 0 or (first.exists() and first.samefile(out)):  # the last: a backup was interrupted
        return
    for number in range(keep, 1, -1):
        newer = out.with_name(f"{out.name}.{number - 1}")
        if newer.exists():
            newer.replace(out.with_name(f"{out.name}.{number}"))
    give_second_name(out, first)
