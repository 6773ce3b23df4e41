"""Writing a dump: the change log after a cursor, one record per changed article, under its name only when whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.pages import iter_captures_of
from icma_crawler.errors import ArchiveError, UsageError
from icma_crawler.exports.cursor_file import Series, load_cursor, save_cursor
from icma_crawler.exports.formats import Format, format_named
from icma_crawler.exports.records import SCHEMA_VERSION, Edition, Records
from icma_crawler.system.clock import utc_now
from icma_crawler.system.files import digest_of_file, digest_of_folder, replacing, replacing_folder, write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """What a dump holds: how many articles, what was read by change, what was left out by reason, and the next cursor."""

    rows: int
    cursor: int
    by_change: Mapping[str, int]
    skipped: Mapping[str, int] = field(default_factory=dict)


def dump(
    archive: Archive,
    form: str,
    out: Path | IO[str],
    *,
    publisher: str,
    since: int = 0,
    portal_id: str | None = None,
    state: Path | None = None,
    last: int | None = None,
    language: str | None = None,
    site: str | None = None,
    with_manifest: bool = False,
    now: datetime | None = None,
) -> Dumped:
    """Write what changed after the cursor *since* to a file or folder (with its manifest beside it) or a text stream.

    *state* is a file that remembers the cursor from one dump to the next; *last* starts that many changes before the
    newest. The sentences are in the article's language or in *language*; *site* is where the dump will be published. *with_manifest* ends a stream with its manifest.

    Raises:
        UsageError: no such format, or a cursor or state that is not this archive's.
        ArchiveError: the file cannot be written.
        UnattributedError: an article without what every way out must say.
    """
    chosen = format_named(form)
    with archive.read():
        series = Series(archive=archive.meta.uuid, form=chosen.name, portal=portal_id)
        if state is not None:
            since = load_cursor(state, series)
        if last is not None:
            since = archive.changes.cursor_before(last, portal_id)
        edition = Edition(
            publisher=publisher,
            archive=archive.meta.uuid,
            since=since,
            cursor=_checked_head(archive, since),
            made_at=now or utc_now(),
            portals=tuple(archive.portals.find_all()),
            portal=portal_id,
            language=language,
            site=site,
            captures_of=partial(iter_captures_of, archive),
        )
        dumped = _write(archive, chosen, out, edition, with_manifest=with_manifest)
        if state is not None:
            save_cursor(state, dumped.cursor, series)
    return dumped


def manifest_path(out: Path) -> Path:
    """Where the manifest of a dump lies."""
    return out.with_name(out.name + ".manifest.json")


def _checked_head(archive: Archive, since: int) -> int:
    head = archive.changes.head
    if not 0 <= since <= head:
        raise UsageError(f"--since {since}: this archive's cursor is {head}; --since takes a cursor of this archive")
    return head


def _write(archive: Archive, chosen: Format, out: Path | IO[str], edition: Edition, *, with_manifest: bool) -> Dumped:
    if chosen.is_whole:
        if isinstance(out, Path) and out.exists() and 0 < edition.since == edition.cursor:
            return Dumped(rows=0, cursor=edition.cursor, by_change={})
        edition = replace(edition, since=0)
    records = Records(archive, edition)
    if not isinstance(out, Path):
        digest = _write_stream(chosen, out, records, edition)
        dumped = _dumped(records, edition)
        if with_manifest:
            out.write(_manifest(chosen.name, dumped, edition, digest))
            out.flush()
        return dumped
    if out.resolve() == archive.path.resolve():
        raise UsageError(f"{out}: this is the archive itself; name another file with -o")
    if out.exists() and not (out.is_file() or out.is_dir()):
        # A rename would put a file where /dev/null was.
        raise UsageError(f"{out}: not a file; without -o a dump goes to the standard output")
    try:
        digest = _write_path(chosen, out, records, edition)
        dumped = _dumped(records, edition)
        write_whole(manifest_path(out), [_manifest(chosen.name, dumped, edition, digest)])
    except OSError as error:
        raise ArchiveError(out, f"cannot be written ({error.strerror})") from error
    return dumped


def _write_stream(chosen: Format, out: IO[str], records: Records, edition: Edition) -> str:
    """Write to a stream; returns the sha256 of what was written."""
    if chosen.shape != "text":
        raise UsageError(f"{chosen.name} is a {chosen.shape}, not a text; name where it goes with -o")
    digest = sha256()
    for chunk in chosen.text(records, edition):
        digest.update(chunk.encode() if isinstance(chunk, str) else chunk)
        out.write(chunk if isinstance(chunk, str) else chunk.decode())
    out.flush()
    return digest.hexdigest()


def _write_path(chosen: Format, out: Path, records: Records, edition: Edition) -> str:
    """Write to where it belongs; returns the sha256 of what is there now."""
    if chosen.shape == "text":
        return write_whole(out, chosen.text(records, edition))
    if chosen.shape == "file":
        with replacing(out) as part:
            chosen.write(records, edition, part)
        return digest_of_file(out)
    with replacing_folder(out, edition.made_at) as folder:
        chosen.write(records, edition, folder)
    return digest_of_folder(folder)


def _dumped(records: Records, edition: Edition) -> Dumped:
    return Dumped(
        rows=records.by_change.total() - edition.skipped.total(),
        cursor=edition.cursor,
        by_change=dict(records.by_change),
        skipped=dict(edition.skipped),
    )


def _manifest(form: str, dumped: Dumped, edition: Edition, digest: str) -> str:
    """What a dump is, as one line of JSON; RFC 8259."""
    manifest = {
        "format": form,
        "schema": SCHEMA_VERSION,
        "archive": edition.archive,
        "since": edition.since,
        "cursor": dumped.cursor,
        "portal": edition.portal,
        "rows": dumped.rows,
        "by_change": dict(dumped.by_change),
        "skipped": dict(dumped.skipped),
        "sha256": digest,
    }
    return json.dumps(manifest) + "\n"
