"""What a page states of its date, each statement with how far it is trusted: the most trusted first, none of a sidebar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from icma_crawler.dates import ParsedDate, find_dates, parse_machine_date
from icma_crawler.errors import DateError
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.extraction.page.layout import Layout, is_aside
from icma_crawler.models import Candidate, Precision

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "published", "published_at", "article.published", "article.created",
    "article_date_original", "originalpublicationdate", "cxenseparse:recs:publishtime", "og:pubdate", "rnews:datepublished",
    "citation_publication_date",
)  # fmt: skip
# Many systems write the day of the last change into these: on real pages they were wrong as often as right.
_VAGUE_METAS = (
    "dcterms.created", "dc.date.created", "datecreated", "created", "dcterms.date", "dc.date", "citation_date", "date",
)  # fmt: skip
UPDATE_TRUST = 0.3
"""Of a date that says it is of the last change: noted, never taken for the publication."""

_DATE_NAME = re.compile(r"date|time|tarix|publish|posted|datespan|pubdate|created|meta|info|stamp|vaxt|byline")
_UPDATE_NAME = re.compile(r"modif|updat|edited|last-?edit|yenil")
_LABEL = re.compile(
    r"(?P<update>(?:last |son )?(?:updated?|modified|revised|reviewed|yenilə\w+|güncelle\w*|обновл\w+|изменен\w*|aktualisiert|"
    r"zuletzt|mis à jour|modifié|actualizad[oa]|atualizad[oa]|aggiornat[oa]|bijgewerkt|zaktualizowano|uppdaterad|oppdatert|"
    r"opdateret)(?: (?:on|am|le|el|em|il|at))?\b|^stand:|最終更新日?|更新日?)"
    r"|(?:first )?(?:published|posted|created|dərc|yayım\w*|yayın\w*|опубликован\w*|veröffentlicht|publié|publicad[oa])\b",
    re.IGNORECASE,
)
_MIDNIGHT = re.compile(r"[T ]00:00(?!:?[1-9])(?!:0[1-9])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_AT_EDGE = re.compile(r"^\W*\d|^\W*[^\W\d]+(?:,\s*\d|\W+\d{1,2}\W+(?:19|20)\d\d)|\d\W*$")
_MAX_DATE_TEXT = 120
_PLAIN_WORDS = 8
_BARE_WORDS = 5
"""Where the text begins, more words tell of what happened on a day, unless a name says that it is the date."""
_MAX_TRIES = 12
_HAS_CLUE = re.compile(
    r"\d{1,4}[./:-]\d{1,2}|\d\s*\w{3,}|\w{3,}\.?\s+\d{1,2}\b|bu ?gün|dünən|сегодня|вчера|today|yesterday|əvvəl|öncə|indicə",
    re.IGNORECASE,
)
# "05/06/2025" is of May in America and of June in Britain.
_EITHER_WAY = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d(?!\d)")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?P<cut>[-/_]?)(0[1-9]|1[0-2])(?P=cut)(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_SLASHED = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?:/|-)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/")
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
    text: str = ""
    """As it stands on the page."""
    is_bare: bool = False
    """Whether the clock reads 00:00 as written, which is how many portals state a day."""
    is_vague: bool = False
    """Whether it may as well be the day of a change: it counts only where something else confirms it."""
    is_plain: bool = False
    """Whether readers see it by the headline (or in the link), year and all, with hardly a word more."""


def read_marked(page: Page, layout: Layout, ruled: str | None) -> Iterator[Stated]:
    """What an operator's rule and the page's markup state, the most trusted first."""
    if ruled:
        yield from _from_text(ruled, page, "rule", 1.0)
    yield from _from_machine([page.linked_data.text("datePublished")], page, "json-ld datePublished", 0.95)
    for name in _PUBLISHED_METAS:
        if name in page.metas:
            yield from _from_machine(page.metas[name][:1], page, f"meta {name}", 0.92)
    yield from _from_machine(_itemprop_dates(page), page, "itemprop datePublished", 0.9)
    yield from _from_machine([page.linked_data.text("dateCreated", "uploadDate")], page, "json-ld dateCreated", 0.8)
    yield from _from_times(page, layout)


def read_rest(page: Page, hints: Candidate | None) -> Iterator[Stated]:
    """What is vague, was announced, or stands in the address."""
    for name in _VAGUE_METAS:
        if name in page.metas:
            yield from _from_machine(page.metas[name][:1], page, f"meta {name}", 0.62, is_vague=True)
    if hints and hints.published_at:
        yield Stated(at=hints.published_at, precision="minute", source="announced", confidence=0.65)
    yield from _from_url(page)


def read_machine_date(page: Page, text: str | None) -> ParsedDate | None:
    """A date that a page states for machines; None where it is none."""
    try:
        return parse_machine_date(text.strip()[:80], timezone=page.timezone) if text else None
    except DateError:
        return None


def _from_machine(
    texts: Iterable[str | None], page: Page, source: str, confidence: float, *, is_vague: bool = False
) -> Iterator[Stated]:
    for text in texts:
        date = read_machine_date(page, text)
        if text and date:
            yield Stated(
                at=date.at,
                precision=date.precision,
                source=source,
                confidence=confidence,
                text=text,
                is_bare=_MIDNIGHT.search(text) is not None,
                is_vague=is_vague,
            )
        elif text and _YEAR.search(text):
            yield from _from_text(text, page, source, confidence - 0.1, is_vague=is_vague)


def _itemprop_dates(page: Page) -> Iterator[str]:
    for element in page.itemprops.get("datepublished", [])[:1]:
        yield element.get("content") or element.get("datetime") or text_of(element)


def _from_times(page: Page, layout: Layout) -> Iterator[Stated]:
    """<time datetime> near the headline; else the only one of the page."""
    near = [element for element in layout.around if element.tag == "time" and element.get("datetime")]
    for index, element in enumerate(near):
        trust = UPDATE_TRUST if _is_of_update(element) else 0.85 - 0.01 * index
        yield from _from_machine([element.get("datetime")], page, "time", trust)
    if not near:
        times = {node.get("datetime") for node in page.tree.iter("time") if node.get("datetime") and not is_aside(node)}
        if len(times) == 1:
            yield from _from_machine(times, page, "the only time", 0.6)


def _is_of_update(element: HtmlElement) -> bool:
    """Whether a <time> is called so, or the words before it say so."""
    parent = element.getparent()
    around = text_of(parent)[:_MAX_DATE_TEXT] if parent is not None else ""
    shown = text_of(element)
    labels = list(_LABEL.finditer(around.partition(shown)[0] if shown else around))
    labels = labels or list(_LABEL.finditer(shown))
    return bool(_UPDATE_NAME.search(name_of(element)) or (labels and labels[-1]["update"]))


def read_shown(page: Page, layout: Layout, *, only_plain: bool) -> Iterator[Stated]:
    """Dates in short texts between headline and body, at the body's top, above the headline, below the body, in this order.

    *only_plain* reads those alone that can speak against a certain statement.
    """
    tried = 0
    places = ((layout.between, 0.7), (layout.top, 0.68), (layout.before[::-1], 0.66), (layout.after, 0.6))
    for elements, trust in places[: 1 if only_plain else None]:
        for element, text, label in _date_texts(elements):
            is_named = bool(_DATE_NAME.search(name_of(element))) or element.tag == "time"
            if elements is layout.top and not is_named and len(text.split()) > _BARE_WORDS:
                continue
            tried += 1
            if tried > _MAX_TRIES:
                return
            for piece, is_update in _labelled(label, text):
                is_plain = trust == 0.7 and _is_plain(piece)
                if only_plain and not is_plain:
                    continue
                piece_trust = trust + (0.02 if is_named else 0.0) - 0.001 * tried
                if is_update or _UPDATE_NAME.search(name_of(element)):
                    piece_trust = UPDATE_TRUST
                yield from _from_text(piece, page, "visible text", piece_trust, is_plain=is_plain)


def _is_plain(text: str) -> bool:
    """Whether a text is a date with a name or a label at most; what happened on a day is told in a sentence."""
    is_short = len(text.split()) <= _PLAIN_WORDS and not text.rstrip().endswith((".", "!", "?", "…"))
    return is_short and bool(_YEAR.search(text)) and bool(_DATE_AT_EDGE.search(text))


def _date_texts(elements: Iterable[HtmlElement]) -> Iterator[tuple[HtmlElement, str, str]]:
    """The short texts that may hold a date, each once, with the label that stands in an element of its own before it."""
    seen: list[str] = []
    label = ""
    for element in elements:
        text = text_of(element)
        if not 2 < len(text) <= _MAX_DATE_TEXT or any(text in longer for longer in seen):
            continue
        if len(text) > 4 and _HAS_CLUE.search(text):
            seen.append(text)
            yield element, text, label
        label = text if _LABEL.fullmatch(text.rstrip(" :")) else ""


def _labelled(label: str, text: str) -> Iterator[tuple[str, bool]]:
    """*text* cut at its labels; whether each piece is about the last change: "Dərc 19.10.2025 | Yenilənib 20.10.2025"."""
    matches = list(_LABEL.finditer(text))
    ends = [match.start() for match in matches] + [len(text)]
    first = _LABEL.search(label)
    yield text[: ends[0]], bool(first and first["update"])
    for match, end in zip(matches, ends[1:], strict=True):
        yield text[match.end() : end], bool(match["update"])


def _from_text(
    text: str, page: Page, source: str, confidence: float, *, is_vague: bool = False, is_plain: bool = False
) -> Iterator[Stated]:
    languages = tuple(
        dict.fromkeys(language[:2] for language in (page.portal.language, page.declared_language or "") if language)
    )
    if languages[:1] == ("en",) and _EITHER_WAY.search(text):
        return
    for index, date in enumerate(find_dates(text, timezone=page.timezone, now=page.now, languages=languages)[:2]):
        yield Stated(
            at=date.at,
            precision=date.precision,
            source=source,
            confidence=confidence - 0.05 * index,
            text=text,
            is_vague=is_vague,
            is_plain=is_plain and date.method != "relative" and confidence > UPDATE_TRUST,
        )


def month_of_address(url: str) -> tuple[int, int] | None:
    """The year and month that an address names between its slashes, as WordPress makes them."""
    match = _URL_MONTH.search(urlsplit(url).path)
    return (int(match[1]), int(match[2])) if match else None


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
        yield from _local(page, (int(match[1]), int(match[2]), int(match[3]), 0, 0, 0), "day", 0.5, is_plain=True)
    elif match := _URL_DAY.search(path):
        yield from _local(page, (int(match[1]), int(match[3]), int(match[4]), 0, 0, 0), "day", 0.5)


def _local(
    page: Page,
    parts: tuple[int, int, int, int, int, int],
    precision: Precision,
    confidence: float,
    *,
    is_plain: bool = False,
) -> Iterator[Stated]:
    try:
        at = datetime(*parts, tzinfo=page.timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        return
    yield Stated(at=at, precision=precision, source="url", confidence=confidence, is_plain=is_plain)
