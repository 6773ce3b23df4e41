"""Lines that are links to other pages of the portal: "more on this", teasers between the paragraphs."""

from __future__ import annotations

from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.page import Page, lines_of, text_of
from icma_crawler.extraction.page.furniture import is_related_label
from icma_crawler.extraction.page.lines import length_of, spelled

_MIN_WORDS = 4
_MAX_LINE = 300
_MIN_LINKED = 0.75
_MAX_DROPPED = 0.3
"""Where more than this of a text is links it is a list of links, and the list is what it says."""
_MAX_HEADINGS = 2
"""One heading that is a link leads away; several are the passages of a list, each with what it is about."""
_LINKS = etree.XPath("//body//a[@href and not(contains(@href, '#'))]")
_IN_HEADING = etree.XPath("boolean(ancestor::*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6])")
_IS_TEASER = etree.XPath("boolean(.//p | .//div | .//h2 | .//h3 | .//h4)")
_LABELLED = etree.XPath(
    ".//*[self::strong or self::b or self::p or self::div or self::span or self::h2 or self::h3 or self::h4][not(*) or a or strong or b]"
)


def without_links(page: Page, lines: list[str]) -> list[str]:
    """*lines* without those that are little but a link to another page of the portal; sentences stay.

    A link that holds blocks of its own (headline, date, excerpt) is a teaser, of which no sentence stays.
    """
    said = [spelled(line) for line in lines]
    links, teasers = _read_links(page, "\n".join(said))
    kept = [
        line
        for line, words in zip(lines, said, strict=True)
        if words not in teasers and not _is_link(line, words, links)
    ]
    return kept if length_of(kept) >= (1 - _MAX_DROPPED) * length_of(lines) else lines


def _read_links(page: Page, told: str) -> tuple[set[str], set[str]]:
    """What *told* holds of the texts of links, and of the lines of teasers."""
    links: set[str] = set()
    headings: set[str] = set()
    teasers: set[str] = set()
    for link in _LINKS(page.tree):
        texts = lines_of(link) if len(link) else [link.text or ""]
        held = [words for text in texts if len(text.split()) >= _MIN_WORDS and (words := spelled(text)) in told]
        if not held or not _is_own(page, link.get("href")):
            continue
        if len(link) and _IS_TEASER(link):
            teasers.update(held)
        else:
            (headings if _IN_HEADING(link) else links).update(held)
    return (links | headings if len(headings) <= _MAX_HEADINGS else links), teasers


def _is_link(line: str, words: str, links: set[str]) -> bool:
    if len(line) > _MAX_LINE or line.endswith("."):
        return False
    return any(text in words and len(text) >= _MIN_LINKED * len(words) for text in links)


def _is_own(page: Page, href: str) -> bool:
    try:
        return page.portal.owns(urljoin(page.url, href))
    except ValueError:
        return False


def drop_related(body: HtmlElement) -> None:
    """Remove blocks of links to other articles that stand inside the body, by their label."""
    for node in _LABELLED(body):
        if not is_related_label("".join(node.itertext())):
            continue
        block = node
        parent = node.getparent()
        if (
            node.tag in ("strong", "b", "span")
            and parent is not None
            and parent is not body
            and len(text_of(parent)) < 400
        ):
            block, parent = parent, parent.getparent()
        if parent is not None and block is not body and len(text_of(block)) < 600:
            block.drop_tree()
