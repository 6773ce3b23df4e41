"""What a page shows of withdrawn articles that it still links to, out of the page before it is stored.

A takedown blanks the pages that are here; the portal goes on printing headline and teaser beside its other articles.
The words are gone from the archive, so that they can only be known by the link they stand with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from icma_crawler.charsets import page_codec
from icma_crawler.errors import UrlError
from icma_crawler.models import Capture
from icma_crawler.redaction.wording import WORTH_SEARCHING, Wording
from icma_crawler.urls import canonical_url, identity_key

if TYPE_CHECKING:
    from lxml import etree

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MAX_CARD = 1_500
"""Letters; what is longer is no teaser."""
_MAX_CLIMB = 6
_PAGE_PARTS = frozenset({"article", "main", "body", "html", "ul", "ol", "table", "tbody"})
_WORDED = ("title", "alt", "aria-label")
_PICTURES = ("src", "data-src")


def without_withdrawn(capture: Capture, those_withdrawn: Callable[[Collection[str]], set[str]]) -> bytes:
    """The body of a page with a sign in the place of headline, teaser and picture of each withdrawn article.

    *those_withdrawn* tells of the identity keys of addresses, which of them are withdrawn articles'.
    """
    codec = _codec_of(capture)
    tree = _tree(capture.body, codec)
    links = [] if tree is None else list(_links(tree, capture))
    withdrawn = those_withdrawn({key for _, key in links})
    cards = [_card(link, key, links) for link, key in links if key in withdrawn]
    passages = frozenset(passage for card in cards for passage in _passages(card) if len(passage) >= WORTH_SEARCHING)
    return Wording(passages=passages, charset=codec).blanked(capture.body) if passages else capture.body


def host_key_of(url: str) -> str:
    """The identity key of the front page of a url's host, with which those of all its addresses begin."""
    return identity_key(f"https://{urlsplit(url).netloc}/")


def _codec_of(capture: Capture) -> str:
    try:
        capture.body.decode("utf-8")
    except UnicodeDecodeError:
        header = next((value for name, value in capture.headers if name == "content-type"), "")
        said = _CHARSET.search(header.encode()) or _CHARSET.search(capture.body, 0, 4096)
        return (page_codec(said[1].decode("ascii", "replace")) if said else None) or "cp1252"
    return "utf-8"


def _tree(body: bytes, codec: str) -> etree._Element | None:
    from lxml import etree  # noqa: PLC0415 - only for archives with withdrawals

    text = body.decode(codec, "replace").encode()
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text, parser) if text.strip() else None
    except etree.XMLSyntaxError:
        return None


def _links(tree: etree._Element, capture: Capture) -> Iterator[tuple[etree._Element, str]]:
    """The links to other pages, each with the key of its address."""
    own = identity_key(capture.final_url)
    for link in tree.iter("a"):
        try:
            key = identity_key(canonical_url(link.get("href") or "", base=capture.final_url))
        except UrlError:
            continue
        if key != own:
            yield link, key


def _card(link: etree._Element, key: str, links: list[tuple[etree._Element, str]]) -> etree._Element:
    """The largest element around a link that speaks of this article only: no link in the midst of a text, no list."""
    strangers = {other for other, its_key in links if its_key != key and len(_text(other)) >= WORTH_SEARCHING}
    card = link
    for _ in range(_MAX_CLIMB):
        around = card.getparent()
        if around is None or around.tag in _PAGE_PARTS or _has_own_text(around):
            break
        if any(other in strangers for other in around.iter("a")) or len(_text(around)) > _MAX_CARD:
            break
        card = around
    return card


def _has_own_text(element: etree._Element) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


def _passages(card: etree._Element) -> Iterator[str]:
    for text in card.itertext():
        yield " ".join(text.split())
    for element in card.iter():
        yield from (" ".join((element.get(name) or "").split()) for name in _WORDED)
        yield from (urlsplit(element.get(name) or "").path for name in _PICTURES)
