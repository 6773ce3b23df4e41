"""Lines that stand in parts of the page which are no article's: sign-ups, captions, authors' portraits, comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.page import lines_of
from icma_crawler.extraction.page.lines import is_apart, length_of, spelled

_MAX_PART = 0.25
"""A part that holds more of the text than this is what the article stands in, whatever it is called."""
_MAX_DROPPED = 0.3
_TEXT = etree.XPath("string()")
_UNREAD = frozenset({"script", "style", "noscript", "template"})


def without_apart(tree: HtmlElement, lines: list[str]) -> list[str]:
    """*lines* without those that the page shows in such a part only; all where too little would be left."""
    body = tree.find("body")
    if body is None:
        return lines
    wanted = {key: len(line) for line in lines if (key := spelled(line))}
    apart = Counter(key for part in _parts(body, wanted, length_of(lines) * _MAX_PART) for key in part)
    if not apart:
        return lines
    everywhere = Counter(key for line in lines_of(body) if (key := spelled(line)) in apart)
    kept = [line for line in lines if not 0 < everywhere[spelled(line)] <= apart[spelled(line)]]
    return kept if length_of(kept) >= (1 - _MAX_DROPPED) * length_of(lines) else lines


def _parts(node: HtmlElement, wanted: dict[str, int], most: float) -> Iterator[list[str]]:
    """What each part under *node* holds of the wanted lines, where that is at most *most* characters."""
    shortest = min(map(len, wanted), default=0)
    stack = list(node)
    while stack:
        child = stack.pop()
        if not isinstance(child.tag, str) or child.tag in _UNREAD:
            continue
        if is_apart(child):
            text = _TEXT(child)
            if len(text) < shortest or not _holds(spelled(text), wanted):
                continue  # most parts, and asking so costs a fraction
            held = [key for line in lines_of(child) if (key := spelled(line)) in wanted]
            if sum(wanted[key] for key in held) <= most:
                yield held
                continue
        stack.extend(child)


def _holds(said: str, wanted: dict[str, int]) -> bool:
    return any(key in said for key in wanted)
