"""Atom (RFC 4287) with tombstones (RFC 6721): what must be taken away is deleted, and replaced where that is ignored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icma_crawler.exports.formats.rss import ARCHIVE_NAMESPACE
from icma_crawler.exports.markup import element, escape, headline, published, reader_note, story_html
from icma_crawler.exports.records import Dispatch, Edition

_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" \
xmlns:archive="{ARCHIVE_NAMESPACE}">
"""


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:
    """The feed, piece by piece."""
    yield _HEAD
    yield element("id", f"urn:uuid:{edition.archive}")
    yield element("title", edition.title)
    yield element("updated", edition.made_at.isoformat(timespec="seconds"))
    yield f"<author>\n{element('name', edition.publisher)}</author>\n"
    if edition.site:
        yield element("link", None, rel="alternate", type="text/html", href=edition.site)
    yield element("generator", "icma-crawler")
    for dispatch in records:
        yield "".join(_entry(dispatch))
    yield "</feed>\n"


def _entry(dispatch: Dispatch) -> Iterator[str]:
    record = dispatch.record
    if dispatch.is_tombstone:
        # The replacement below is as old as the tombstone, which therefore wins where it is understood.
        yield f'<at:deleted-entry ref="{escape(record["id"])}" when="{dispatch.changed_at}">\n'
        yield f"{element('at:comment', reader_note(dispatch))}</at:deleted-entry>\n"
    yield "<entry>\n"
    yield element("id", record["id"])
    yield element("title", headline(dispatch))
    yield element("updated", dispatch.changed_at)
    yield element("published", published(record))
    yield element("link", None, rel="alternate", type="text/html", href=record["url"])
    yield element("link", None, rel="via", href=record["source"]["url"], title=record["source"]["name"])
    if not dispatch.is_tombstone:
        for author in record["authors"] or [record["source"]["name"]]:
            yield f"<author>\n{element('name', author)}</author>\n"
        for category in dict.fromkeys(filter(None, [record["section"], *record["tags"]])):
            yield element("category", None, term=category)
    yield element("content", story_html(dispatch), type="html")
    yield element("archive:archivedAt", record["archived_at"])
    yield "</entry>\n"
