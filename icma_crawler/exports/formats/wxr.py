"""WordPress eXtended RSS 1.2, for a first load: WordPress only ever inserts from it, so tombstones are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from html import escape

from icma_crawler.dates import BAKU
from icma_crawler.exports.formats.rss import rfc822
from icma_crawler.exports.markup import cdata, element, headline, published, story_html
from icma_crawler.exports.records import Dispatch, Edition, Record
from icma_crawler.models import Portal
from icma_crawler.text import slug_words

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
"""

_BARE_LINK = re.compile("(<p>https?):", re.IGNORECASE)


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:
    """The file, post by post; each portal is an author."""
    yield _HEAD
    yield element("title", edition.title)
    yield element("link", edition.site or f"urn:uuid:{edition.archive}")
    yield element("wp:wxr_version", "1.2")
    for portal in edition.portals:
        yield _author(portal)
    for dispatch in records:
        if dispatch.is_tombstone:
            edition.skipped[dispatch.record["change"]] += 1
        else:
            yield "".join(_post(dispatch))
    yield "</channel>\n</rss>\n"


def post_content(dispatch: Dispatch) -> str:
    """The story as WordPress takes it: nothing in its text is run as a shortcode, or embedded for being a bare link."""
    return _BARE_LINK.sub(r"\1&#58;", story_html(dispatch).replace("[", "&#91;"))


def post_words(text: str) -> str:
    """A title or an excerpt as WordPress takes it: it prints both as HTML, and an editor's account may post scripts."""
    return escape(text, quote=False)


def post_meta(record: Record) -> Mapping[str, str]:
    """What a post remembers of where it came from; the last key makes Yoast link to the source as canonical."""
    return {
        "icma_id": record["id"],
        "icma_url": record["url"],
        "icma_source_name": record["source"]["name"],
        "icma_source_url": record["source"]["url"],
        "icma_archived_at": record["archived_at"],
        "icma_record_sha256": record["record_sha256"],
        "_yoast_wpseo_canonical": record["url"],
    }


def post_slug(title: str, urn: str) -> str:
    """A slug that no other article's post has, whatever its title."""
    return f"{_slug(title)[:150].strip('-')}-{urn.rpartition(':')[2][:8]}"


def _author(portal: Portal) -> str:
    login, name = cdata("wp:author_login", portal.id), cdata("wp:author_display_name", portal.name)
    return f"<wp:author>\n{login}{name}</wp:author>\n"


def _post(dispatch: Dispatch) -> Iterator[str]:
    record = dispatch.record
    at = datetime.fromisoformat(published(record))
    yield "<item>\n"
    yield cdata("title", post_words(headline(dispatch)))
    yield element("link", record["url"])
    yield element("pubDate", rfc822(published(record)))
    yield cdata("dc:creator", record["portal"])
    yield element("guid", record["id"], isPermaLink="false")
    yield cdata("content:encoded", post_content(dispatch))
    yield cdata("excerpt:encoded", post_words(record["lead"] or ""))
    yield element("wp:post_id", str(record["seq"]))
    yield element("wp:post_date", f"{at.astimezone(BAKU):%Y-%m-%d %H:%M:%S}")
    yield element("wp:post_date_gmt", f"{at:%Y-%m-%d %H:%M:%S}")
    yield cdata("wp:post_name", post_slug(record["title"], record["id"]))
    yield element("wp:status", "publish")
    yield element("wp:post_type", "post")
    yield element("wp:comment_status", "closed")
    yield element("wp:ping_status", "closed")
    yield from _terms(record)
    for key, value in post_meta(record).items():
        yield f"<wp:postmeta>\n{cdata('wp:meta_key', key)}{cdata('wp:meta_value', value)}</wp:postmeta>\n"
    yield "</item>\n"


def _terms(record: Record) -> Iterator[str]:
    if record["section"]:
        yield _term("category", record["section"])
    for tag in record["tags"]:
        yield _term("post_tag", tag)


def _term(domain: str, name: str) -> str:
    opening = f'category domain="{domain}" nicename="{_slug(name)}"'
    return cdata(opening, name).replace(f"</{opening}>", "</category>")


def _slug(text: str) -> str:
    """A slug; for a text without Latin letters a short digest of it."""
    return "-".join(slug_words(text))[:190].strip("-") or sha256(text.encode()).hexdigest()[:12]
