"""Taking another archive's dump into this one: proven whole before the first row is written, then step by step.

A step is one transaction, and every record is taken once, so that an import that was interrupted is simply run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from icma_crawler.archive import Archive, Delivery, open_archive
from icma_crawler.archive.transactions.import_record import import_record
from icma_crawler.errors import UsageError
from icma_crawler.imports.manifest import Manifest, read_manifest
from icma_crawler.imports.records import read_record
from icma_crawler.imports.tally import STEP, Imported, OnImported, Tally, in_steps


def import_dump(target: Path, dump: Path, tell: OnImported, *, now: datetime, dry_run: bool = False) -> Imported:
    """Take a JSON Lines dump with its manifest (beside it, or as its last line) into the archive *target*.

    Raises:
        UsageError: no manifest, another format or version, a file that is not as it was written, this archive's own
            dump, or one that begins after what was imported so far. Nothing is changed then, and no archive made.
    """
    manifest, size = read_manifest(dump)
    known = _known_at(target, dump, manifest)
    _prove(dump, manifest, size)
    if dry_run or manifest.cursor <= known:
        return Imported(records=manifest.rows, cursor=manifest.cursor, outcomes={})
    tally = Tally()
    with open_archive(target) as archive:
        for number, step in enumerate(in_steps(_deliveries(dump, manifest, size))):
            with archive.write():
                for delivery in step:
                    _take(archive, delivery, tally, now)
            tell(number * STEP + len(step), manifest.rows)
        with archive.write():
            archive.imports.save_cursor(manifest.archive, manifest.portal, manifest.cursor, now)
        return Imported(
            records=manifest.rows,
            cursor=manifest.cursor,
            outcomes=dict(tally.outcomes),
            withdrawn_by_sender=tuple(tally.withdrawn_by_sender),
            is_wiped=archive.engine.erase() if tally.outcomes["withdrawn"] else True,
        )


def _known_at(target: Path, dump: Path, manifest: Manifest) -> int:
    """Up to which of the sender's changes *target* has all; a dump that does not begin there is refused."""
    known = 0
    if target.exists():
        with open_archive(target) as archive:
            if str(manifest.archive) == archive.meta.uuid:
                raise UsageError(f"{dump}: a dump of this very archive; import it into another one with --archive")
            known = archive.imports.cursor_of(manifest.archive, manifest.portal)
    if manifest.since > known:
        raise UsageError(
            f"{dump}: begins after cursor {manifest.since}, but only what is up to {known} was imported; "
            f"import the dumps in between first, or a dump with --since {known}"
        )
    return known


def _take(archive: Archive, delivery: Delivery, tally: Tally, now: datetime) -> None:
    taken = import_record(archive, delivery, now)
    tally.outcomes[taken] += 1
    if taken == "kept" and delivery.archived.article is None:
        tally.withdrawn_by_sender.append(delivery.archived.url)


def _prove(dump: Path, manifest: Manifest, size: int) -> None:
    """Read everything once: the bytes as the manifest says, each record as it was made, all in order."""
    if _digest(dump, size) != manifest.sha256:
        raise UsageError(f"{dump}: not as it was written (its sha256 differs from the manifest's); get it again")
    rows, last = 0, manifest.since
    for delivery in _deliveries(dump, manifest, size):
        if not last < delivery.seq <= manifest.cursor:
            raise UsageError(f"{dump}:{rows + 1}: change {delivery.seq} is out of order; dump again")
        rows, last = rows + 1, delivery.seq
    if rows != manifest.rows:
        raise UsageError(f"{dump}: {rows} records, the manifest says {manifest.rows}; get it again")


def _digest(dump: Path, size: int) -> str:
    digest = hashlib.sha256()
    with dump.open("rb") as file:
        while size > 0 and (chunk := file.read(min(size, 1 << 20))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def _deliveries(dump: Path, manifest: Manifest, size: int) -> Iterator[Delivery]:
    with dump.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            size -= len(line)
            if size < 0:
                return
            try:
                yield read_record(json.loads(line), manifest.archive)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise UsageError(f"{dump}:{number}: not a record of a dump ({error}); dump again") from error
