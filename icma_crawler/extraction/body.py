"""The article's text: paragraphs as shown, without headline, date line, captions, related links and prompts."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.apart import without_apart
from icma_crawler.extraction.boilerplate import is_furniture, is_related_label, without_icons
from icma_crawler.extraction.completing import complete
from icma_crawler.extraction.embedded import find_embedded
from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.layout import Layout, named_body
from icma_crawler.extraction.lines import flow, is_dropped, length_of, never
from icma_crawler.extraction.linked import without_links
from icma_crawler.extraction.page import MAX_DEPTH, Page, is_deeper, text_of, word_set, words_of
from icma_crawler.extraction.stated import up_to_stated_end
from icma_crawler.text import clean_line

_MIN_LENGTH = 200
_MAX_SHORT = 3_000
_NEXT_TO_NOTHING = 0.11
_CLEARLY_MORE = 1.5
_MAX_BRIEF = 600
_MAX_LINKED = 0.3
_MIN_SHARE = 0.2
_MAX_REST = 1.9
_NODE_RANGE = (0.88, 1.25)
_NODE_SLACK = 200
_TOP_LINES = 4
_MAX_TOP_LINE = 100
_MAX_META_LINE = 60

_UNREAD = word_set("script style noscript nav footer aside form header button template svg select iframe figure dialog")
_SENTENCE = re.compile(r"(?:\S+\s+){4,}\S*[^\W\d_]{2}[.!?…][\"'”»’)]?(?=\s|$)")
"""What stands above the text as a sentence (a summary in points) is text; dates, places and sections are none."""
_LENGTH = etree.XPath("string-length(normalize-space())")
_LONG_PARAGRAPHS = etree.XPath(
    "//p[string-length(normalize-space()) > 80][not(ancestor::aside or ancestor::footer or ancestor::form)]"
)
_LABELLED = etree.XPath(
    ".//*[self::strong or self::b or self::p or self::div or self::span or self::h2 or self::h3 or self::h4][not(*) or a or strong or b]"
)


def read_text(page: Page, ruled: list[HtmlElement]) -> list[str]:
    """The first reading of the text, as raw lines: what the rule selects, else the engine's fast extraction."""
    if ruled:
        return [line for node in ruled for line in flow(node, is_dropped)]
    lines = complete(page.tree, _read_quickly(page.tree))
    return _read_brief(page.tree, lines) if length_of(lines) < _MAX_BRIEF else lines


def _read_brief(tree: HtmlElement, lines: list[str]) -> list[str]:
    """News of a few sentences: the engine mistrusts them and takes the whole page's text; a named body knows better."""
    node = named_body(tree)
    if node is None:
        return lines
    own = list(flow(node, is_dropped))
    found, length = length_of(lines), length_of(own)
    if found < _MIN_LENGTH:
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
        _drop_related(layout.body)
        own = list(flow(layout.body, is_dropped))
        if length * _NODE_RANGE[0] <= length_of(own) <= length * _NODE_RANGE[1] + _NODE_SLACK:
            ledger.note(
                "body", f"{length_of(own)} characters", f"node <{layout.body.tag}> in {layout.shape} shape", 0.9
            )
            return own
    if _is_doubtful(layout, length, in_paragraphs):
        thorough = _run_engine(page.tree, "thorough")
        ledger.note("body", f"{length_of(thorough)} characters", "thorough extraction", 0.8)
        if length >= _MIN_LENGTH or length_of(thorough) > 2 * length:
            lines = thorough or lines
    stated = page.linked_data.text("articleBody") or ""
    if length_of(lines) < _MIN_LENGTH and len(stated) > 2 * length_of(lines):
        ledger.note("body", f"{len(stated)} characters", "json-ld articleBody", 0.85)
        return re.split(r"\n+|</p>|<br ?/?>", stated)
    if length_of(lines) < _MIN_LENGTH and (node := find_embedded(page.tree)) is not None:
        embedded = [line for line in flow(node, is_dropped) if line.strip()]
        if length_of(embedded) > max(_MIN_LENGTH, 2 * length_of(lines)) and not is_deeper(node, MAX_DEPTH):
            ledger.note("body", f"{length_of(embedded)} characters", "data of the page's scripts", 0.8)
            return embedded
    return lines


def _is_doubtful(layout: Layout, length: int, in_paragraphs: float) -> bool:
    """Whether the text is little of what the page's paragraphs or its own node hold, or stands in no paragraphs."""
    if length < _MIN_LENGTH or not length * _MIN_SHARE < in_paragraphs < length / _MIN_SHARE:
        return True
    body = layout.body
    if body is None or _LENGTH(body) < _MAX_REST * length:
        return False
    return length_of(list(flow(body, is_dropped))) > _MAX_REST * length


def _read_quickly(tree: HtmlElement) -> list[str]:
    """The engine's fast extraction; where that is next to nothing of the page, the one that takes more."""
    lines = _run_engine(tree, "fast")
    length = length_of(lines)
    if not 0 < length < _MAX_SHORT or length >= _NEXT_TO_NOTHING * _length_of_page(tree):
        return lines
    more = _run_engine(tree, "greedy")
    return more if length_of(more) > max(_MIN_LENGTH, _CLEARLY_MORE * length) else lines


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
    document = run(tree, options=options[how])
    return [] if document is None or document.body is None else list(flow(document.body, never))


@functools.cache
def _engine() -> tuple[Callable[..., Any], dict[str, Any]]:
    """The engine and its options: "fast", "greedy" (fast, and rather too much than too little) and "thorough"."""
    from trafilatura import bare_extraction  # noqa: PLC0415  # heavy, and `icma --help` must answer at once
    from trafilatura.settings import Extractor  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    fast = Extractor(fast=True, comments=False)
    # By itself it weighs every short text against the whole page, a tenth of all time (2.3.1): `_read_quickly` does.
    fast.focus = "once"
    greedy = Extractor(fast=True, recall=True, comments=False)
    return bare_extraction, {"fast": fast, "greedy": greedy, "thorough": Extractor(comments=False)}


def _drop_related(body: HtmlElement) -> None:
    """Remove blocks of links to other articles that stand inside the body, by their label."""
    for node in _LABELLED(body):
        if not is_related_label("".join(node.itertext())):
            continue
        block = node
        parent = node.getparent()
        if (
            node.tag in ("strong", "b", "span")
            and parent is not None
            and parent is not body
            and len(text_of(parent)) < 400
        ):
            block, parent = parent, parent.getparent()
        if parent is not None and block is not body and len(text_of(block)) < 600:
            block.drop_tree()


def tidy(lines: list[str], title: str, layout: Layout | None = None) -> list[str]:
    """Clean the lines; drop empty ones, furniture, and at the top what belongs to the headline: itself and its details."""
    wanted = words_of(title)
    details: set[tuple[str, ...]] | None = None
    kept: list[str] = []
    for raw in lines:
        line = without_icons(clean_line(raw))
        if not line or is_furniture(line):
            continue
        if len(kept) < _TOP_LINES and words_of(line) == wanted:
            if length_of(kept) < _MAX_TOP_LINE:
                kept.clear()  # what stood above the headline is no text of the article
            continue
        if len(line) < _MAX_TOP_LINE and length_of(kept) < _MAX_TOP_LINE:
            details = _details(layout) if details is None else details
            if _is_meta_line(line) or (words_of(line) in details and not _SENTENCE.search(line)):
                continue
        kept.append(line)
    return kept


def _details(layout: Layout | None) -> set[tuple[str, ...]]:
    """The short texts between headline and body: date, section, views, alone or on one line."""
    texts = (text_of(element) for element in (layout.between if layout else ()))
    return {words_of(text) for text in texts if len(text) < _MAX_TOP_LINE}


def _is_meta_line(line: str) -> bool:
    """Whether a line at the top is a date or place line: short, and mostly digits or ending in a separator."""
    if len(line) > _MAX_META_LINE:
        return False
    return line[-1] in "·|•/" or sum(sign.isdigit() for sign in line) > len(line) * 0.35


def without_foreign(page: Page, lines: list[str]) -> list[str]:
    """The lines without what other parts of the page, links to other articles and talk after the end brought in."""
    lines = without_links(page, without_apart(page.tree, lines))
    return up_to_stated_end(lines, page.linked_data.text("articleBody") or "")
