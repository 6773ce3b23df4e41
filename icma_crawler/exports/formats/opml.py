"""OPML 2.0: the portals, and the feeds where they have some."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from email.utils import format_datetime

from icma_crawler.exports.markup import element, escape
from icma_crawler.exports.records import Dispatch, Edition
from icma_crawler.models import Portal


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:  # noqa: ARG001 - a list of portals has no articles
    """The list, a portal a line."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n'
    yield element("title", edition.title)
    yield element("dateCreated", format_datetime(edition.made_at))
    yield "</head>\n<body>\n"
    for portal in edition.portals:
        if edition.portal in (None, portal.id):
            yield outline_of(portal)
    yield "</body>\n</opml>\n"


def outline_of(portal: Portal) -> str:
    """A portal as a subscription; with several feeds as a folder of them, with none as a link."""
    feeds = [source.url for source in portal.sources if source.kind == "feed"]
    common = {"text": portal.name, "title": portal.name, "htmlUrl": portal.source_url, "language": portal.language}
    if not feeds:
        return element("outline", None, type="link", url=portal.source_url, **common)
    outlines = [element("outline", None, type="rss", xmlUrl=url, **common) for url in feeds]
    if len(outlines) == 1:
        return outlines[0]
    return f'<outline text="{escape(portal.name)}">\n{"".join(outlines)}</outline>\n'
