"""How many sources one portal may have: a calendar or a sitemap of sitemaps has no end of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from icma_crawler.archive import KnownSource
from icma_crawler.models import Source, SourceKind

S = TypeVar("S", Source, KnownSource)

MAX_SOURCES: dict[SourceKind, int] = {"section": 300, "feed": 100, "news_sitemap": 100, "sitemap": 5_000}
"""Over all crawls; what the portal file names is beyond the count."""

MAX_DEPTH = 4
"""How far a crawl follows sources that sources name: the home, its sections, theirs; an index, its sitemaps."""

MAX_NESTED = 300
"""Of those that lie deeper than the first step, in one crawl; an index of indexes is against the sitemap protocol."""


class SourceBounds:
    """Counts the sources of one portal, and how far each lies from where the crawl began."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._depths: dict[str, int] = {}
        self._nested = 0

    def begin(self, known: Iterable[KnownSource]) -> None:
        """Count what earlier crawls found."""
        for source in known:
            self._counts[source.kind] += not source.is_configured
            self._depths[source.url] = 0

    def admit(self, found: Sequence[S], parent: str | None = None) -> list[S]:
        """Those of *found* that the bounds allow; *parent* is the source that named them."""
        depth = self._depths.get(parent, 0) + 1 if parent is not None else 0
        admitted = []
        for source in found:
            if source.url in self._depths:
                admitted.append(source)
            elif self._has_room(source, depth):
                self._counts[source.kind] += 1
                self._nested += depth > 1
                self._depths[source.url] = depth
                admitted.append(source)
        return admitted

    def _has_room(self, source: Source | KnownSource, depth: int) -> bool:
        if depth > MAX_DEPTH or (depth > 1 and self._nested >= MAX_NESTED):
            return False
        return self._counts[source.kind] < MAX_SOURCES[source.kind]
