"""The standfirst between headline and body."""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.access import PAYWALL
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.extraction.page.furniture import is_furniture
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.text import clean_line, words_of

_LEAD_LENGTH = range(30, 700)
_MIN_DESCRIBED = 8
_SAME = 0.8
_LEAD_NAME = re.compile(
    r"\blead\b|lead[-_]?(?:text|paragraph|in)?\b|standfirst|\bdeck?\b|sub-?(?:title|head|headline)|summary|\bsapo\b|teaser-?text|excerpt|\bspot\b|haber-?spot|\bozet\b|\banons\b|"
    r"article[-_]*(?:intro|description|lead)|\bintro\b"
)
# What readers are told, and the keys of texts that a script has yet to fill in ("lead-art-block.fullscreen-enter").
_NOT_LEAD = re.compile(r"\b(?:for|to) subscribers\b|[a-z]+(?:-[a-z]+)+\.[a-z]+(?:-[a-z]+)+", re.IGNORECASE)


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
        if words == headline or is_furniture(text) or PAYWALL.search(text) or _NOT_LEAD.search(text):
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
