"""Is it an article at all? Listings, walls, robot checks and empty pages are told by what they say and lack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from lxml import etree

from icma_crawler.extraction.layout import Layout
from icma_crawler.extraction.listing import is_section_path, kind_of_listing, weight_of_listing
from icma_crawler.extraction.page import Page, words_of
from icma_crawler.extraction.published import machine_date
from icma_crawler.models import Candidate, Rejection
from icma_crawler.text import fold

_BRIEF = 5
"""Words that suffice where the page proves to be an article; agencies' flashes are that short."""
_SHORT = 25
_PROVEN = 3.0
_WALL = 150
_SENTENCE = 120
"""Characters of a line that tells something; those of walls and of pages that are gone are shorter."""

_MISSING = re.compile(
    r"^404\s*(?:$|[|:–—]|-\s)|^(?:error|xeta|hata|oshibka|ошибка) 404\b|\b404\b.{0,20}(?:error|not found|xeta)|not found|"
    r"page (?:does not|doesn t) exist|no longer (?:available|exists)|page you (?:requested|were looking|are looking)|"
    r"(?:page|article|story|content) (?:has been|was|could not be|cannot be|can t be) (?:removed|deleted|found)|"
    r"(?:couldn|can) t find (?:the|that|this) (?:page|article|story)|"
    r"(?:sehife|xeber|meqale|material|melumat)\w* (?:tapilmadi|movcud deyil|silinib)|tapilmadi$|bele (?:bir )?sehife yoxdur|"
    r"страниц\w* (?:не (?:наи?дена|существует)|(?:была )?удалена)|не наи?ден[оа]?$|ошибка 404|(?:материал|новость|статья) (?:удален|не наи?ден)|"
    r"(?:bu|bele) (?:xeber|sehife|meqale) (?:silinib|movcud deyil)|(?:haber|sayfa|icerik) (?:kaldiril|silin)|"
    r"sayfa bulunamad|bulunamadi$|aradiginiz (?:sayfa|haber)|seite nicht gefunden|page introuvable|pagina no encontrada"
)
_MISSING_WHOLE = re.compile(
    r"(?:(?:the|this|that) )?(?:page|article|story|content) (?:(?:you (?:requested|were looking for|are looking for) )?"
    r"(?:(?:was |could )?not (?:be )?found|(?:does not|doesn t) exist|is no longer available|can(?:not| t) be found)|"
    r"(?:has been|was) (?:removed|deleted))|(?:we )?(?:couldn|can) t find (?:the|that|this) (?:page|article|story)|not found|"
    r"(?:axtardiginiz |bu |bele (?:bir )?)?(?:sehife|xeber|meqale|material) (?:tapilmadi|movcud deyil|silinib|yoxdur)|"
    r"(?:aradiginiz |bu )?(?:sayfa|haber|icerik) (?:bulunamadi|kaldirilmis(?:tir)?|silinmis(?:tir)?)|"
    r"(?:такои? |эта |запрашиваемая |данная )?(?:страниц[аы]|материал|новость|статья) "
    r"(?:не наи?ден[ао]?|не существует|(?:был[аи]? )?удален[ао]?|нет)|ничего не наи?дено"
)
_MISSING_SIGHS = re.compile(
    r"\b(?:404|error|xeta|hata|oshibka|ошибка|oops|sorry|uzr isteyirik|teessuf ki|uzgunuz|maalesef|увы|извините|к сожалению)\b"
    r"|[^\w\s]"
)
"""What may stand around those words and says no more than they do."""
_LOGIN = re.compile(
    r"(?:log ?in|sign in|subscribe)\b.{0,40}(?:continue|read|access|account)|please (?:log ?in|sign in)|"
    r"daxil olun|hesabiniza daxil|sifrenizi|qeydiyyatdan kec|abune olun|giris yapin|uye girisi|"
    r"\bвои?дите\b|авторизу|введите пароль|оформите подписку|только для подписчиков"
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
    "boolean(//video | //*[@class and re:test(@class, '(^|[ _-])(jw-?player|plyr|video-js|video-?player)')]"
    " | //iframe[re:test(concat(@src, ' ', @data-src), 'youtu|player|video|embed|rutube|ok\\.ru/|vimeo|dailymotion')])",
    namespaces={"re": "http://exslt.org/regular-expressions"},
)
_APP_ROOT = etree.XPath(
    "boolean(//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='gatsby-focus-wrapper'])"
)
_LONG_LINES, _LONG_TEXT = 6, 1_000
"""So many words in so few paragraphs are no list of teasers."""
_LIVE = re.compile(
    r"^(?:canli|live|onlai?n|онлаи?н|(?:прямая |текстовая )?трансляция)\b|\b(?:canli yayin|canli anlatim|live updates?)\b"
)
_ENTRY = re.compile(r"^\W{0,3}(?:[01]?\d|2[0-3])[:.][0-5]\d\b")
_MIN_ENTRIES = 6
_LIVE_TIME = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the readers of a page found, for the gate to judge."""

    title: str | None
    lines: list[str]
    words: int
    published_at: datetime | None
    is_dated: bool
    is_rule: bool = False


def judge(page: Page, layout: Layout, findings: Findings, hints: Candidate | None) -> Rejection | None:
    """The reason why the page is no article, or None where it is one."""
    evidence = article_evidence(page, findings, hints)
    wall = _wall(page, findings, evidence) if findings.words < _WALL else _missing(findings, evidence)
    if wall or (findings.is_rule and findings.title and findings.words >= _BRIEF):
        return wall
    if page.portal.is_home(page.url):
        return Rejection(reason="not-article", detail="the front page")
    if _is_live_posting(page) or _looks_live(page, findings):
        return Rejection(reason="live-blog", detail="still running")
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
    is_challenge = any(_CHALLENGE.search(head) for head in heads) and not _reads_as_article(findings)
    if evidence < 2 and (is_challenge or _CHALLENGE_MARKS(page.tree)):
        return Rejection(reason="challenge", detail=detail)
    if _reads_as_article(findings):
        return _missing(findings, evidence)
    if evidence < _PROVEN and any(_MISSING.search(head[:150]) for head in heads):
        return Rejection(reason="soft-404", detail=detail)
    is_article = findings.words >= _SHORT * 3 or evidence >= _PROVEN
    return None if is_article else _dialogue(page, findings, heads, detail)


def _dialogue(page: Page, findings: Findings, heads: list[str], detail: str) -> Rejection | None:
    """The walls that want something of the reader first."""
    text = _flat(" ".join([*heads, *findings.lines])[:3000])
    if _asks_for_login(page, findings, text):
        return Rejection(reason="login-wall", detail=detail)
    if len(_CONSENT.findall(text)) >= 2 and not findings.is_dated:
        return Rejection(reason="consent-wall", detail=detail)
    return None


def _reads_as_article(findings: Findings) -> bool:
    """Whether a date and a sentence of some length stand below the headline: "Not found: two fishermen" is news then."""
    is_told = any(len(line) >= _SENTENCE for line in findings.lines)
    return findings.is_dated and findings.words >= _SHORT and is_told


def _missing(findings: Findings, evidence: float) -> Rejection | None:
    """A soft 404 that shows the latest news below: there the headline alone tells."""
    title = _flat(findings.title or "")
    bare = " ".join(_MISSING_SIGHS.sub(" ", title).split())
    if evidence < _PROVEN and title and (not bare or _MISSING_WHOLE.fullmatch(bare)):
        return Rejection(reason="soft-404", detail=title[:100])
    return None


def _flat(text: str) -> str:
    return " ".join(fold(text).split())


def _asks_for_login(page: Page, findings: Findings, text: str) -> bool:
    if _PASSWORD(page.tree) and (_LOGIN.search(text) or findings.words < _SHORT):
        return True
    return bool(_LOGIN.search(text)) and findings.words < _SHORT * 2 and not findings.is_dated


def _is_live_posting(page: Page) -> bool:
    """Whether the page is a live coverage that still runs; one that has ended is an article like others."""
    article = page.linked_data.article
    kinds = article.get("@type")
    if "LiveBlogPosting" not in (kinds if isinstance(kinds, list) else [kinds]):
        return False
    ended = machine_date(page, page.linked_data.text("coverageEndTime"))
    changed = machine_date(page, page.linked_data.text("dateModified", "datePublished"))
    if ended:
        return ended > page.now
    return changed is None or page.now - changed < _LIVE_TIME


def _looks_live(page: Page, findings: Findings) -> bool:
    """Whether a page of today calls itself live and is a list of moments."""
    is_of_today = findings.published_at is not None and page.now - findings.published_at < _LIVE_TIME
    if not is_of_today or not _LIVE.search(_flat(findings.title or "")):
        return False
    return sum(_ENTRY.match(line) is not None for line in findings.lines) >= _MIN_ENTRIES


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
