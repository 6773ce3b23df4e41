"""The text as the page states it for machines (JSON-LD articleBody), to confirm where the text that is shown ends."""

from __future__ import annotations

import html
import re

from icma_crawler.extraction.page.lines import length_of, spelled
from icma_crawler.text import Words, words_of

_MIN_STATED = 500
_MAX_STATED = 200_000
_GRAM = 4
_MIN_CONFIRMED = 0.7
_MIN_COVER = 0.8
_MIN_SHARE = 0.6
"""So much of either must be in the other, else one of them is a teaser or another text."""
_TAG = re.compile(r"<[^>]+>")


def up_to_stated_end(lines: list[str], stated: str) -> list[str]:
    """*lines* without what follows the last that *stated* has too, where the two are one text.

    What stands above and between is left alone: portals leave standfirst, headings and lists out of what they state.
    """
    if not lines or not _MIN_STATED <= len(stated) <= _MAX_STATED:
        return lines
    plain = _TAG.sub(" ", html.unescape(stated))
    if spelled(lines[-1]) in spelled(plain):
        return lines
    known = _grams(words_of(plain))
    confirmed = [len(own & known) >= _MIN_CONFIRMED * len(own) for own in map(_grams, map(words_of, lines))]
    shared = [line for line, is_confirmed in zip(lines, confirmed, strict=True) if is_confirmed]
    covered = known & _grams(words_of(" ".join(lines)))
    if length_of(shared) < _MIN_SHARE * length_of(lines) or len(covered) < _MIN_COVER * len(known):
        return lines
    return lines[: len(lines) - confirmed[::-1].index(True)]


def _grams(words: Words) -> set[Words]:
    """All runs of four words."""
    return {words[start : start + _GRAM] for start in range(max(1, len(words) - _GRAM + 1))}
