"""A whole portal as a table: an edition and a day in, every address that answers, with its page, out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from icma_crawler.demo.articles import DemoEdition, Section
from icma_crawler.demo.listings import (
    feed_path,
    render_feed,
    render_front_page,
    render_news_sitemap,
    render_robots,
    render_section,
    render_sitemap,
)
from icma_crawler.demo.pages import (
    language_home,
    load_look,
    path_of,
    render_article,
    render_image,
    render_missing,
    render_other,
    render_private,
)
from icma_crawler.demo.phrases import BAKU

_HTML = "text/html; charset=utf-8"
_RSS = "application/rss+xml; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"

Site = Mapping[str, "DemoPage"]
"""Path, with ``?page=N`` where there is one, to page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPage:
    """What is at an address; ``location`` is set where it only points to another."""

    body: bytes
    modified_at: datetime
    content_type: str = _HTML
    status: int = 200
    location: str | None = None
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        # Weak, because the gzipped answer carries the same tag.
        object.__setattr__(self, "etag", f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"')


def build_site(edition: DemoEdition, today: date) -> Site:
    """Every page of the portal as it stands on *today*, a date in Baku."""
    return {
        **dict(_article_pages(edition)),
        **dict(_other_pages(edition)),
        **dict(_listing_pages(edition, today)),
        **dict(_announcements(edition)),
    }


def missing_page(edition: DemoEdition) -> DemoPage:
    """The answer for every other address."""
    return DemoPage(body=render_missing(edition).encode(), modified_at=_newest(edition), status=404)


def _article_pages(edition: DemoEdition) -> Iterator[tuple[str, DemoPage]]:
    for article in edition.articles:
        at = article.published_at
        yield path_of(article.url), DemoPage(body=render_article(edition, article).encode(), modified_at=at)
        image = render_image(article).encode()
        yield path_of(article.image_url), DemoPage(body=image, modified_at=at, content_type="image/svg+xml")
        if article.old_url:
            yield path_of(article.old_url), DemoPage(body=b"", modified_at=at, status=301, location=article.url)


def _other_pages(edition: DemoEdition) -> Iterator[tuple[str, DemoPage]]:
    at = _newest(edition)
    for page in edition.other_pages:
        yield path_of(page.url), DemoPage(body=render_other(edition, page).encode(), modified_at=at)
    yield "/private/", DemoPage(body=render_private(edition).encode(), modified_at=at)


def _listing_pages(edition: DemoEdition, today: date) -> Iterator[tuple[str, DemoPage]]:
    at = _listing_modified_at(edition, today)
    for language in edition.languages:
        body = render_front_page(edition, language, today).encode()
        yield language_home(edition, language), DemoPage(body=body, modified_at=at)
    for section in edition.sections:
        for number, html in enumerate(render_section(edition, section, today), start=1):
            yield _section_path(section, number), DemoPage(body=html.encode(), modified_at=at)


def _announcements(edition: DemoEdition) -> Iterator[tuple[str, DemoPage]]:
    at, announces = _newest(edition), edition.announces
    for language in edition.languages:
        if path := feed_path(edition, language):
            body = render_feed(edition, language).encode()
            yield path, DemoPage(body=body, modified_at=at, content_type=_RSS)
    if announces.sitemap:
        yield announces.sitemap, DemoPage(body=render_sitemap(edition).encode(), modified_at=at, content_type=_XML)
    if announces.news_sitemap:
        body = render_news_sitemap(edition).encode()
        yield announces.news_sitemap, DemoPage(body=body, modified_at=at, content_type=_XML)
    sitemap = announces.sitemap or announces.news_sitemap
    robots = render_robots(edition.portal.source_url + sitemap if sitemap else None)
    yield "/robots.txt", DemoPage(body=robots.encode(), modified_at=at, content_type=_TEXT)


def _section_path(section: Section, number: int) -> str:
    path = path_of(section.url)
    return path if number == 1 else f"{path}?page={number}"


def _newest(edition: DemoEdition) -> datetime:
    return edition.articles[0].published_at


def _listing_modified_at(edition: DemoEdition, today: date) -> datetime:
    """Lists with relative dates change at midnight, although nothing was published."""
    midnight = datetime.combine(today, time(), tzinfo=BAKU)
    newest = _newest(edition)
    return max(newest, midnight) if load_look(edition.portal.id).relative else newest
