"""Checking how well a portal's stored pages are read: how often each field is found, without changing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.reread import newest_pages
from icma_crawler.models import Article, Portal, Rejection

FIELDS = (
    "title",
    "body",
    "published_at",
    "authors",
    "section",
    "tags",
    "image_url",
    "language",
    "lead",
    "kicker",
    "modified_at",
)
"""What is counted, the indispensable first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFill:
    """On how many of the pages read as articles a field was found, and one value as an example."""

    field: str
    filled: int
    example: object


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorHits:
    """On how many of the pages with such a selector in force it matches; where it does not, the field is found without."""

    key: str
    matched: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalCheck:
    """What today's extractor and rules read in a portal's newest stored pages."""

    portal: str
    pages: int
    articles: int
    fields: tuple[FieldFill, ...]
    rejected: tuple[tuple[str, str], ...]
    """Url and reason of each page that is no article."""
    to_the_minute: int
    """How many of the dates have a time."""
    rules: tuple[SelectorHits, ...]
    """For each selector of the portal's rules; empty where it has none."""


def check_portal(archive: Archive, portal: Portal, *, pages: int = 20) -> PortalCheck:
    """Read the newest stored pages of *portal* with its rules as they are now."""
    from icma_crawler.extraction import extract, find_matches  # noqa: PLC0415 - loads trafilatura

    memory = archive.boilerplate.memory_of(portal.id)
    stored = newest_pages(archive, portal.id, pages)
    results = [(capture.url, extract(capture, portal, hints, memory)) for capture, hints in stored]
    articles = [result for _, result in results if isinstance(result, Article)]
    return PortalCheck(
        portal=portal.id,
        pages=len(results),
        articles=len(articles),
        fields=tuple(_fill_of(name, articles) for name in FIELDS),
        rejected=tuple((url, result.reason) for url, result in results if isinstance(result, Rejection)),
        to_the_minute=Counter(article.published_precision for article in articles)["minute"],
        rules=_hits_of([find_matches(capture, portal) for capture, _ in stored] if portal.rules else []),
    )


def _hits_of(pages: Sequence[Mapping[str, bool]]) -> tuple[SelectorHits, ...]:
    tried = Counter(key for page in pages for key in page)
    matched = Counter(key for page in pages for key, is_hit in page.items() if is_hit)
    return tuple(SelectorHits(key=key, matched=matched[key], pages=count) for key, count in tried.items())


def _fill_of(name: str, articles: Sequence[Article]) -> FieldFill:
    values = [value for article in articles if (value := getattr(article, name))]
    return FieldFill(field=name, filled=len(values), example=values[0] if values else None)
