"""A source and its response in, a `Listing` out: told apart by content, not by content type or expectation."""

from __future__ import annotations

import re
from dataclasses import replace

from icma_crawler.discovery.feeds import read_feed, read_json_feed
from icma_crawler.discovery.markup import as_utf8, unpack
from icma_crawler.discovery.results import Context, Listing
from icma_crawler.discovery.section_pages import read_page
from icma_crawler.discovery.sitemaps import read_sitemap, read_text_sitemap
from icma_crawler.discovery.url_shapes import Shapes
from icma_crawler.errors import SourceError
from icma_crawler.models import Capture, Portal, Source

_HEAD_BYTES = 65_536
_ROOT = re.compile(
    rb"<(?:!doctype\s+(html)\b|(?:[\w.-]+:)?(html|head|body|rss|rdf|feed|channel|urlset|sitemapindex)(?=[\s/>]))",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(rb"<(?:a|div|p|ul|table|section|main|article|script|meta|title)\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(rb"<!entity\b", re.IGNORECASE)
_URL_LINE = re.compile(rb"https?://[^\s<>]+\s*(?:\n|\Z)")


def read_source(source: Source, capture: Capture, portal: Portal, *, known_shapes: Shapes | None = None) -> Listing:
    """Read what *source* answered: RSS, Atom, JSON Feed, any sitemap (also gzipped), or an HTML page.

    Raises:
        SourceError: with a reason of `icma_crawler.reasons`: html-not-feed, not-a-source, broken-xml, xml-entities,
            nothing-listed, too-big, encoding.
    """
    unpacked, is_cut = unpack(capture.body, source.url)
    context = Context(source=source, base_url=capture.final_url, portal=portal, shapes=known_shapes)
    body = as_utf8(unpacked, capture.header("content-type"), portal.language).lstrip()
    listing = _read(body, context)
    return replace(listing, truncated=True) if is_cut or capture.is_partial else listing


def _read(body: bytes, context: Context) -> Listing:
    root = _ROOT.search(body, 0, _HEAD_BYTES)
    if _ENTITY.search(body, 0, root.start() if root else _HEAD_BYTES):
        raise SourceError(context.source.url, "xml-entities")
    name = (root[1] or root[2]).lower() if root else b""
    if root and name in (b"rss", b"rdf", b"feed", b"channel"):
        return read_feed(body[root.start() :], context)
    if root and name in (b"urlset", b"sitemapindex"):
        return read_sitemap(body[root.start() :], context)
    if body.startswith(b"{"):
        return read_json_feed(body, context)
    if _URL_LINE.match(body):
        return read_text_sitemap(body, context)
    if root or _FRAGMENT.search(body, 0, _HEAD_BYTES):
        if context.source.kind != "section":
            raise SourceError(context.source.url, "html-not-feed")
        return read_page(body, context)
    raise SourceError(context.source.url, "broken-xml" if body.startswith(b"<?xml") else "not-a-source", _what(body))


def _what(body: bytes) -> str:
    return f"begins with {body[:20]!r}" if body else "the body is empty"
