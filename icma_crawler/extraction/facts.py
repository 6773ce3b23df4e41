"""The smaller fields: the article's own link, its image, the standfirst, and how much of it the page shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.errors import UrlError
from icma_crawler.extraction.boilerplate import is_furniture
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.layout import Layout, is_aside
from icma_crawler.extraction.page import Page, name_of, text_of, words_of
from icma_crawler.models import Access
from icma_crawler.text import clean_line
from icma_crawler.urls import canonical_url, domain_of, identity_key

_TEASER_WORDS = 120
_LEAD_LENGTH = range(30, 700)
_MIN_DESCRIBED = 8
_SAME = 0.8
_LEAD_NAME = re.compile(
    r"\blead\b|lead[-_]?(?:text|paragraph|in)?\b|standfirst|\bdeck?\b|sub-?(?:title|head|headline)|summary|\bsapo\b|teaser-?text|excerpt|\bspot\b|haber-?spot|\bozet\b|\banons\b|"
    r"article[-_]*(?:intro|description|lead)|\bintro\b"
)
_PAYWALL = re.compile(
    r"subscribe to (?:continue|read)|(?:to|and) (?:continue|keep) reading|already a subscriber|abunəçilər(?:imiz)? üçün|"
    r"davamını oxumaq üçün|только (?:для подписчиков|подписчикам)|доступ\w+ по подписке|оформите подписку|чтобы читать дальше|"
    r"devamını okumak için|(?:sadece|yalnızca) aboneler|abonelere (?:özel|açık)|jetzt weiterlesen|réservé aux abonnés",
    re.IGNORECASE,
)
# Notices to readers, and the keys of texts that a script has yet to fill in ("lead-art-block.fullscreen-enter").
_NOT_LEAD = re.compile(r"\b(?:for|to) subscribers\b|[a-z]+(?:-[a-z]+)+\.[a-z]+(?:-[a-z]+)+", re.IGNORECASE)
# The words of a script are not shown: many hold the whole site's phrases.
_READ_TEXTS = etree.XPath("//body//text()[not(parent::script or parent::style or parent::template)]")
_IMAGE_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_IMAGE_LINK = re.compile(r"(?!data:)[^\s#'\"][^\s'\"]*")  # some pages put a script or a list of sizes there
_MIN_PICTURE = 100
"""Pixels of a side; what is smaller is a portrait or a sign."""
_MINOR_PICTURE = re.compile(
    r"avatar|logo|icon|author|muellif|müəllif|banner|\bads?\b|reklam|pixel|counter|sayğac|emoji|spacer|placeholder|\.(?:gif|svg)$",
    re.IGNORECASE,
)
_CANONICAL = etree.XPath("//link[contains(concat(' ', translate(@rel, 'CANOIL', 'canoil'), ' '), ' canonical ')]/@href")


def decide_url(page: Page, ledger: Ledger) -> str:
    """The canonical link that the page names on its own portal, else the link that was fetched."""
    fetched = _canonical(page.url) or page.url
    stated = [("canonical", href) for href in _CANONICAL(page.tree)[:1]]
    stated += [("og:url", link) for link in page.metas.get("og:url", [])[:1]]
    for source, link in stated:
        url = _canonical(str(link), page.url)
        if url and _is_own_article(url, fetched, page):
            ledger.note("url", url, source, 0.9)
            return url
    ledger.note("url", fetched, "fetched", 0.5)
    return fetched


def _is_own_article(url: str, fetched: str, page: Page) -> bool:
    """Whether *url* can be the article: on the portal, not its front page, not the section above the article."""
    if identity_key(url) == identity_key(fetched):
        return True
    path = urlsplit(url).path.rstrip("/")
    if not page.portal.owns(url) or page.portal.is_home(url) or not path:
        return False
    return not urlsplit(fetched).path.startswith(path + "/")


def _canonical(link: str, base: str | None = None) -> str | None:
    try:
        return canonical_url(link, base)
    except UrlError:
        return None


def decide_image(page: Page, layout: Layout, ledger: Ledger) -> str | None:
    """The article's picture, absolute: the one it names, else the first that stands below its headline."""
    decided: str | None = None
    for source, trust, stated in (
        ("og:image", 0.9, page.metas.get("og:image", []) + page.metas.get("og:image:secure_url", [])),
        ("json-ld image", 0.85, page.linked_data.texts("image")),
        ("twitter:image", 0.7, page.metas.get("twitter:image", []) + page.metas.get("twitter:image:src", [])),
    ):
        links = (_canonical(link, page.url) for link in stated if not link.startswith("data:"))
        link = next((link for link in links if link and urlsplit(link).path.strip("/")), None)
        if link:
            ledger.note("image_url", link, source, trust)
            decided = decided or link
        if decided and not ledger.is_whole:
            return decided
    for link in () if decided and not ledger.is_whole else islice(_shown_pictures(page, layout), 1):
        ledger.note("image_url", link, "first picture below the headline", 0.5)
        decided = decided or link
    return decided


def _shown_pictures(page: Page, layout: Layout) -> Iterator[str]:
    """The pictures from the headline to the end of the body, without portraits, logos and what is too small for a lead."""
    headline, body = layout.headline, layout.body
    if headline is None or body is None:
        return
    is_below = has_begun = False
    for node in page.tree.iter(headline.tag, body.tag, "img"):
        is_below = is_below or node is headline
        has_begun = has_begun or node is body
        if node.tag != "img" or not is_below or (has_begun and body not in node.iterancestors()):
            continue
        stated = next((node.get(name) for name in _IMAGE_SOURCES if node.get(name)), "")
        link = _canonical(stated, page.url) if _IMAGE_LINK.fullmatch(stated.strip()) else None
        if link and not _is_minor_picture(node, link):
            yield link


def _is_minor_picture(node: HtmlElement, link: str) -> bool:
    sides = [int(node.get(name)) for name in ("width", "height") if (node.get(name) or "").isdecimal()]
    names = " ".join(name_of(part) for part in (node, *islice(node.iterancestors(), 3)))
    return bool(
        (sides and min(sides) < _MIN_PICTURE)
        or _MINOR_PICTURE.search(f"{names} {urlsplit(link).path}")
        or is_aside(node)
    )


def decide_lead(page: Page, layout: Layout, ledger: Ledger) -> str | None:
    """The standfirst between headline and body: an element called so, or one that shows the page's description."""
    described = [words_of(text) for text in _descriptions(page)]
    headline = () if layout.headline is None else words_of(text_of(layout.headline))
    for element in layout.between:
        if len(element) > 3 or element.tag in ("ul", "ol", "a", "time"):
            continue
        is_named = _LEAD_NAME.search(name_of(element))
        text = clean_line(text_of(element)) if is_named or element.tag in ("p", "h2", "h3", "div") else ""
        if len(text) not in _LEAD_LENGTH:
            continue
        words = words_of(text)
        if words == headline or is_furniture(text) or _PAYWALL.search(text) or _NOT_LEAD.search(text):
            continue
        if is_named or any(_shows(element, words, stated) for stated in described):
            ledger.note("lead", text, "standfirst", 0.8)
            return text
    return None


def _shows(element: HtmlElement, words: tuple[str, ...], described: tuple[str, ...]) -> bool:
    """Whether an element says what the page's description says; a paragraph may say it a little differently, or go on."""
    if "©" in text_of(element):  # what a picture shows, and who took it
        return False
    if words == described:
        return True
    if len(described) < _MIN_DESCRIBED or element.tag == "div":
        return False
    is_cut = words[: len(described) - 1] == described[:-1]
    return is_cut or (Counter(words) & Counter(described)).total() >= _SAME * max(len(words), len(described))


def _descriptions(page: Page) -> list[str]:
    stated = [page.linked_data.text("description"), page.meta("og:description"), page.meta("description")]
    return [text for text in stated if text]


def decide_access(page: Page, words: int, ledger: Ledger, *, is_partial: bool) -> Access:
    """Whether the capture shows the whole article."""
    access, source = _access(page, words, is_partial=is_partial)
    ledger.note("access", access, source, 0.8)
    return access


def _access(page: Page, words: int, *, is_partial: bool) -> tuple[Access, str]:
    if is_partial:
        return "partial", "the response was cut"
    free = str(page.linked_data.article.get("isAccessibleForFree", "")).strip().lower()
    if free in ("false", "http://schema.org/false", "https://schema.org/false"):
        return "teaser", "json-ld isAccessibleForFree"
    if words < _TEASER_WORDS and page.meta("article:content_tier") == "locked":
        return "teaser", "article:content_tier"
    if words < _TEASER_WORDS and _PAYWALL.search(_tail_text(page)):
        return "teaser", "an invitation to subscribe below a short text"
    return "full", "nothing says otherwise"


def _tail_text(page: Page) -> str:
    return " ".join(_READ_TEXTS(page.tree))[:200_000]


def own_names(page: Page) -> set[str]:
    """The portal's name and domain as joined words: never an origin."""
    domain = domain_of(page.portal.home).split(":")[0]
    names = [page.portal.name, domain, domain.rsplit(".", 1)[0], page.meta("og:site_name") or ""]
    return {joined for name in names if (joined := "".join(words_of(name)))}
