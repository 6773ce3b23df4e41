"""Deciding what a page means for the archive, and the ordered, hash-chained log of it. No disk, no clock."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from icma_crawler.models import Article, ChangeKind
from icma_crawler.text import content_digest, json_digest

GENESIS = "0" * 64
"""What the first change row is chained to."""

_WORDS_WORTH_DOUBT = 40
_MISSES, _MISSING_FOR = 3, timedelta(hours=24)

# The fields a revision keeps when a newer one takes its place.
REVISED_FIELDS = [
    "title",
    "title_shown",
    "kicker",
    "lead",
    "body",
    "authors",
    "section",
    "tags",
    "image_url",
    "language",
    "published_at",
    "published_precision",
    "modified_at",
    "access",
    "origin_name",
    "origin_url",
    "word_count",
    "charset",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownState:
    """What the archive knows of an article before a page is recorded."""

    id: int
    status: str
    revision: int
    content_sha256: str
    title_shown: str
    lead: str | None
    body: str
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


def urn_of(portal: str, url: str) -> str:
    """The name of an article for ever: minted from its portal and first canonical url (RFC 4122, version 5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{portal} {url}')}"


def chain(previous: str, seq: int, urn: str, change: ChangeKind, content_sha256: str) -> str:
    """The hash of a change row, which holds the hash of the row before it."""
    return json_digest([previous, seq, urn, change, content_sha256])


def fields_of(article: Article) -> dict[str, Any]:
    """An article as plain values, the way a revision keeps them."""
    values = asdict(article)
    return {name: values[name] for name in REVISED_FIELDS}
