"""Who wrote it: names of people from structured data and bylines; addresses, agencies and the site itself told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.layout import Layout
from icma_crawler.extraction.page import Page, name_of, text_of, word_set, words_of
from icma_crawler.extraction.titles import site_names
from icma_crawler.text import clean_line

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
)
_BYLINE = re.compile(r"author|byline|muellif|müəllif|yazar\b|writer|avtor")
_NOT_BYLINE = re.compile(r"bio|avatar|image|photo|social|comment|related|more|archive|box|date")
_PREFIX = re.compile(
    r"^(?:(?:by|von|par|por|di|af|av|tekst|text|author|authors|autor|autore|müəllif|muellif|yazar|hazırladı|автор|авторы|"
    r"written by|posted by|story by|reporting by|words by|published by|escrito por|publié par|door|od)\b[\s:.]*)+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:;|\||/|•|·|\n|\s(?:and|und|və|ve|и|et|y|e|og|och|en|&)\s)\s*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]{1,30}\)")
_NAME = re.compile(r"^[^\W\d_a-z][\w.'’-]+(?: [\w.'’-]+){1,3}$")
_COMMA = re.compile(r"\s*,\s*")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|@\w+")
_ROLE = re.compile(
    r"^(?:jr\.?|sr\.?|phd|md|dr\.?|ph\.d\.?|senior|chief|staff|editor\w*|reporter|correspondent|journalist\w*|redakt\w*|"
    r"contributor|writer|freelance\w*|special|political|business|sports?|updated|published|photographer|producer)\b",
    re.IGNORECASE,
)
_NOBODY = word_set(
    "admin administrator editor redaksiya redaktor redaktion redakcja redaccion redaction redacao staff newsroom news newsdesk "
    "webmaster user root anonymous guest superuser moderator none null unknown undefined xeber müəllif muellif author authors"
)


def decide_authors(page: Page, layout: Layout, ledger: Ledger, *, ruled: Iterable[str] = ()) -> tuple[str, ...]:
    """The authors by the best source that names people; where none does, whom the first source states (the newsroom)."""
    sites = site_names(page)
    newsroom: tuple[str, ...] = ()
    for source, confidence, stated in _sources(page, layout, ruled):
        names = tuple(dict.fromkeys(name for raw in stated for name in split_names(raw) if _is_name(name)))
        people = tuple(name for name in names if not _is_site(name, sites))
        if people:
            ledger.note("authors", "; ".join(people), source, confidence)
            return _without_parts(people)[:_MAX_AUTHORS]
        if names and not newsroom and source != "byline":
            ledger.note("authors", "; ".join(names), f"{source} (the newsroom)", confidence - 0.3)
            newsroom = names[:1]
    return newsroom


def _sources(page: Page, layout: Layout, ruled: Iterable[str]) -> Iterator[tuple[str, float, Iterable[str]]]:
    yield "rule", 1.0, ruled
    yield "json-ld author", 0.95, [name for name, _ in page.linked_data.authors]
    for name in _METAS:
        yield f"meta {name}", 0.85, page.metas.get(name, [])
    yield "itemprop author", 0.8, _itemprop_names(page)
    yield "byline", 0.7, _bylines(layout)


def _itemprop_names(page: Page) -> Iterator[str]:
    for element in page.itemprops.get("author", [])[:5]:
        named = element.xpath(".//*[@itemprop='name']")
        yield (named[0].get("content") or text_of(named[0])) if named else text_of(element)


def _bylines(layout: Layout) -> Iterator[str]:
    """Names in elements near the headline that are called byline, or whose link says rel=author."""
    for element in layout.around:
        name = name_of(element)
        is_link = element.tag == "a" and "author" in element.get("rel", "")
        if is_link or (_BYLINE.search(name) and not _NOT_BYLINE.search(name)):
            parts = [
                text_of(part)
                for part in element.iter("a", "span", "b", "strong", "li")
                if len(part) == 0 and part is not element
            ]
            texts = [text for text in parts if _NAME.match(text)] or [text_of(element)]
            if any(1 < len(text) < _MAX_NAME for text in texts):
                yield from texts
                return


def split_names(text: str) -> Iterator[str]:
    """The single names in a byline ("By Anna Meyer and Li Wei", "Əliyeva Nərgiz, Quliyeva Aysel")."""
    text = _IN_BRACKETS.sub(" ", _ADDRESS.sub(" ", clean_line(text, limit=400)))
    text = _PREFIX.sub("", text.strip(" -–—:|,"))
    for part in _SPLIT.split(text):
        pieces = _COMMA.split(part)
        for index, piece in enumerate(pieces):
            name = _PREFIX.sub("", piece).strip(' -–—:|,.()[]"“”«»')
            if index and _ROLE.match(name):
                continue
            if name:
                yield name


def _is_name(name: str) -> bool:
    """Whether *name* can be that of an author, a person or a newsroom."""
    words = words_of(name)
    if not any(letter.isalpha() for letter in name) or not 1 < len(name) <= _MAX_NAME or len(words) > 7:
        return False
    return "".join(words) not in _NOBODY and not re.search(
        r"\d{3}|:|^(?:getty|istock|image|photo|foto)", name, re.IGNORECASE
    )


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
