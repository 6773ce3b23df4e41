"""Passages of text, and where they stand in the bytes of a page, however it writes them."""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

WORTH_SEARCHING = 16
"""Shorter passages are not searched for in other pages: they are anybody's words."""

_HEAD = 40
"""So many letters of a passage are enough to know it by, where a teaser breaks off."""

_BLANK = b"\xe2\x96\x88"  # a full block, the sign of what was taken out
_GAP = re.compile(rb"\s+")
_ELLIPSIS = re.compile(rb"\s*(?:\.\.|\xe2\x80\xa6|&hellip;|&#8230;|\\u2026|\[)")
_END_OF_TEXT = re.compile(rb"\s*(?:<|\"|" + _ELLIPSIS.pattern + rb")")


@dataclass(frozen=True)
class Wording:
    """What is looked for: passages of text, and addresses that stand as they are; in a page of that charset."""

    passages: frozenset[str]
    charset: str

    def found_in(self, body: bytes) -> bool:
        return next(self._places(body), None) is not None

    def blanked(self, body: bytes) -> bytes:
        """A page's bytes with a sign in the place of every passage, as far as it goes on there."""
        kept, end = [], 0
        for start, stop in self._places(body):
            kept.append(body[end:start])
            end = stop
        return _BLANK.join([*kept, body[end:]])

    def _places(self, body: bytes) -> Iterator[tuple[int, int]]:
        """From where to where a passage stands, in the order of the page; none overlaps another."""
        at = 0
        while self._heads and (match := self._heads.search(body, at)):
            start = match.start()
            stop = max(filter(None, self._ends(body, start)), default=None)
            if stop is not None:
                yield start, stop
            # What only begins like a passage may hold the beginning of one that is there.
            at = start + 1 if stop is None else stop

    def _ends(self, body: bytes, start: int) -> Iterator[int | None]:
        """Where each passage whose beginning is at *start* ends; None for one that goes on otherwise."""
        for head, tails in self._tails.items():
            match = _spaced(head).match(body, start)
            if match:
                yield from (_end_of(body, match.end(), tail) for tail in tails)

    @cached_property
    def _tails(self) -> dict[bytes, list[list[bytes]]]:
        """By the beginning of a passage, however it may be written, the words that follow."""
        tails = defaultdict(list)
        for passage in self.passages:
            count = _words_of_head(passage)
            for variant in _variants_of(passage, self.charset):
                words = variant.split()
                tails[b" ".join(words[:count])].append(words[count:])
        return tails

    @cached_property
    def _heads(self) -> re.Pattern[bytes] | None:
        alternatives = [_spaced(head).pattern for head in self._tails]
        return re.compile(b"|".join(alternatives)) if alternatives else None


@lru_cache(maxsize=4096)
def _spaced(words: bytes) -> re.Pattern[bytes]:
    """*words* with any white space between them."""
    return re.compile(rb"\s+".join(map(re.escape, words.split())))


def _words_of_head(passage: str) -> int:
    letters = 0
    words = passage.split()
    for count, word in enumerate(words, start=1):
        letters += len(word) + 1
        if letters > _HEAD:
            return count
    return len(words)


def _end_of(body: bytes, at: int, words: list[bytes]) -> int | None:
    """Where a passage ends whose words go on from *at*: wholly, or broken off as a teaser is; None where it is another.

    Many articles begin alike ("Azərbaycan Respublikasının Prezidenti …"): what goes on otherwise is not this one's.
    """
    for word in words:
        start = _after_gap(body, at)
        if start is None or not body.startswith(word, start):
            return _broken_off(body, at, word)
        at = start + len(word)
    return at


def _broken_off(body: bytes, at: int, word: bytes) -> int | None:
    if _END_OF_TEXT.match(body, at):
        return at
    start = _after_gap(body, at) or at
    part = next((size for size in range(len(word), 0, -1) if body.startswith(word[:size], start)), 0)
    return start + part if part and _ELLIPSIS.match(body, start + part) else None


def _after_gap(body: bytes, at: int) -> int | None:
    gap = _GAP.match(body, at)
    return gap.end() if gap else None


def _variants_of(passage: str, charset: str) -> Iterator[bytes]:
    forms = {
        passage,
        html.escape(passage),
        html.escape(passage, quote=False),
        passage.replace("&", "&amp;"),
        json.dumps(passage)[1:-1],
        json.dumps(passage, ensure_ascii=False)[1:-1],
        "".join(c if c.isascii() else f"&#{ord(c)};" for c in html.escape(passage)),
    }
    for form in forms:
        for name in {"utf-8", charset}:
            try:
                yield form.encode(name)
            except (UnicodeEncodeError, LookupError):
                continue
