"""Taking a whole archive over: as it is, or each article that is not known here yet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from icma_crawler.archive import Archive, open_archive
from icma_crawler.archive.transactions.merge import merge_article, merge_register
from icma_crawler.errors import UsageError
from icma_crawler.imports.restore import restore
from icma_crawler.imports.tally import STEP, Imported, OnImported, Tally, in_steps

_MAGIC = b"SQLite format 3\0"


def is_archive(path: Path) -> bool:
    """Whether a file is an SQLite database rather than a dump."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def import_archive(target: Path, source: Path, tell: OnImported, *, now: datetime, dry_run: bool = False) -> Imported:
    """Take a whole archive over: as it is where *target* does not exist, else each article that is not known there.

    Raises:
        UsageError: both are the same file.
        ArchiveError: not an archive, damaged, or written by a newer version.
    """
    if target.exists() and target.samefile(source):
        raise UsageError(f"{source}: this is the archive itself; name another one with --archive")
    with open_archive(source, readonly=True) as other:
        urns, cursor = other.articles.urns(), other.changes.head
        if dry_run:
            return Imported(records=len(urns), cursor=cursor, outcomes={})
        if target.exists():
            return _merge(target, other, urns, tell, now)
    restore(source, target, now=now)
    return Imported(records=len(urns), cursor=cursor, outcomes={"new": len(urns)})


def _merge(target: Path, other: Archive, urns: list[str], tell: OnImported, now: datetime) -> Imported:
    tally = Tally()
    with open_archive(target) as archive, other.read():
        for number, step in enumerate(in_steps(urns)):
            with archive.write():
                for urn in step:
                    _merge_one(archive, other, urn, tally, now)
            tell(number * STEP + len(step), len(urns))
        merge_register(archive, other)
        return Imported(
            records=len(urns),
            cursor=other.changes.head,
            outcomes=dict(tally.outcomes),
            withdrawn_by_sender=tuple(tally.withdrawn_by_sender),
        )


def _merge_one(archive: Archive, other: Archive, urn: str, tally: Tally, now: datetime) -> None:
    taken = merge_article(archive, other, urn, now)
    tally.outcomes[taken] += 1
    if taken == "kept" and (theirs := other.find(urn)).article is None:
        tally.withdrawn_by_sender.append(theirs.url)
