"""When it was published: the most trusted statement on the page, and none at all where the page contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from icma_crawler.dates import is_plausible
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.date_statements import (
    UPDATE_TRUST,
    Stated,
    month_of_address,
    read_machine_date,
    read_marked,
    read_rest,
    read_shown,
)
from icma_crawler.extraction.page import Page
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.models import Candidate

_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "lastmod", "last-modified", "modified", "article.updated",
)  # fmt: skip
_CERTAIN = 0.9
_TODAY = timedelta(days=2)
_APART = frozenset({"announced", "url"})
"""Statements that do not stand on the page, so that no list of other articles is taken for them."""
_SAME_CLAIM = frozenset({"json-ld datePublished", "meta article:published_time"})
"""Two places for one field of the portal's system."""


def decide_published(
    page: Page, layout: Layout, hints: Candidate | None, ledger: Ledger, *, ruled: str | None = None
) -> Stated | None:
    """The date of publication; where the best statement knows only the day, another of that day gives the minute.

    None where the page shows its readers another day than it states for machines: one of the two is wrong.
    """
    found = list(_plausible_statements(page, layout, hints, ledger, ruled))
    taken = [stated for stated in found if stated.confidence > UPDATE_TRUST]
    if not taken:
        return None
    best = max(taken, key=lambda stated: stated.confidence)
    doubt = None if best.source == "rule" else _doubt(best, taken, page)
    if doubt:
        ledger.note("published_at", "", doubt, 0.0)
        return None
    if best.precision == "minute" and not best.is_bare:
        return best
    modified_at = machine_date(page, page.linked_data.text("dateModified") or page.meta(*_MODIFIED_METAS))
    finer = (other for other in _by_trust(taken) if other.at != modified_at and _refines(other, best, page))
    return next(finer, best)


def decide_modified(page: Page, ledger: Ledger) -> datetime | None:
    """When the page says it was last changed."""
    texts = [page.linked_data.text("dateModified"), *(page.meta(name) for name in _MODIFIED_METAS)]
    for text in texts:
        date = read_machine_date(page, text)
        if text and date and is_plausible(date.at, now=page.now):
            ledger.note("modified_at", date.at.isoformat(), "structured data", 0.9, text=text)
            return date.at
    return None


def machine_date(page: Page, text: str | None) -> datetime | None:
    """A date that a page states for machines; None where it is none."""
    date = read_machine_date(page, text)
    return date.at if date else None


def _plausible_statements(
    page: Page, layout: Layout, hints: Candidate | None, ledger: Ledger, ruled: str | None
) -> Iterator[Stated]:
    """The statements that news can bear, up to where a certain one has been confirmed by what readers see."""
    certain: Stated | None = None
    is_settled = is_contradicted = False
    for stated in _statements(page, layout, hints, ledger, ruled):
        if not is_plausible(stated.at, now=page.now):
            continue
        source = f"{stated.source} ({stated.precision})"
        ledger.note("published_at", stated.at.isoformat(), source, stated.confidence, text=stated.text)
        if is_settled:
            continue  # read on only to explain
        yield stated
        certain = certain or (stated if _is_certain(stated, page) else None)
        if certain and stated.is_plain:
            is_confirmed = _are_close(stated, certain, page)
            is_contradicted = is_contradicted or not is_confirmed
            is_settled = is_confirmed and not is_contradicted
        if is_settled and not ledger.is_whole:
            return


def _statements(
    page: Page, layout: Layout, hints: Candidate | None, ledger: Ledger, ruled: str | None
) -> Iterator[Stated]:
    is_certain = False
    for stated in read_marked(page, layout, ruled):
        is_certain = is_certain or _is_certain(stated, page)
        yield stated
    yield from read_shown(page, layout, only_plain=is_certain and not ledger.is_whole)
    yield from read_rest(page, hints)


def _is_certain(stated: Stated, page: Page) -> bool:
    is_exact = stated.precision == "minute" and not stated.is_bare
    return is_exact and stated.confidence >= _CERTAIN and is_plausible(stated.at, now=page.now)


def _doubt(best: Stated, found: list[Stated], page: Page) -> str | None:
    """Why *best* cannot be relied on, if so."""
    others = [other for other in found if other is not best and not other.is_vague]
    month = month_of_address(page.url)
    if month and _month(best, page) == month:
        others = [other for other in others if _month(other, page) == month]
    if any(other.source in _APART and _are_close(other, best, page) for other in others):
        return None
    if best.is_vague and not any(_are_close(other, best, page) for other in others):
        return "in doubt: nothing confirms it"
    # Some portals print the day of today on every page.
    plain = [other for other in others if other.is_plain and page.now - other.at > _TODAY]
    if any(_are_close(other, best, page) for other in plain) or best.source == "visible text":
        return None
    if plain:
        return "in doubt: readers are shown another day"
    claims = [other for other in others if best.source in _SAME_CLAIM and other.source in _SAME_CLAIM]
    is_agreed = all(_are_close(other, best, page) for other in claims)
    return None if is_agreed else "in doubt: the page's data names two days"


def _are_close(one: Stated, other: Stated, page: Page) -> bool:
    """Whether two statements can be of one moment; the zones of unzoned ones are not known."""
    days = one.at.astimezone(page.timezone).date() - other.at.astimezone(page.timezone).date()
    return abs(days.days) <= 1


def _month(stated: Stated, page: Page) -> tuple[int, int]:
    local = stated.at.astimezone(page.timezone)
    return local.year, local.month


def _by_trust(found: list[Stated]) -> list[Stated]:
    return sorted(found, key=lambda stated: -stated.confidence)


def _refines(other: Stated, best: Stated, page: Page) -> bool:
    if other is best or other.precision != "minute" or other.is_bare:
        return False
    days = {best.at.astimezone(page.timezone).date(), best.at.astimezone(UTC).date()}
    return other.at.astimezone(page.timezone).date() in days
