"""Urls in, a judgement out: does this path look like an article's, by itself or by what is known of its portal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple
from urllib.parse import unquote

from icma_crawler.discovery.path_words import (
    ARTICLE_KEYS,
    ASIDE,
    FILES,
    GROUPS,
    INDEXES,
    LANGUAGES,
    NEVER,
    OTHER_KEYS,
    PAGE_KEYS,
    SUFFIXES,
)

_ENOUGH_URLS = 8
_LONG_SLUG_WORDS, _LONG_SLUG_CHARS = 3, 15
_YEAR = r"(?:19|20)\d\d"
_DATE_SEGMENT = re.compile(rf"{_YEAR}[-_.]?[01]\d[-_.]?[0-3]\d$")
_YEAR_SEGMENT = re.compile(rf"{_YEAR}$")
_ID_LAST = re.compile(rf"(?:^|[-_.])(?!{_YEAR}$)(\d{{4,}})$")
_ID_FIRST = re.compile(rf"(?!{_YEAR}[-_.])\d{{4,}}[-_.]")
_WORD_BREAK = re.compile(r"[-_+.]+")
_PAGE_SEGMENT = re.compile(r"(?:page|sehife|sahife|sayfa)[-_]?\d*$")


class Likeness(IntEnum):
    """What a path alone tells."""

    NEVER = 0
    GROUP = 1
    """A section or another listing."""
    POSSIBLE = 2
    ARTICLE = 3


class PathForm(NamedTuple):
    """What the addresses of one kind of page have in common; ``leaf`` says where the number stands, if any."""

    depth: int
    leaf: str
    suffix: str
    dated: bool

    @property
    def numbered(self) -> bool:
        return self.leaf != "slug"


class Anatomy(NamedTuple):
    """One url, taken apart: its path below host and language, its form, the words of its last segment."""

    segments: tuple[str, ...]
    form: PathForm
    words: int
    likeness: Likeness


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """How the article urls of one portal look; ``min_words`` is the least that a slug without a number had."""

    forms: frozenset[PathForm]
    known: int
    min_words: int

    def is_article(self, url: str) -> bool | None:
        """True or False where the known articles decide, None where they leave it open."""
        return self.judge(dissect(url))

    def judge(self, anatomy: Anatomy) -> bool | None:
        """`is_article` for a url that has been taken apart."""
        if anatomy.likeness <= Likeness.GROUP:
            return False
        form = anatomy.form
        if form in self.forms and (form.numbered or form.dated or anatomy.words >= self.min_words):
            return True
        if self.known >= _ENOUGH_URLS and not form.numbered and all(known.numbered for known in self.forms):
            return False
        return None


def learn_shapes(urls: Iterable[str]) -> Shapes:
    """The shapes of urls that are known to be articles: those of feeds and news sitemaps.

    A form that fewer than one in twenty have is left out: feeds carry the odd advert.
    """
    known = [anatomy for anatomy in map(dissect, urls) if anatomy.likeness > Likeness.GROUP]
    counts = Counter(anatomy.form for anatomy in known)
    forms = frozenset(form for form, count in counts.items() if count * 20 >= len(known))
    words = [a.words for a in known if a.form in forms and not a.form.numbered]
    return Shapes(forms=forms, known=len(known), min_words=max(2, min(words, default=2)))


def dissect(url: str) -> Anatomy:
    """Take a canonical url apart, and say what its path alone tells."""
    _, _, rest = url.partition("://")
    rest, _, raw_query = rest.partition("?")
    _, _, path = rest.partition("/")
    path = (unquote(path) if "%" in path else path).lower().strip("/")
    segments = tuple(path.split("/")) if path else ()
    if segments and segments[0] in LANGUAGES:
        segments = segments[1:]
    if segments and segments[-1].startswith("index."):  # "/2026/11/22/slug/index.html"
        segments = segments[:-1]
    stem, suffix = _split_suffix(segments[-1]) if segments else ("", "")
    folders = segments[:-1]
    words = len(_WORD_BREAK.split(stem.strip("-_+."))) if stem else 0
    query = _query(raw_query)
    form = PathForm(len(segments), _leaf(stem, folders, query), suffix, _is_dated(folders, stem))
    return Anatomy(segments, form, words, _likeness(folders, stem, form, words, query))


def _likeness(folders: tuple[str, ...], stem: str, form: PathForm, words: int, query: dict[str, str]) -> Likeness:
    first = folders[0] if folders else stem
    if form.suffix in FILES or stem in NEVER or first in NEVER or not ASIDE.isdisjoint(folders):
        return Likeness.NEVER
    if is_paging(folders, stem, query) or (query and not query.keys().isdisjoint(OTHER_KEYS)):
        return Likeness.NEVER
    if form.leaf == "query":
        return Likeness.ARTICLE if any(len(value) >= 4 for value in query.values()) else Likeness.POSSIBLE
    if not stem or first in GROUPS or stem in GROUPS or stem in INDEXES or _is_date_archive(folders, stem):
        return Likeness.GROUP
    if form.numbered or form.dated or (words >= _LONG_SLUG_WORDS and len(stem) >= _LONG_SLUG_CHARS):
        return Likeness.ARTICLE
    return Likeness.POSSIBLE


def is_paging(folders: tuple[str, ...], stem: str, query: dict[str, str]) -> bool:
    """Whether a path or query names a further page of a listing: "?page=3", "/siyaset/page/3", "/page-3"."""
    if query and any(key in PAGE_KEYS or (key == "p" and len(value) < 4) for key, value in query.items()):
        return True
    return bool(_PAGE_SEGMENT.match(stem) or (folders and stem.isdigit() and _PAGE_SEGMENT.match(folders[-1])))


def _split_suffix(segment: str) -> tuple[str, str]:
    stem, dot, suffix = segment.rpartition(".")
    return (stem, suffix) if dot and stem and suffix in SUFFIXES | FILES else (segment, "")


def _query(query: str) -> dict[str, str]:
    if not query:
        return {}
    return {key.lower(): value for key, _, value in (pair.partition("=") for pair in query.split("&"))}


def _leaf(stem: str, folders: tuple[str, ...], query: dict[str, str]) -> str:
    """Where the article's number stands: "id", "slug-id", "id-slug", "folder", "query"; "slug" where there is none."""
    if query and any(key in ARTICLE_KEYS and value.isdigit() for key, value in query.items()):
        return "query"
    if match := _ID_LAST.search(stem):
        return "id" if match.start(1) == 0 else "slug-id"
    if _ID_FIRST.match(stem):
        return "id-slug"
    return "folder" if any(map(_is_number, folders)) else "slug"


def _is_number(folder: str) -> bool:
    is_long = len(folder) >= 4 and folder.isdigit()
    return is_long and not _YEAR_SEGMENT.match(folder) and not _DATE_SEGMENT.match(folder)


def _is_dated(folders: tuple[str, ...], stem: str) -> bool:
    """Whether folders name a year and month, or a day: "/2026/11/slug", "/20261122/slug", "/2026-11-22/slug"."""
    numbers = [position for position, folder in enumerate(folders) if folder[0:1].isdigit()]
    if any(_DATE_SEGMENT.match(folders[position]) for position in numbers):
        return True
    years = (position for position in numbers if position + 1 in numbers and _YEAR_SEGMENT.match(folders[position]))
    return next(years, None) is not None and not stem.isdigit()


def _is_date_archive(folders: tuple[str, ...], stem: str) -> bool:
    """A year, month or day and nothing else: "/2026", "/xeber/2026/11", "/2026/11/22", "/2026-11-22"."""
    if _YEAR_SEGMENT.match(stem) or _DATE_SEGMENT.match(stem):
        return True
    return stem.isdigit() and len(stem) <= 2 and any(_YEAR_SEGMENT.match(folder) for folder in folders[-2:])
