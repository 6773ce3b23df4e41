"""The manifest of a dump: what was sent, up to where, and the sha256 of its bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from icma_crawler.errors import UsageError
from icma_crawler.exports import SCHEMA_VERSION, manifest_path

_MAX_CURSOR = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The part of a manifest that an import and a proof stand on."""

    archive: UUID
    since: int
    cursor: int
    portal: str | None
    rows: int
    sha256: str
    format: str
    schema: int


def parse_manifest(text: bytes) -> Manifest:
    """A manifest as values.

    Raises:
        ValueError, KeyError, TypeError, RecursionError: it is none.
    """
    given: dict[str, Any] = json.loads(text)
    since, cursor = given["since"], given["cursor"]
    if type(since) is not int or type(cursor) is not int or not 0 <= since <= cursor <= _MAX_CURSOR:
        raise ValueError(f"from {since!r} to {cursor!r}")
    return Manifest(
        archive=UUID(given["archive"]),
        since=since,
        cursor=cursor,
        portal=given["portal"],
        rows=int(given["rows"]),
        sha256=str(given["sha256"]),
        format=given["format"],
        schema=given["schema"],
    )


def read_manifest(dump: Path) -> tuple[Manifest, int]:
    """The manifest of a dump, beside it or its last line, and how many bytes of the file are records.

    Raises:
        UsageError: there is none, or it is of another format or version.
    """
    beside = manifest_path(dump)
    size = dump.stat().st_size
    if beside.exists():
        return _checked(beside.read_bytes(), dump), size
    last = _last_line(dump, size)
    return _checked(last, dump), size - len(last)


def _last_line(dump: Path, size: int) -> bytes:
    with dump.open("rb") as file:
        file.seek(max(0, size - 65_536))
        return b"".join(file.read().splitlines(keepends=True)[-1:])


def _checked(text: bytes, dump: Path) -> Manifest:
    try:
        manifest = parse_manifest(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{dump}: no manifest; a dump to a file has one beside it ({manifest_path(dump).name}), "
            "a stream ends with it (icma dump jsonl --manifest)"
        ) from error
    if manifest.format != "jsonl":
        raise UsageError(f"{dump}: a dump in {manifest.format}; an import takes icma dump jsonl, or an archive.db")
    if manifest.schema != SCHEMA_VERSION:
        raise UsageError(f"{dump}: schema {manifest.schema}, this program reads {SCHEMA_VERSION}; update it")
    return manifest
