"""What a page says of its own reuse: robots directives, a TDM reservation, and the statement in its footer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.page import Page, lines_of, name_of
from icma_crawler.models import Capture, ReuseSignal
from icma_crawler.rights import (
    ADDRESSED,
    LIMITS,
    classify_reuse_statement,
    header_signals,
    is_worth_reading,
    read_directives,
)
from icma_crawler.text import clean_line, fold

_FOOTERS = etree.XPath(
    "//footer | //@class[contains(., 'oot') or contains(., 'opyright')]/.. |"
    " //@id[contains(., 'oot') or contains(., 'opyright')]/.."
)
_FOOTER_NAME = re.compile("foot|copyright")
_LENGTH = etree.XPath("string-length()")
_MAX_FOOTER = 12_000
"""Signs of text, white space included; what is named after a footer and longer is the page around it."""
_MAX_VALUE = 300

_MAX_READ = 1_000


def read_reuse_signals(page: Page, capture: Capture) -> tuple[ReuseSignal, ...]:
    """Every signal of a page and of its response, each once."""
    found = [*header_signals(capture), *_meta_signals(page), *_reuse_statements(page)]
    return tuple(dict.fromkeys(found))


def _meta_signals(page: Page) -> Iterator[ReuseSignal]:
    for name in ADDRESSED:
        for content in page.metas.get(name, ()):
            for directive in read_directives(content):
                if directive in LIMITS:
                    yield ReuseSignal(kind="robots-meta", value=directive, reuse=LIMITS[directive])
    if "1" in page.metas.get("tdm-reservation", ()):
        yield ReuseSignal(kind="tdm-meta", value="tdm-reservation: 1", reuse="excerpt")


def _reuse_statements(page: Page) -> Iterator[ReuseSignal]:
    seen: set[str] = set()
    for footer in _footers(page.tree):
        for line in lines_of(footer):
            if line in seen or not is_worth_reading(line):
                continue
            seen.add(line)
            reuse = classify_reuse_statement(fold(line[:_MAX_READ]))
            if reuse is not None:
                yield ReuseSignal(kind="notice", value=clean_line(line, limit=_MAX_VALUE), reuse=reuse)


def _footers(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The page's footers, none within another."""
    last = None
    for element in _FOOTERS(tree):
        is_footer = element.tag == "footer" or _FOOTER_NAME.search(name_of(element))
        if is_footer and last not in element.iterancestors() and _LENGTH(element) <= _MAX_FOOTER:
            yield element
            last = element
