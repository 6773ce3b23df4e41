"""Where things stand on a page: the headline, the body's node, and the few lines between and around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from icma_crawler.extraction.page.element_text import name_of, text_of
from icma_crawler.extraction.page.page import Page
from icma_crawler.text import word_set, words_of

_MAX_WALK = 3_000
_MAX_HEAD_NODES = 300
_MAX_BEFORE = 40
_MAX_TOP = 100
"""Characters; what is longer is a sentence."""

_SKIPPED_TAGS = word_set(
    "script style nav aside footer form noscript iframe svg select button template figure picture video dialog"
)
# Names of page parts that hold other articles, readers' words or the portal's own talk.
ASIDE = re.compile(
    r"side-?bar|relat(?:ed|ive)|most[-_ ]?(?:read|view|popular)|popular|comment|footer|latest|recommend|"
    r"read[-_]?(?:also|more|next)|trending|promo|newsletter|subscri|teaser|carousel|slider|ticker|\bmenu|nav(?:bar|igation)|"
    r"breaking|disqus|cookie|consent|modal|popup|tooltip|banner|\bads?\b|advert|reklam|adfox|links?[-_]block|widget|"
    r"other[-_]?news|more[-_]?news|news[-_]?list|oxsar|most[-_]?oxunan|son[-_]?xeber|similar|share|social|sharing|"
    r"\bcards?\b|breadcrumb"
)
_HEAD_NAMES = frozenset({"teaser", "card", "promo"})
"""Those of them that a page may also call its own head: where the headline stands in one, others of that name are no aside."""
BODY_NAME = re.compile(
    r"article[-_ ]*(?:body|text|content)|(?:entry|post|news|story|page|text|single)[-_]*(?:content|text|body|desc|detail)|"
    r"(?:content|text|body)[-_](?:news|text|main)|maincontent|field-body|tdb-block-inner|detail__desc"
)
_TEXTS = etree.XPath(
    "//body//text()[string-length(normalize-space()) > 30][not(parent::script or parent::style or parent::h1)]"
)
_LENGTH = etree.XPath("string-length(normalize-space())")
_INLINE = word_set("a abbr b big cite code em font i ins mark q s small span strong sub sup u")
_MIN_COVER = 0.85
_PREFIX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The page's parts; ``shape`` says what the paragraphs of ``body`` are: "p", "br" or "div"."""

    headline: HtmlElement | None
    body: HtmlElement | None
    shape: str
    before: tuple[HtmlElement, ...]
    """Elements close above the headline, nearest last."""
    between: tuple[HtmlElement, ...]
    """Elements between headline and body, in page order."""
    after: tuple[HtmlElement, ...]
    """Elements close below the body."""
    top: tuple[HtmlElement, ...] = ()
    """The short elements with which the body begins, above its first sentence; empty where it holds the headline too."""

    @property
    def around(self) -> tuple[HtmlElement, ...]:
        """Everything near the headline, nearest first."""
        return (*self.between, *reversed(self.before), *self.after)


def read_layout(page: Page, title: str, lines: list[str]) -> Layout:
    """Find headline and body of the page whose decided title is *title* and whose extracted text is *lines*."""
    headline = _find_headline(page, title)
    body, shape = find_body(page.tree, lines)
    before, between, after = _surroundings(page.tree, headline, body)
    is_apart = headline is not None and body is not None and body not in headline.iterancestors()
    top = tuple(_top_of(body)) if is_apart and body is not None else ()
    return Layout(headline=headline, body=body, shape=shape, before=before, between=between, after=after, top=top)


def _find_headline(page: Page, title: str) -> HtmlElement | None:
    """The heading that shows *title*; else the first <h1> that says something."""
    wanted = words_of(title)
    first = None
    for heading in page.headings:
        words = words_of(text_of(heading)[:400])
        if words and words == wanted:
            return heading
        if heading.tag == "h1" and len(words) > 2 and first is None:
            first = heading
    return first


def find_body(tree: HtmlElement, lines: list[str]) -> tuple[HtmlElement | None, str]:
    """The smallest node that holds (nearly) all of *lines*, the extracted text, and what its paragraphs are made of."""
    joined = " ".join(" ".join(line.split()) for line in lines)
    covered: dict[HtmlElement, int] = {}
    blocks: dict[HtmlElement, int] = {}
    total = 0
    for text in _TEXTS(tree):
        flat = " ".join(text.split())
        if flat[:_PREFIX] not in joined:
            continue
        total += len(flat)
        node = text.getparent() if text.is_text else text.getparent().getparent()
        block = _block_of(node)
        blocks[block] = blocks.get(block, 0) + len(flat)
        while node is not None:
            covered[node] = covered.get(node, 0) + len(flat)
            node = node.getparent()
    if not total:
        return None, "p"
    body = _smallest(covered, total)
    return body, _shape(body, blocks, total)


def named_body(tree: HtmlElement) -> HtmlElement | None:
    """The node whose class, id or itemprop calls it the article's body: of several the smallest that holds most."""
    named = [
        (float(_LENGTH(node)), node)
        for node in tree.iter("div", "td", "article", "section", "span")
        if node.get("itemprop") == "articleBody" or BODY_NAME.search(name_of(node))
    ]
    longest = max((length for length, _ in named), default=0.0)
    return min((pair for pair in named if pair[0] >= longest * 0.8), key=lambda pair: pair[0], default=(0.0, None))[1]


def _block_of(node: HtmlElement) -> HtmlElement:
    while node.tag in _INLINE and (above := node.getparent()) is not None and above.tag != "body":
        node = above
    return node


def _smallest(covered: dict[HtmlElement, int], total: int) -> HtmlElement:
    """Of the chain of nodes that hold enough of the text the lowest, which was met first or holds the others."""
    chain = [node for node, length in covered.items() if length >= total * _MIN_COVER]
    inside = {node.getparent() for node in chain}
    return next(node for node in chain if node not in inside)


def _shape(body: HtmlElement, blocks: dict[HtmlElement, int], total: int) -> str:
    """Which shape: "br" where the text stands in the body's node itself, "div" where its paragraphs are <div>s, else "p"."""
    lengths = {"p": 0, "div": 0, "br": 0}
    for block, length in blocks.items():
        kind = (
            "br"
            if block is body or block.find("br") is not None
            else "div"
            if block.tag in ("div", "td", "span")
            else "p"
        )
        lengths[kind] += length
    return max(lengths, key=lambda kind: lengths[kind]) if total else "p"


def is_aside(node: HtmlElement) -> bool:
    """Whether *node* stands in a sidebar, a footer, comments or another part that is not the article."""
    above = (part for part in (node, *node.iterancestors()) if part.tag not in ("body", "html"))
    return any(part.tag in ("aside", "footer", "nav", "form") or ASIDE.search(name_of(part)) for part in above)


def _surroundings(
    tree: HtmlElement, headline: HtmlElement | None, body: HtmlElement | None
) -> tuple[tuple[HtmlElement, ...], tuple[HtmlElement, ...], tuple[HtmlElement, ...]]:
    """The elements close above the headline, between it and the body, and close below the body."""
    if headline is None:
        return (), (), ()
    keep = {headline, *headline.iterancestors()}
    if body is not None:
        keep |= {body, *body.iterancestors()}
    nodes = list(islice(_walk(_common(tree, headline, body), keep, body), _MAX_WALK))
    spot = next((index for index, node in enumerate(nodes) if node is headline), None)
    end = next((index for index, node in enumerate(nodes) if node is body), None)
    if spot is None:  # the headline stands inside the body's node
        before = nodes[:end] if end is not None else []
        between = [] if body is None else list(_head_of(body, headline, keep))
        return tuple(before[-_MAX_BEFORE:]), tuple(between), ()
    before = [node for node in nodes[:spot] if node is not body]
    if end is None or end < spot:
        return tuple(before[-_MAX_BEFORE:]), tuple(nodes[spot + 1 : spot + _MAX_HEAD_NODES]), ()
    above = set() if body is None else set(body.iterancestors())
    between = [node for node in nodes[spot + 1 : end] if node not in above]
    after = nodes[end + 1 : end + _MAX_BEFORE]
    return tuple(before[-_MAX_BEFORE:]), tuple(between[:_MAX_HEAD_NODES]), tuple(after)


def _common(tree: HtmlElement, headline: HtmlElement, body: HtmlElement | None) -> HtmlElement:
    """The lowest node that holds headline and body."""
    if body is None:
        return tree
    above = set(body.iterancestors()) | {body}
    common = next((node for node in headline.iterancestors() if node in above), tree)
    parent = body.getparent() if common is body else None
    return common if parent is None else parent


def _head_of(body: HtmlElement, headline: HtmlElement, keep: set[HtmlElement]) -> Iterator[HtmlElement]:
    """The short elements at the start of a body that holds its own headline."""
    for count, node in enumerate(_walk(body, keep, None)):
        if count > _MAX_BEFORE:
            return
        if node is not headline and (node.tag != "p" or len(text_of(node)) < 100):
            yield node


def _top_of(body: HtmlElement) -> Iterator[HtmlElement]:
    """The short elements of *body* before its first sentence or heading: below a heading the next article of a list begins."""
    if len((body.text or "").strip()) > _MAX_TOP:
        return
    for node in islice(_walk(body, set(), None), _MAX_BEFORE):
        is_short = len(text_of(node)) <= _MAX_TOP
        if is_short and next(node.iter("h1", "h2", "h3", "h4"), None) is not None:
            return
        if not is_short and (node.tag == "p" or len((node.text or "").strip()) > _MAX_TOP):
            return
        if is_short:
            yield node
        if len((node.tail or "").strip()) > _MAX_TOP:
            return


def _walk(top: HtmlElement, keep: set[HtmlElement], body: HtmlElement | None) -> Iterator[HtmlElement]:
    """Elements under *top* in page order, without page parts of other purpose and without what is inside *body*."""
    own = _HEAD_NAMES.intersection(name for node in keep for name in ASIDE.findall(name_of(node)))
    stack = list(reversed(top))
    while stack:
        node = stack.pop()
        if not isinstance(node.tag, str):
            continue
        if node not in keep and (node.tag in _SKIPPED_TAGS or not own.issuperset(ASIDE.findall(name_of(node)))):
            continue
        yield node
        if node is not body:
            stack.extend(reversed(node))
