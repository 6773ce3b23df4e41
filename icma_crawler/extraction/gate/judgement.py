"""Is it an article at all? Listings, walls, robot checks and empty pages are told by what they say and lack."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from lxml import etree

from icma_crawler.extraction.gate.findings import Findings
from icma_crawler.extraction.gate.listings import is_section_path, kind_of_listing, weight_of_listing
from icma_crawler.extraction.gate.live_blogs import is_live
from icma_crawler.extraction.gate.walls import PROVEN, SHORT, find_missing, find_wall
from icma_crawler.extraction.page import Page
from icma_crawler.extraction.page.layout import Layout
from icma_crawler.models import Candidate, Rejection
from icma_crawler.text import words_of

_BRIEF = 5
"""Words that suffice where the page proves to be an article; agencies' flashes are that short."""
_WALL = 150

_PLAYER = etree.XPath(
    "boolean(//video | //*[@class and re:test(@class, '(^|[ _-])(jw-?player|plyr|video-js|video-?player)')]"
    " | //iframe[re:test(concat(@src, ' ', @data-src), 'youtu|player|video|embed|rutube|ok\\.ru/|vimeo|dailymotion')])",
    namespaces={"re": "http://exslt.org/regular-expressions"},
)
_APP_ROOT = etree.XPath(
    "boolean(//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='gatsby-focus-wrapper'])"
)
_LONG_LINES, _LONG_TEXT = 6, 1_000
"""So many words in so few paragraphs are no list of teasers."""


def judge(page: Page, layout: Layout, findings: Findings, hints: Candidate | None) -> Rejection | None:
    """The reason why the page is no article, or None where it is one."""
    evidence = article_evidence(page, findings, hints)
    wall = find_wall(page, findings, evidence) if findings.words < _WALL else find_missing(findings, evidence)
    if wall or (findings.is_rule and findings.title and findings.words >= _BRIEF):
        return wall
    if page.portal.is_home(page.url):
        return Rejection(reason="not-article", detail="the front page")
    if is_live(page, findings):
        return Rejection(reason="live-blog", detail="still running")
    if not findings.title or findings.words < (_BRIEF if evidence >= PROVEN else SHORT):
        return _without_text(page, findings)
    return _listing(page, layout, findings, evidence)


def article_evidence(page: Page, findings: Findings, hints: Candidate | None) -> float:
    """How much speaks for an article apart from its text; from 3 on it is taken for proven."""
    data = page.linked_data
    kind = " ".join(page.metas.get("og:type", [])).lower()
    score = 0.0
    score += 2.0 * bool(data.article and (data.article.get("headline") or data.article.get("datePublished")))
    score += 1.5 * ("article" in kind)
    score += 1.5 * any(name in page.metas for name in ("article:published_time", "datepublished"))
    score += 1.0 * findings.is_dated
    score += 1.0 * (hints is not None and hints.published_at is not None)
    score += 1.5 * _is_slug_of(page.url, findings.title or "")
    score += 2.0 * (page.portal.matches_article(page.url) is True)
    return score


def _is_slug_of(url: str, title: str) -> bool:
    """Whether the url's last segment is made of the headline's words."""
    words = [word for word in words_of(title) if len(word) > 2]
    slug = words_of(unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].replace("_", " "))
    return len(words) > 2 and sum(word in slug for word in words) >= len(words) * 0.6


def _without_text(page: Page, findings: Findings) -> Rejection:
    visible = len(page.tree.xpath("string(//body)").split()) if page.tree.find("body") is not None else 0
    kind = kind_of_listing(page, findings.title or "")
    if kind in ("tag-page", "search-page") or (kind == "listing" and not findings.is_dated):
        return Rejection(reason=kind, detail=f"{findings.words} words of text")
    if _PLAYER(page.tree) and findings.title:
        return Rejection(reason="video-only", detail=f"{findings.words} words")
    if visible < 60 or (_APP_ROOT(page.tree) and findings.words == 0):
        return Rejection(reason="empty-shell", detail=f"{visible} words in all")
    return Rejection(
        reason="not-article", detail=f"{findings.words} words of text" if findings.title else "no headline"
    )


def _listing(page: Page, layout: Layout, findings: Findings, evidence: float) -> Rejection | None:
    """Pages that list articles, and pages about the portal itself."""
    running = sum(len(line) > 120 for line in findings.lines)
    against = weight_of_listing(page, layout, findings.lines)
    against += 1.0 * (page.portal.matches_article(page.url) is False)
    against += 1.0 * (running < 2 and findings.words < _WALL)
    against += 1.5 * bool(is_section_path(page) and (not findings.is_dated or findings.words < _WALL / 2))
    against += 1.0 * (evidence == 0 and not findings.is_dated)
    evidence += min(3.0, running / 4) + 1.0 * (running >= _LONG_LINES and findings.words > _LONG_TEXT)
    if against >= 2.5 and against > evidence:
        kind = kind_of_listing(page, findings.title or "")
        return Rejection(reason=kind, detail=f"looks like a listing ({against:g} against {evidence:g})")
    return None
