"""Links to what was withdrawn: portals go on naming it in sidebars, and later pages are kept without those words."""

from __future__ import annotations

import html
import re
import sqlite3
from collections.abc import Iterator
from urllib.parse import urlsplit

from icma_crawler.errors import UrlError
from icma_crawler.models import Capture
from icma_crawler.urls import canonical_url, identity_key

_LINK = re.compile(rb"""<a\s(?:[^>]*?\s)?href\s*=\s*["']?([^"'\s>]+)[^>]*>""", re.IGNORECASE)
_NEXT_LINK_TAG = re.compile(rb"<(/?)a[\s>]", re.IGNORECASE)
_BLANK = "█".encode()
_WORTH_BLANKING = 16
"""Fewer bytes in a link are anybody's words, and often part of another article's sentence."""


def without_withdrawn_links(conn: sqlite3.Connection, capture: Capture) -> bytes:
    """The body of a page, a sign in the place of all that stands in its links to withdrawn articles, titles and all."""
    if not _has_withdrawn(conn, urlsplit(capture.final_url).netloc):
        return capture.body
    kept, end = [], 0
    for start, text, stop, href in _links(capture.body):
        if start >= end and _is_withdrawn(conn, capture, href):
            kept += [capture.body[end:start], b'<a href="', href, b'">', _blanked(capture.body[text:stop])]
            end = stop
    return b"".join([*kept, capture.body[end:]])


def _has_withdrawn(conn: sqlite3.Connection, host: str) -> bool:
    """Whether any address of a host was; on most there is none, and nothing is looked for."""
    first = identity_key(f"https://{host}/")
    return conn.execute("SELECT 1 FROM withdrawals WHERE key GLOB ? LIMIT 1", [f"{first}/*"]).fetchone() is not None


def _blanked(text: bytes) -> bytes:
    return _BLANK if len(text.strip()) >= _WORTH_BLANKING else text


def _links(body: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Of each link, where its tag begins, where its text does and ends, and the address as it is written."""
    for match in _LINK.finditer(body):
        following = _NEXT_LINK_TAG.search(body, match.end())
        is_closed = following is not None and following[1]
        stop = following.start() if following and is_closed else body.find(b"<", match.end())
        yield match.start(), match.end(), stop if stop >= 0 else len(body), match[1]


def _is_withdrawn(conn: sqlite3.Connection, capture: Capture, href: bytes) -> bool:
    written = html.unescape(href.decode("utf-8", "replace"))
    try:
        key = identity_key(canonical_url(written, capture.final_url))
    except UrlError:
        return False
    return conn.execute("SELECT 1 FROM withdrawals WHERE key = ?", [key]).fetchone() is not None
