"""A parsed page: one tree that every reader of the page shares, and what its head and its data state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.page.element_text import text_of
from icma_crawler.extraction.page.linked_data import LinkedData, read_linked_data
from icma_crawler.models import Portal

_METAS = etree.XPath("//meta[@content]")
_LINKED_DATA = etree.XPath("//script[contains(@type, 'ld+json')]")
_HEADINGS = etree.XPath("//h1 | //h2 | //h3")
_ITEMPROPS = etree.XPath("//*[@itemprop and not(self::meta)]")


@dataclass(kw_only=True)
class Page:
    """A parsed page; ``tree`` is shared, so who changes it does so last (that is the body's reader)."""

    url: str
    tree: HtmlElement
    portal: Portal
    now: datetime
    charset: str
    charset_from: str
    """What decided the charset: "bom", "width", "valid", "header", "meta" or "guess"."""
    text_length: int
    timezone: ZoneInfo = field(init=False)

    def __post_init__(self) -> None:
        self.timezone = ZoneInfo(self.portal.timezone)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """The contents of <meta> by lower-case name, property or itemprop, in page order."""
        found: dict[str, list[str]] = {}
        for element in _METAS(self.tree):
            content = element.get("content", "").strip()
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = element.get(attribute)
                if name and content:
                    found.setdefault(name.strip().lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str | None:
        """The first content of the first name that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    @cached_property
    def linked_data(self) -> LinkedData:
        """What the page's JSON-LD says."""
        return read_linked_data([script.text or "" for script in _LINKED_DATA(self.tree)], self.url)

    @cached_property
    def headings(self) -> list[HtmlElement]:
        return list(_HEADINGS(self.tree))

    @cached_property
    def itemprops(self) -> dict[str, list[HtmlElement]]:
        """Elements other than <meta> by itemprop."""
        found: dict[str, list[HtmlElement]] = {}
        for element in _ITEMPROPS(self.tree):
            for name in element.get("itemprop", "").lower().split():
                found.setdefault(name, []).append(element)
        return found

    @cached_property
    def head_title(self) -> str:
        """The text of <title>."""
        element = self.tree.find(".//title")
        return "" if element is None else text_of(element)

    @cached_property
    def declared_language(self) -> str | None:
        """What <html lang> says."""
        stated = self.tree.get("lang") or self.tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        return str(stated) if stated else None
