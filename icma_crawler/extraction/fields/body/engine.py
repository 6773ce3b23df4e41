"""Trafilatura: a page's tree in, the lines of the text that it takes for the article's out."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lxml.html import HtmlElement

from icma_crawler.extraction.page.lines import flow, length_of, never
from icma_crawler.text import word_set

if TYPE_CHECKING:  # heavy, and `icma --help` must answer at once
    from trafilatura.settings import Document, Extractor

MIN_LENGTH = 200
"""Characters; what is shorter is no article's whole text, or a brief one's."""
_MAX_SHORT = 3_000
_NEXT_TO_NOTHING = 0.11
_CLEARLY_MORE = 1.5
_UNREAD = word_set("script style noscript nav footer aside form header button template svg select iframe figure dialog")


def read_quickly(tree: HtmlElement) -> list[str]:
    """The engine's fast extraction; where that is next to nothing of the page, the one that takes more."""
    lines = _run_engine(tree, "fast")
    length = length_of(lines)
    if not 0 < length < _MAX_SHORT or length >= _NEXT_TO_NOTHING * _length_of_page(tree):
        return lines
    more = _run_engine(tree, "greedy")
    return more if length_of(more) > max(MIN_LENGTH, _CLEARLY_MORE * length) else lines


def read_thoroughly(tree: HtmlElement) -> list[str]:
    """The engine's slow extraction: a second algorithm compared."""
    return _run_engine(tree, "thorough")


def _length_of_page(tree: HtmlElement) -> int:
    """How many characters the page shows outside menus, forms and footers."""
    length = 0
    stack = list(tree.iterchildren("body"))
    while stack:
        node = stack.pop()
        if isinstance(node.tag, str) and node.tag not in _UNREAD:
            length += len((node.text or "").strip()) + sum(len((child.tail or "").strip()) for child in node)
            stack.extend(node)
    return length


def _run_engine(tree: HtmlElement, how: str) -> list[str]:
    run, options = _engine()
    document: Document | None = run(tree, options=options[how])
    return [] if document is None or document.body is None else list(flow(document.body, never))


@functools.cache
def _engine() -> tuple[Callable[..., Any], dict[str, Extractor]]:
    """The engine and its options: "fast", "greedy" (fast, and rather too much than too little) and "thorough"."""
    from trafilatura import bare_extraction  # noqa: PLC0415  # heavy, and `icma --help` must answer at once
    from trafilatura.settings import Extractor  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    fast = Extractor(fast=True, comments=False)
    # By itself it weighs every short text against the whole page, a tenth of all time (2.3.1): `read_quickly` does.
    fast.focus = "once"
    greedy = Extractor(fast=True, recall=True, comments=False)
    return bare_extraction, {"fast": fast, "greedy": greedy, "thorough": Extractor(comments=False)}
