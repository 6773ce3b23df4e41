"""Coverage that still runs: an article only once it has ended."""

from __future__ import annotations

import re
from datetime import timedelta

from icma_crawler.extraction.fields.published import machine_date
from icma_crawler.extraction.gate.findings import Findings, flat
from icma_crawler.extraction.page import Page

_LIVE = re.compile(
    r"^(?:canli|live|onlai?n|онлаи?н|(?:прямая |текстовая )?трансляция)\b|\b(?:canli yayin|canli anlatim|live updates?)\b"
)
_ENTRY = re.compile(r"^\W{0,3}(?:[01]?\d|2[0-3])[:.][0-5]\d\b")
_MIN_ENTRIES = 6
_LIVE_TIME = timedelta(days=1)


def is_live(page: Page, findings: Findings) -> bool:
    """Whether the page is a live coverage that still runs, by its data or by what it shows."""
    return _is_live_posting(page) or _looks_live(page, findings)


def _is_live_posting(page: Page) -> bool:
    """Whether the page is a live coverage that still runs; one that has ended is an article like others."""
    article = page.linked_data.article
    kinds = article.get("@type")
    if "LiveBlogPosting" not in (kinds if isinstance(kinds, list) else [kinds]):
        return False
    ended = machine_date(page, page.linked_data.text("coverageEndTime"))
    changed = machine_date(page, page.linked_data.text("dateModified", "datePublished"))
    if ended:
        return ended > page.now
    return changed is None or page.now - changed < _LIVE_TIME


def _looks_live(page: Page, findings: Findings) -> bool:
    """Whether a page of today calls itself live and is a list of moments."""
    is_of_today = findings.published_at is not None and page.now - findings.published_at < _LIVE_TIME
    if not is_of_today or not _LIVE.search(flat(findings.title or "")):
        return False
    return sum(_ENTRY.match(line) is not None for line in findings.lines) >= _MIN_ENTRIES
