"""The texts of the sample newsroom: a portal folder, an address and a moment in, a dated edition out."""

from __future__ import annotations

import tomllib
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from icma_crawler.demo.phrases import TIMEZONE
from icma_crawler.models import CrawlPolicy, Portal
from icma_crawler.text import slug_words

PORTAL_IDS = ("cinar-demo", "xezri-demo", "korpu-demo", "hefte-demo")

PageKind = Literal["soft-404", "login-wall", "about", "contact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoArticle:
    """What is true of an article that a sample portal serves.

    ``paragraphs`` is the body as shown, ``origin`` the portal that it cites, ``section`` the label on the page. The
    lead is not part of the body. ``old_url`` answers with a permanent redirect to ``url``.
    """

    portal: str
    url: str
    title: str
    title_shown: str
    kicker: str | None
    lead: str
    paragraphs: tuple[str, ...]
    published_at: datetime
    section: str
    section_url: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    origin: str | None
    image_url: str
    old_url: str | None
    views: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPage:
    """A page of a portal that is linked like an article or beside one, and is none; listed where it has a date."""

    portal: str
    kind: PageKind
    url: str
    title: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of a portal, with the pages of its own language."""

    url: str
    label: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAnnouncements:
    """Where a portal announces its articles beside its pages; ``{home}`` in ``feed`` is a language's front page."""

    feed: str | None = None
    feed_is_linked: bool = False
    feed_has_tracking: bool = False
    sitemap: str | None = None
    news_sitemap: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEdition:
    """A portal with everything that it publishes, newest first; ``page_size`` is the rows of a section page."""

    portal: Portal
    page_size: int
    announces: DemoAnnouncements
    sections: tuple[Section, ...]
    articles: tuple[DemoArticle, ...]
    other_pages: tuple[OtherPage, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the sections, the portal's own first."""
        return tuple(dict.fromkeys([self.portal.language, *(section.language for section in self.sections)]))


def load_edition(portal_id: str, home: str, now: datetime) -> DemoEdition:
    """Date the texts of a portal folder from *now* and give them addresses below *home*, which ends in a slash."""
    manuscript = read_manuscript(portal_id)
    portal = Portal(
        id=portal_id,
        name=manuscript["name"],
        home=home,
        language=manuscript["language"],
        timezone=TIMEZONE,
        reuse="full",
        crawl=CrawlPolicy(delay_seconds=0, concurrency=8),
    )
    sections = {item["slug"]: _section(item, manuscript, portal) for item in manuscript["sections"]}
    # Numbers grow with time, as a portal's own do.
    oldest_first = sorted(manuscript["articles"], key=lambda item: -item["minutes_ago"])
    articles = [
        _article(item, manuscript, portal=portal, section=sections[item["section"]], number=number, now=now)
        for number, item in enumerate(oldest_first, start=manuscript.get("first_id", 1))
    ]
    return DemoEdition(
        portal=portal,
        page_size=manuscript["page_size"],
        announces=DemoAnnouncements(**manuscript.get("announces", {})),
        sections=tuple(sections.values()),
        articles=tuple(reversed(articles)),
        other_pages=tuple(_other_page(item, portal, now) for item in manuscript.get("pages", [])),
    )


@lru_cache
def read_manuscript(portal_id: str) -> dict[str, Any]:
    """The portal folder's ``portal.toml``, as it stands."""
    return tomllib.loads(files("icma_crawler.demo").joinpath(portal_id, "portal.toml").read_text("utf-8"))


def _section(item: dict[str, Any], manuscript: dict[str, Any], portal: Portal) -> Section:
    path = manuscript.get("section_url", "/{section}").format(section=item["slug"])
    return Section(url=_absolute(portal, path), label=item["label"], language=item.get("language", portal.language))


def _article(
    item: dict[str, Any], manuscript: dict[str, Any], *, portal: Portal, section: Section, number: int, now: datetime
) -> DemoArticle:
    def address(slug: str) -> str:
        return _absolute(portal, manuscript["article_url"].format(section=item["section"], slug=slug, id=number))

    slug = item.get("slug") or "-".join(slug_words(item["title"]))
    return DemoArticle(
        portal=portal.id,
        url=address(slug),
        title=item["title"],
        title_shown=_title_shown(item["title"], item.get("kicker")),
        kicker=item.get("kicker"),
        lead=item["lead"],
        paragraphs=tuple(item["body"].strip().split("\n\n")),
        published_at=_ago(item["minutes_ago"], now),
        section=section.label,
        section_url=section.url,
        authors=tuple(item.get("authors", ())),
        tags=tuple(item.get("tags", ())),
        language=section.language,
        origin=item.get("origin"),
        image_url=_absolute(portal, f"/images/{number}.svg"),
        old_url=address(item["old_slug"]) if "old_slug" in item else None,
        views=item.get("views", 40 + zlib.crc32(slug.encode()) % 900),
    )


def _title_shown(title: str, kicker: str | None) -> str:
    """Portals append "FOTO" bare, and a word in small letters behind a dash."""
    if kicker is None:
        return title
    return f"{title} {kicker}" if kicker.isupper() else f"{title} - {kicker}"


def _other_page(item: dict[str, Any], portal: Portal, now: datetime) -> OtherPage:
    return OtherPage(
        portal=portal.id,
        kind=item["kind"],
        url=_absolute(portal, item["path"]),
        title=item["title"],
        published_at=_ago(item["minutes_ago"], now) if "minutes_ago" in item else None,
    )


def _absolute(portal: Portal, path: str) -> str:
    return portal.source_url + path


def _ago(minutes: int, now: datetime) -> datetime:
    return now - timedelta(minutes=minutes)
