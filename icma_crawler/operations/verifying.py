"""Proving a dump: complete and unaltered for its cursor range, against the archive it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icma_crawler.archive import Archive, Fault, LoggedState
from icma_crawler.errors import UsageError
from icma_crawler.exports import record_digest

_DUMP_AGAIN = "dump again and compare"


def dump_faults(archive: Archive, dump: Path) -> Iterator[Fault]:
    """What is missing from an unfiltered JSON Lines dump, or not as the archive's change log says.

    Raises:
        UsageError: no manifest beside it, a dump of one portal, or of another archive.
    """
    manifest = _manifest_of(dump)
    if manifest.get("archive") != archive.uuid:
        raise UsageError(f"{dump}: a dump of another archive than {archive.path}")
    if manifest.get("portal"):
        raise UsageError(f"{dump}: a dump of {manifest['portal']} only; a proof needs a dump of everything")
    if hashlib.sha256(dump.read_bytes()).hexdigest() != manifest["sha256"]:
        yield Fault(where=str(dump), problem="its bytes are not those that were written", remedy=_DUMP_AGAIN)
    expected = archive.logged_between(int(manifest["since"]), int(manifest["cursor"]))
    last = int(manifest["since"])
    with dump.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{dump}:{number}"
            try:
                record: dict[str, Any] = json.loads(line)
                seq = int(record["seq"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                yield Fault(where=where, problem=f"not a record ({error})", remedy=_DUMP_AGAIN)
                continue
            if seq <= last:
                yield Fault(where=where, problem=f"change {seq} is out of order", remedy=_DUMP_AGAIN)
            last = max(last, seq)
            problem = _problem_of(record, expected.pop(record.get("id", ""), None))
            if problem:
                yield Fault(where=where, problem=problem, remedy=_DUMP_AGAIN)
    for state in expected.values():
        yield Fault(where=str(dump), problem=f"change {state.seq} ({state.urn}) is missing", remedy=_DUMP_AGAIN)


def _problem_of(record: dict[str, Any], state: LoggedState | None) -> str | None:
    if state is None or state.seq != record["seq"]:
        return "the change log has no such row"
    if record_digest(record) != record.get("record_sha256"):
        return "the record was altered"
    if record.get("content_sha256", "") != state.content_sha256:
        return "its text is not the one that was logged"
    return None


def _manifest_of(dump: Path) -> dict[str, Any]:
    file = dump.with_name(dump.name + ".manifest.json")
    try:
        manifest: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: the manifest of the dump cannot be read ({error})") from error
    return manifest
