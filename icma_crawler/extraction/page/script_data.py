"""Pages that a script draws in the browser: the article's markup out of the data that the script draws it from."""

from __future__ import annotations

import json
import re

from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring

_SCRIPTS = etree.XPath("//script[not(@src)][not(contains(@type, 'ld+json'))]")
_MAX_SCRIPT_LENGTH = 2_000_000
_MIN_TEXT = 300
# {"contentHtml": "<p>...", ...}: one string of JSON, whatever stands around it.
_TEXT = re.compile(
    r'"(?P<key>content_?html|body_?html|article_?(?:body|content|text|html)|story_?(?:body|content)|full_?text|content|body|html)"'
    rf'\s*:\s*(?P<text>"(?:[^"\\]|\\.){{{_MIN_TEXT},}}")',
    re.IGNORECASE,
)
_ANYTHING = frozenset({"content", "body", "html"})
"""Keys that hold all sorts of texts: of these only what has an article's paragraphs."""
_PARAGRAPH = re.compile(r"<p\b|<br\b|<div\b", re.IGNORECASE)


def find_embedded(tree: HtmlElement) -> HtmlElement | None:
    """The longest article text that the page's scripts hold, as a node of its own; None where they hold none."""
    scripts = (script.text or "" for script in _SCRIPTS(tree))
    found = [
        text
        for script in scripts
        if len(script) <= _MAX_SCRIPT_LENGTH
        for match in _TEXT.finditer(script)
        if (text := _read(match)) is not None
    ]
    if not found:
        return None
    try:
        return fragment_fromstring(max(found, key=len), create_parent="div")
    except (etree.LxmlError, ValueError):
        return None


def _read(match: re.Match[str]) -> str | None:
    try:
        text = str(json.loads(match["text"], strict=False))
    except ValueError:
        return None
    text = text.replace("\x00", "")
    if match["key"].lower() in _ANYTHING and len(_PARAGRAPH.findall(text)) < 3:
        return None
    return text
