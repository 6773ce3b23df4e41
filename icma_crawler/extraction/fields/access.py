"""How much of an article the page shows: all of it, the beginning before a paywall, or what came of it."""

from __future__ import annotations

import re

from lxml import etree

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page
from icma_crawler.models import Access

_TEASER_WORDS = 120
PAYWALL = re.compile(
    r"subscribe to (?:continue|read)|(?:to|and) (?:continue|keep) reading|already a subscriber|abunəçilər(?:imiz)? üçün|"
    r"davamını oxumaq üçün|только (?:для подписчиков|подписчикам)|доступ\w+ по подписке|оформите подписку|чтобы читать дальше|"
    r"devamını okumak için|(?:sadece|yalnızca) aboneler|abonelere (?:özel|açık)|jetzt weiterlesen|réservé aux abonnés",
    re.IGNORECASE,
)
# The words of a script are not shown: many hold the whole site's phrases.
_READ_TEXTS = etree.XPath("//body//text()[not(parent::script or parent::style or parent::template)]")


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
    if words < _TEASER_WORDS and PAYWALL.search(_tail_text(page)):
        return "teaser", "an invitation to subscribe below a short text"
    return "full", "nothing says otherwise"


def _tail_text(page: Page) -> str:
    return " ".join(_READ_TEXTS(page.tree))[:200_000]
