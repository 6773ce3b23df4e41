"""A home or section page in, its articles, sections, feeds and next page out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from icma_crawler.discovery.links import HEADLINE_WORDS, Link, find_head_links, find_links
from icma_crawler.discovery.markup import parse_html
from icma_crawler.discovery.paging import find_next_page, is_page_of, page_number
from icma_crawler.discovery.results import AnnouncedSource, Context, Listing
from icma_crawler.discovery.url_shapes import Anatomy, Likeness, dissect
from icma_crawler.errors import SourceError
from icma_crawler.models import Candidate
from icma_crawler.text import clean_line

MAX_SECTIONS = 60
_MAX_FEEDS = 10
_LABEL_WORDS = 3
_SECTION_DEPTH = 3
_SAME_PLACE = 3
_TITLE_LIMIT = 300
_SHELL_WORDS = 60
_SHOWN = "//body//text()[not(parent::script or parent::style or parent::noscript)]"
_FEED_TYPES = frozenset(f"application/{kind}" for kind in ("rss+xml", "atom+xml", "rdf+xml", "feed+json"))
_FEED_PATH = re.compile(r"/(?:rss|feed|atom)(?:\.xml|\.php|/all\.rss)?/?$", re.IGNORECASE)
_COMMENTS = re.compile(r"/comments?/", re.IGNORECASE)


def read_page(body: bytes, context: Context) -> Listing:
    """Read a UTF-8 page of links; which of them are articles is decided by `_Page.is_article`."""
    tree = parse_html(body)
    links, truncated = find_links(tree, context) if tree is not None else ([], False)
    head = list(find_head_links(tree, context)) if tree is not None else []
    # A front page that a script fills has no links, but may name its feed.
    if tree is None or not (links or _feeds(head, links)):
        raise SourceError(context.source.url, _why_mute(tree), "no links to the portal's own pages")
    page = _Page(links, context)
    articles = [target for target in page.targets if page.is_article(target)]
    found = {target.url for target in articles}
    is_paged = page_number(context.base_url) > 1
    sections = [] if is_paged else [target.url for target in page.sections() if target.url not in found]
    title = next(tree.iter("title"), None)
    return Listing(
        kind="section",
        candidates=tuple(_candidate(target, context) for target in articles),
        sources=(*_feeds(head, links), *(AnnouncedSource(kind="section", url=url) for url in sections)),
        next_page=find_next_page(links, (url for rel, _, url in head if rel == "next"), context.base_url),
        title=clean_line("".join(map(str, title.itertext())), limit=_TITLE_LIMIT) or None
        if title is not None
        else None,
        truncated=truncated,
    )


def _why_mute(tree: etree._Element | None) -> str:
    """Why a page without links tells nothing: it asks for a login, or waits for a browser to fill it."""
    if tree is None:
        return "nothing-listed"
    if tree.xpath("//input[@type = 'password']"):
        return "login-wall"
    is_shell = tree.xpath("//script") and len(" ".join(tree.xpath(_SHOWN)).split()) < _SHELL_WORDS
    return "empty-shell" if is_shell else "nothing-listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """One url of the page, with every link that leads to it."""

    url: str
    anatomy: Anatomy
    links: tuple[Link, ...]

    @property
    def title(self) -> str:
        """The longest of its headings, or else of its texts."""
        return max(self.links, key=lambda link: (link.is_heading, len(link.text))).text

    @property
    def is_headline(self) -> bool:
        """Whether a link outside the menus has as many words as a headline."""
        return any(
            link.words >= (_LABEL_WORDS if link.is_heading else HEADLINE_WORDS)
            for link in self.links
            if not link.in_menu
        )

    @property
    def is_label(self) -> bool:
        """Whether a menu names it in a word or three."""
        return any(link.in_menu and 0 < link.words <= _LABEL_WORDS for link in self.links)

    @property
    def is_only_label(self) -> bool:
        return all(link.in_menu and link.words <= _LABEL_WORDS for link in self.links)


class _Page:
    """The urls of one page, judged beside each other."""

    def __init__(self, links: Iterable[Link], context: Context) -> None:
        self._context = context
        self.targets = _targets(links, context)
        clear = [target for target in self.targets if self._is_clear(target)]
        places = Counter(link.place for target in clear for link in target.links if not link.in_menu)
        self._places = {place for place, count in places.items() if count >= _SAME_PLACE}
        self._forms = {target.anatomy.form for target in clear}
        self._folders = {
            target.anatomy.segments[:depth] for target in clear for depth in range(1, len(target.anatomy.segments))
        }

    def is_article(self, target: _Target) -> bool:
        """The portal's pattern decides, else the shapes of its known articles, else path and words together.

        Where the path alone does not tell ("/idman/kepez"), a headline's words do, or standing in a list among
        articles of the same form; but not if a menu has it, or other articles lie below it.
        """
        matches = self._context.portal.matches_article(target.url)
        if matches is not None:
            return matches
        if target.anatomy.likeness <= Likeness.GROUP or target.is_only_label:
            return False
        known = self._context.shapes.judge(target.anatomy) if self._context.shapes else None
        if known is not None:
            return known
        if target.anatomy.likeness is Likeness.ARTICLE:
            return True
        if target.is_label or target.anatomy.segments in self._folders:
            return False
        return self._reads_as_article(target)

    def sections(self) -> list[_Target]:
        """What the menus name, or where no menu is marked as one, what headings and lists name in a word or two."""
        possible = [target for target in self.targets if self._may_be_section(target)]
        labels = [target for target in possible if target.is_label or not target.anatomy.segments]
        return (labels or [target for target in possible if 0 < target.links[0].words <= 2])[:MAX_SECTIONS]

    def _is_clear(self, target: _Target) -> bool:
        matches = self._context.portal.matches_article(target.url)
        if matches is not None:
            return matches
        return target.anatomy.likeness is Likeness.ARTICLE and target.is_headline

    def _reads_as_article(self, target: _Target) -> bool:
        anatomy = target.anatomy
        if target.is_headline and self._may_be_article(anatomy):
            return True
        listed = [link for link in target.links if link.place in self._places and not link.in_menu]
        return anatomy.form in self._forms and any(link.words >= 2 for link in listed)

    def _may_be_article(self, anatomy: Anatomy) -> bool:
        is_deep = len(anatomy.segments) > 1 or anatomy.words > 1
        return is_deep or anatomy.form.numbered or anatomy.form in self._forms

    def _may_be_section(self, target: _Target) -> bool:
        anatomy = target.anatomy
        if anatomy.likeness is Likeness.NEVER or "?" in target.url or anatomy.form.numbered or anatomy.form.dated:
            return False
        return len(anatomy.segments) <= _SECTION_DEPTH


def _targets(links: Iterable[Link], context: Context) -> list[_Target]:
    """The links by url, without home, this page, its other pages, and what is no page."""
    by_url: dict[str, list[Link]] = {}
    for link in links:
        by_url.setdefault(link.url, []).append(link)
    here = {context.source.url, context.base_url}
    return [
        _Target(url=url, anatomy=dissect(url), links=tuple(some))
        for url, some in by_url.items()
        if url not in here and not context.portal.is_home(url) and not _is_paging(url, some, context)
    ]


def _is_paging(url: str, links: list[Link], context: Context) -> bool:
    """Another page of this listing; but "/news/812" under a headline is an article of "/news"."""
    return is_page_of(url, context.base_url) and all(link.words < HEADLINE_WORDS for link in links)


def _candidate(target: _Target, context: Context) -> Candidate:
    title = clean_line(target.title)
    return Candidate(url=target.url, source_url=context.source.url, title=title if " " in title else None)


def _feeds(head: list[tuple[str, str, str]], links: list[Link]) -> list[AnnouncedSource]:
    """The feeds that the page's head names, and those it links to; not those of its comments."""
    urls = [url for rel, kind, url in head if "alternate" in rel.split() and kind in _FEED_TYPES]
    urls += [link.url for link in links if _FEED_PATH.search(link.url)]
    named = dict.fromkeys(url for url in urls if not _COMMENTS.search(url))
    return [AnnouncedSource(kind="feed", url=url) for url in list(named)[:_MAX_FEEDS]]
