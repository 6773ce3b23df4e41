"""What is no page, and what is built to exhaust a parser: told before anything is parsed."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from icma_crawler.models import Capture, Rejection

MAX_BODY_BYTES = 3_000_000
MAX_DEPTH = 250
MAX_TAGS = 60_000
MAX_TAG_LENGTH = 20_000
MAX_ATTRIBUTES = 1_000
_MAX_RUN = 1_000_000
_HTML_TYPES = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "application/octet-stream",
    "text/xml",
    "application/xml",
)
_BINARY = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")
_CLOSED = re.compile(r"[^\"'>]{1,200}(?:\"[^\"]{0,200}\"|'[^']{0,200}')?[^\"'>]{0,200}>")
"""A tag that ends where it is seen to; a script's text comes behind it."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def refuse_bytes(capture: Capture) -> Rejection | None:
    """Why bytes are no page, if so: by their type, their first signs, their size."""
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


def refuse_text(text: str) -> Rejection | None:
    """Why markup is not given to a parser, if so: too many tags, or one that does not end."""
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


def is_deeper(tree: HtmlElement, limit: int) -> bool:
    """Whether some element has more than *limit* ancestors."""
    path = "/" + "/*" * (limit + 1)
    return bool(tree.xpath(f"boolean({path})"))
