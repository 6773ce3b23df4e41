"""Subscription lists: the bytes of an OPML file in, the sites and feeds that it names out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from icma_crawler.errors import UrlError, UsageError
from icma_crawler.urls import canonical_url, domain_of, site_address

_FEED_SCHEME = re.compile(r"^feed:(?://|(?=https?://))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A site of the list, with its feeds; several outlines of one host are one site."""

    home: str
    name: str
    language: str | None
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionList:
    """The sites of a list, in its order; ``unusable`` are the links of outlines that lead to none."""

    sites: tuple[Subscription, ...]
    unusable: tuple[str, ...] = ()


def read_opml(data: bytes) -> SubscriptionList:
    """Every site of an OPML file; outlines without any link are folders.

    Raises:
        UsageError: not OPML, or it declares XML entities, which are refused.
    """
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"not an OPML file: {error}") from error
    if b"<!ENTITY" in data or any(isinstance(node, etree._Entity) for node in root.iter()):  # noqa: SLF001 - lxml has no public name for it
        raise UsageError("the OPML file declares XML entities, which are refused")
    if not isinstance(root.tag, str) or etree.QName(root).localname.lower() != "opml":
        raise UsageError("not an OPML file: its root element is not <opml>")
    outlines = [_attributes(outline) for outline in root.iter("outline")]
    return SubscriptionList(sites=tuple(_merged(outlines)), unusable=tuple(_unusable(outlines)))


def _attributes(outline: etree._Element) -> dict[str, str]:
    """By name in lower case: some programs write xmlurl."""
    return {str(name).lower(): str(value) for name, value in outline.items()}


def _unusable(outlines: Iterable[Mapping[str, str]]) -> Iterator[str]:
    for outline in outlines:
        stated = outline.get("xmlurl") or outline.get("htmlurl")
        if stated and _read(outline) is None:
            yield stated


def _merged(outlines: Iterable[Mapping[str, str]]) -> Iterator[Subscription]:
    sites: dict[str, Subscription] = {}
    for outline in outlines:
        found = _read(outline)
        if found is None:
            continue
        key = domain_of(found.home)
        known = sites.get(key, found)
        feeds = tuple(dict.fromkeys((*known.feeds, *found.feeds)))
        sites[key] = Subscription(home=known.home, name=known.name, language=known.language, feeds=feeds)
    yield from sites.values()


def _read(outline: Mapping[str, str]) -> Subscription | None:
    feed = _link(outline.get("xmlurl"))
    home = _link(outline.get("htmlurl")) or (_link(outline.get("url")) if outline.get("type") == "link" else None)
    home = home or (_root_of(feed) if feed else None)
    if home is None:
        return None
    name = " ".join((outline.get("title") or outline.get("text") or "").split())
    return Subscription(
        home=home,
        name=name or site_address(home),
        language=(outline.get("language") or "").strip() or None,
        feeds=(feed,) if feed else (),
    )


def _link(text: str | None) -> str | None:
    """A canonical link, also of the address that old readers subscribe by: feed://sherg.az/rss, feed:https://sherg.az/rss."""
    try:
        return canonical_url(_without_feed_scheme(text.strip())) if text else None
    except UrlError:
        return None


def _without_feed_scheme(text: str) -> str:
    return _FEED_SCHEME.sub("http://" if text[5:7] == "//" else "", text)


def _root_of(url: str) -> str:
    return canonical_url("/", url)
