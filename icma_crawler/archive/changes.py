"""Deciding what a page means for the archive, and the ordered, hash-chained log of it. No disk, no clock."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any

from icma_crawler.models import Article, ChangeKind
from icma_crawler.text import content_digest, json_digest

GENESIS = "0" * 64
"""What the first change row is chained to."""

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


@dataclass(frozen=True, slots=True)
class KnownState:
    """What the archive knows of an article before a page is recorded."""

    id: int
    status: str
    revision: int
    content_sha256: str
    title_shown: str
    body: str


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
