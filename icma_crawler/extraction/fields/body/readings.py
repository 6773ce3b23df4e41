"""Readings of the article's text: the engine's, the body's node, the page's data; which of them is taken."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.body.divided_body import complete
from icma_crawler.extraction.fields.body.engine import MIN_LENGTH, read_quickly, read_thoroughly
from icma_crawler.extraction.fields.body.related_links import drop_related
from icma_crawler.extraction.page import MAX_DEPTH, Page, is_deeper
from icma_crawler.extraction.page.layout import Layout, named_body
from icma_crawler.extraction.page.lines import flow, is_dropped, length_of
from icma_crawler.extraction.page.script_data import find_embedded

_MAX_BRIEF = 600
_MAX_LINKED = 0.3
_MIN_SHARE = 0.2
_MAX_REST = 1.9
_NODE_RANGE = (0.88, 1.25)
_NODE_SLACK = 200

_LENGTH = etree.XPath("string-length(normalize-space())")
_LONG_PARAGRAPHS = etree.XPath(
    "//p[string-length(normalize-space()) > 80][not(ancestor::aside or ancestor::footer or ancestor::form)]"
)


def read_text(page: Page, ruled: list[HtmlElement]) -> list[str]:
    """The first reading of the text, as raw lines: what the rule selects, else the engine's fast extraction."""
    if ruled:
        return [line for node in ruled for line in flow(node, is_dropped)]
    lines = complete(page.tree, read_quickly(page.tree))
    return _read_brief(page.tree, lines) if length_of(lines) < _MAX_BRIEF else lines


def _read_brief(tree: HtmlElement, lines: list[str]) -> list[str]:
    """News of a few sentences: the engine mistrusts them and takes the whole page's text; a named body knows better."""
    node = named_body(tree)
    if node is None:
        return lines
    own = list(flow(node, is_dropped))
    found, length = length_of(lines), length_of(own)
    if found < MIN_LENGTH:
        return own if length >= found * 0.4 and _links_of(node) < length * _MAX_LINKED else lines
    return own if found * 0.4 <= length <= found * 1.5 + _NODE_SLACK else lines


def _links_of(node: HtmlElement) -> float:
    return float(sum(_LENGTH(link) for link in node.iter("a")))


def settle_text(page: Page, layout: Layout, lines: list[str], ledger: Ledger) -> list[str]:
    """The final raw lines: the first reading, or what reads its weak cases better.

    Bodies of <br><br> or of <div>s are read from their node, where the engine loses short lines; where the first
    reading has little of the page's paragraphs, the thorough extraction (a second algorithm compared) is asked.
    """
    length = length_of(lines)
    ledger.note("body", f"{length} characters", "fast extraction", 0.7)
    in_paragraphs = sum(_LENGTH(paragraph) for paragraph in _LONG_PARAGRAPHS(page.tree))
    if length >= in_paragraphs * _MIN_SHARE and layout.body is not None and layout.shape != "p":
        drop_related(layout.body)
        own = list(flow(layout.body, is_dropped))
        if length * _NODE_RANGE[0] <= length_of(own) <= length * _NODE_RANGE[1] + _NODE_SLACK:
            source = f"node <{layout.body.tag!s}> in {layout.shape} shape"
            ledger.note("body", f"{length_of(own)} characters", source, 0.9)
            return own
    if _is_doubtful(layout, length, in_paragraphs):
        thorough = read_thoroughly(page.tree)
        ledger.note("body", f"{length_of(thorough)} characters", "thorough extraction", 0.8)
        if length >= MIN_LENGTH or length_of(thorough) > 2 * length:
            lines = thorough or lines
    stated = page.linked_data.text("articleBody") or ""
    if length_of(lines) < MIN_LENGTH and len(stated) > 2 * length_of(lines):
        ledger.note("body", f"{len(stated)} characters", "json-ld articleBody", 0.85)
        return re.split(r"\n+|</p>|<br ?/?>", stated)
    if length_of(lines) < MIN_LENGTH and (node := find_embedded(page.tree)) is not None:
        embedded = [line for line in flow(node, is_dropped) if line.strip()]
        if length_of(embedded) > max(MIN_LENGTH, 2 * length_of(lines)) and not is_deeper(node, MAX_DEPTH):
            ledger.note("body", f"{length_of(embedded)} characters", "data of the page's scripts", 0.8)
            return embedded
    return lines


def _is_doubtful(layout: Layout, length: int, in_paragraphs: float) -> bool:
    """Whether the text is little of what the page's paragraphs or its own node hold, or stands in no paragraphs."""
    if length < MIN_LENGTH or not length * _MIN_SHARE < in_paragraphs < length / _MIN_SHARE:
        return True
    body = layout.body
    if body is None or _LENGTH(body) < _MAX_REST * length:
        return False
    return length_of(list(flow(body, is_dropped))) > _MAX_REST * length
