"""Where the portal files an article: its section, and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.text import clean_line, word_set, words_of
from icma_crawler.urls import domain_of

_MAX_SECTION = 60
_MAX_TAGS = 30
_CATEGORY_NAME = re.compile(r"categor|kateqoriya|section|rubri[ck]|bolme|kicker|topic|channel|\bcat\b|label|ressort")
_CATEGORY_PATH = re.compile(
    r"^/(?:\w{2}/)?(?:category|kateqoriya|categories|cat|section|rubric|rubrika|bolme|topic|topics|channel)/",
    re.IGNORECASE,
)
_NO_SECTION = word_set(
    "news xeber xeberler haber novosti home ana esas main index article articles az en ru tr detail blog"
)
_CRUMBS = etree.XPath("//*[contains(@class, 'breadcrumb') or contains(@id, 'breadcrumb')]//a")
_TAG_LINKS = etree.XPath("//a[contains(concat(' ', @rel, ' '), ' tag ')]")


def decide_section(page: Page, layout: Layout, title: str, ledger: Ledger, *, ruled: str | None = None) -> str | None:
    """The section by the first source that names one."""
    decided: str | None = None
    for source, confidence, names in (
        ("rule", 1.0, [ruled]),
        ("json-ld articleSection", 0.95, page.linked_data.texts("articleSection")),
        ("article:section", 0.9, page.metas.get("article:section", [])),
        ("itemprop articleSection", 0.85, [text_of(node) for node in page.itemprops.get("articlesection", [])]),
        (
            "meta section",
            0.8,
            [page.meta("section", "parsely-section", "category", "cxenseparse:recs:category", "articlesection")],
        ),
        ("breadcrumb", 0.75, _crumbs(page, title)),
        ("link near the headline", 0.7, _links(page, layout)),
        ("url", 0.3, _from_url(page)),
    ):
        lines = (clean_line(raw or "", limit=200) for raw in names)
        name = next((line for line in lines if _is_section(line, title)), None)
        if name:
            ledger.note("section", name, source, confidence)
            decided = decided or name
        if decided and not ledger.is_whole:
            return decided
    return decided


def decide_tags(page: Page, ledger: Ledger) -> tuple[str, ...]:
    """The tags that the page states, as written, each once."""
    for source, stated in (
        ("json-ld keywords, article:tag", [*page.linked_data.texts("keywords"), *page.metas.get("article:tag", [])]),
        ("meta news_keywords", page.metas.get("news_keywords", [])),
        ("meta keywords", page.metas.get("keywords", [])),
        ("links that say rel=tag", [text_of(link) for link in _TAG_LINKS(page.tree)[:_MAX_TAGS]]),
    ):
        tags = _tags_of(stated)
        if tags:
            ledger.note("tags", "; ".join(tags), source, 0.8)
            return tags
    return ()


def _tags_of(stated: list[str]) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for text in stated:
        for part in re.split(r"[,;]", text):
            tag = clean_line(part).strip("# ")
            if 1 < len(tag) <= _MAX_SECTION and not tag.startswith("http"):
                tags.setdefault(tag.lower(), tag)
    return tuple(tags.values())[:_MAX_TAGS]


def _is_section(name: str, title: str) -> bool:
    words = words_of(name)
    if not 1 < len(name) <= _MAX_SECTION or name.startswith("http") or words == words_of(title):
        return False
    return "".join(words) not in _NO_SECTION and any(letter.isalpha() for letter in name)


def _crumbs(page: Page, title: str) -> list[str]:
    """The crumb next above the article."""
    names = list(page.linked_data.breadcrumb) or [text_of(link) for link in _CRUMBS(page.tree)[:10]]
    names = [name for name in names if words_of(name) != words_of(title)]
    return names[1:2] or (names if len(names) == 1 and page.linked_data.breadcrumb else [])


def _links(page: Page, layout: Layout) -> Iterator[str]:
    """Links near the headline that lead to a category, by their class, their path, or because the url lies below it."""
    later = []
    path = unquote(urlsplit(page.url).path).lower()
    for element in layout.around:
        if element.tag != "a" or not element.get("href") or _is_byline(element):
            continue
        target = _target(page, element.get("href", ""))
        text = text_of(element)
        if not target or not 1 < len(text) <= _MAX_SECTION or len(words_of(text)) > 6:
            continue
        last = target.rstrip("/").rsplit("/", 1)[-1].split(".")[0]
        if (path.startswith(target.rstrip("/") + "/") and len(target) > 1) or (len(last) > 2 and f"/{last}/" in path):
            yield text
        elif _CATEGORY_PATH.match(target) or _is_called_category(element):
            later.append(text)
    yield from later


def _is_byline(element: HtmlElement) -> bool:
    return "author" in f"{element.get('rel', '')} {element.get('class', '')} {element.get('href', '')}".lower()


def _is_called_category(element: HtmlElement) -> bool:
    node: HtmlElement | None = element
    for _ in range(2):
        if node is not None and _CATEGORY_NAME.search(name_of(node)):
            return True
        node = node.getparent() if node is not None else None
    return False


def _target(page: Page, href: str) -> str | None:
    try:
        link = urljoin(page.url, href.strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    if domain_of(link) != domain_of(page.url) or parts.path in ("", "/"):
        return None
    return unquote(parts.path).lower()


def _from_url(page: Page) -> list[str]:
    """The url's first telling segment, when it is not the article itself."""
    segments = [segment for segment in unquote(urlsplit(page.url).path).split("/") if segment]
    for segment in segments[:-1]:
        if len(segment) > 2 and segment.lower() not in _NO_SECTION and not re.search(r"\d", segment):
            return [segment]
    return []
