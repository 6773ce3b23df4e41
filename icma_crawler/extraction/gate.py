"""Is it an article at all? Listings, walls, robot checks and empty pages are told by what they say and lack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from lxml import etree

from icma_crawler.extraction.layout import Layout
from icma_crawler.extraction.page import Page, words_of
from icma_crawler.extraction.published import machine_date
from icma_crawler.models import Candidate, Rejection
from icma_crawler.text import fold

_BRIEF = 5
"""Words that suffice where the page proves to be an article; agencies' flashes are that short."""
_SHORT = 25
_PROVEN = 3.0
_WALL = 150

_MISSING = re.compile(
    r"^(?:error |xeta |hata |oshibka )?404\b|\b404\b.{0,20}(?:error|not found|xeta)|not found|page (?:does not|doesn t) exist|"
    r"no longer (?:available|exists)|page you (?:requested|were looking|are looking)|"
    r"(?:sehife|xeber|meqale|material|melumat)\w* (?:tapilmadi|movcud deyil|silinib)|tapilmadi$|bele (?:bir )?sehife yoxdur|"
    r"страниц\w* не (?:наи?дена|существует)|не наи?ден[оа]?$|ошибка 404|материал (?:удален|не наи?ден)|"
    r"sayfa bulunamad|bulunamadi$|aradiginiz (?:sayfa|haber)|seite nicht gefunden|page introuvable|pagina no encontrada"
)
_LOGIN = re.compile(
    r"(?:log ?in|sign in|subscribe)\b.{0,40}(?:continue|read|access|account)|please (?:log ?in|sign in)|"
    r"daxil olun|hesabiniza daxil|sifrenizi|qeydiyyatdan kec|abune olun|giris yapin|uye girisi|"
    r"вои?дите|авторизу|введите пароль|оформите подписку|только для подписчиков"
)
_CONSENT = re.compile(
    r"cookie|consent|\bgdpr\b|kuki|cerez|файл\w* cookie|kisisel veri|personal data|datenschutz|your privacy"
)
_CHALLENGE = re.compile(
    r"just a moment|attention required|checking (?:your browser|if the site)|ddos guard|verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"are you (?:a )?(?:robot|human)|access denied|captcha|unusual traffic|enable javascript and cookies|security check|"
    r"robot olmadiginizi|проверка браузера|подтвердите.{0,20}не робот|insan oldugunuzu|please wait while we"
)
_CHALLENGE_MARKS = etree.XPath(
    "boolean(//*[contains(@id, 'cf-chl') or contains(@class, 'cf-chl') or contains(@id, 'challenge-')] | //script[contains(@src, 'challenge-platform')])"
)
_PASSWORD = etree.XPath("boolean(//input[@type='password'])")
_PLAYER = etree.XPath(
    "boolean(//video | //iframe[contains(@src, 'youtu') or contains(@src, 'player') or contains(@src, 'video') or contains(@src, 'embed')])"
)
_APP_ROOT = etree.XPath(
    "boolean(//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='gatsby-focus-wrapper'])"
)
_LISTING_PATH = re.compile(
    r"/(?:tags?|teq|etiket|search|axtar\w*|axtaris|poisk|arama|author|authors|muellif|category|kateqoriya|rubrika|archives?|arxiv)/?$|/(?:tags?|teq|search|axtaris|author|category|kateqoriya)/|"
    r"/page/\d+/?$|/(?:about|haqqimizda|contact|contacts|elaqe|contact-us|about-us|o-nas|kontakty|privacy[\w-]*|terms[\w-]*|reklam|iletisim)(?:\.\w+)?/?$",
    re.IGNORECASE,
)
_SECTION_PATH = re.compile(r"^(?:/\w{2})?/[a-z]+(?:/[a-z]+)?/?$", re.IGNORECASE)
_LONG_LINES, _LONG_TEXT = 6, 1_000
"""So many words in so few paragraphs are no list of teasers."""
_LENGTH = etree.XPath("string-length(normalize-space())")
_LISTING_TYPES = frozenset(
    {"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage", "AboutPage", "ContactPage", "FAQPage"}
)
_LINKED_TITLES = etree.XPath("count(//a[h2 or h3 or h4] | //h2/a | //h3/a | //h4/a)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the readers of a page found, for the gate to judge."""

    title: str | None
    lines: list[str]
    words: int
    is_dated: bool
    is_rule: bool = False


def judge(page: Page, layout: Layout, findings: Findings, hints: Candidate | None) -> Rejection | None:
    """The reason why the page is no article, or None where it is one."""
    evidence = article_evidence(page, findings, hints)
    wall = _wall(page, findings, evidence) if findings.words < _WALL else None
    if wall or (findings.is_rule and findings.title and findings.words >= _BRIEF):
        return wall
    if page.portal.is_home(page.url):
        return Rejection(reason="not-article", detail="the front page")
    if _is_live(page):
        return Rejection(reason="live-blog", detail="LiveBlogPosting")
    if not findings.title or findings.words < (_BRIEF if evidence >= _PROVEN else _SHORT):
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


def _wall(page: Page, findings: Findings, evidence: float) -> Rejection | None:
    """The walls that show a few words instead of an article."""
    heads = [_flat(part) for part in (findings.title or "", page.head_title, *findings.lines[:2]) if part]
    detail = heads[0][:100] if heads else ""
    if evidence < 2 and (any(_CHALLENGE.search(head) for head in heads) or _CHALLENGE_MARKS(page.tree)):
        return Rejection(reason="challenge", detail=detail)
    if evidence < _PROVEN and any(_MISSING.search(head[:150]) for head in heads):
        return Rejection(reason="soft-404", detail=detail)
    if findings.words >= _SHORT * 3 or evidence >= _PROVEN:
        return None
    text = _flat(" ".join([*heads, *findings.lines])[:3000])
    if _asks_for_login(page, findings, text):
        return Rejection(reason="login-wall", detail=detail)
    if len(_CONSENT.findall(text)) >= 2 and not findings.is_dated:
        return Rejection(reason="consent-wall", detail=detail)
    return None


def _flat(text: str) -> str:
    return " ".join(fold(text).split())


def _asks_for_login(page: Page, findings: Findings, text: str) -> bool:
    if _PASSWORD(page.tree) and (_LOGIN.search(text) or findings.words < _SHORT):
        return True
    return bool(_LOGIN.search(text)) and findings.words < _SHORT * 2 and not findings.is_dated


def _is_live(page: Page) -> bool:
    """Whether the page is a live coverage that still runs; one that has ended is an article like others."""
    article = page.linked_data.article
    kinds = article.get("@type")
    if "LiveBlogPosting" not in (kinds if isinstance(kinds, list) else [kinds]):
        return False
    ended = machine_date(page, page.linked_data.text("coverageEndTime"))
    changed = machine_date(page, page.linked_data.text("dateModified", "datePublished"))
    if ended:
        return ended > page.now
    return changed is None or page.now - changed < timedelta(days=1)


def _without_text(page: Page, findings: Findings) -> Rejection:
    visible = len(page.tree.xpath("string(//body)").split()) if page.tree.find("body") is not None else 0
    if _PLAYER(page.tree) and findings.title:
        return Rejection(reason="video-only", detail=f"{findings.words} words")
    if visible < 60 or (_APP_ROOT(page.tree) and findings.words == 0):
        return Rejection(reason="empty-shell", detail=f"{visible} words in all")
    return Rejection(
        reason="not-article", detail=f"{findings.words} words of text" if findings.title else "no headline"
    )


def _listing(page: Page, layout: Layout, findings: Findings, evidence: float) -> Rejection | None:
    """Pages that list articles, and pages about the portal itself."""
    against = 0.0
    path = urlsplit(page.url).path
    running = sum(len(line) > 120 for line in findings.lines)
    against += 2.0 * bool(_LISTING_PATH.search(path))
    against += 2.0 * bool(page.linked_data.types & _LISTING_TYPES and not page.linked_data.article)
    against += 2.0 * (_link_share(layout) > 0.5)
    against += 1.0 * ("website" in page.metas.get("og:type", []))
    against += 1.0 * (page.portal.matches_article(page.url) is False)
    against += 1.0 * (running < 2 and findings.words < _WALL)
    against += 1.0 * (layout.headline is None) + 1.0 * (_LINKED_TITLES(page.tree) > max(5, 2 * len(findings.lines)))
    against += 2.0 * (_linked_lines(layout, findings.lines) > 0.3)
    against += 1.5 * bool(_SECTION_PATH.match(path) and (not findings.is_dated or findings.words < _WALL / 2))
    against += 1.0 * (evidence == 0 and not findings.is_dated)
    evidence += min(3.0, running / 4) + 1.0 * (running >= _LONG_LINES and findings.words > _LONG_TEXT)
    if against >= 2.5 and against > evidence:
        return Rejection(reason="not-article", detail=f"looks like a listing ({against:g} against {evidence:g})")
    return None


def _link_share(layout: Layout) -> float:
    """How much of the body's text is links, 0-1."""
    if layout.body is None:
        return 0.0
    return float(sum(map(_LENGTH, layout.body.iter("a"))) / (_LENGTH(layout.body) or 1.0))


def _linked_lines(layout: Layout, lines: list[str]) -> float:
    """How many of the lines are nothing but a link, 0-1; those of a listing are headlines that lead on."""
    if layout.body is None or not lines:
        return 0.0
    links = {" ".join("".join(link.itertext()).split()) for link in layout.body.iter("a")}
    return sum(line in links for line in lines) / len(lines)
