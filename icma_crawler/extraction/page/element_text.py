"""An element of a page in, its text out: on one line, or a line for each block."""

from __future__ import annotations

from lxml.html import HtmlElement

from icma_crawler.text import word_set

_PARTING = word_set("address article br dd div dl dt h1 h2 h3 h4 h5 h6 li ol p section table tbody td th time tr ul")
_UNREAD = frozenset({"script", "style", "noscript", "template"})


def text_of(element: HtmlElement) -> str:
    """All text under *element* on one line; blocks and breaks part words, inline tags do not."""
    if len(element) == 0:
        return " ".join((element.text or "").split())
    pieces: list[str] = []
    _collect(element, pieces, " ")
    return " ".join("".join(pieces).split())


def lines_of(element: HtmlElement) -> list[str]:
    """All text under *element*, a line for each block; none is empty."""
    pieces: list[str] = []
    _collect(element, pieces, "\0")
    return [line for piece in "".join(pieces).split("\0") if (line := " ".join(piece.split()))]


def _collect(element: HtmlElement, pieces: list[str], parting: str) -> None:
    pieces.append(element.text or "")
    for child in element:
        if child.tag in _PARTING:
            pieces.append(parting)
            _collect(child, pieces, parting)
            pieces.append(parting)
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            _collect(child, pieces, parting)
        pieces.append(child.tail or "")


def name_of(element: HtmlElement) -> str:
    """Class and id of *element* in one lower-case string, for patterns."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()
