"""What the operator knows better: a portal's CSS selectors, the latest whose date is before the capture."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from lxml.cssselect import CSSSelector, SelectorError
from lxml.html import HtmlElement

from icma_crawler.extraction.page import read_page, text_of
from icma_crawler.models import Capture, Portal, Rejection, Rule

SELECTORS = ("title", "body", "date", "author", "section", "remove")
"""The keys of a rule that hold a selector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What the selectors found on one page; empty where there is no selector, or it found nothing."""

    title: str | None = None
    date: str | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    body: list[HtmlElement] = field(default_factory=list)


def rule_for(portal: Portal, captured_at: datetime) -> Rule | None:
    """The rule in force at *captured_at*; one without a date has always been in force."""
    rules = [rule for rule in portal.rules if rule.valid_from is None or rule.valid_from <= captured_at.date()]
    return max(rules, key=lambda rule: rule.valid_from or date.min, default=None)


def apply_rule(rule: Rule | None, tree: HtmlElement) -> Ruled:
    """Drop what the rule removes, then read what it selects."""
    if rule is None:
        return Ruled()
    for node in _select(tree, rule.remove):
        if node.getparent() is not None:
            node.drop_tree()
    return Ruled(
        title=_text(tree, rule.title),
        date=_text(tree, rule.date),
        section=_text(tree, rule.section),
        authors=tuple(_value(node) for node in _select(tree, rule.author)),
        body=_outermost(_select(tree, rule.body)),
    )


def find_matches(capture: Capture, portal: Portal) -> dict[str, bool]:
    """By key of the rule in force at the capture whether its selector matches the page; empty where none is in force."""
    rule = rule_for(portal, capture.fetched_at)
    page = read_page(capture, portal)
    if rule is None or isinstance(page, Rejection):
        return {}
    selectors = {key: getattr(rule, key) for key in SELECTORS}
    return {key: bool(_select(page.tree, selector)) for key, selector in selectors.items() if selector}


def _select(tree: HtmlElement, selector: str | None) -> list[HtmlElement]:
    compiled = _compile(selector) if selector else None
    return list(compiled(tree)) if compiled else []


@lru_cache(maxsize=1024)
def _compile(selector: str) -> CSSSelector | None:
    try:
        return CSSSelector(selector, translator="html")
    except SelectorError:  # portal files are checked when they are loaded; an archive's older ones may not be
        return None


def _text(tree: HtmlElement, selector: str | None) -> str | None:
    """The text of all matches together: some portals print day and time in two elements."""
    return " ".join(_value(node) for node in _select(tree, selector)).strip() or None


def _value(node: HtmlElement) -> str:
    return str(node.get("datetime") or node.get("content") or text_of(node))


def _outermost(nodes: list[HtmlElement]) -> list[HtmlElement]:
    chosen = set(nodes)
    return [node for node in nodes if not any(above in chosen for above in node.iterancestors())]
