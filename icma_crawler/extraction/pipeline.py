"""The way from a capture to an article: read the page once, let each field be decided, then ask the gate.

Capture -> Page (text, tree) -> title -> Layout -> dates, authors, section ... -> body -> language -> gate -> Article
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.metadata import version

from icma_crawler.extraction.evidence import Evidence, Ledger
from icma_crawler.extraction.fields import (
    decide_access,
    decide_authors,
    decide_body,
    decide_language,
    decide_lead,
    decide_modified,
    decide_origin,
    decide_picture,
    decide_published,
    decide_section,
    decide_tags,
    decide_title,
    decide_url,
    read_reuse_signals,
    read_text,
)
from icma_crawler.extraction.gate import Findings, judge
from icma_crawler.extraction.memory import digest_of_memory, without_recurring
from icma_crawler.extraction.page import Page, read_page
from icma_crawler.extraction.page.layout import read_layout
from icma_crawler.extraction.rules import apply_rule, rule_for
from icma_crawler.models import Article, Candidate, Capture, Memory, Portal, Rejection
from icma_crawler.text import clean_text, json_digest

REVISION = 8
"""Goes up by hand whenever a page may be read differently than before."""

EXTRACTOR = f"icma {version('icma-crawler')}.{REVISION} trafilatura {version('trafilatura')}"
"""The program's part of what is stored with each revision; see `extractor_of`."""

_MAX_BODY = 500_000
_OFF_PAGE = ("announced", "url")  # how the names of dates begin that do not stand on the page
_LETTER = re.compile(r"[^\W_]")
_CHARSET_FROM = {
    "bom": "byte order mark",
    "width": "every other byte of the markup is NUL",
    "valid": "the bytes are valid",
    "header": "Content-Type",
    "meta": "the page's <meta>",
    "guess": "guessed by the bytes and the portal's language",
}
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def extractor_of(portal: Portal, memory: Memory | None = None) -> str:
    """Who reads a page: the program with what it knows of the portal. Stored with each revision.

    Where it differs, a different text need not be the publisher's edit; where it is equal, reading again is in vain.
    """
    known = [portal.language, portal.timezone, portal.article_url_pattern, [str(rule) for rule in portal.rules]]
    return f"{EXTRACTOR} portal {json_digest(known)[:8]}" + (f" memory {digest_of_memory(memory)}" if memory else "")


def extract(
    capture: Capture, portal: Portal, hints: Candidate | None = None, memory: Memory | None = None
) -> Article | Rejection:
    """Read the article from *capture*, or say why there is none. Pure: now is when the capture was fetched.

    *hints* is what the source said of it, *memory* the lines that this portal's pages are known to repeat.
    """
    return _read(capture, portal, hints, memory, Ledger())


def extract_explained(
    capture: Capture, portal: Portal, hints: Candidate | None = None, memory: Memory | None = None
) -> tuple[Article | Rejection, Mapping[str, list[Evidence]]]:
    """`extract`, with what spoke for and against each field: also the sources that were not needed to decide."""
    ledger = Ledger(is_whole=True)
    return _read(capture, portal, hints, memory, ledger), ledger.entries


def _read(
    capture: Capture, portal: Portal, hints: Candidate | None, memory: Memory | None, ledger: Ledger
) -> Article | Rejection:
    page = read_page(capture, portal)
    return page if isinstance(page, Rejection) else _extract(page, capture, hints, memory, ledger)


def _extract(
    page: Page, capture: Capture, hints: Candidate | None, memory: Memory | None, ledger: Ledger
) -> Article | Rejection:
    reuse_signals = read_reuse_signals(page, capture)
    ledger.note("charset", page.charset, _CHARSET_FROM[page.charset_from], 0.9)
    ruled = apply_rule(rule_for(page.portal, capture.fetched_at), page.tree)
    title = decide_title(page, hints, ledger, ruled=ruled.title)
    shown = title.shown if title else ""
    lines = read_text(page, ruled.body)
    layout = read_layout(page, shown, lines)
    published = decide_published(page, layout, hints, ledger, ruled=ruled.date)
    authors = decide_authors(page, layout, ledger, ruled=ruled.authors)
    section = decide_section(page, layout, shown, ledger, ruled=ruled.section)
    lead = decide_lead(page, layout, ledger)
    url, picture, tags = decide_url(page, ledger), decide_picture(page, layout, ledger), decide_tags(page, ledger)
    modified_at = decide_modified(page, ledger)
    lines = decide_body(page, layout, lines, ledger, title=shown, lead=lead, ruled=ruled.body)
    origin = decide_origin(page, title.title, lines, ledger) if title else None
    lines = without_recurring(lines, memory)
    body = clean_text("\n\n".join(lines), limit=_MAX_BODY)
    words = count_words(body)
    findings = Findings(
        title=shown or None,
        lines=lines,
        words=words,
        published_at=published.at if published else None,
        is_dated=_bears_date(ledger),
        is_rule=bool(ruled.body),
    )
    rejection = judge(page, layout, findings, hints)
    if rejection or title is None:
        return rejection or Rejection(reason="not-article", detail="no headline")
    return Article(
        url=url,
        title=title.title,
        title_shown=title.shown,
        kicker=title.kicker,
        lead=lead,
        body=body,
        authors=authors,
        section=section,
        tags=tags,
        image_url=picture.url,
        image_caption=picture.caption,
        image_credit=picture.credit,
        language=decide_language(page, f"{title.title}\n{body}", ledger),
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified_at,
        access=decide_access(page, words, ledger, is_partial=capture.is_partial),
        origin_name=origin.name if origin else None,
        origin_url=origin.url if origin else None,
        word_count=words,
        charset=page.charset,
        extractor=extractor_of(page.portal, memory),
        reuse_signals=reuse_signals,
    )


def _bears_date(ledger: Ledger) -> bool:
    """Whether the page itself has a date, be it in doubt or that of a change: listings mostly have none of their own."""
    stated = ledger.entries.get("published_at", [])
    return any(one.confidence > 0 and not one.source.startswith(_OFF_PAGE) for one in stated)


def count_words(text: str) -> int:
    """Words by white space; in scripts without it, two signs count as a word. Signs alone are no words."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2) if _LETTER.search(text) else 0
