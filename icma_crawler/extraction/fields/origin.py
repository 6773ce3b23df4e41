"""Whom the article cites as its source, never the portal itself."""

from __future__ import annotations

from icma_crawler.citations import Origin, find_origin
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page
from icma_crawler.text import words_of
from icma_crawler.urls import domain_of


def decide_origin(page: Page, title: str, lines: list[str], ledger: Ledger) -> Origin | None:
    """The outlet that headline or text name as their source."""
    origin = find_origin(title, lines, _own_names(page))
    if origin:
        ledger.note("origin_name", origin.name, "cited in the text", 0.8)
    return origin


def _own_names(page: Page) -> set[str]:
    """The portal's name and domain as joined words: never an origin."""
    domain = domain_of(page.portal.home).split(":")[0]
    names = [page.portal.name, domain, domain.rsplit(".", 1)[0], page.meta("og:site_name") or ""]
    return {joined for name in names if (joined := "".join(words_of(name)))}
