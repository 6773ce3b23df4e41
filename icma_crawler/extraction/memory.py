"""What the pages of a portal repeat is the portal's own and no article's: learned from archived texts, then cut.

A line is remembered by its fingerprint (folded, digits masked), so that "Xəbər xətti: 12-34" and "Xəbər xətti: 56-78"
are one line.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from math import ceil
from typing import NamedTuple

from icma_crawler.models import Memory, Recurring
from icma_crawler.text import words_of

_WINDOW = 200
"""Texts are compared with those archived about the same time: layouts and closing lines change over the years."""
_MIN_PAGES = 3
_SHARE = 0.3
_EDGE_SHARE = 0.15
_HEAD, _TAIL = 2, 4
_LONG_LINE = 250
_MIN_HEADLINE_WORDS = 4

_DIGITS = re.compile(r"\d+")
# "Bakı, 23 iyun, AZƏRTAC", "BAKU, Azerbaijan, June 23. Trend:", "Gəncə. 05.11.2026": where and when the text was written.
_DATELINE = re.compile(r"^[^\W\d][^\d]{1,60}?[,.]\s*(?:[^\W\d]+\s+)?\d{1,2}(?!\d)")
_MAX_DATELINE = 90
# "Mənbə: Report", "/ Report", "(Report)": whom the article cites.
_CITATION = re.compile(r"^\W*(?:mənbə|xəbərin mənbəyi|источник|source|kaynak|quelle)\b|^[/(]", re.IGNORECASE)
_MAX_CITATION = 60


def fingerprint(line: str) -> str | None:
    """What equal lines share whatever their case, signs and numbers; None for a line without words."""
    words = words_of(_DIGITS.sub("0", line))
    if not words or words == ("0",):
        return None
    return hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest()


def digest_of_memory(memory: Memory) -> str:
    """A short name of what is remembered; it changes with every line that is learned."""
    return hashlib.blake2b("".join(sorted(memory)).encode(), digest_size=4).hexdigest()


def without_recurring(lines: list[str], memory: Memory | None) -> list[str]:
    """The lines that are not remembered; all of them where nothing would be left."""
    if not memory:
        return lines
    return [line for line in lines if fingerprint(line) not in memory] or lines


def learn(texts: Iterable[tuple[str, str]], titles: Iterable[str] = ()) -> list[Recurring]:
    """The lines that belong to the portal and not to its articles.

    *texts* are headline and body of each, in the order they were archived; *titles* are all headlines: a line that
    says just that under another article is a link to it.
    """
    headlines = {
        mark for title in titles if len(words_of(title)) >= _MIN_HEADLINE_WORDS and (mark := fingerprint(title))
    }
    found: dict[str, Recurring] = {}
    for window in _windows(iter(texts)):
        for one in [*_recurring(window), *_headlines(window, headlines)]:
            known = found.get(one.fingerprint)
            if known is None or known.pages < one.pages:
                found[one.fingerprint] = one
    return list(found.values())


def _windows(texts: Iterator[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The texts in turn; a rest too small to judge by joins the ones before it."""
    window = list(islice(texts, _WINDOW))
    while window:
        following = list(islice(texts, _WINDOW))
        if len(following) < _WINDOW // 2:
            yield window + following
            return
        yield window
        window = following


class _Line(NamedTuple):
    mark: str
    text: str
    is_edge: bool


def _lines_of(body: str) -> dict[str, _Line]:
    """The lines of a text by fingerprint."""
    lines = body.split("\n\n")
    count = len(lines)
    found: dict[str, _Line] = {}
    for index, line in enumerate(lines):
        mark = fingerprint(line)
        if mark is not None:
            found[mark] = _Line(mark, line, index < _HEAD or index >= count - _TAIL)
    return found


def _recurring(window: Collection[tuple[str, str]]) -> Iterator[Recurring]:
    """Lines on enough pages that have nothing else in common."""
    read = [_lines_of(body) for _, body in window]
    counts = Counter(mark for lines in read for mark in lines)
    pages: dict[str, set[str]] = defaultdict(set)
    at_edge: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for lines in read:
        # Copies of one story share their rarest line too, and then count as one page.
        own = min(lines.values(), key=lambda line: (counts[line.mark], -len(line.text)), default=None)
        for mark, line in lines.items():
            if own is not None and mark != own.mark:
                pages[mark].add(own.mark)
                at_edge[mark] += line.is_edge
                samples.setdefault(mark, line.text)
    for mark, others in pages.items():
        sample = samples[mark]
        is_edge = at_edge[mark] * 2 > counts[mark] and len(sample) < _LONG_LINE
        needed = max(_MIN_PAGES, ceil(len(window) * (_EDGE_SHARE if is_edge else _SHARE)))
        if len(others) >= needed and not _is_text(sample):
            yield Recurring(fingerprint=mark, kind="recurring", sample=sample, pages=len(others))


def _is_text(line: str) -> bool:
    """Whether a line may recur and is the article's all the same: a dateline, or the name of whom it cites."""
    is_dateline = len(line) <= _MAX_DATELINE and _DATELINE.match(line) is not None
    return is_dateline or (len(line) <= _MAX_CITATION and _CITATION.match(line) is not None)


def _headlines(window: Collection[tuple[str, str]], headlines: Collection[str]) -> Iterator[Recurring]:
    """Lines that are the headline of another article."""
    pages: Counter[str] = Counter()
    for title, body in window:
        pages.update(mark for mark in _lines_of(body) if mark in headlines and mark != fingerprint(title))
    for mark, count in pages.items():
        yield Recurring(fingerprint=mark, kind="headline", sample="", pages=count)
