"""Sitemaps in, listings out: sitemaps.org 0.9 (urlset, index, plain text) and the Google News extension."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from icma_crawler.discovery.markup import mended_link, parse_xml, plain_title
from icma_crawler.discovery.results import AnnouncedSource, Context, Listing, one_per_url
from icma_crawler.discovery.url_shapes import Anatomy, Likeness, PathForm, dissect
from icma_crawler.errors import SourceError
from icma_crawler.models import Candidate, SourceKind

MAX_URLS = 50_000
"""As the protocol allows a file."""

_NEWS_NAMESPACE = "sitemap-news/"
_NEWS_NAME = re.compile(r"(?:news[-_.]?sitemap|sitemap[-_.]?(?:google[-_.]?)?news|googlenews)", re.IGNORECASE)
_NO_ARTICLES = re.compile(
    r"(?:^|[-_/.])(?:post_tag|tags?|authors?|categor(?:y|ies)|taxonom(?:y|ies)|users|images?|videos?)[-_.\d]*"
    r"(?:sitemap|[-_]?\d*\.(?:xml|php))",
    re.IGNORECASE,
)


class _Entry(NamedTuple):
    loc: str
    lastmod: str | None
    is_news: bool = False
    published: str | None = None
    title: str | None = None


def sitemap_kind(url: str) -> SourceKind:
    """What kind of sitemap an address promises; its content has the last word."""
    return "news_sitemap" if _NEWS_NAME.search(url) else "sitemap"


def read_sitemap(body: bytes, context: Context) -> Listing:
    """Read a urlset or a sitemapindex, in UTF-8 and beginning with its root element."""
    root = parse_xml(body, context.base_url)
    if root is None:
        raise SourceError(context.source.url, "broken-xml")
    if _local(root.tag) == "sitemapindex":
        return _read_index(root, context)
    declares_news = any(uri.rstrip("/").find(_NEWS_NAMESPACE[:-1]) >= 0 for uri in root.nsmap.values())
    entries, truncated = _limited(_entries(root, "url"))
    news = sum(entry.is_news for entry in entries)
    is_news = news * 2 > len(entries) or (not entries and (declares_news or context.source.kind == "news_sitemap"))
    return _listing(entries, context, kind="news_sitemap" if is_news else "sitemap", truncated=truncated)


def read_text_sitemap(body: bytes, context: Context) -> Listing:
    """Read a sitemap of one url a line."""
    lines = (line.strip() for line in body.decode("utf-8", "replace").splitlines())
    entries, truncated = _limited(_Entry(line, None) for line in lines if line.startswith("http"))
    return _listing(entries, context, kind="sitemap", truncated=truncated)


def _read_index(root: etree._Element, context: Context) -> Listing:
    entries, truncated = _limited(_entries(root, "sitemap"))
    sources: dict[str, AnnouncedSource] = {}
    for entry in entries:
        url = context.own_url(entry.loc)
        if url and url != context.source.url and not _NO_ARTICLES.search(url.rpartition("/")[2]):
            child = AnnouncedSource(kind=sitemap_kind(url), url=url, modified_at=context.moment(entry.lastmod))
            sources.setdefault(url, child)
    if not sources:
        raise SourceError(context.source.url, "nothing-listed", f"{len(entries)} sitemaps, none to be asked")
    return Listing(kind="sitemap", sources=tuple(sources.values()), truncated=truncated)


def _limited(entries: Iterator[_Entry]) -> tuple[list[_Entry], bool]:
    taken = [entry for _, entry in zip(range(MAX_URLS), entries, strict=False)]
    return taken, len(taken) == MAX_URLS and next(entries, None) is not None


def _entries(root: etree._Element, name: str) -> Iterator[_Entry]:
    for element in root.iter(f"{{*}}{name}"):
        loc = lastmod = None
        news: dict[str, str] = {}
        is_news = False
        for child in element.iterchildren(tag=etree.Element):
            match _local(child.tag):
                case "loc" if loc is None:
                    loc = mended_link(_text(child))
                case "lastmod":
                    lastmod = child.text
                case "news":
                    is_news = True
                    news = {_local(part.tag): _text(part) for part in child.iterchildren(tag=etree.Element)}
        if loc:
            yield _Entry(loc, lastmod, is_news, news.get("publication_date"), news.get("title"))


def _listing(entries: list[_Entry], context: Context, *, kind: SourceKind, truncated: bool) -> Listing:
    own = [(url, entry) for entry in entries if (url := context.article_url(entry.loc))]
    if not own and (entries or kind != "news_sitemap"):
        raise SourceError(context.source.url, "nothing-listed", f"{len(entries)} urls, none of the portal")
    decide = _Decision([url for url, _ in own], context)
    candidates = (_candidate(url, entry, context) for url, entry in own if entry.is_news or decide.is_article(url))
    return Listing(kind=kind, candidates=one_per_url(candidates), truncated=truncated)


def _candidate(url: str, entry: _Entry, context: Context) -> Candidate:
    return Candidate(
        url=url,
        source_url=context.source.url,
        title=plain_title(entry.title),
        published_at=context.moment(entry.published),
        modified_at=context.moment(entry.lastmod),
    )


class _Decision:
    """Which urls of one sitemap are articles.

    A url whose path alone does not tell is one if most of the sitemap's clear articles have its form and it is no
    folder of other urls: whoever lists articles lists them all, also the ones with short slugs.
    """

    def __init__(self, urls: list[str], context: Context) -> None:
        self._portal, self._shapes = context.portal, context.shapes
        self._anatomies: dict[str, Anatomy] = {}
        if self._portal.article_url_pattern is None:
            self._anatomies = {url: dissect(url) for url in urls}
        anatomies = self._anatomies.values()
        self._folders = {a.segments[:depth] for a in anatomies for depth in range(1, len(a.segments))}
        self._main_form = _most_common(a.form for a in anatomies if self._is_clear(a))

    def is_article(self, url: str) -> bool:
        matches = self._portal.matches_article(url)
        if matches is not None:
            return matches
        anatomy = self._anatomies[url]
        known = self._shapes.judge(anatomy) if self._shapes else None
        if known is not None:
            return known
        if self._is_clear(anatomy):
            return True
        is_possible = anatomy.likeness is Likeness.POSSIBLE and anatomy.segments not in self._folders
        return is_possible and anatomy.form == self._main_form

    def _is_clear(self, anatomy: Anatomy) -> bool:
        is_folder = anatomy.segments in self._folders and not anatomy.form.numbered
        return anatomy.likeness is Likeness.ARTICLE and not is_folder


def _most_common(forms: Iterator[PathForm]) -> PathForm | None:
    counted = Counter(forms).most_common(1)
    return counted[0][0] if counted else None


def _text(element: etree._Element) -> str:
    return (element.text if len(element) == 0 else "".join(map(str, element.itertext()))) or ""


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].rpartition(":")[2].lower()
