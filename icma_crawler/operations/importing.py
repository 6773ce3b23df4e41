"""Taking another archive's dump into this one: proven whole before the first row is written, then step by step.

A step is one transaction, and every record is taken once, so that an import that was interrupted is simply run again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, get_args
from uuid import UUID

from icma_crawler.archive import Archive, Delivery, core_of, open_archive
from icma_crawler.errors import UsageError
from icma_crawler.exports import SCHEMA_VERSION, manifest_path, record_digest
from icma_crawler.models import (
    Access,
    ArchivedArticle,
    Article,
    Cause,
    ChangeKind,
    Precision,
    Reuse,
)
from icma_crawler.operations.backup import restore

T = TypeVar("T")
Tell = Callable[[int, int], None]

_STEP = 200
_MAGIC = b"SQLite format 3\0"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the records, and the sender's cursor up to which this archive has everything.

    ``outcomes`` counts by `icma_crawler.archive.Taken`. ``withdrawn_by_sender`` are addresses of our own articles that
    the sender has taken down: for the operator to decide.
    """

    records: int
    cursor: int
    outcomes: Mapping[str, int]
    withdrawn_by_sender: tuple[str, ...] = ()
    is_wiped: bool = True


@dataclass(slots=True)
class _Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    withdrawn_by_sender: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """The part of a dump's manifest that an import stands on."""

    archive: UUID
    since: int
    cursor: int
    portal: str | None
    rows: int
    sha256: str


def is_archive(path: Path) -> bool:
    """Whether a file is an SQLite database rather than a dump."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def import_dump(target: Path, dump: Path, tell: Tell, *, now: datetime, dry_run: bool = False) -> Imported:
    """Take a JSON Lines dump with its manifest (beside it, or as its last line) into the archive *target*.

    Raises:
        UsageError: no manifest, another format or version, a file that is not as it was written, this archive's own
            dump, or one that begins after what was imported so far. Nothing is changed then, and no archive made.
    """
    manifest, size = _read_manifest(dump)
    known = _known_at(target, dump, manifest)
    _prove(dump, manifest, size)
    if dry_run or manifest.cursor <= known:
        return Imported(records=manifest.rows, cursor=manifest.cursor, outcomes={})
    tally = _Tally()
    with open_archive(target) as archive:
        for number, step in enumerate(_steps(_deliveries(dump, manifest, size))):
            with archive.writing():
                for delivery in step:
                    _take(archive, delivery, tally, now)
            tell(number * _STEP + len(step), manifest.rows)
        with archive.writing():
            archive.save_imported(manifest.archive, manifest.portal, manifest.cursor, now)
        return Imported(
            records=manifest.rows,
            cursor=manifest.cursor,
            outcomes=dict(tally.outcomes),
            withdrawn_by_sender=tuple(tally.withdrawn_by_sender),
            is_wiped=archive.finish_wiping() if tally.outcomes["withdrawn"] else True,
        )


def _known_at(target: Path, dump: Path, manifest: _Manifest) -> int:
    """Up to which of the sender's changes *target* has all; a dump that does not begin there is refused."""
    known = 0
    if target.exists():
        with open_archive(target) as archive:
            if str(manifest.archive) == archive.uuid:
                raise UsageError(f"{dump}: a dump of this very archive; import it into another one with --archive")
            known = archive.imported_up_to(manifest.archive, manifest.portal)
    if manifest.since > known:
        raise UsageError(
            f"{dump}: begins after cursor {manifest.since}, but only what is up to {known} was imported; "
            f"import the dumps in between first, or a dump with --since {known}"
        )
    return known


def import_archive(target: Path, source: Path, tell: Tell, *, now: datetime, dry_run: bool = False) -> Imported:
    """Take a whole archive over: as it is where *target* does not exist, else each article that is not known there.

    Raises:
        UsageError: both are the same file.
        ArchiveError: not an archive, damaged, or written by a newer version.
    """
    if target.exists() and target.samefile(source):
        raise UsageError(f"{source}: this is the archive itself; name another one with --archive")
    with open_archive(source, readonly=True) as other:
        urns, cursor = other.urns(), other.head
        if dry_run:
            return Imported(records=len(urns), cursor=cursor, outcomes={})
        if target.exists():
            return _merge(target, other, urns, tell, now)
    restore(source, target, now=now)
    return Imported(records=len(urns), cursor=cursor, outcomes={"new": len(urns)})


def _merge(target: Path, other: Archive, urns: list[str], tell: Tell, now: datetime) -> Imported:
    tally = _Tally()
    with open_archive(target) as archive, other.snapshot():
        for number, step in enumerate(_steps(urns)):
            with archive.writing():
                for urn in step:
                    _merge_one(archive, other, urn, tally, now)
            tell(number * _STEP + len(step), len(urns))
        with archive.writing():
            archive.merge_register(other)
        return Imported(
            records=len(urns),
            cursor=other.head,
            outcomes=dict(tally.outcomes),
            withdrawn_by_sender=tuple(tally.withdrawn_by_sender),
        )


def _merge_one(archive: Archive, other: Archive, urn: str, tally: _Tally, now: datetime) -> None:
    taken = archive.merge(other, urn, now)
    tally.outcomes[taken] += 1
    if taken == "kept" and (theirs := other.find_article(urn)).article is None:
        tally.withdrawn_by_sender.append(theirs.url)


def _take(archive: Archive, delivery: Delivery, tally: _Tally, now: datetime) -> None:
    taken = archive.take(delivery, now)
    tally.outcomes[taken] += 1
    if taken == "kept" and delivery.archived.article is None:
        tally.withdrawn_by_sender.append(delivery.archived.url)


def _steps(values: Iterable[T]) -> Iterator[list[T]]:
    left = iter(values)
    while step := list(islice(left, _STEP)):
        yield step


# ---- the file


def _read_manifest(dump: Path) -> tuple[_Manifest, int]:
    """The manifest, and how many bytes of the file are records."""
    beside = manifest_path(dump)
    size = dump.stat().st_size
    if beside.exists():
        return _parse_manifest(beside.read_bytes(), dump), size
    last = _last_line(dump, size)
    return _parse_manifest(last, dump), size - len(last)


def _last_line(dump: Path, size: int) -> bytes:
    with dump.open("rb") as file:
        file.seek(max(0, size - 65_536))
        return b"".join(file.read().splitlines(keepends=True)[-1:])


def _parse_manifest(text: bytes, dump: Path) -> _Manifest:
    try:
        given: dict[str, Any] = json.loads(text)
        manifest = _Manifest(
            archive=UUID(given["archive"]),
            since=int(given["since"]),
            cursor=int(given["cursor"]),
            portal=given["portal"],
            rows=int(given["rows"]),
            sha256=str(given["sha256"]),
        )
        form, schema = given["format"], given["schema"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{dump}: no manifest; a dump to a file has one beside it ({manifest_path(dump).name}), "
            "a stream ends with it (icma dump jsonl --manifest)"
        ) from error
    if form != "jsonl":
        raise UsageError(f"{dump}: a dump in {form}; an import takes icma dump jsonl, or an archive.db")
    if schema != SCHEMA_VERSION:
        raise UsageError(f"{dump}: schema {schema}, this program reads {SCHEMA_VERSION}; update it")
    return manifest


def _prove(dump: Path, manifest: _Manifest, size: int) -> None:
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


def _deliveries(dump: Path, manifest: _Manifest, size: int) -> Iterator[Delivery]:
    with dump.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            size -= len(line)
            if size < 0:
                return
            try:
                yield _parse(json.loads(line), manifest.archive)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise UsageError(f"{dump}:{number}: not a record of a dump ({error}); dump again") from error


# ---- a record


def _parse(record: dict[str, Any], sender: UUID) -> Delivery:
    """A record as values.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none, or was altered.
    """
    change = _one_of(record["change"], ChangeKind)
    article = None if change == "withdrawn" else _article(record)
    if not _URN.fullmatch(record["id"]):
        raise ValueError("id is no urn")
    archived = ArchivedArticle(
        id=0,
        urn=record["id"],
        portal=_text(record["portal"]),
        url=_link(record["url"]),
        source_name=_text(record["source"]["name"]),
        source_url=_link(record["source"]["url"]),
        archived_at=_moment(record["archived_at"]),
        revision=_count(record["revision"]),
        status="gone" if change == "gone" else "withdrawn" if article is None else "live",
        reuse=_one_of(record["reuse"], Reuse),
        content_sha256=_text(record["content_sha256"]) if article else "",
        article=article,
    )
    digest = record_digest(core_of(archived))
    if digest != record["record_sha256"]:
        raise ValueError("record_sha256 does not fit what it says")
    return Delivery(
        sender=sender,
        seq=_count(record["seq"]),
        change=change,
        cause=_one_of(record["cause"], Cause),
        archived=archived,
        record_sha256=digest,
    )


def _article(record: dict[str, Any]) -> Article:
    origin = record["origin"] or {"name": None, "url": None}
    text, lead = _text(record["text"]), _text_or_none(record["lead"])
    return Article(
        url=_link(record["url"]),
        title=_text(record["title"]),
        title_shown=_text(record["title_shown"]),
        kicker=_text_or_none(record["kicker"]),
        lead=lead,
        body=text,
        authors=tuple(map(_text, record["authors"])),
        section=_text_or_none(record["section"]),
        tags=tuple(map(_text, record["tags"])),
        image_url=_text_or_none(record["image_url"]),
        language=_text_or_none(record["language"]),
        published_at=_moment(record["published_at"]) if record["published_at"] else None,
        published_precision=_one_of(record["published_precision"], Precision)
        if record["published_precision"]
        else None,
        modified_at=_moment(record["modified_at"]) if record["modified_at"] else None,
        access=_one_of(record["access"], Access),
        origin_name=_text_or_none(origin["name"]),
        origin_url=_text_or_none(origin["url"]),
        word_count=len(text.split()),
    )


def _one_of(value: object, kinds: Any) -> Any:
    if value not in get_args(kinds):
        raise ValueError(f"{str(value)[:40]!r} is none of {', '.join(get_args(kinds))}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or _FORBIDDEN.search(value):
        raise ValueError("a text is missing or holds what no text does")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _link(value: object) -> str:
    url = _text(value)
    if not url.startswith(("https://", "http://")) or " " in url:
        raise ValueError(f"{url[:80]!r} is no web address")
    return url


def _moment(value: object) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a number is missing")
    return value
