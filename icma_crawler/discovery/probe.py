"""Where a portal may announce its articles, before anything of it is known: robots.txt and the usual places."""

from __future__ import annotations

import re

from icma_crawler.discovery.sitemaps import sitemap_kind
from icma_crawler.errors import UrlError
from icma_crawler.models import Portal, Source, SourceKind
from icma_crawler.urls import canonical_url

USUAL_PLACES: tuple[tuple[SourceKind, str], ...] = (
    ("feed", "/rss"),
    ("feed", "/feed"),
    ("feed", "/rss.xml"),
    ("feed", "/feed.php"),
    ("news_sitemap", "/news-sitemap.xml"),
    ("sitemap", "/sitemap.xml"),
    ("sitemap", "/sitemap_latest.php"),
)
"""What is worth a request each where neither robots.txt nor the home page names a feed or a sitemap."""

_MAX_SITEMAPS = 100
_LINE = re.compile(r"^\ufeff?[ \t]*site-?map[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


def sources_from_robots(robots_text: str, portal: Portal) -> tuple[Source, ...]:
    """The sitemaps (also feeds, which some list there) that robots.txt names on the portal's own hosts."""
    found: dict[str, Source] = {}
    for match in _LINE.finditer(robots_text.replace("\r", "\n")):
        try:
            url = canonical_url(match[1], portal.home)
        except UrlError:
            continue
        if portal.owns(url):
            found.setdefault(url, Source(kind=sitemap_kind(url), url=url))
    return tuple(found.values())[:_MAX_SITEMAPS]
