"""A part of a page as lines of text, one for each block and each stretch between line breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from lxml.etree import _Element

from icma_crawler.text import word_set

_WORDS = re.compile(r"\w+")
_DROPPED = word_set(
    "script style noscript figure figcaption aside form iframe button nav footer template select video audio svg ins table picture h1"
)
_BLOCKS = word_set(
    "address article blockquote body center dd div dl dt fieldset h1 h2 h3 h4 h5 h6 head header item li list main ol p pre quote "
    "row section table tbody td th tr ul fw"
)
_BREAKS = frozenset({"br", "lb", "hr"})
_APART_TAGS = word_set("aside form button nav footer figcaption dialog")
_INLINE = word_set("a b em h2 h3 h4 h5 h6 span strong")
"""Names of these say what is written in them, not whose part they are ("social-media" above a passage on it)."""
_APART = re.compile(
    r"(?:^|[\s_-])(?:related|shar(?:e|ing)|social|comments?|advert\w*|ads?|adfox|rek_banner|reklam|promo\w*|banner|subscri\w+|newsletters?|"
    r"sign-?up|cta|captions?|credits?|copyright|disclaimers?|disclosure|callout|links?[_-]block|audio-block|player-area|tag-area|"
    r"read[_-]?(?:also|more|next)|most[_-]?read|recommend\w*|teasers?|modal|popup|"
    r"bio|author-?(?:about|bio|box|card|content|desc\w*|details?|info)|about-?(?:the-?)?author)(?=[\s_-]|$)"
)


def flow(node: _Element, is_skipped: Callable[[_Element], bool]) -> Iterator[str]:
    """The text under *node* as lines, one for each block and each stretch between line breaks."""
    pieces: list[str] = []
    yield from _flow(node, is_skipped, pieces)
    yield "".join(pieces)


def _flow(node: _Element, is_skipped: Callable[[_Element], bool], pieces: list[str]) -> Iterator[str]:
    if node.text:
        pieces.append(node.text)
    for child in node:
        if isinstance(child.tag, str) and not is_skipped(child):
            is_block = child.tag in _BLOCKS
            if is_block or child.tag in _BREAKS:
                yield "".join(pieces)
                pieces.clear()
            elif child.tag == "cell":
                pieces.append(" ")
            yield from _flow(child, is_skipped, pieces)
            if is_block:
                yield "".join(pieces)
                pieces.clear()
        if child.tail:
            pieces.append(child.tail)


def is_dropped(node: _Element) -> bool:
    """Whether a body's node holds *node* beside the text: pictures, tables, and what is apart."""
    return node.tag in _DROPPED or is_named_apart(node)


def is_apart(node: _Element) -> bool:
    """Whether *node* is by its tag or class a part of the page that is no article's text, wherever it stands."""
    return node.tag in _APART_TAGS or is_named_apart(node)


def is_named_apart(node: _Element) -> bool:
    return node.tag not in _INLINE and _is_name_of_part(node.get("class", ""))


@lru_cache(maxsize=8192)
def _is_name_of_part(name: str) -> bool:
    """A page, and a portal, has few classes on many elements."""
    return _APART.search(name.lower()) is not None


def never(_: _Element) -> bool:
    return False


def length_of(lines: list[str]) -> int:
    return sum(map(len, lines))


def spelled(line: str) -> str:
    """The words of *line* and nothing between them: what the page and an engine's reading of it share."""
    return "".join(_WORDS.findall(line))
