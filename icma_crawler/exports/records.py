"""The dump record: what a downstream site gets of one article. Its keys are a promise."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from icma_crawler.archive import TO_CUT, Archive, ChangedArticle, core_of
from icma_crawler.attribution import (
    LANGUAGES,
    archived_sentence,
    attribute,
    sentence_language,
    source_sentence,
    statement_sentence,
)
from icma_crawler.errors import UnattributedError
from icma_crawler.models import ArchivedArticle, Attribution, Capture, Change, Portal, Reuse
from icma_crawler.rights import lawful_caption, lawful_image, lawful_text, strictest

SCHEMA_VERSION = 1

Record = dict[str, Any]
"""One article as a JSON object."""

_HOLES = tuple(f'"{key}":'.encode() for key in TO_CUT)
"""The keys as they stand in a core, and nowhere else in it: within a text every quote is escaped."""

_ANYBODY = "\0"
"""Stands for a publisher who is not known."""

_SENDERS_OWN = frozenset({"seq", "change", "cause", "attribution"})
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class Dispatch(NamedTuple):
    """A record, and what only a feed or a page needs beside it: when it changed, the language of its sentences.

    ``caption`` and ``credit`` stand below its picture.
    """

    record: Record
    changed_at: str
    language: str
    caption: str | None = None
    credit: str | None = None

    @property
    def is_tombstone(self) -> bool:
        """Whether downstream must take the article away: withdrawn, or gone at its source."""
        return self.record["change"] in ("gone", "withdrawn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a dump is besides its records: whose, of which archive, from which cursor to which.

    ``site`` is where it will be published, if that is known; ``skipped`` counts by reason what a format left out.
    """

    publisher: str
    archive: str
    since: int
    cursor: int
    made_at: datetime
    portals: tuple[Portal, ...] = ()
    portal: str | None = None
    language: str | None = None
    site: str | None = None
    captures_of: Callable[[str], Iterator[Capture]] | None = None
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def title(self) -> str:
        """What a feed or a site of this edition is called."""
        names = [portal.name for portal in self.portals if portal.id == self.portal]
        return " · ".join([self.publisher, *names])


class Records:
    """The stream that feeds every format, in change-log order; ``by_change`` fills as it is read."""

    def __init__(self, archive: Archive, edition: Edition) -> None:
        self._archive, self._edition = archive, edition
        self.by_change: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Dispatch]:
        language = self._edition.language
        for row in self._rows():
            record, words = json.loads(self._line(row)), sentence_language(language or row.language)
            caption = lawful_caption(row.caption, record["reuse"])
            yield Dispatch(record, row.changed_at, words, caption, row.credit)

    def lines(self) -> Iterator[bytes]:
        """The records as JSON Lines."""
        return map(self._line, self._rows())

    def _rows(self) -> Iterator[ChangedArticle]:
        for row in self._archive.dumped.iter_since(self._edition.since, self._edition.portal):
            _require_attribution(row)
            self.by_change[row.change] += 1
            yield row

    def _line(self, row: ChangedArticle) -> bytes:
        core = row.core if row.body is None else _lawful_core(row, row.body)
        language = sentence_language(self._edition.language or row.language)
        # The core is canonical JSON already, so its digest is the record's and it need not be encoded again.
        return b'{"seq":%d,"change":"%b","cause":"%b","attribution":{"archived":%b,%b},%b,"record_sha256":"%b"}\n' % (
            row.seq,
            row.change.encode(),
            row.cause.encode(),
            _stamp_json(row.archived_at[:16], language),
            _credit_json(self._edition.publisher, row.source_name, row.source_url, language),
            core[1:-1],
            sha256(core).hexdigest().encode(),
        )


def sent_now(archive: Archive, since: int) -> Iterator[Record]:
    """What an unfiltered dump after *since* would say now, in its order, without attribution: that is the publisher's."""
    for row in archive.dumped.iter_since(since):
        core = row.core if row.body is None else _lawful_core(row, row.body)
        yield {"seq": row.seq, "change": row.change, "cause": row.cause, **json.loads(core)}


def credited_publisher(record: Record, attribution: object) -> str | None:
    """Who republishes according to *attribution*; None where it is not, in any language, that of the article."""
    statement = attribution.get("statement") if isinstance(attribution, dict) else None
    if not isinstance(statement, str):
        return None
    source = record["source"]
    at = datetime.fromisoformat(record["archived_at"])
    for language in LANGUAGES:
        before, after = statement_sentence(_ANYBODY, source["name"], language).split(_ANYBODY)
        rest = {"archived": archived_sentence(at, language), "source": source_sentence(source["url"], language)}
        if (
            attribution == rest | {"statement": statement}
            and statement.startswith(before)
            and statement.endswith(after)
        ):
            return statement[len(before) : len(statement) - len(after)]
    return None


def record_of(
    archived: ArchivedArticle,
    *,
    publisher: str | None,
    change: Change | None = None,
    reuse: Reuse | None = None,
    language: str | None = None,
) -> Record:
    """One article as a JSON object, cut to what its `reuse` (or the *reuse* given) allows.

    ``record_sha256`` covers everything but what is the sender's own (seq, change, cause, attribution), so that it
    is the same in every archive that holds the record.
    """
    core = core_of(archived)
    if archived.article is not None:
        _cut(core, reuse or archived.reuse)
    return {
        "seq": change.seq if change else None,
        "change": change.change if change else None,
        "cause": change.cause if change else None,
        "attribution": _as_object(attribute(archived, publisher, language)),
        **core,
        "record_sha256": record_digest(core),
    }


def record_digest(record: Record) -> str:
    """What ``record_sha256`` must be."""
    covered = {key: value for key, value in record.items() if key not in _SENDERS_OWN and key != "record_sha256"}
    return sha256(_canonical(covered).encode()).hexdigest()


def _require_attribution(row: ChangedArticle) -> None:
    if not (row.source_name and _is_link(row.url) and _is_link(row.source_url)):
        raise UnattributedError(row.url or f"change {row.seq}", "source link")
    if not row.archived_at:
        raise UnattributedError(row.url, "archived-on time")


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://"))


def _lawful_core(row: ChangedArticle, body: str) -> bytes:
    """The core of an article whose text may not leave whole, with what may leave of it put into its place."""
    reuse = strictest(row.reuse, row.portal_reuse, row.signal_reuse)
    # What its sender cut to an excerpt is one already; a third of it would be another.
    left: Reuse = "full" if reuse == row.cut_to else reuse
    lead, text = lawful_text(row.lead, body, left)
    core = row.core
    for key, value in zip(_HOLES, (lawful_image(row.image_url, left), lead, reuse, text), strict=True):
        if value is not None:
            core = core.replace(key + b"null", key + _canonical(value).encode(), 1)
    return core


def _cut(core: Record, reuse: Reuse) -> None:
    core["lead"], core["text"] = lawful_text(core["lead"], core["text"], reuse)
    if "image_url" in core:
        core["image_url"] = lawful_image(core["image_url"], reuse)


@lru_cache(maxsize=4096)
def _credit_json(publisher: str, source_name: str, source_url: str, language: str) -> bytes:
    """The sentences that all articles of a portal share; made once, as is the stamp of each minute."""
    sentences = {
        "source": source_sentence(source_url, language),
        "statement": statement_sentence(publisher, source_name, language),
    }
    return _canonical(sentences)[1:-1].encode()


@lru_cache(maxsize=4096)
def _stamp_json(archived_minute: str, language: str) -> bytes:
    at = datetime.fromisoformat(archived_minute + "+00:00")
    return _canonical(archived_sentence(at, language)).encode()


def _as_object(attribution: Attribution) -> Record:
    return {
        "statement": attribution.statement,
        "source": attribution.source,
        "archived": attribution.archived,
    }
