"""A capture in, a parsed page out, guarded against bombs."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from icma_crawler.extraction.page.charset import decode
from icma_crawler.extraction.page.limits import MAX_DEPTH, is_deeper, refuse_bytes, refuse_text
from icma_crawler.extraction.page.page import Page
from icma_crawler.models import Capture, Portal, Rejection
from icma_crawler.text import is_xml_character

# What follows the end of a page is part of it for a browser; libxml2 makes a second tree of it, which nobody would see.
_EARLY_END = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_NO_CHARACTERS = bytes((*range(9), 11, 12, *range(14, 32)))
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,10}));?")
# lxml.html asks a Python function for the class of each element; what its forms can do is not needed here.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)


def read_page(capture: Capture, portal: Portal) -> Page | Rejection:
    """Decode and parse a capture; what is not HTML, or built to exhaust a parser, becomes a Rejection."""
    rejection = refuse_bytes(capture)
    if rejection:
        return rejection
    content_type = capture.header("content-type")
    decoded = decode(capture.body, content_type=content_type, language=portal.language)
    text = _REFERENCE.sub(_character, decoded.text)
    rejection = refuse_text(text)
    if rejection:
        return rejection
    tree = _parse(text)
    if tree is None:
        return Rejection(reason="not-html", detail="nothing that a parser can read")
    if is_deeper(tree, MAX_DEPTH):
        return Rejection(reason="too-big-to-extract", detail=f"more than {MAX_DEPTH} nested tags")
    return Page(
        url=capture.final_url,
        tree=tree,
        portal=portal,
        now=capture.fetched_at,
        charset=decoded.charset,
        charset_from=decoded.how,
        text_length=len(text),
    )


def _character(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if is_xml_character(number) else ""


def _parse(text: str) -> HtmlElement | None:
    # With huge_tree nothing below 256 nested tags is dropped in silence; `is_deeper` decides about depth instead.
    parser = HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        huge_tree=True,
        collect_ids=False,
        default_doctype=False,
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        return document_fromstring(_readable(_EARLY_END.sub("", text)), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _readable(text: str) -> bytes:
    """The text without what XML cannot hold: one control character on a page, and lxml refuses to copy its text."""
    data = text.encode("utf-8", "ignore").translate(None, _NO_CHARACTERS)
    for sign in _NONCHARACTERS:
        data = data.replace(sign, b"")
    return data
