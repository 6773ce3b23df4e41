"""Deciding what a page means for the archive: new, an edit, a doubt, gone; and an article's name for ever. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from icma_crawler.archive.values import to_json, to_stamp
from icma_crawler.models import Article, ChangeKind, Status
from icma_crawler.text import content_digest

_WORDS_WORTH_DOUBT = 40
_MISSES, _MISSING_FOR = 3, timedelta(hours=24)

# The address is the article's identity, the picture's words have a table of their own, the rest is about the reading.
_NOT_REVISED = frozenset({"url", "image_caption", "image_credit", "extractor", "reuse_signals"})
REVISED_FIELDS = tuple(each.name for each in fields(Article) if each.name not in _NOT_REVISED)
"""The fields of an article that a revision keeps when a newer one takes its place, in the order of `Article`."""

_NOT_DUMPED = frozenset({"word_count", "charset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownState:
    """What the archive knows of an article before a page is recorded."""

    id: int
    url: str
    status: Status
    revision: int
    content_sha256: str
    title_shown: str
    lead: str | None
    body: str
    section: str | None
    word_count: int
    access: str
    extractor: str


def digest_of(article: Article) -> str:
    """The content digest of an article: what must differ for a new revision."""
    return content_digest(article.title_shown, article.lead, article.body, article.authors, article.section)


def decide(known: KnownState | None, article: Article) -> ChangeKind | None:
    """NEW, REVISED or RESTORED; None where nothing changed or nothing may change."""
    if known is None:
        return "new"
    if known.status == "withdrawn":
        return None
    if known.content_sha256 != digest_of(article):
        return "restored" if known.status == "gone" else "revised"
    return "restored" if known.status == "gone" else None


def doubt_about(known: KnownState, article: Article, *, is_another: bool) -> str | None:
    """Why a page that replaces a known article may be no edit of it; a reason code, None where it may be.

    A text of less than half the words, a teaser where the whole text was, or another article (*is_another*).
    """
    if known.content_sha256 == digest_of(article):
        return None
    if is_another:
        return "same-as-another"
    if article.access == "teaser" and known.access == "full":
        return "teaser-now"
    if article.word_count * 2 < known.word_count and known.word_count >= _WORDS_WORTH_DOUBT:
        return "much-shorter"
    return None


def is_gone(misses: int, missing_for: timedelta, status: int | None) -> bool:
    """Whether an article that was not there is gone: 410 says so at once, 404 several times over a day."""
    return status == 410 or (misses >= _MISSES and missing_for >= _MISSING_FOR)


def agrees(known: KnownState, article: Article) -> bool:
    """Whether a page that names a known article as its canonical link can be that article.

    Some portals print one canonical link on every page; two articles with nothing in common stay two.
    """
    if known.title_shown == article.title_shown:
        return True
    ours, theirs = set(known.body.split("\n\n")), set(article.body.split("\n\n"))
    return bool(ours & theirs)


def differing_fields(old: Article, new: Article) -> Iterator[str]:
    """The fields that a dump hands on and that differ."""
    for name in REVISED_FIELDS:
        if name not in _NOT_DUMPED and getattr(old, name) != getattr(new, name):
            yield name


def urn_of(portal_id: str, url: str) -> str:
    """The name of an article for ever: minted from its portal and first canonical url (RFC 4122, version 5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{portal_id} {url}')}"


def columns_of(article: Article) -> dict[str, Any]:
    """The columns of `articles` that a page can give."""
    values = asdict(article)
    return {
        **{name: values[name] for name in REVISED_FIELDS},
        "authors": to_json(list(article.authors)),
        "tags": to_json(list(article.tags)),
        "published_at": to_stamp(article.published_at),
        "modified_at": to_stamp(article.modified_at),
        "content_sha256": digest_of(article),
        "extractor": article.extractor,
    }
