"""The smaller fields: the article's own link, its image, the standfirst, and how much of it the page shows."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.errors import UrlError
from icma_crawler.extraction.boilerplate import is_furniture
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.layout import Layout
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
_CANONICAL = etree.XPath("//link[contains(concat(' ', translate(@rel, 'CANOIL', 'canoil'), ' '), ' canonical ')]/@href")


def decide_url(page: Page, ledger: Ledger) -> str:
    """The canonical link that the page names on its own portal, else the link that was fetched."""
    fetched = canonical_or_none(page.url) or page.url
    stated = [("canonical", href) for href in _CANONICAL(page.tree)[:1]]
    stated += [("og:url", link) for link in page.metas.get("og:url", [])[:1]]
    for source, link in stated:
        url = canonical_or_none(str(link), page.url)
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


def canonical_or_none(link: str, base: str | None = None) -> str | None:
    try:
        return canonical_url(link, base)
    except UrlError:
        return None


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
