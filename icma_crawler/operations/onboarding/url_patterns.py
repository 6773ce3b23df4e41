"""Urls of articles and of other pages in; a regular expression that tells them apart out, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

from icma_crawler.discovery import learn_shapes

_ENOUGH = 5
_NUMBER_LAST = re.compile(r"(.*[-_])?\d{3,}$")
_NUMBER_FIRST = re.compile(r"\d{3,}[-_].*$")
_SUFFIX = re.compile(r"\.(html?|php|aspx?|shtml)$")


def find_url_pattern(articles: Collection[str], others: Iterable[str], announced: Iterable[str]) -> str | None:
    """The pattern of a portal file: it covers all *articles*, none of *others*, and what else looks like an article.

    None where there are too few articles, or no one shape tells them from the rest.
    """
    if len(articles) < _ENOUGH:
        return None
    pattern = _describe([_segments(url) for url in articles], {urlsplit(url).query != "" for url in articles})
    if pattern is None:
        return None
    compiled, shapes = re.compile(pattern), learn_shapes(articles)
    alike = [*articles, *(url for url in announced if shapes.is_article(url))]
    if not all(compiled.search(url) for url in alike) or any(compiled.search(url) for url in others):
        return None
    return pattern


def _segments(url: str) -> list[str]:
    return urlsplit(url).path.strip("/").split("/")


def _describe(paths: Sequence[Sequence[str]], has_query: set[bool]) -> str | None:
    """One expression for paths of one depth whose last part has a number; others are too vague to be written down."""
    if has_query != {False} or len({len(path) for path in paths}) != 1:
        return None
    *folders, leaves = [list(column) for column in zip(*paths, strict=True)]
    leaf = _describe_leaf(leaves)
    if leaf is None:
        return None
    return "".join(["^https?://[^/]+", *("/" + _describe_folder(column) for column in folders), "/", leaf, "/?$"])


def _describe_folder(names: list[str]) -> str:
    if all(name.isdigit() for name in names):
        return r"\d+"  # a year or a month, also where the sample has one only
    return re.escape(names[0]) if len(set(names)) == 1 else "[^/]+"


def _describe_leaf(leaves: list[str]) -> str | None:
    suffixes = {match[0] if (match := _SUFFIX.search(leaf)) else "" for leaf in leaves}
    if len(suffixes) != 1:
        return None
    suffix = suffixes.pop()
    stems = [leaf.removesuffix(suffix) for leaf in leaves]
    for described, is_so in (
        (r"\d+", str.isdigit),
        (r"[^/]*\d{3,}", _NUMBER_LAST.match),
        (r"\d{3,}[-_][^/]*", _NUMBER_FIRST.match),
    ):
        if all(is_so(stem) for stem in stems):
            return described + re.escape(suffix)
    return None
