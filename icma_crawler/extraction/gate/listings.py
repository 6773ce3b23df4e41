"""Pages that list articles: how much a page looks like one, and which kind it is (a section, a tag, a search)."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from lxml import etree

from icma_crawler.extraction.page import Page
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.text import fold

ListingKind = Literal["listing", "tag-page", "search-page", "not-article"]

# An article may stand below "/topics/" or "/archive/": there only the address that ends soon after is a list.
_TAG_PATH = re.compile(
    r"/(?:tags?|teq|teqler|etiket(?:ler)?)(?:/|$)|/(?:movzu|tema|topics?|keywords?|label)(?:/[^/]+)?/?$", re.IGNORECASE
)
_SEARCH_PATH = re.compile(r"/(?:search|axtar\w*|poisk|arama)(?:/|\.\w+$|$)", re.IGNORECASE)
_SEARCH_QUERY = re.compile(r"(?:^|&)(?:s|q|query|search|axtar|axtaris|keyword|text|kelime|aranan)=", re.IGNORECASE)
_LIST_PATH = re.compile(
    r"/(?:category|kateqoriya|author)/|/page/\d+/?$|/(?:authors?|muellif|yazar|categor(?:y|ies)|kateqoriya|kategori)/?$"
    r"|/(?:rubrics?|rubrika|bolme|archives?|arxiv|arsiv|arkhiv)(?:/[\w-]{1,20})?/?$",
    re.IGNORECASE,
)
_STATIC_PATH = re.compile(
    r"/(?:about|haqqimizda|contact|contacts|elaqe|contact-us|about-us|o-nas|kontakty|privacy[\w-]*|terms[\w-]*|reklam|iletisim)(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_SECTION_PATH = re.compile(r"^(?:/\w{2})?/[a-z]+(?:/[a-z]+)?/?$", re.IGNORECASE)
_TAG_HEAD = re.compile(r"^(?:tags?|teq|etiket|acar soz|тег|метка|keyword)\s?[:#«\"“]|^#\w+$")
_SEARCH_HEAD = re.compile(
    r"search results|results for\b|axtaris(?:in)? netice|uzre (?:axtaris|netice)|^axtaris\b|результаты поиска|^поиск\b|arama sonuc|^arama\b|^search\b"
)
_LISTING_TYPES = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})
_STATIC_TYPES = frozenset({"AboutPage", "ContactPage", "FAQPage"})
_LENGTH = etree.XPath("string-length(normalize-space())")
_LINKED_TITLES = etree.XPath("count(//a[h2 or h3 or h4] | //h2/a | //h3/a | //h4/a)")
_MANY_TITLES = 5


def weight_of_listing(page: Page, layout: Layout, lines: list[str]) -> float:
    """How much speaks for a page that lists others, by its address, its types and its links."""
    parts = urlsplit(page.url)
    weight = 2.0 * any(found.search(parts.path) for found in (_TAG_PATH, _SEARCH_PATH, _LIST_PATH, _STATIC_PATH))
    weight += 2.0 * bool(page.linked_data.types & (_LISTING_TYPES | _STATIC_TYPES) and not page.linked_data.article)
    weight += 2.0 * (_link_share(layout) > 0.5)
    weight += 1.0 * ("website" in page.metas.get("og:type", []))
    weight += 1.0 * (layout.headline is None)
    weight += 1.0 * bool(_LINKED_TITLES(page.tree) > max(_MANY_TITLES, 2 * len(lines)))
    weight += 2.0 * (_linked_lines(layout, lines) > 0.3)
    return float(weight)


def kind_of_listing(page: Page, title: str) -> ListingKind:
    """Which kind of page without an article of its own this is; "not-article" where it lists nothing."""
    parts, head = urlsplit(page.url), " ".join(fold(title).split())
    if _SEARCH_PATH.search(parts.path) or _SEARCH_QUERY.search(parts.query) or _SEARCH_HEAD.search(head):
        return "search-page"
    if _TAG_PATH.search(parts.path) or _TAG_HEAD.search(head):
        return "tag-page"
    is_list = _LIST_PATH.search(parts.path) or page.linked_data.types & _LISTING_TYPES
    return "listing" if is_list or _LINKED_TITLES(page.tree) > _MANY_TITLES else "not-article"


def is_section_path(page: Page) -> bool:
    """Whether the address has no more than a section's name."""
    return _SECTION_PATH.match(urlsplit(page.url).path) is not None


def _link_share(layout: Layout) -> float:
    """How much of the body's text is links, 0-1."""
    if layout.body is None:
        return 0.0
    return float(sum(map(_LENGTH, layout.body.iter("a"))) / (_LENGTH(layout.body) or 1.0))


def _linked_lines(layout: Layout, lines: list[str]) -> float:
    """How many of the lines are nothing but a link, 0-1; those of a listing are headlines that lead on."""
    if layout.body is None or not lines:
        return 0.0
    links = {" ".join("".join(link.itertext()).split()) for link in layout.body.iter("a")}
    return sum(line in links for line in lines) / len(lines)
