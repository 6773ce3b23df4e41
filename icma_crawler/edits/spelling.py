"""Words in two spellings in, whether they are one word out.

The limits are narrow on purpose. A real change taken for a typo is never looked at again; a typo taken for a correction
costs a glance.
"""

from __future__ import annotations

import re

from icma_crawler.text import fold

_LETTERS = re.compile(r"[^\W_]+")
_WORD = re.compile(r"\w+(?:[.,:’'-]\w+)*")
_LONG_WORD = 9
_SHORT_WORD = 5
_SHORTEST_SWAP = 3
_LONGEST_SLIP = 6


def is_spelling(old: str, new: str) -> bool:
    """Whether two stretches of text differ in letters, signs, spaces or case only, word for word."""
    ours, theirs = _LETTERS.findall(old), _LETTERS.findall(new)
    if fold("".join(ours)) == fold("".join(theirs)):
        return True  # "bu gün" and "bugün", "hec kim" and "heç kim"
    return len(ours) == len(theirs) and all(map(_is_one_word, ours, theirs))


def is_slip(one: str, other: str) -> bool:
    """Whether two folded names are one, misspelt: a letter lost, doubled or in its neighbour's place.

    Never a letter for another (İran and İraq, Samir and Tahir), never the last one (Elmir and Elmira).
    """
    if min(len(one), len(other)) < _SHORT_WORD or any(map(str.isdecimal, one + other)):
        return False
    ours, theirs = _rests(one, other)
    if sorted((len(ours), len(theirs))) == [0, 1]:
        return not max(one, other, key=len).startswith(min(one, other, key=len))
    return len(ours) == 2 and ours == theirs[::-1]


def without_repeats(text: str) -> list[str]:
    """The folded words of *text*; a word written twice in a row ("və və") counts once."""
    words = _LETTERS.findall(fold(text))
    return [word for i, word in enumerate(words) if i == 0 or word != words[i - 1]]


def count_words(text: str) -> int:
    """How many words *text* has; numbers count, lone signs do not."""
    return len(_WORD.findall(text))


def _is_one_word(old: str, new: str) -> bool:
    may_be_name = old[0].isupper() and new[0].isupper()
    old, new = fold(old), fold(new)
    if old == new:
        return True
    if any(map(str.isdecimal, old + new)) or _differ_in_m(old, new):
        return False
    ours, theirs = _rests(old, new)
    size = max(len(old), len(new))
    if size < _SHORT_WORD or max(len(ours), len(theirs)) > _LONGEST_SLIP:
        return size >= _SHORTEST_SWAP and len(ours) == 2 and ours == theirs[::-1]
    distance = _distance(ours, theirs)
    if may_be_name:  # a first word with another letter may be another place
        return distance == 1 and (size >= _LONG_WORD or len(ours) != 1 or len(theirs) != 1)
    # "northern" is not "southern"
    return distance == 1 or (distance == 2 and size >= _LONG_WORD and old[:3] == new[:3])


def _differ_in_m(old: str, new: str) -> bool:
    """One m turns a verb around in Azerbaijani and Turkish ("gəlir", "gəlmir"), and a million into a billion."""
    return old.replace("mm", "m").count("m") != new.replace("mm", "m").count("m")


def _rests(old: str, new: str) -> tuple[str, str]:
    """What lies between the beginning and the end that two words share."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def _distance(old: str, new: str) -> int:
    """Letters to add, drop, replace or swap with their neighbour (Damerau and Levenshtein) to get from old to new."""
    rows = [[i + j if i * j == 0 else 0 for j in range(len(new) + 1)] for i in range(len(old) + 1)]
    for i, ours in enumerate(old, 1):
        for j, theirs in enumerate(new, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (ours != theirs))
            if i > 1 and j > 1 and old[i - 2 : i] == theirs + new[j - 2]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
