"""JSON-LD as news pages really have it: nested, in @graph, repeated, broken; read into one flat value."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_MAX_SCRIPT_LENGTH = 500_000
_MAX_NODES = 3_000
_MAX_DEPTH = 30
_WRAPPERS = re.compile(
    r"^\s*(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?|\s*(?://|/\*)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_BAD_ESCAPE = re.compile(r"\\(?![\"\\/bfnrtu])")
_ARTICLE = re.compile(r"(?:article|posting|report|review|reportage|newsitem|analysis|opinion)", re.IGNORECASE)
_NOT_ARTICLE = re.compile(r"discussionforum|organization|claimreview", re.IGNORECASE)
# Other articles hang below these keys.
_ELSEWHERE = frozenset(
    {
        "itemlistelement",
        "comment",
        "relatedlink",
        "citation",
        "mentions",
        "isbasedon",
        "isrelatedto",
        "hasdefinedterm",
        "liveblogupdate",
    }
)
_LAST_RESORT = ("headline", "datePublished", "dateModified", "articleSection", "inLanguage")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """What JSON-LD says about the page's article; every text may be missing, none is cleaned yet."""

    article: Mapping[str, Any] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    authors: tuple[tuple[str, str], ...] = ()
    """Name and kind ("Person", "Organization" or "") of each author."""
    publishers: tuple[str, ...] = ()
    breadcrumb: tuple[str, ...] = ()

    def text(self, *keys: str) -> str | None:
        """The first of *keys* that the article has as a text."""
        for key in keys:
            for value in texts_of(self.article.get(key)):
                return value
        return None

    def texts(self, key: str) -> list[str]:
        return list(texts_of(self.article.get(key)))


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a JSON-LD value: itself, its @value, name or url, or those of its items."""
    if isinstance(value, str):
        if value.strip():
            yield html.unescape(value) if "&" in value else value
    elif isinstance(value, list):
        for item in value[:100]:
            if not isinstance(item, list):
                yield from texts_of(item)
    elif isinstance(value, dict):
        for key in ("@value", "name", "url", "@id"):
            if isinstance(value.get(key), str) and value[key].strip():
                yield html.unescape(value[key])
                return


def read_linked_data(scripts: list[str], url: str) -> LinkedData:
    """Read the page's JSON-LD scripts; what cannot be parsed is mined for a few fields, or left out."""
    nodes: list[dict[str, Any]] = []
    for script in scripts:
        if 2 < len(script) <= _MAX_SCRIPT_LENGTH:
            nodes.extend(_iter_nodes(parse_json(script)))
            if len(nodes) > _MAX_NODES:
                break
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article = _main_article(nodes, url) or {}
    kinds = frozenset(kind for node in nodes for kind in _types(node))
    return LinkedData(
        article=article,
        types=kinds,
        authors=tuple(_authors(article.get("author") or article.get("creator"), by_id)),
        publishers=tuple(_publishers(nodes, article, by_id)),
        breadcrumb=_breadcrumb(nodes),
    )


def parse_json(text: str) -> Any:
    """Parse JSON as generously as it is written; None where nothing can be made of it."""
    text = _WRAPPERS.sub("", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _BAD_ESCAPE.sub(r"\\\\", text))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    try:
        return json.JSONDecoder(strict=False).raw_decode(html.unescape(text).lstrip())[0]
    except (ValueError, RecursionError):
        return _mined(text)


def _mined(text: str) -> dict[str, str] | None:
    """The plain fields of an article in JSON that no parser takes."""
    found = {}
    for key in _LAST_RESORT:
        match = re.search(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.){{1,400}})"', text)
        if match:
            found[key] = match[1].replace('\\"', '"').replace("\\/", "/")
    return {"@type": "NewsArticle", **found} if "datePublished" in found else None


def _iter_nodes(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in *value* that may speak for this page, outer ones first."""
    stack = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if isinstance(item, dict):
            yield item
            below = [child for key, child in item.items() if str(key).lower() not in _ELSEWHERE]
        elif isinstance(item, list):
            below = item[:500]
        else:
            continue
        if depth < _MAX_DEPTH:
            stack.extend((child, depth + 1) for child in reversed(below) if isinstance(child, dict | list))


def _types(node: Mapping[str, Any]) -> list[str]:
    kind = node.get("@type")
    return [item for item in (kind if isinstance(kind, list) else [kind]) if isinstance(item, str)]


def _is_article(node: Mapping[str, Any]) -> bool:
    return any(_ARTICLE.search(kind) and not _NOT_ARTICLE.search(kind) for kind in _types(node))


def _main_article(nodes: list[dict[str, Any]], url: str) -> dict[str, Any] | None:
    """The article that the page is about: it names the page, or it says the most."""
    best, best_score = None, 0.0
    path = _bare(url)
    for node in nodes:
        is_article = _is_article(node)
        if not is_article and "datePublished" not in node:
            continue
        if any("video" in kind.lower() or "image" in kind.lower() for kind in _types(node)):
            continue
        score = 2.0 * is_article + ("headline" in node) + ("datePublished" in node) + 0.5 * ("author" in node)
        links = [*texts_of(node.get("url")), *texts_of(node.get("mainEntityOfPage")), *texts_of(node.get("@id"))]
        if isinstance(node.get("mainEntityOfPage"), dict):
            links.extend(texts_of(node["mainEntityOfPage"].get("@id")))
        if any(_bare(link) == path for link in links):
            score += 1.5
        if score > best_score:
            best, best_score = node, score
    return best


def _bare(link: str) -> str:
    return link.partition("?")[0].partition("#")[0].rstrip("/")


def _authors(value: Any, by_id: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield html.unescape(item), ""
        elif isinstance(item, dict):
            node = by_id.get(item["@id"], item) if isinstance(item.get("@id"), str) and "name" not in item else item
            kind = next(iter(_types(node)), "")
            for name in texts_of(node.get("name")):
                yield name, kind


def _publishers(
    nodes: list[dict[str, Any]], article: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for item in (article.get("publisher"), article.get("sourceOrganization")):
        node = by_id.get(item["@id"], item) if isinstance(item, dict) and isinstance(item.get("@id"), str) else item
        yield from (name for name in texts_of(node) if not name.startswith("http"))
    for node in nodes:
        if any(kind.endswith("Organization") or kind == "WebSite" for kind in _types(node)):
            yield from (name for name in texts_of(node.get("name")) if not name.startswith("http"))


def _breadcrumb(nodes: list[dict[str, Any]]) -> tuple[str, ...]:
    for node in nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" in _types(node) and isinstance(items, list):
            names = [_crumb(item) for item in items if isinstance(item, dict)]
            return tuple(name for name in names if name)
    return ()


def _crumb(item: Mapping[str, Any]) -> str | None:
    inner = item.get("item")
    names = [*texts_of(item.get("name")), *(texts_of(inner.get("name")) if isinstance(inner, dict) else ())]
    return next(iter(names), None)
