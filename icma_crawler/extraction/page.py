"""A capture in, a parsed page out: one tree that every reader of the page shares, guarded against bombs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from icma_crawler.extraction.charset import decode
from icma_crawler.extraction.structured import LinkedData, read_linked_data
from icma_crawler.models import Capture, Portal, Rejection
from icma_crawler.text import fold, is_xml_character

MAX_BODY_BYTES = 3_000_000
MAX_DEPTH = 250
MAX_TAGS = 60_000
MAX_TAG_LENGTH = 20_000
MAX_ATTRIBUTES = 1_000
_MAX_RUN = 1_000_000


def word_set(words: str) -> frozenset[str]:
    """The words of a constant, written as one line."""
    return frozenset(words.split())


_HTML_TYPES = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "application/octet-stream",
    "text/xml",
    "application/xml",
)
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")
Words = tuple[str, ...]

# What follows the end of a page is part of it for a browser; libxml2 makes a second tree of it, which nobody would see.
_EARLY_END = re.compile(r"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_NO_CHARACTERS = bytes((*range(9), 11, 12, *range(14, 32)))
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,10}));?")
_WORDS = re.compile(r"\w+")
_CLOSED = re.compile(r"[^\"'>]{1,200}(?:\"[^\"]{0,200}\"|'[^']{0,200}')?[^\"'>]{0,200}>")
"""A tag that ends where it is seen to; a script's text comes behind it."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")

_PARTING = word_set("address article br dd div dl dt h1 h2 h3 h4 h5 h6 li ol p section table tbody td th time tr ul")
_UNREAD = frozenset({"script", "style", "noscript", "template"})

# lxml.html asks a Python function for the class of each element; what its forms can do is not needed here.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)

_METAS = etree.XPath("//meta[@content]")
_LINKED_DATA = etree.XPath("//script[contains(@type, 'ld+json')]")
_HEADINGS = etree.XPath("//h1 | //h2 | //h3")
_ITEMPROPS = etree.XPath("//*[@itemprop and not(self::meta)]")


@dataclass(kw_only=True)
class Page:
    """A parsed page; ``tree`` is shared, so who changes it does so last (that is the body's reader)."""

    url: str
    tree: HtmlElement
    portal: Portal
    now: datetime
    charset: str
    charset_from: str
    """What decided the charset: "bom", "width", "valid", "header", "meta" or "guess"."""
    text_length: int
    timezone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self.timezone = ZoneInfo(self.portal.timezone)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The contents of <meta> by lower-case name, property or itemprop, in page order."""
        found: dict[str, list[str]] = {}
        for element in _METAS(self.tree):
            content = element.get("content", "").strip()
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = element.get(attribute)
                if name and content:
                    found.setdefault(name.strip().lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first content of the first name that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    @cached_property
    def linked_data(self) -> LinkedData:
        """What the page's JSON-LD says."""
        return read_linked_data([script.text or "" for script in _LINKED_DATA(self.tree)], self.url)

    @cached_property
    def headings(self) -> list[HtmlElement]:
        return list(_HEADINGS(self.tree))

    @cached_property
    def itemprops(self) -> dict[str, list[HtmlElement]]:
        """Elements other than <meta> by itemprop."""
        found: dict[str, list[HtmlElement]] = {}
        for element in _ITEMPROPS(self.tree):
            for name in element.get("itemprop", "").lower().split():
                found.setdefault(name, []).append(element)
        return found

    @cached_property
    def head_title(self) -> str:
        """The text of <title>."""
        element = self.tree.find(".//title")
        return "" if element is None else text_of(element)

    @cached_property
    def declared_language(self) -> str | None:
        """What <html lang> says."""
        stated = self.tree.get("lang") or self.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        return str(stated) if stated else None


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


def words_of(text: str) -> Words:
    """The words of *text*, folded: what two versions of one line share whatever their punctuation and case."""
    return tuple(_WORDS.findall(fold(text)))


def name_of(element: HtmlElement) -> str:
    """Class and id of *element* in one lower-case string, for patterns."""
    return f"{element.get('class', '')} {element.get('id', '')}".lower()


def read_page(capture: Capture, portal: Portal) -> Page | Rejection:
    """Decode and parse a capture; what is not HTML, or built to exhaust a parser, becomes a Rejection."""
    rejection = _refuse_bytes(capture)
    if rejection:
        return rejection
    content_type = capture.header("content-type")
    decoded = decode(capture.body, content_type=content_type, language=portal.language)
    text = _REFERENCE.sub(_character, decoded.text)
    rejection = _refuse_text(text)
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


def _refuse_bytes(capture: Capture) -> Rejection | None:
    kind = (capture.header("content-type") or "text/html").split(";")[0].strip().lower()
    if not kind.startswith(_HTML_TYPES):
        return Rejection(reason="not-html", detail=kind[:100])
    if capture.body.startswith(_BINARY):
        return Rejection(reason="not-html", detail="the bytes are those of another kind of file")
    if not capture.body.strip():
        return Rejection(reason="empty-shell", detail="no bytes")
    if len(capture.body) > MAX_BODY_BYTES:
        return Rejection(reason="too-big-to-extract", detail=f"{len(capture.body)} bytes")
    return None


def _character(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if is_xml_character(number) else ""


def _refuse_text(text: str) -> Rejection | None:
    if "<" not in text:
        return Rejection(reason="not-html", detail="no markup")
    pieces = text.split("<")
    if len(pieces) > MAX_TAGS:
        return Rejection(reason="too-big-to-extract", detail=f"{len(pieces)} tags")
    for piece in pieces:
        if len(piece) <= MAX_TAG_LENGTH:
            continue
        if piece[0].isalpha() and not _CLOSED.match(piece) and _count_attributes(piece) > MAX_ATTRIBUTES:
            return Rejection(reason="too-big-to-extract", detail="a tag with too many attributes")
        if len(piece) > _MAX_RUN:
            return Rejection(reason="too-big-to-extract", detail="one run of text")
    return None


def _count_attributes(piece: str) -> int:
    """How many words stand in a tag outside quotes; 40,000 attributes cost a parser half a minute."""
    return len(_QUOTED.sub("", piece).split(">", 1)[0].split())


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


def is_deeper(tree: HtmlElement, limit: int) -> bool:
    """Whether some element has more than *limit* ancestors."""
    path = "/" + "/*" * (limit + 1)
    return bool(tree.xpath(f"boolean({path})"))
