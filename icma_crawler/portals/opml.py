"""Subscription lists: the bytes of an OPML file in, the sites and feeds that it names out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from icma_crawler.errors import UrlError, UsageError
from icma_crawler.urls import canonical_url, domain_of, site_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A site of the list, with its feeds; several outlines of one host are one site."""

    home: str
    name: str
    language: str | None
    feeds: tuple[str, ...]


def read_opml(data: bytes) -> list[Subscription]:
    """Every site of an OPML file, in its order; outlines without a usable link are left out.

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
    return list(_merged(root))


def _merged(root: etree._Element) -> Iterator[Subscription]:
    sites: dict[str, Subscription] = {}
    for outline in root.iter("outline"):
        found = _read(outline)
        if found is None:
            continue
        key = domain_of(found.home)
        known = sites.get(key, found)
        feeds = tuple(dict.fromkeys((*known.feeds, *found.feeds)))
        sites[key] = Subscription(home=known.home, name=known.name, language=known.language, feeds=feeds)
    yield from sites.values()


def _read(outline: etree._Element) -> Subscription | None:
    feed = _link(outline.get("xmlUrl"))
    home = _link(outline.get("htmlUrl")) or (_link(outline.get("url")) if outline.get("type") == "link" else None)
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
    try:
        return canonical_url(text) if text else None
    except UrlError:
        return None


def _root_of(url: str) -> str:
    return canonical_url("/", url)
