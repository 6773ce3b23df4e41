"""The article's text: paragraphs as shown, without headline, date line, captions, related links and prompts.

Read twice: first as raw lines, by which the page's layout is found, then for good, with what the layout tells.
"""

from __future__ import annotations

from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.body.cleanup import tidy, without_foreign, without_lead
from icma_crawler.extraction.fields.body.readings import read_text, settle_text
from icma_crawler.extraction.page import Page
from icma_crawler.extraction.page.layout import Layout

__all__ = ["decide_body", "read_text"]


def decide_body(
    page: Page,
    layout: Layout,
    lines: list[str],
    ledger: Ledger,
    *,
    title: str,
    lead: str | None,
    ruled: list[HtmlElement],
) -> list[str]:
    """The paragraphs of the text whose first reading is *lines*; what a rule selects is only tidied."""
    if ruled:
        return without_lead(tidy(lines, title), lead)
    lines = settle_text(page, layout, lines, ledger)
    return without_foreign(page, without_lead(tidy(lines, title, layout), lead))
