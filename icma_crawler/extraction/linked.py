"""Lines that are links to other pages of the portal: "more on this", teasers between the paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.lines import length_of
from icma_crawler.extraction.page import Page, lines_of, text_of, words_of

_MIN_WORDS = 4
_MAX_LINE = 300
_MIN_LINKED = 0.75
_MAX_DROPPED = 0.3
"""Where more than this of a text is links it is a list of links, and the list is what it says."""
_MAX_HEADINGS = 2
"""One heading that is a link leads away; several are the passages of a list, each with what it is about."""
_LINKS = etree.XPath("//body//a[@href and not(contains(@href, '#'))]")
_IN_HEADING = etree.XPath("boolean(ancestor::*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6])")
_IS_CARD = etree.XPath("boolean(.//p | .//div | .//h2 | .//h3 | .//h4)")


def without_links(page: Page, lines: list[str]) -> list[str]:
    """*lines* without those that are little but a link to another page of the portal; sentences stay.

    A link that holds blocks of its own (headline, date, excerpt) is a teaser, of which no sentence stays.
    """
    words = [_words(line) for line in lines]
    told = "\n".join(words)
    links = [link for link in _LINKS(page.tree) if _is_own(page, link.get("href"))]
    teasers = {held for link in links if _IS_CARD(link) for line in lines_of(link) if (held := _words(line))}
    linked = set(_told_links(links, told))
    kept = [
        line
        for line, said in zip(lines, words, strict=True)
        if not (said in teasers and len(said.split()) >= _MIN_WORDS) and not _is_link(line, said, linked)
    ]
    return kept if length_of(kept) >= (1 - _MAX_DROPPED) * length_of(lines) else lines


def _told_links(links: list[HtmlElement], told: str) -> Iterator[str]:
    """The texts of links that the lines hold."""
    headings = set()
    for link in links:
        text = _words(text_of(link))
        if text.count(" ") + 1 < _MIN_WORDS or text not in told:
            continue
        if _IN_HEADING(link):
            headings.add(text)
        else:
            yield text
    if len(headings) <= _MAX_HEADINGS:
        yield from headings


def _is_link(line: str, words: str, linked: set[str]) -> bool:
    if len(line) > _MAX_LINE or line.endswith("."):
        return False
    return any(text in words and len(text) >= _MIN_LINKED * len(words) for text in linked)


def _is_own(page: Page, href: str) -> bool:
    try:
        return page.portal.owns(urljoin(page.url, href))
    except ValueError:
        return False


def _words(text: str) -> str:
    return " ".join(words_of(text))
