"""The links of a section page in, the link to its following page out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl

from icma_crawler.discovery.links import HEADLINE_WORDS, Link
from icma_crawler.discovery.path_words import GROUPS, NEXT, NEXT_SIGNS, PAGE_KEYS

# "/siyaset/2" is a second page, "/kateqoriya/2" a second section.
_NO_GROUP = "".join(f"(?<!/{word})" for word in sorted(GROUPS))
_PATH_NUMBER = re.compile(
    rf"(?:[/_-](?:page|sehife|sahife|sayfa)[/_-]?(\d{{1,6}})|{_NO_GROUP}/(\d{{1,3}}))(?:\.\w{{3,5}})?/?$"
)
_INDEX = re.compile(r"/(?:index|page|sehife)(?:\.\w{3,5})?/?$")
_SUFFIX = re.compile(r"\.(?:html?|php|aspx)$")
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])")


def page_number(url: str) -> int:
    """Which page of a listing a url is: 3 for "?page=3" and "/siyaset/page/3", 1 where it names none."""
    path, _, query = url.partition("?")
    for key, value in parse_qsl(query):
        if _is_page_key(key, value) and value.isascii() and value.isdigit():
            return int(value[:6])
    match = _PATH_NUMBER.search(path)
    return int(match[1] or match[2]) if match else 1


def is_page_of(url: str, listing: str) -> bool:
    """Whether *url* is another page of the same listing: alike but for the page's number."""
    return url != listing and _without_page(url) == _without_page(listing)


def find_next_page(links: Iterable[Link], head_next: Iterable[str], current: str) -> str | None:
    """The page after *current*: what rel=next says, or a class "next", or its words, or the next number, or a "»"."""
    short = (link for link in links if link.words < HEADLINE_WORDS and "prev" not in link.rel.split())
    pages = [link for link in short if is_page_of(link.url, current)]
    here = page_number(current)
    forward = [link for link in pages if page_number(link.url) > here or _is_offset(link.url)]
    named = [url for url in head_next if is_page_of(url, current) and page_number(url) != here]
    named += [link.url for link in pages if "next" in link.rel.split()]
    named += [link.url for link in forward if _NEXT_CLASS.search(link.css_class)]
    named += [link.url for link in forward if _says_next(link.text)]
    named += [link.url for link in forward if page_number(link.url) == here + 1]
    named += [link.url for link in forward if link.text.strip() in NEXT_SIGNS]
    return named[0] if named else None


def _says_next(text: str) -> bool:
    # "İ".lower() is two letters, the second of which is a mark.
    words = text.lower().replace("i\u0307", "i").split()
    return " ".join(word for word in words if word not in NEXT_SIGNS) in NEXT


def _is_offset(url: str) -> bool:
    return any(key.lower() in ("start", "offset") for key, _ in parse_qsl(url.partition("?")[2]))


def _is_page_key(key: str, value: str) -> bool:
    return key.lower() in PAGE_KEYS or (key.lower() == "p" and len(value) < 4)


@lru_cache(maxsize=1024)
def _without_page(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    path, _, raw_query = url.partition("?")
    query = tuple(pair for pair in parse_qsl(raw_query) if not _is_page_key(*pair)) if raw_query else ()
    path = _INDEX.sub("", _PATH_NUMBER.sub("", path))
    return _SUFFIX.sub("", path).rstrip("/"), query
