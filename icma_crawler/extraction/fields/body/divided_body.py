"""Text that the engine left out though it stands as the rest does: bodies that a page cuts into several blocks."""

from __future__ import annotations

from lxml.html import HtmlElement

from icma_crawler.extraction.page import text_of
from icma_crawler.extraction.page.lines import flow, is_dropped, length_of, spelled

_MIN_PARAGRAPH = 80
_MIN_LACKING = 0.1
"""Less than this share of the text is no other half of it, but a line that was left out for a reason."""
_PREFIX = 60

ElementKind = tuple[tuple[str, str], ...]
"""Tag and class of an element and of all above it."""


def complete(tree: HtmlElement, lines: list[str]) -> list[str]:
    """*lines*, or the text of all the blocks whose paragraphs are of the same kind as those that *lines* hold.

    Engines take the first block that is called the article's body; an advert between two makes them lose the second.
    """
    told = spelled(" ".join(lines))
    read: dict[ElementKind, list[HtmlElement]] = {}
    unread: dict[ElementKind, list[HtmlElement]] = {}
    lacking: dict[ElementKind, int] = {}
    above: dict[HtmlElement, ElementKind] = {}
    for paragraph in tree.iter("p"):
        text = text_of(paragraph)
        if len(text) < _MIN_PARAGRAPH:
            continue
        kind = _kind_of(paragraph, above)
        if _beginning(text) in told:
            read.setdefault(kind, []).append(paragraph)
        else:
            unread.setdefault(kind, []).append(paragraph)
            lacking[kind] = lacking.get(kind, 0) + len(text)
    least = max(1, _MIN_LACKING * length_of(lines))
    shared = [kind for kind in unread if kind in read and lacking[kind] >= least]
    if not shared:
        return lines
    parents = {node.getparent() for kind in shared for node in (*read[kind], *unread[kind])}
    blocks = _blocks(tree, {parent for parent in parents if parent is not None})
    whole = [line for block in blocks for line in flow(block, is_dropped)]
    return [*_head(lines, whole), *whole] if length_of(whole) > length_of(lines) else lines


def _beginning(text: str) -> str:
    """The first letters of *text* as `spelled` has them, without spelling all of it."""
    begun = spelled(text[: 3 * _PREFIX])
    return (begun if len(begun) >= _PREFIX else spelled(text))[:_PREFIX]


def _kind_of(node: HtmlElement, known: dict[HtmlElement, ElementKind]) -> ElementKind:
    parent = node.getparent()
    if parent is None or node.tag == "body":
        return ()
    if parent not in known:
        known[parent] = _kind_of(parent, known)
    return (*known[parent], (str(node.tag), node.get("class", "")))


def _blocks(tree: HtmlElement, found: set[HtmlElement]) -> list[HtmlElement]:
    """The outermost of *found*, in page order."""
    return [node for node in tree.iter() if node in found and not any(above in found for above in node.iterancestors())]


def _head(lines: list[str], whole: list[str]) -> list[str]:
    """What *lines* hold above the first line of *whole*: a standfirst, a place."""
    inside = {spelled(line) for line in whole}
    first = next((index for index, line in enumerate(lines) if line.strip() and spelled(line) in inside), 0)
    return lines[:first]
