"""Feeds in, listings out: RSS 0.9x, 1.0 (RDF) and 2.0, Atom (RFC 4287), JSON Feed 1.1.

The item's link is its identity, never its guid: some portals give one guid to every item.
"""

from __future__ import annotations

import json
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from icma_crawler.discovery.markup import mended_link, parse_xml, plain_title
from icma_crawler.discovery.results import Context, Listing, one_per_url
from icma_crawler.errors import SourceError
from icma_crawler.models import Candidate
from icma_crawler.text import clean_line

MAX_ENTRIES = 1000
_GUID_LIMIT = 500
# Elements of these say something of a picture, a programme or a comment, not of the entry itself.
_CORE_PREFIXES = frozenset({"", "atom", "dc", "dcterms", "rss", "a10", "feedburner", "pheedo"})
_CORE_NAMESPACES = (
    "http://purl.org/rss/1.0/",
    "http://purl.org/dc/",
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atom/",
    "http://my.netscape.com/",
    "http://channel.netscape.com/",
    "http://backend.userland.com/",
    "http://blogs.law.harvard.edu/",
    "http://www.rssboard.org/",
    "http://rssnamespace.org/feedburner/",
    "http://www.pheedo.com/",
)
_PUBLISHED = ("pubDate", "published", "issued", "date", "created")
_MODIFIED = ("updated", "modified")


def read_feed(body: bytes, context: Context) -> Listing:
    """Read RSS or Atom, in UTF-8 and beginning with its root element.

    The tree is read directly, with libxml2 mending what is broken: on 150 real and malformed feeds it finds every
    linked entry that feedparser finds, in a tenth of the time, and deep nesting cannot stall it.
    """
    root = parse_xml(body, context.base_url)
    if root is None:
        raise SourceError(context.source.url, "broken-xml")
    items = root.iter("{*}item", "{*}entry")
    entries = list(islice(items, MAX_ENTRIES))
    truncated = next(items, None) is not None
    channel = next(root.iter("{*}channel"), root)
    return _listing(
        [candidate for item in entries if (candidate := _read_item(item, context))],
        context,
        entries=len(entries),
        title=plain_title(_child_text(channel, "title")),
        ttl_minutes=_minutes(_child_text(channel, "ttl")),
        truncated=truncated,
    )


def read_json_feed(body: bytes, context: Context) -> Listing:
    """Read a JSON Feed; an item's ``external_url`` is another site's page, so only ``url`` and ``id`` count."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(context.source.url, "not-a-source", "broken JSON") from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or "jsonfeed" not in str(feed.get("version")):
        raise SourceError(context.source.url, "not-a-source", "JSON, but no JSON Feed")
    entries = [item for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    return _listing(
        [candidate for item in entries if (candidate := _read_json_item(item, context))],
        context,
        entries=len(items),
        title=plain_title(_string(feed, "title")),
        truncated=len(items) > MAX_ENTRIES,
    )


def _listing(
    candidates: list[Candidate],
    context: Context,
    *,
    entries: int,
    title: str | None,
    truncated: bool,
    ttl_minutes: int | None = None,
) -> Listing:
    if not candidates:
        raise SourceError(context.source.url, "nothing-listed", f"{entries} entries, none of the portal")
    return Listing(
        kind="feed", candidates=one_per_url(candidates), title=title, ttl_minutes=ttl_minutes, truncated=truncated
    )


def _read_item(item: etree._Element, context: Context) -> Candidate | None:
    fields: dict[str, etree._Element] = {}
    links: list[etree._Element] = []
    for child in item.iterchildren(tag=etree.Element):
        name = _core_name(str(child.tag), child.prefix)
        if name == "link":
            links.append(child)
        elif name:
            fields.setdefault(name, child)
    guid = fields.get("guid", fields.get("id"))
    link, base = _link(fields, links)
    if not link:
        link = _permalink(item, guid)
    url = context.article_url(link, base) if link else None
    if url is None:
        return None
    return Candidate(
        url=url,
        source_url=context.source.url,
        title=plain_title(_text(fields.get("title"))),
        published_at=context.moment(_first_text(fields, _PUBLISHED)),
        modified_at=context.moment(_first_text(fields, _MODIFIED)),
        guid=_guid(_text(guid) or None),
    )


def _read_json_item(item: dict[str, Any], context: Context) -> Candidate | None:
    link = _string(item, "url") or _if_url(_string(item, "id"))
    url = context.article_url(link) if link else None
    if url is None:
        return None
    return Candidate(
        url=url,
        source_url=context.source.url,
        title=plain_title(_string(item, "title")),
        published_at=context.moment(_string(item, "date_published")),
        modified_at=context.moment(_string(item, "date_modified")),
        guid=_guid(_string(item, "id")),
    )


def _link(fields: dict[str, etree._Element], links: list[etree._Element]) -> tuple[str | None, str | None]:
    """The entry's own page, and the base of a relative link; FeedBurner's origLink is the page behind its redirect."""
    if origin := _text(fields.get("origLink")):
        return mended_link(origin), None
    best = max(links, key=_link_rank, default=None)
    if best is None or _link_rank(best) == 0:
        return None, None
    link = mended_link(_text(best) or best.get("href") or (best.tail or "").strip())
    return link, None if link.startswith("http") else best.base


def _link_rank(link: etree._Element) -> int:
    """Text of RSS before an alternate HTML page before another alternate; self, replies and enclosures do not count."""
    if (link.text and link.text.strip()) or (not link.attrib and (link.tail or "").strip()):
        return 3
    if not link.get("href") or link.get("rel", "alternate") != "alternate":
        return 0
    return 2 if "html" in link.get("type", "html") else 1


def _permalink(item: etree._Element, guid: etree._Element | None) -> str | None:
    """The guid, Atom id or rdf:about of an entry without a link, where it is an address."""
    if guid is not None and guid.get("isPermaLink", "true").lower() != "false" and (link := _if_url(_text(guid))):
        return link
    return _if_url(item.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"))


def _if_url(text: str | None) -> str | None:
    return mended_link(text) if text and text.startswith(("http://", "https://")) else None


@lru_cache(maxsize=256)
def _core_name(tag: str, prefix: str | None) -> str | None:
    """The name of an element of RSS, Atom or Dublin Core; None for any other vocabulary."""
    namespace, _, name = tag.rpartition("}")
    undeclared, _, local = name.rpartition(":")
    if namespace[1:] and not namespace[1:].startswith(_CORE_NAMESPACES):
        # A feed may declare any address as its default namespace; what has a prefix is somebody else's.
        return None if prefix else local
    return local if undeclared in _CORE_PREFIXES else None


def _child_text(parent: etree._Element, name: str) -> str:
    children = parent.iterchildren(tag=etree.Element)
    return next((_text(child) for child in children if _core_name(str(child.tag), child.prefix) == name), "")


def _first_text(fields: dict[str, etree._Element], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(fields.get(name)))), None)


def _text(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return (element.text or "" if len(element) == 0 else "".join(map(str, element.itertext()))).strip()


def _guid(text: str | None) -> str | None:
    return clean_line(text, limit=_GUID_LIMIT) or None if text else None


def _minutes(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 100_000 else None


def _string(values: dict[str, Any], key: str) -> str | None:
    value = values.get(key)
    return value if isinstance(value, str) and value.strip() else None
