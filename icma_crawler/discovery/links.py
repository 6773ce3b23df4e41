"""A page's tree in, its links out: each with the words a reader sees, and where on the page it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from icma_crawler.discovery.results import Context

MAX_LINKS = 5000
HEADLINE_WORDS = 4
"""From so many words on, a link's text is a headline; below, it may be the name of a section."""

_TEXT_LIMIT = 300
_CARD_ELEMENTS = 40
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(("script", "style", "svg", "noscript", "template", "time"))
_CONTENT = frozenset(("main", "article", "aside"))
_BARS = frozenset(("header", "footer"))
_MENU_NAME = re.compile(r"(?:^|[\s_-])(?:nav|navs|navbar|navigation|menu|menus|submenu|breadcrumbs?)(?:$|[\s_-])")
_BAR_NAME = re.compile(
    r"(?:^|\s)(?:(?:site|page|main|top|app|the|global)[_-]?)?(?:header|footer|topbar|top-bar)(?:$|\s)"
)
_ICON_NAME = re.compile(r"\bmaterial-(?:icons|symbols)")
_TITLE_NAME = re.compile(r"title|headline|heading|basliq|ttl", re.IGNORECASE)

PagePlace = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One anchor on the portal's hosts.

    ``place`` describes the element and its two parents: the cards of one list share it. ``is_heading``: the words
    are a heading's. ``in_menu``: it stands in the navigation, the header or the footer.
    """

    url: str
    text: str
    is_heading: bool
    in_menu: bool
    place: PagePlace
    rel: str
    css_class: str

    @property
    def words(self) -> int:
        return self.text.count(" ") + 1 if self.text else 0


def find_links(tree: etree._Element, context: Context) -> tuple[list[Link], bool]:
    """The page's links to pages of the portal, in page order, and whether there are more than are read."""
    base = _base(tree, context)
    anchors = (anchor for anchor in tree.iter("a", "area") if anchor.get("href"))
    taken = list(islice(anchors, MAX_LINKS))
    menus = _Menus()
    urls: dict[str, str | None] = {}
    links = []
    for anchor in taken:
        href = anchor.get("href", "").strip()
        if href not in urls:
            urls[href] = (
                None if href.startswith(("#", "javascript:", "mailto:", "tel:")) else context.own_url(href, base)
            )
        url = urls[href]
        if url is not None:
            links.append(_link(anchor, url, in_menu=menus.holds(anchor)))
    return links, next(anchors, None) is not None


def find_head_links(tree: etree._Element, context: Context) -> Iterator[tuple[str, str, str]]:
    """(rel, type, url) of the ``<link>`` elements that lead to the portal."""
    base = _base(tree, context)
    for element in islice(tree.iter("link"), MAX_LINKS):
        href = element.get("href", "").strip()
        url = context.own_url(href, base) if href else None
        if url:
            yield element.get("rel", "").lower(), element.get("type", "").lower().partition(";")[0].strip(), url


def _base(tree: etree._Element, context: Context) -> str:
    return next((href for base in tree.iter("base") if (href := base.get("href", "").strip())), context.base_url)


def _link(anchor: etree._Element, url: str, *, in_menu: bool) -> Link:
    parent = anchor.getparent()
    heading = next((node for node in (parent, _up(parent)) if node is not None and node.tag in _HEADINGS), None)
    inside = None if len(anchor) == 0 else next(iter(anchor.iter(*_HEADINGS)), None)
    text = _words(anchor, inside)
    if not text:
        inside = _heading_of_card(anchor)
        text = _visible_text(inside) if inside is not None else ""
    return Link(
        url=url,
        text=text,
        is_heading=heading is not None or inside is not None,
        in_menu=in_menu,
        place=(*_sign(anchor), *_sign(parent), *_sign(_up(parent)), "" if inside is None else str(inside.tag)),
        rel=anchor.get("rel", "").lower(),
        css_class=f"{anchor.get('class', '')} {parent.get('class', '') if parent is not None else ''}".lower(),
    )


def _words(anchor: etree._Element, heading: etree._Element | None) -> str:
    """What the anchor says: its heading, or what is marked as title, or all of it, or the text of its picture."""
    if len(anchor) == 0:
        text = _one_line(anchor.text or "")
    else:
        titled = heading if heading is not None else next(filter(_is_titled, anchor.iterdescendants()), None)
        text = _visible_text(titled) if titled is not None else ""
        text = text or _visible_text(anchor)
    return text or _one_line(anchor.get("title") or _picture_text(anchor))


def _is_titled(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and bool(_TITLE_NAME.search(element.get("class", "")))


def _picture_text(anchor: etree._Element) -> str:
    return next((alt for image in anchor.iter("img") if (alt := image.get("alt", "").strip())), "")


def _heading_of_card(anchor: etree._Element) -> etree._Element | None:
    """The one heading beside an anchor without words, as of a card whose whole face is the link."""
    for card in (anchor.getparent(), _up(anchor.getparent())):
        nodes = islice(card.iter(), _CARD_ELEMENTS) if card is not None else ()
        headings = [node for node in nodes if node.tag in _HEADINGS]
        if headings:
            return headings[0] if len(headings) == 1 else None
    return None


def _visible_text(element: etree._Element) -> str:
    return _one_line(" ".join(_pieces(element)))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_TEXT_LIMIT]


def _pieces(element: etree._Element) -> Iterator[str]:
    """Text without scripts, times and icon words; a libxml2 tree is at most 256 deep, and so is this recursion."""
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN and not _ICON_NAME.search(child.get("class", "")):
            yield from _pieces(child)
        if child.tail:
            yield child.tail


def _sign(element: etree._Element | None) -> tuple[str, str]:
    return ("", "") if element is None else (str(element.tag), element.get("class", ""))


def _up(element: etree._Element | None) -> etree._Element | None:
    return None if element is None else element.getparent()


class _Menus:
    """Whether an element stands in a menu, remembered for each ancestor, so that a page costs one walk."""

    def __init__(self) -> None:
        self._known: dict[etree._Element, bool] = {}

    def holds(self, element: etree._Element) -> bool:
        trail: list[etree._Element] = []
        verdict: bool | None = None
        node: etree._Element | None = element
        while node is not None and verdict is None:
            verdict = self._known[node] if node in self._known else _is_menu(node)
            trail.append(node)
            node = node.getparent()
        self._known.update(dict.fromkeys(trail, verdict or False))
        return verdict or False


def _is_menu(element: etree._Element) -> bool | None:
    """Whether the element settles it: a menu or a bar (True), a part of the content (False), or neither (None)."""
    tag = element.tag
    if tag == "nav":
        return True
    if tag in _CONTENT or tag in ("html", "body"):
        return False
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('role', '')}".lower()
    if tag not in _BARS and (names == "  " or not (_MENU_NAME.search(names) or _BAR_NAME.search(names))):
        return None
    # A card's own <header> or <footer> is no bar of the page.
    is_card = any(ancestor.tag in ("article", "main", "li") for ancestor in element.iterancestors())
    return None if is_card and not _MENU_NAME.search(names) else True
