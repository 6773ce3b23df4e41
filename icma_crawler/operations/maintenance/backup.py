"""Backups: a whole copy of a live archive, verified before it counts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from icma_crawler.archive import SAMPLED_PAGES, Archive, open_archive
from icma_crawler.archive.engines.sqlite.replacement import keep_numbered, replacing_archive
from icma_crawler.errors import ArchiveError


def back_up(archive: Archive, out: Path, *, keep: int = 0) -> int:
    """Copy the archive to *out* while others write to it; returns its size in bytes.

    The copy is made by the engine (never by copying the file, which tears a live one), checked, flushed to the disk, and
    only then given its name. *keep* older copies stay as OUT.1 (the newest), OUT.2 … A copy with faults is kept as
    OUT.damaged, and takes no good one's place.

    Raises:
        ArchiveError: the copy cannot be written, or is not whole.
    """
    with replacing_archive(out, partial(keep_numbered, keep=keep)) as part:
        head = archive.changes.head
        archive.engine.copy_to(part)
        _check(part, head, out)
    return out.stat().st_size


def _check(part: Path, head: int, out: Path) -> None:
    """Look at a copy as `icma verify` would; one that is not whole is set aside."""
    with open_archive(part) as copy:
        faults = list(copy.find_faults(lambda _done, _total: None, SAMPLED_PAGES))
        is_short = copy.changes.head < head
        copy.engine.close_log()
    if is_short or faults:
        damaged = out.with_name(out.name + ".damaged")
        part.replace(damaged)
        what = "lacks the newest changes" if is_short else f"has faults, the first in {faults[0].where}"
        raise ArchiveError(
            out, f"the copy {what}; it is kept as {damaged.name}, nothing was replaced; icma verify says more"
        )
