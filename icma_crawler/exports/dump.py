"""Writing a dump: the change log after a cursor, one record per changed article, under its name only when whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from icma_crawler.archive import Archive
from icma_crawler.errors import ArchiveError, UsageError
from icma_crawler.exports.records import SCHEMA_VERSION, record_of

FORMATS: Mapping[str, str] = {"jsonl": "one JSON object a line, in change-log order: the form for programs"}
"""What `icma dump` can write, and what each is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """What a dump held: rows by change, and the cursor to ask from next time."""

    rows: int
    cursor: int
    by_change: Mapping[str, int]


def dump(
    archive: Archive, form: str, out: Path | IO[str], *, publisher: str, since: int = 0, portal: str | None = None
) -> Dumped:
    """Write what changed after the cursor *since* to a file (with its manifest beside it) or a text stream.

    Raises:
        UsageError: no such format, or a cursor that this archive has not reached.
        ArchiveError: the file cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"no format '{form}'; there is {', '.join(FORMATS)} (icma dump --list explains them)")
    with archive.snapshot():
        head = archive.head
        if not 0 <= since <= head:
            raise UsageError(
                f"--since {since}: this archive's cursor is {head}; --since takes a cursor of this archive"
            )
        lines = _Lines(archive, publisher, since, portal)
        if isinstance(out, Path):
            return _dump_file(archive, form, out, lines, head)
        for line in lines:
            out.write(line)
        return Dumped(rows=lines.by_change.total(), cursor=head, by_change=lines.by_change)


def manifest_path(out: Path) -> Path:
    """Where the manifest of a dump lies."""
    return out.with_name(out.name + ".manifest.json")


def _dump_file(archive: Archive, form: str, out: Path, lines: _Lines, head: int) -> Dumped:
    try:
        digest = _write_whole(out, lines)
        dumped = Dumped(rows=lines.by_change.total(), cursor=head, by_change=lines.by_change)
        manifest = _manifest(archive, form, dumped, digest, since=lines.since, portal=lines.portal)
        _write_whole(manifest_path(out), [json.dumps(manifest) + "\n"])
    except OSError as error:
        raise ArchiveError(out, f"cannot be written ({error.strerror})") from error
    return dumped


class _Lines:
    """The lines of a JSON Lines dump; ``by_change`` fills as they are read."""

    def __init__(self, archive: Archive, publisher: str, since: int, portal: str | None) -> None:
        self._archive, self._publisher = archive, publisher
        self.since, self.portal = since, portal
        self.by_change: Counter[str] = Counter()

    def __iter__(self) -> Iterator[str]:
        for change, archived in self._archive.iter_changed(self.since, self.portal):
            self.by_change[change.change] += 1
            record = record_of(archived, publisher=self._publisher, change=change)
            yield json.dumps(record, ensure_ascii=False) + "\n"


def _manifest(
    archive: Archive, form: str, dumped: Dumped, digest: str, *, since: int, portal: str | None
) -> dict[str, Any]:
    return {
        "format": form,
        "schema": SCHEMA_VERSION,
        "archive": archive.uuid,
        "since": since,
        "cursor": dumped.cursor,
        "portal": portal,
        "rows": dumped.rows,
        "by_change": dict(dumped.by_change),
        "skipped": {},
        "sha256": digest,
    }


def _write_whole(path: Path, lines: Iterator[str] | list[str] | _Lines) -> str:
    """Write beside the target, flush to the disk, rename; returns the sha256 of the bytes."""
    digest = hashlib.sha256()
    with _replacing(path) as file:
        for line in lines:
            data = line.encode()
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
