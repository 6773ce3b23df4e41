"""Lines that are no text of the article, taken out: headline, date line, standfirst, what other parts brought in."""

from __future__ import annotations

import re

from icma_crawler.extraction.fields.body.page_parts import without_apart
from icma_crawler.extraction.fields.body.related_links import without_links
from icma_crawler.extraction.fields.body.stated_text import up_to_stated_end
from icma_crawler.extraction.page import Page, text_of
from icma_crawler.extraction.page.furniture import is_furniture, without_icons
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.extraction.page.lines import length_of
from icma_crawler.text import clean_line, words_of

_TOP_LINES = 4
_MAX_TOP_LINE = 100
_MAX_META_LINE = 60
_SENTENCE = re.compile(r"(?:\S+\s+){4,}\S*[^\W\d_]{2}[.!?…][\"'”»’)]?(?=\s|$)")
"""What stands above the text as a sentence (a summary in points) is text; dates, places and sections are none."""


def tidy(lines: list[str], title: str, layout: Layout | None = None) -> list[str]:
    """Clean the lines; drop empty ones, furniture, and at the top what belongs to the headline: itself and its details."""
    wanted = words_of(title)
    details: set[tuple[str, ...]] | None = None
    kept: list[str] = []
    for raw in lines:
        line = without_icons(clean_line(raw))
        if not line or is_furniture(line):
            continue
        if len(kept) < _TOP_LINES and words_of(line) == wanted:
            if length_of(kept) < _MAX_TOP_LINE:
                kept.clear()  # what stood above the headline is no text of the article
            continue
        if len(line) < _MAX_TOP_LINE and length_of(kept) < _MAX_TOP_LINE:
            details = _details(layout) if details is None else details
            if _is_meta_line(line) or (words_of(line) in details and not _SENTENCE.search(line)):
                continue
        kept.append(line)
    return kept


def _details(layout: Layout | None) -> set[tuple[str, ...]]:
    """The short texts between headline and body: date, section, views, alone or on one line."""
    texts = (text_of(element) for element in (layout.between if layout else ()))
    return {words_of(text) for text in texts if len(text) < _MAX_TOP_LINE}


def _is_meta_line(line: str) -> bool:
    """Whether a line at the top is a date or place line: short, and mostly digits or ending in a separator."""
    if len(line) > _MAX_META_LINE:
        return False
    return line[-1] in "·|•/" or sum(sign.isdigit() for sign in line) > len(line) * 0.35


def without_lead(lines: list[str], lead: str | None) -> list[str]:
    """The lines without the standfirst where it stands again at the top."""
    if lead is None:
        return lines
    wanted = words_of(lead)
    return [line for index, line in enumerate(lines) if index > 1 or words_of(line) != wanted]


def without_foreign(page: Page, lines: list[str]) -> list[str]:
    """The lines without what other parts of the page, links to other articles and talk after the end brought in."""
    lines = without_links(page, without_apart(page.tree, lines))
    return up_to_stated_end(lines, page.linked_data.text("articleBody") or "")
