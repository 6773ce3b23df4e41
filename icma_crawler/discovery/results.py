"""The nouns of discovery: what one source said, and what a reader must know besides the bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from icma_crawler.dates import parse_machine_date
from icma_crawler.discovery.traps import is_trap
from icma_crawler.discovery.url_shapes import Shapes
from icma_crawler.errors import DateError, UrlError
from icma_crawler.models import Candidate, Portal, Source, SourceKind
from icma_crawler.urls import canonical_url, origin_of

# What `canonical_url` would leave as it is; asking it costs ten times as much, and a sitemap has up to 50,000 urls.
_CANONICAL = re.compile(r"(https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[1-9]\d{3,4})?/)(?!\.|.*/\.)[\w/~.-]*", re.ASCII)
_MAX_CANONICAL = 1000
_WHOLE_MOMENT = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedSource:
    """A source that another source names; ``modified_at`` is the lastmod a sitemap index gives its child."""

    kind: SourceKind
    url: str
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one source said.

    ``kind`` is what the content turned out to be, whatever was expected. ``candidates`` stand in page order, one
    per url. ``next_page`` is the following page of a section. ``truncated``: the source held more than was read.
    """

    kind: SourceKind
    candidates: tuple[Candidate, ...] = ()
    sources: tuple[AnnouncedSource, ...] = ()
    next_page: str | None = None
    title: str | None = None
    ttl_minutes: int | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Whose source is being read, where it was found in the end, and how the portal's articles are known to look."""

    source: Source
    base_url: str
    portal: Portal
    shapes: Shapes | None = None

    def own_url(self, link: str, base: str | None = None) -> str | None:
        """The canonical form of *link*, or None where it does not lead to a page of this portal."""
        try:
            start = self.base_url if base is None or base == self.base_url else urljoin(self.base_url, base)
            whole = _origin(start) + link if link.startswith("/") and not link.startswith("//") else link
            if len(whole) < _MAX_CANONICAL and (plain := _CANONICAL.fullmatch(whole)):
                return whole if self.portal.owns(plain[1]) and not is_trap(whole) else None
            url = canonical_url(link, None if link.startswith(("http://", "https://")) else start)
        except (UrlError, ValueError):
            return None
        return url if self.portal.owns(url) and not is_trap(url) else None

    def article_url(self, link: str, base: str | None = None) -> str | None:
        """`own_url`, without the home page."""
        url = self.own_url(link, base)
        is_home = url is not None and url.count("/") <= self.portal.home.count("/") + 1 and self.portal.is_home(url)
        return None if is_home else url

    def moment(self, text: str | None) -> datetime | None:
        """The time that a feed or sitemap states, in UTC; None where it cannot be read."""
        text = text.strip() if text else ""
        if not text:
            return None
        try:
            if _WHOLE_MOMENT.fullmatch(text):  # a thirtieth of the time, and most of a sitemap's dates
                return datetime.fromisoformat(text).astimezone(UTC)
            return parse_machine_date(text, timezone=_zone(self.portal.timezone)).at
        except (DateError, ValueError, OverflowError):
            return None


def one_per_url(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """The candidates in their order, the first one of each url."""
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.url, candidate)
    return tuple(first.values())


_origin = lru_cache(maxsize=64)(origin_of)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
