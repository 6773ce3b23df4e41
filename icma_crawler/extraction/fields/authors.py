"""Who wrote it: names of people from structured data and bylines; addresses, agencies and the site itself told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.titles import site_names
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.extraction.page.layout import Layout, is_aside
from icma_crawler.text import clean_line, word_set, words_of

_SHOWN = frozenset({"byline", "worded byline", "first line of the text", "last line of the text"})
_MAX_SHOWN = 5
_MAX_AUTHORS = 20
_MAX_NAME = 80
_METAS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "byl",
    "authors",
    "citation_author",
    "dable:author",
    "article:author_name",
    "articleauthor",
)
_BYLINE = re.compile(r"author|byline|muellif|müəllif|yazar\b|writer|avtor")
_NOT_BYLINE = re.compile(r"bio|avatar|image|photo|social|comment|related|more|archive|box|date|follow|btn|button")
_PREFIX = re.compile(
    r"^(?:(?:by|von|par|por|di|af|av|tekst|text|author|authors|autor|autore|müəllif|muellif|yazar|hazırladı|автор|авторы|"
    r"written by|posted by|story by|reporting by|words by|published by|escrito por|publié par|door|od)\b[\s:.]*)+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:;|\||/|•|·|\n|\s(?:and|und|və|ve|и|et|y|e|og|och|en|&)\s)\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]{1,30}\)")
_NAME = re.compile(r"^[^\W\d_a-z][\w.'’-]+(?: [\w.'’-]+){1,3}$")
_WORDED = re.compile(
    r"^(?:by|von|par|por|door|text|author|autor|autore|müəllif|muellif|yazar|yazan|hazırladı|автор|авторы|written by|words by)"
    r"\b\s*:?\s*(?P<names>[^\W\d_].*)$",
    re.IGNORECASE,
)
# What stands around a byline: buttons, dates, "3 min read".
_NOT_NAME = re.compile(
    r"\d{3}|:|^(?:getty|istock|image|photo|foto)|\b(?:view|see|get|follow|more from|e-?mail|read|rss|profile|archive|bio|"
    r"post author|shares?|subscribe|contact)\b|\b\d+ (?:min|dəq|мин|dk)|^\w+ \d{1,2}$|"
    r"\b(?:writer|reporter|editor|correspondent|analyst|journalist|müxbiri?|redaktoru?|muhabiri?|корреспондент|редактор)$",
    re.IGNORECASE,
)
_FOR_WHOM = re.compile(r"\s+(?:[Ff]or|für) (?:[Tt]he |die |den )?[A-Z].*$")
_HANDLE = re.compile(r"^[a-z0-9]+(?:_[a-z0-9._]+|\.[a-z0-9._]{5,})$")
_LATIN = re.compile("[A-Za-z]")
_NAMED = etree.XPath(".//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' name ')]")
_PERSON = re.compile(r"^[^\W\d_a-z][\w.'’-]+(?: [^\W\d_a-z][\w.'’-]*){1,2}$")
_COMMA = re.compile(r"\s*,\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|@\w+")
_ROLE = re.compile(
    r"^(?:jr\.?|sr\.?|phd|md|dr\.?|ph\.d\.?|senior|chief|staff|editor\w*|reporter|correspondent|journalist\w*|redakt\w*|"
    r"contributor|writer|freelance\w*|special|political|business|sports?|updated|published|photographer|producer)\b",
    re.IGNORECASE,
)
_NOBODY = word_set(
    "admin administrator editor redaksiya redaktor redaktion redakcja redaccion redaction redacao staff newsroom news newsdesk "
    "webmaster user root anonymous guest superuser moderator none null unknown undefined xeber müəllif muellif author authors "
    "googlescholar pubmed"
)


def decide_authors(page: Page, layout: Layout, ledger: Ledger, *, ruled: Iterable[str] = ()) -> tuple[str, ...]:
    """The authors by the best source that names people; where none does, whom the first source states (the newsroom)."""
    sites = site_names(page) - _certain_people(page)
    newsroom: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    for source, confidence, stated in _sources(page, layout, ruled):
        names = tuple(dict.fromkeys(name for raw in stated for name in split_names(raw) if _is_name(name)))
        people = tuple(name for name in names if not _is_site(name, sites))
        if newsroom:
            # Behind a stated newsroom many pages set a place or a heading where others have the author.
            people = tuple(name for name in people if _PERSON.match(name) or not _LATIN.search(name))
        if people:
            ledger.note("authors", "; ".join(people), source, confidence)
            authors = authors or _completed(_without_parts(people), layout, sites)[:_MAX_AUTHORS]
        if authors and not ledger.is_whole:
            break
        if names and not people and not newsroom and source not in _SHOWN:
            ledger.note("authors", "; ".join(names), f"{source} (the newsroom)", confidence - 0.3)
            newsroom = names[:1]
    return authors or newsroom


def _certain_people(page: Page) -> set[str]:
    """Whom the data calls a person and no organisation: some pages name their author as publisher, too."""
    organisations = {
        "".join(words_of(name)) for name in (*page.linked_data.publishers, page.meta("og:site_name") or "")
    }
    organisations.add("".join(words_of(page.portal.name)))
    people = (name for name, kind in page.linked_data.authors if kind == "Person" and _PERSON.match(name))
    return {joined for name in people if (joined := "".join(words_of(name))) not in organisations}


def _completed(people: tuple[str, ...], layout: Layout, sites: set[str]) -> tuple[str, ...]:
    """The byline's names where it has all of *people* and more: some portals state only one of several as data."""
    names = dict.fromkeys(name for raw in _bylines(layout) for name in split_names(raw))
    shown = tuple(name for name in names if _PERSON.match(name) and _is_name(name) and not _is_site(name, sites))
    shown = _without_parts(shown)
    return shown if len(shown) <= _MAX_SHOWN and set(people) < set(shown) else people


def _sources(page: Page, layout: Layout, ruled: Iterable[str]) -> Iterator[tuple[str, float, Iterable[str]]]:
    yield "rule", 1.0, ruled
    yield "json-ld author", 0.95, [name for name, _ in page.linked_data.authors]
    for name in _METAS:
        yield f"meta {name}", 0.85, page.metas.get(name, [])
    yield "itemprop author", 0.8, _itemprop_names(page)
    yield "byline", 0.7, _bylines(layout)
    yield "worded byline", 0.65, _worded_byline(layout)
    yield "first line of the text", 0.6, _signature(islice(_paragraphs(layout), 4))
    yield "last line of the text", 0.55, _signature(islice(reversed(list(_paragraphs(layout))), 3))


def _itemprop_names(page: Page) -> Iterator[str]:
    elements = [element for element in page.itemprops.get("author", [])[:20] if not is_aside(element)]
    scopes = [_scope_of(element) for element in elements]
    for element, scope in list(zip(elements, scopes, strict=True))[:_MAX_AUTHORS]:
        if scope is not scopes[0]:
            continue  # the author of another article that the page shows
        named = _NAMED(element)
        yield (named[0].get("content") or text_of(named[0])) if named else text_of(element)


def _scope_of(element: HtmlElement) -> HtmlElement | None:
    """The article that an author belongs to, as the markup says; None where it names none."""
    return next((node for node in element.iterancestors() if "rticle" in node.get("itemtype", "")), None)


def _worded_byline(layout: Layout) -> Iterator[str]:
    """Names behind a word that says so ("Müəllif: Aysel Quliyeva", "Von Anna Meyer und Li Wei"), near the headline."""
    for element in layout.around:
        if len(element) > _MAX_SHOWN:
            continue
        text = text_of(element)
        match = _WORDED.match(text) if len(text) <= _MAX_NAME else None
        if match and all(map(_PERSON.match, split_names(match["names"]))):
            yield match["names"]
            return


def _bylines(layout: Layout) -> Iterator[str]:
    """Names in elements near the headline that are called byline, or whose link says rel=author."""
    for element in layout.around:
        name = name_of(element)
        is_link = element.tag == "a" and "author" in element.get("rel", "")
        if is_link or (_BYLINE.search(name) and not _NOT_BYLINE.search(name)):
            parts = [
                text_of(part)
                for part in element.iter("a", "span", "b", "strong", "li")
                if (len(part) == 0 or part.tag == "a") and part is not element
            ]
            texts = [text for text in parts if _NAME.match(text)] or [text_of(element)]
            if any(1 < len(text) < _MAX_NAME for text in texts):
                yield from texts
                return


def _paragraphs(layout: Layout) -> Iterator[HtmlElement]:
    return iter(()) if layout.body is None else layout.body.iter("p")


def _signature(paragraphs: Iterable[HtmlElement]) -> Iterator[str]:
    """Names alone in bold above or below the text, which is how portals without a field for them name the authors."""
    for paragraph in paragraphs:
        text = text_of(paragraph)
        is_bold = len(paragraph) > 0 and paragraph[0].tag in ("strong", "b") and text_of(paragraph[0]) == text
        if text and is_bold and len(text) <= _MAX_NAME and all(map(_PERSON.match, split_names(text))):
            yield text
            return


def split_names(text: str) -> Iterator[str]:
    """The single names in a byline ("By Anna Meyer and Li Wei", "Əliyeva Nərgiz, Quliyeva Aysel")."""
    text = _IN_BRACKETS.sub(" ", _ADDRESS.sub(" ", clean_line(text, limit=400)))
    text = _PREFIX.sub("", text.strip(" -–—:|,"))
    for part in _SPLIT.split(text):
        pieces = _COMMA.split(part)
        for index, piece in enumerate(pieces):
            name = _FOR_WHOM.sub("", _PREFIX.sub("", piece)).strip(' -–—:|,.()[]"“”«»')
            if index and _ROLE.match(name):
                continue
            if name:
                yield name


def _is_name(name: str) -> bool:
    """Whether *name* can be that of an author, a person or a newsroom."""
    words = words_of(name)
    if not any(letter.isalpha() for letter in name) or not 1 < len(name) <= _MAX_NAME or len(words) > 7:
        return False
    return "".join(words) not in _NOBODY and not _NOT_NAME.search(name) and not _HANDLE.match(name)


def _is_site(name: str, sites: set[str]) -> bool:
    joined = "".join(words_of(name))
    return joined in sites or re.search(r"\.(?:az|com|ru|net|org|info|de|is|at|be|tr)\b", name.lower()) is not None


def _without_parts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Drop a name that another one contains ("Meyer" beside "Anna Meyer")."""
    kept = []
    for name in names:
        words = set(words_of(name))
        if not any(words < set(words_of(other)) for other in names if other != name) or not words:
            kept.append(name)
    return tuple(kept)
