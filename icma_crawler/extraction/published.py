"""When it was published: the most trusted statement on the page, never a date of its sidebar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from icma_crawler.dates import ParsedDate, find_dates, is_plausible, parse_machine_date
from icma_crawler.errors import DateError
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.layout import Layout, is_aside
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.models import Candidate, Precision

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date.created", "dc.date",
    "dcterms.date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "published", "published_at",
    "article.published", "article.created", "article_date_original", "originalpublicationdate", "datecreated", "created",
    "cxenseparse:recs:publishtime", "og:pubdate", "rnews:datepublished", "citation_publication_date", "citation_date", "date",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:updated_time", "og:modified_time", "datemodified", "dcterms.modified", "dc.date.modified",
    "lastmod", "last-modified", "modified", "article.updated",
)  # fmt: skip
_DATE_NAME = re.compile(r"date|time|tarix|publish|posted|datespan|pubdate|created|meta|info|stamp|vaxt|byline")
_MODIFIED_NAME = re.compile(r"modif|updat|edit|yenil")
_MODIFIED_TEXT = re.compile(
    r"^\W*(?:updated|last modified|modified|yenilənib|yeniləndi|обновлен|güncelle|aktualisiert|stand)", re.IGNORECASE
)
_MIDNIGHT = re.compile(r"[T ]00:00(?!:?[1-9])(?!:0[1-9])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAX_DATE_TEXT = 120
_MAX_TRIES = 12
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?P<cut>[-/_]?)(0[1-9]|1[0-2])(?P=cut)(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_SLASHED = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?:/|-)")
_URL_LONG_ID = re.compile(
    r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])([0-5]\d)([0-5]\d)\d{3}(?!\d)"
)
_URL_UNIX = re.compile(r"[-_/](1[4-9][0-9]{8})(?:\.\w+)?/?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One date that the page (or its announcement) states."""

    at: datetime
    precision: Precision
    source: str
    confidence: float
    is_bare: bool = False
    """Whether the clock reads 00:00 as written, which is how many portals state a day."""


def decide_published(
    page: Page, layout: Layout, hints: Candidate | None, ledger: Ledger, *, ruled: str | None = None
) -> Stated | None:
    """The date of publication; where the best statement knows only the day, another of that day gives the minute."""
    found: list[Stated] = []
    for stated in _statements(page, layout, hints, ruled):
        if not is_plausible(stated.at, now=page.now):
            continue
        ledger.note("published_at", stated.at.isoformat(), f"{stated.source} ({stated.precision})", stated.confidence)
        found.append(stated)
        if stated.confidence >= 0.9 and stated.precision == "minute" and not stated.is_bare:
            break  # nothing below can change it
    if not found:
        return None
    best = max(found, key=lambda stated: stated.confidence)
    if best.precision == "minute" and not best.is_bare:
        return best
    modified_at = machine_date(page, page.linked_data.text("dateModified") or page.meta(*_MODIFIED_METAS))
    finer = (other for other in _by_trust(found) if other.at != modified_at and _refines(other, best, page))
    return next(finer, best)


def decide_modified(page: Page, ledger: Ledger) -> datetime | None:
    """When the page says it was last changed."""
    texts = [page.linked_data.text("dateModified"), *(page.meta(name) for name in _MODIFIED_METAS)]
    for text in texts:
        date = _machine(text, page) if text else None
        if date and is_plausible(date.at, now=page.now):
            ledger.note("modified_at", date.at.isoformat(), "structured data", 0.9)
            return date.at
    return None


def machine_date(page: Page, text: str | None) -> datetime | None:
    """A date that a page states for machines; None where it is none."""
    date = _machine(text, page) if text else None
    return date.at if date else None


def _by_trust(found: list[Stated]) -> list[Stated]:
    return sorted(found, key=lambda stated: -stated.confidence)


def _refines(other: Stated, best: Stated, page: Page) -> bool:
    if other is best or other.precision != "minute" or other.is_bare:
        return False
    days = {best.at.astimezone(page.timezone).date(), best.at.astimezone(UTC).date()}
    return other.at.astimezone(page.timezone).date() in days


def _statements(page: Page, layout: Layout, hints: Candidate | None, ruled: str | None) -> Iterator[Stated]:
    """Every dated statement, the most trusted first; later ones are read only where needed."""
    if ruled:
        yield from _from_text(ruled, page, "rule", 1.0)
    yield from _from_machine([page.linked_data.text("datePublished")], page, "json-ld datePublished", 0.95)
    for name in _PUBLISHED_METAS:
        if name in page.metas:
            yield from _from_machine(page.metas[name][:1], page, f"meta {name}", 0.92 if name != "date" else 0.75)
    yield from _from_machine(_itemprop_dates(page), page, "itemprop datePublished", 0.9)
    yield from _from_machine([page.linked_data.text("dateCreated", "uploadDate")], page, "json-ld dateCreated", 0.8)
    yield from _from_times(page, layout)
    yield from _from_visible(page, layout)
    if hints and hints.published_at:
        yield Stated(at=hints.published_at, precision="minute", source="announced", confidence=0.65)
    yield from _from_url(page)


def _machine(text: str, page: Page) -> ParsedDate | None:
    try:
        return parse_machine_date(text.strip()[:80], timezone=page.timezone)
    except DateError:
        return None


def _from_machine(texts: Iterable[str | None], page: Page, source: str, confidence: float) -> Iterator[Stated]:
    for text in texts:
        date = _machine(text, page) if text else None
        if date:
            is_bare = _MIDNIGHT.search(text) is not None if text else False
            yield Stated(at=date.at, precision=date.precision, source=source, confidence=confidence, is_bare=is_bare)
        elif text and _YEAR.search(text):
            yield from _from_text(text, page, source, confidence - 0.1)


def _itemprop_dates(page: Page) -> Iterator[str]:
    for element in page.itemprops.get("datepublished", [])[:1]:
        yield element.get("content") or element.get("datetime") or text_of(element)


def _from_times(page: Page, layout: Layout) -> Iterator[Stated]:
    """<time datetime> near the headline; else the only one of the page."""
    near = [element for element in layout.around if element.tag == "time" and element.get("datetime")]
    for index, element in enumerate(near):
        is_update = _MODIFIED_NAME.search(name_of(element)) or _MODIFIED_TEXT.search(_label_of(element))
        yield from _from_machine([element.get("datetime")], page, "time", 0.4 if is_update else 0.85 - 0.01 * index)
    if not near:
        times = {node.get("datetime") for node in page.tree.iter("time") if node.get("datetime") and not is_aside(node)}
        if len(times) == 1:
            yield from _from_machine(times, page, "the only time", 0.6)


def _label_of(element: object) -> str:
    parent = element.getparent()  # type: ignore[attr-defined]
    return text_of(parent)[:60] if parent is not None else ""


def _from_visible(page: Page, layout: Layout) -> Iterator[Stated]:
    """Dates in short texts between headline and body, above the headline, below the body, in this order."""
    tried = 0
    for elements, confidence in ((layout.between, 0.7), (layout.before[::-1], 0.66), (layout.after, 0.6)):
        seen: list[str] = []
        for element in elements:
            text = text_of(element)
            if not 4 < len(text) <= _MAX_DATE_TEXT or not _may_be_date(text) or any(text in longer for longer in seen):
                continue
            seen.append(text)
            tried += 1
            if tried > _MAX_TRIES:
                return
            is_named = bool(_DATE_NAME.search(name_of(element))) or element.tag == "time"
            if _MODIFIED_TEXT.search(text) or _MODIFIED_NAME.search(name_of(element)):
                confidence -= 0.3  # noqa: PLW2901  # the rest of this part stands lower as well
            yield from _from_text(text, page, "visible text", confidence + (0.02 if is_named else 0.0) - 0.001 * tried)


_HAS_CLUE = re.compile(
    r"\d{1,4}[./:-]\d{1,2}|\d\s*\w{3,}|\w{3,}\.?\s+\d{1,2}\b|bu ?gün|dünən|сегодня|вчера|today|yesterday|əvvəl|öncə|indicə",
    re.IGNORECASE,
)


def _may_be_date(text: str) -> bool:
    return _HAS_CLUE.search(text) is not None


def _from_text(text: str, page: Page, source: str, confidence: float) -> Iterator[Stated]:
    languages = tuple(
        dict.fromkeys(language[:2] for language in (page.portal.language, page.declared_language or "") if language)
    )
    try:
        dates = find_dates(text, timezone=page.timezone, now=page.now, languages=languages)
    except DateError:
        return
    for index, date in enumerate(dates[:2]):
        yield Stated(at=date.at, precision=date.precision, source=source, confidence=confidence - 0.05 * index)


def _from_url(page: Page) -> Iterator[Stated]:
    path = urlsplit(page.url).path
    match = _URL_LONG_ID.search(path)
    if match:
        year, month, day, hour, minute, second = map(int, match.groups())
        yield from _local(page, (year, month, day, hour, minute, second), "minute", 0.6)
    match = _URL_UNIX.search(path)
    if match:
        yield Stated(at=datetime.fromtimestamp(int(match[1]), UTC), precision="minute", source="url", confidence=0.55)
    match = _URL_SLASHED.search(path)
    if match:
        yield from _local(page, (int(match[1]), int(match[2]), int(match[3]), 0, 0, 0), "day", 0.5)
    elif match := _URL_DAY.search(path):
        yield from _local(page, (int(match[1]), int(match[3]), int(match[4]), 0, 0, 0), "day", 0.5)


def _local(
    page: Page, parts: tuple[int, int, int, int, int, int], precision: Precision, confidence: float
) -> Iterator[Stated]:
    try:
        at = datetime(*parts, tzinfo=page.timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        return
    yield Stated(at=at, precision=precision, source="url", confidence=confidence)
