"""RSS 2.0: one item an article; an article that is withdrawn or gone is replaced by an item that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime

from icma_crawler.exports.markup import element, headline, published, story_html, web_link
from icma_crawler.exports.records import Dispatch, Edition

ARCHIVE_NAMESPACE = "urn:icma-crawler:archive"
"""The namespace of `archivedAt`, which no feed vocabulary has."""

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:archive="{ARCHIVE_NAMESPACE}">
<channel>
"""


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:
    """The feed, piece by piece."""
    yield _HEAD
    yield element("title", edition.title)
    yield element("link", edition.site or f"urn:uuid:{edition.archive}")
    yield element("description", edition.title)
    yield element("lastBuildDate", format_datetime(edition.made_at))
    yield element("generator", "icma-crawler")
    for dispatch in records:
        yield "".join(_item(dispatch))
    yield "</channel>\n</rss>\n"


def rfc822(stamp: str) -> str:
    """An archive's time as RSS writes it."""
    return format_datetime(datetime.fromisoformat(stamp))


def _item(dispatch: Dispatch) -> Iterator[str]:
    record = dispatch.record
    yield "<item>\n"
    yield element("title", headline(dispatch))
    yield element("link", record["url"])
    yield element("guid", record["id"], isPermaLink="false")
    yield element("pubDate", rfc822(dispatch.changed_at if dispatch.is_tombstone else published(record)))
    if not dispatch.is_tombstone:
        for author in record["authors"]:
            yield element("dc:creator", author)
        for category in filter(None, [record["section"], *record["tags"]]):
            yield element("category", category)
        if record["language"]:
            yield element("dc:language", record["language"])
    yield element("description", story_html(dispatch))
    # The one of the two ways to name a source; dc:source beside it breaks readers.
    yield element("source", record["source"]["name"], url=web_link(record["source"]["url"]))
    yield element("archive:archivedAt", record["archived_at"])
    yield "</item>\n"
