"""The article's picture: which it is, and what stands below it: its caption, and whom it is by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.fields.url import canonical_or_none
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.extraction.page.layout import Layout, is_aside
from icma_crawler.extraction.page.linked_data import texts_of
from icma_crawler.text import clean_line

_IMAGE_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_IMAGE_LINK = re.compile(r"(?!data:)[^\s#'\"][^\s'\"]*")  # some pages put a script or a list of sizes there
_MIN_PICTURE = 100
"""Pixels of a side; what is smaller is a portrait or a sign."""
_MINOR_PICTURE = re.compile(
    r"avatar|logo|icon|author|muellif|müəllif|banner|\bads?\b|reklam|pixel|counter|sayğac|emoji|spacer|placeholder|\.(?:gif|svg)$",
    re.IGNORECASE,
)
_SIZE_IN_NAME = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|large|medium|small|\d{3,4}w?)$", re.IGNORECASE)
_CREDIT_NAME = re.compile(r"credit|copyright|photographer|image-?source|foto-?muellif|\bbyline\b", re.IGNORECASE)
_CREDIT = re.compile(
    r"[\s(\[|–—-]*(?<!\w)(?:(?:(?:foto|photo|фото|fotoğraf|görsel|image|picture|bild|şəkil)(?:graph|qraf|граф)?"
    r"(?:\s*(?:credits?|by|müəllifi|mənbə(?:yi)?|courtesy of))?\s*[:/]|photo by|©|\(c\))\s*)(?P<name>[^\n]{2,80}?)[\s)\].]*$",
    re.IGNORECASE,
)
_MAX_CAPTION = 600
_MAX_CREDIT = 120


@dataclass(frozen=True, slots=True)
class Picture:
    """The article's picture: its link, and of what stands below it the caption and, apart from it, the credit."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None


def decide_picture(page: Page, layout: Layout, ledger: Ledger) -> Picture:
    """The picture with its caption and credit, each as the page's data or the figure around that very picture say."""
    url = decide_image(page, layout, ledger)
    if url is None:
        return Picture()
    caption = credit = None
    for source, trust, (said, by) in _sayings(page, url):
        for field, text in (("image_caption", said), ("image_credit", by)):
            if text:
                ledger.note(field, text, source, trust)
        caption, credit = caption or said, credit or by
    return Picture(url, caption, credit)


def decide_image(page: Page, layout: Layout, ledger: Ledger) -> str | None:
    """The article's picture, absolute: the one it names, else the first that stands below its headline."""
    decided: str | None = None
    for source, trust, stated in (
        ("og:image", 0.9, page.metas.get("og:image", []) + page.metas.get("og:image:secure_url", [])),
        ("json-ld image", 0.85, page.linked_data.texts("image")),
        ("twitter:image", 0.7, page.metas.get("twitter:image", []) + page.metas.get("twitter:image:src", [])),
    ):
        links = (canonical_or_none(link, page.url) for link in stated if not link.startswith("data:"))
        link = next((link for link in links if link and urlsplit(link).path.strip("/")), None)
        if link:
            ledger.note("image_url", link, source, trust)
            decided = decided or link
        if decided and not ledger.is_whole:
            return decided
    for link in () if decided and not ledger.is_whole else islice(_shown_pictures(page, layout), 1):
        ledger.note("image_url", link, "first picture below the headline", 0.5)
        decided = decided or link
    return decided


def _shown_pictures(page: Page, layout: Layout) -> Iterator[str]:
    """The pictures from the headline to the end of the body, without portraits, logos and what is too small for a lead."""
    headline, body = layout.headline, layout.body
    if headline is None or body is None:
        return
    is_below = has_begun = False
    for node in page.tree.iter(str(headline.tag), str(body.tag), "img"):
        is_below = is_below or node is headline
        has_begun = has_begun or node is body
        if node.tag != "img" or not is_below or (has_begun and body not in node.iterancestors()):
            continue
        stated = next((value for name in _IMAGE_SOURCES if (value := node.get(name))), "")
        link = canonical_or_none(stated, page.url) if _IMAGE_LINK.fullmatch(stated.strip()) else None
        if link and not _is_minor_picture(node, link):
            yield link


def _is_minor_picture(node: HtmlElement, link: str) -> bool:
    sides = [int(side) for name in ("width", "height") if (side := node.get(name, "")).isdecimal()]
    names = " ".join(name_of(part) for part in (node, *islice(node.iterancestors(), 3)))
    return bool(
        (sides and min(sides) < _MIN_PICTURE)
        or _MINOR_PICTURE.search(f"{names} {urlsplit(link).path}")
        or is_aside(node)
    )


def _sayings(page: Page, url: str) -> Iterator[tuple[str, float, tuple[str | None, str | None]]]:
    """What is said of a picture: the source, how far it is trusted, and (caption, credit)."""
    for figure in page.tree.iter("figure"):
        if any(_same_picture(url, link) for link in _links_in(figure)):
            yield "figure", 0.9, _said_below(figure)
            break
    stated = page.linked_data.article.get("image")
    for node in stated if isinstance(stated, list) else [stated]:
        if isinstance(node, dict) and any(_same_picture(url, link) for link in _urls_of(node)):
            yield "json-ld image", 0.8, _said_in_data(node)
            break


def _links_in(figure: HtmlElement) -> Iterator[str]:
    for node in figure.iter("img", "source"):
        yield from (value for name in _IMAGE_SOURCES if (value := node.get(name)))
        yield from (part.split()[0] for part in (node.get("srcset") or "").split(", ") if part.strip())


def _urls_of(node: Mapping[str, Any]) -> Iterator[str]:
    for key in ("url", "contentUrl", "@id"):
        yield from texts_of(node.get(key))


def _same_picture(url: str, link: str) -> bool:
    """Whether two links are of one picture, whatever its size: one has the other's file name."""
    return bool(_file_name(url)) and _file_name(url) == _file_name(link)


def _file_name(link: str) -> str:
    path = link.partition("?")[0].partition("#")[0]  # links of a figure may be no addresses at all
    return _SIZE_IN_NAME.sub("", PurePosixPath(unquote(path)).stem).lower()


def _said_below(figure: HtmlElement) -> tuple[str | None, str | None]:
    caption = next(figure.iter("figcaption"), None)
    if caption is None:
        return None, None
    by = next((node for node in caption.iter() if isinstance(node.tag, str) and _is_credit(node, caption)), None)
    credit = _line(text_of(by), _MAX_CREDIT) if by is not None else None
    said = _line(text_of(caption), _MAX_CAPTION) or ""
    if credit and said.endswith(credit):
        return said[: -len(credit)].strip(" |–—-(") or None, _name_in(credit)
    stated = _CREDIT.search(said)
    return (said[: stated.start()].strip() or None, stated["name"].strip()) if stated else (said or None, None)


def _is_credit(node: HtmlElement, caption: HtmlElement) -> bool:
    return node is not caption and (node.tag in ("cite", "small") or bool(_CREDIT_NAME.search(name_of(node))))


def _name_in(credit: str) -> str:
    """The name alone, without "Foto:"."""
    stated = _CREDIT.fullmatch(credit)
    return stated["name"].strip() if stated else credit.strip(" ()[]")


def _said_in_data(node: Mapping[str, Any]) -> tuple[str | None, str | None]:
    caption = next(texts_of(node.get("caption")), None)
    names = (next(texts_of(node.get(key)), None) for key in ("creditText", "creator", "author", "copyrightHolder"))
    credit = next((name for name in names if name and not name.startswith("http")), None)
    return _line(caption or "", _MAX_CAPTION), _line(credit or "", _MAX_CREDIT)


def _line(text: str, limit: int) -> str | None:
    line = clean_line(text)
    return line if line and len(line) <= limit else None
