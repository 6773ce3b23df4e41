"""The article's own link: the canonical one that the page names, where it may be the article's."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml import etree

from icma_crawler.errors import UrlError
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page
from icma_crawler.urls import canonical_url, identity_key

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
