"""Proving a dump: complete and unaltered for its cursor range, against the archive it came from.

A forger can make the hashes inside a dump fit, and those of its manifest; what the archive itself holds they cannot. So
each record is compared with what the archive would send now. Of an article that has changed since, only the hash in the
change log is left to compare with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from icma_crawler.archive import Archive, Fault, LoggedState
from icma_crawler.errors import UsageError
from icma_crawler.exports import credited_publisher, manifest_path, record_digest, sent_now
from icma_crawler.imports import Manifest, parse_manifest
from icma_crawler.text import content_digest

_DUMP_AGAIN = "dump again and compare"


def dump_faults(archive: Archive, dump: Path) -> Iterator[Fault]:
    """What is missing from an unfiltered JSON Lines dump, or not as the archive has it.

    Raises:
        UsageError: no manifest beside it, a dump of one portal, or of another archive.
    """
    manifest = _manifest_of(dump)
    if str(manifest.archive) != archive.meta.uuid:
        raise UsageError(f"{dump}: a dump of another archive than {archive.path}")
    if manifest.portal:
        raise UsageError(f"{dump}: a dump of {manifest.portal} only; a proof needs a dump of everything")
    if hashlib.sha256(dump.read_bytes()).hexdigest() != manifest.sha256:
        yield Fault(where=str(dump), problem="its bytes are not those that were written", remedy=_DUMP_AGAIN)
    if manifest.cursor > archive.changes.head:
        problem = f"it claims to reach cursor {manifest.cursor}, but the change log ends at {archive.changes.head}"
        yield Fault(where=str(dump), problem=problem, remedy=_DUMP_AGAIN)
    expected = archive.changes.logged_between(manifest.since, manifest.cursor)
    proof = _Proof(archive, manifest.since)
    last = manifest.since
    with dump.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            where = f"{dump}:{number}"
            try:
                record, seq = _read_record(line)
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                yield Fault(where=where, problem=f"not a record ({error})", remedy=_DUMP_AGAIN)
                continue
            if seq <= last:
                yield Fault(where=where, problem=f"change {seq} is out of order", remedy=_DUMP_AGAIN)
            last = max(last, seq)
            difference = proof.problem_of(record, seq, expected.pop(record["id"], None))
            if difference:
                yield Fault(where=where, problem=difference, remedy=_DUMP_AGAIN)
    for state in expected.values():
        yield Fault(where=str(dump), problem=f"change {state.seq} ({state.urn}) is missing", remedy=_DUMP_AGAIN)


def _read_record(line: str) -> tuple[dict[str, Any], int]:
    record: dict[str, Any] = json.loads(line)
    seq, urn = record["seq"], record["id"]
    if type(seq) is not int or not isinstance(urn, str):
        raise TypeError("seq is no number, or id no text")
    return record, seq


class _Proof:
    """Goes through the archive in step with the lines of a dump."""

    def __init__(self, archive: Archive, since: int) -> None:
        self._rows = sent_now(archive, since)
        self._row = next(self._rows, None)
        self._publisher: str | None = None

    def problem_of(self, record: dict[str, Any], seq: int, state: LoggedState | None) -> str | None:
        if state is None or state.seq != seq:
            return "the change log has no such row"
        if record_digest(record) != record.get("record_sha256"):
            return "the record was altered"
        if record.get("content_sha256", "") != state.content_sha256:
            return "its text is not the one that was logged"
        present = self._sent_at(seq)
        if present is None:
            return None if _is_own_text(record) else "its text is not the one that was logged"
        return self._difference(record, present)

    def _sent_at(self, seq: int) -> dict[str, Any] | None:
        """What the archive sends for change *seq*; None where its article has changed since."""
        while self._row is not None and self._row["seq"] < seq:
            self._row = next(self._rows, None)
        return self._row if self._row is not None and self._row["seq"] == seq else None

    def _difference(self, record: dict[str, Any], present: dict[str, Any]) -> str | None:
        said = {key: value for key, value in record.items() if key not in ("attribution", "record_sha256")}
        if said != present:
            keys = sorted(key for key in said.keys() | present.keys() if said.get(key) != present.get(key))
            return f"the archive has another {', '.join(keys)}"
        publisher = credited_publisher(present, record.get("attribution"))
        self._publisher = self._publisher or publisher
        return None if publisher and publisher == self._publisher else "its attribution was altered"


def _is_own_text(record: dict[str, Any]) -> bool:
    """Whether a text that came whole is the one its hash is of; an excerpt has the hash of the whole."""
    if record.get("reuse") != "full" or "text" not in record:
        return True
    try:
        parts = (record[key] for key in ("title_shown", "lead", "text", "authors", "section"))
        return bool(content_digest(*parts) == record["content_sha256"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _manifest_of(dump: Path) -> Manifest:
    file = manifest_path(dump)
    try:
        return parse_manifest(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file}: the manifest of the dump cannot be read ({error.strerror})") from error
    except KeyError as error:
        raise UsageError(f"{file}: not the manifest of a dump (it has no {error})") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(f"{file}: not the manifest of a dump ({error})") from error
