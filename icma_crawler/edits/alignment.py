"""Two texts in, their sentences side by side out: what stayed, went, came, and the words changed inside a sentence.

Sentences are aligned first, whole and by their exact words; words are compared only inside a pair that is one
sentence in two states. No step costs more than (length of the text) × a constant: an article of a million words
without a full stop must not stop a crawl, so where exactness would cost a square, the rest counts as changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from icma_crawler.text import fold

LineKind = Literal["same", "removed", "added", "changed"]
Span = tuple[int, int]
"""Where in a sentence something begins and ends; begin equals end where there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A sentence of the old text, of the new one, or of both; with the space behind it, so that joined lines are the text.

    ``spans`` of a "changed" line are the words that differ, (in the old, in the new) sentence.
    """

    kind: LineKind
    old: str = ""
    new: str = ""
    spans: tuple[tuple[Span, Span], ...] = ()


def align(old_text: str, new_text: str) -> list[DiffLine]:
    """The sentences of both texts in reading order; a sentence that moved is removed here and added there."""
    old, new = split_sentences(old_text), split_sentences(new_text)
    lines: list[DiffLine] = []
    i = j = 0
    for a, b in match([one.strip() for one in old], [one.strip() for one in new]):
        lines += _between(old[i:a], new[j:b])
        lines.append(DiffLine(kind="same", old=old[a], new=new[b]))
        i, j = a + 1, b + 1
    return lines + _between(old[i:], new[j:])


def match(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions that hold the same value, both rising: the parts that stayed."""
    return list(_match(old, new, (0, len(old)), (0, len(new)), depth=0))


# ---- sentences

# A run of full stops is looked at once, from its first; all quantifiers are possessive: no backtracking.
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'»”’)\]]*+\s++|\n\s*+")
_OPENING = "\"'«“„‘([—–-"
_LAST_WORD = re.compile(r"\w+\Z")
_ABBREVIATION = re.compile(
    r"prof|akad|dos|dr|mr|mrs|ms|st|kv|kub|mln|mlrd|trln|təq|tel|küç|pr|doç|av|bkz|jr|sr|inc|ltd|vs|no|"
    r"тыс|млн|млрд|трлн|руб|долл|им|ул|проф|акад|см|ср|стр"
)


def split_sentences(text: str) -> list[str]:
    """*text* in sentences, each with the space behind it. A line break always ends one; "Dr." and "İ." do not."""
    sentences = []
    start = 0
    for end in _END.finditer(text):
        if "\n" in end[0] or (_begins_sentence(text, end.end()) and not _is_abbreviated(text, start, end)):
            sentences.append(text[start : end.end()])
            start = end.end()
    return [*sentences, text[start:]] if start < len(text) else sentences


def _begins_sentence(text: str, at: int) -> bool:
    return at >= len(text) or text[at].isupper() or text[at].isdecimal() or text[at] in _OPENING


def _is_abbreviated(text: str, start: int, end: re.Match[str]) -> bool:
    if end[0].strip() != ".":
        return False
    last = _LAST_WORD.search(text, max(start, end.start() - 8), end.start())
    if last is None:
        return False
    return (len(last[0]) == 1 and last[0].isupper()) or _ABBREVIATION.fullmatch(last[0].lower()) is not None


# ---- what lies between two sentences that stayed

_SIMILAR = 0.5
_KEPT = 0.8
_KEPT_WORDS = 5
_RARE = 8
_CANDIDATES = 3


def _between(old: list[str], new: list[str]) -> list[DiffLine]:
    if not old and not new:
        return []
    if old and new and _words(old) == _words(new):
        # One sentence became two, or two became one: only the signs between the words changed.
        return [_changed("".join(old), "".join(new))]
    lines: list[DiffLine] = []
    i = j = 0
    for a, b in [*_similar_pairs(old, new), (len(old), len(new))]:
        lines += [DiffLine(kind="removed", old=one) for one in old[i:a]]
        lines += [DiffLine(kind="added", new=one) for one in new[j:b]]
        if a < len(old):
            lines.append(_changed(old[a], new[b]))
        i, j = a + 1, b + 1
    return lines


def _words(sentences: list[str]) -> list[str]:
    return re.findall(r"\w+", fold(" ".join(sentences)))


def _similar_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Sentences that are each other's likeliest state, in rising order.

    Candidates come from an index of the words that few sentences have, so that a rewritten article of a hundred
    sentences costs a hundred looks, not ten thousand comparisons.
    """
    ours, theirs = [_stems(one) for one in old], [_stems(one) for one in new]
    having: dict[str, list[int]] = defaultdict(list)
    for j, stems in enumerate(theirs):
        for stem in stems:
            having[stem].append(j)
    best: dict[int, tuple[float, int]] = {}
    for i, stems in enumerate(ours):
        shared = Counter(j for stem in stems if stem in having and len(having[stem]) <= _RARE for j in having[stem])
        # Of two that share as many words the shorter is the more similar; a set's own order changes from run to run.
        likeliest = sorted(shared, key=lambda j: (-shared[j], len(theirs[j]), j))[:_CANDIDATES]
        similarity, j = max(((_similarity(stems, theirs[j]), -j) for j in likeliest), default=(0.0, 0))
        if similarity >= _SIMILAR:
            best[-j] = max(best.get(-j, (0.0, 0)), (similarity, -i))
    return _rising(sorted((-i, j) for j, (_, i) in best.items()))


def _stems(sentence: str) -> frozenset[str]:
    """The beginnings of a sentence's words: endings change with every rewording in Azerbaijani, Turkish and Russian."""
    return frozenset(word[:5] for word in re.findall(r"\w+", fold(sentence)))


def _similarity(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """The share of common words (0-1); a sentence that lives on inside a longer one is similar to it."""
    common = len(ours & theirs)
    shorter = min(len(ours), len(theirs))
    share = 2 * common / max(1, len(ours) + len(theirs))
    if shorter >= _KEPT_WORDS and common >= _KEPT * shorter:
        return max(share, _SIMILAR)
    return share


# ---- words

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d]\w*(?:['’-]\w+)*|[^\w\s]")


def _changed(old: str, new: str) -> DiffLine:
    """A sentence in two states, with the words that differ."""
    ours, theirs = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(new))
    same = match([token[0] for token in ours], [token[0] for token in theirs])
    spans = []
    i = j = 0
    for a, b in [*same, (len(ours), len(theirs))]:
        if i < a or j < b:
            spans.append((_span(ours, i, a), _span(theirs, j, b)))
        i, j = a + 1, b + 1
    return DiffLine(kind="changed", old=old, new=new, spans=tuple(spans))


def _span(tokens: list[re.Match[str]], start: int, end: int) -> Span:
    if start < end:
        return tokens[start].start(), tokens[end - 1].end()
    at = tokens[start - 1].end() if start else 0
    return at, at


# ---- matching

_EXACT = 4096
_DEEPEST = 8


def _match(
    old: Sequence[str], new: Sequence[str], ours: Span, theirs: Span, *, depth: int
) -> Iterator[tuple[int, int]]:
    """Same ends first, then the longest common sequence where the rest is small, else values that both have once."""
    (i, i_end), (j, j_end) = ours, theirs
    while i < i_end and j < j_end and old[i] == new[j]:
        yield i, j
        i, j = i + 1, j + 1
    tail = []
    while i < i_end and j < j_end and old[i_end - 1] == new[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        tail.append((i_end, j_end))
    if (i_end - i) * (j_end - j) <= _EXACT:
        yield from _longest_common(old[i:i_end], new[j:j_end], i, j)
    elif depth < _DEEPEST and (anchors := _anchors(old, new, (i, i_end), (j, j_end))):
        for a, b in anchors:
            yield from _match(old, new, (i, a), (j, b), depth=depth + 1)
            yield a, b
            i, j = a + 1, b + 1
        yield from _match(old, new, (i, i_end), (j, j_end), depth=depth + 1)
    yield from reversed(tail)


def _anchors(old: Sequence[str], new: Sequence[str], ours: Span, theirs: Span) -> list[tuple[int, int]]:
    """Positions of the values that stand exactly once on either side (what Bram Cohen's patience diff holds on to)."""
    here, there = _once(old, ours), _once(new, theirs)
    return _rising([(i, there[value]) for value, i in here.items() if value in there])


def _once(values: Sequence[str], span: Span) -> dict[str, int]:
    count = Counter(values[span[0] : span[1]])
    return {values[at]: at for at in range(*span) if count[values[at]] == 1}


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of *pairs* (sorted by the first) whose second numbers rise as well."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, value) in enumerate(pairs):
        place = bisect_left(tops, value)
        if place == len(tops):
            tops.append(value)
            ends.append(at)
        else:
            tops[place], ends[place] = value, at
        before.append(ends[place - 1] if place else -1)
    chosen = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chosen.append(pairs[at])
        at = before[at]
    return chosen[::-1]


def _longest_common(old: Sequence[str], new: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int]]:
    """The longest common sequence, from a table of what follows; *i* and *j* are added to the positions."""
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        below, row = table[a + 1], table[a]
        for b in range(len(new) - 1, -1, -1):
            row[b] = below[b + 1] + 1 if old[a] == new[b] else max(below[b], row[b + 1])
    a = b = 0
    while a < len(old) and b < len(new):
        if old[a] == new[b]:
            yield i + a, j + b
            a, b = a + 1, b + 1
        elif table[a + 1][b] >= table[a][b + 1]:
            a += 1
        else:
            b += 1
