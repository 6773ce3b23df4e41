"""What stands where an article was asked for: robot checks, logins, consents, and pages that are no longer there."""

from __future__ import annotations

import re

from lxml import etree

from icma_crawler.extraction.gate.findings import Findings, flat
from icma_crawler.extraction.page import Page
from icma_crawler.models import Rejection

SHORT = 25
"""Words; what has fewer says next to nothing."""
PROVEN = 3.0
"""Evidence for an article (see `article_evidence`) that is taken for a proof."""
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
_SENTENCE = 120
"""Characters of a line that tells something; those of walls and of pages that are gone are shorter."""


def find_wall(page: Page, findings: Findings, evidence: float) -> Rejection | None:
    """The walls that show a few words instead of an article."""
    heads = [flat(part) for part in (findings.title or "", page.head_title, *findings.lines[:2]) if part]
    detail = heads[0][:100] if heads else ""
    is_challenge = any(_CHALLENGE.search(head) for head in heads) and not _reads_as_article(findings)
    if evidence < 2 and (is_challenge or _CHALLENGE_MARKS(page.tree)):
        return Rejection(reason="challenge", detail=detail)
    if _reads_as_article(findings):
        return find_missing(findings, evidence)
    if evidence < PROVEN and any(_MISSING.search(head[:150]) for head in heads):
        return Rejection(reason="soft-404", detail=detail)
    is_article = findings.words >= SHORT * 3 or evidence >= PROVEN
    return None if is_article else _dialogue(page, findings, heads, detail)


def _dialogue(page: Page, findings: Findings, heads: list[str], detail: str) -> Rejection | None:
    """The walls that want something of the reader first."""
    text = flat(" ".join([*heads, *findings.lines])[:3000])
    if _asks_for_login(page, findings, text):
        return Rejection(reason="login-wall", detail=detail)
    if len(_CONSENT.findall(text)) >= 2 and not findings.is_dated:
        return Rejection(reason="consent-wall", detail=detail)
    return None


def _reads_as_article(findings: Findings) -> bool:
    """Whether a date and a sentence of some length stand below the headline: "Not found: two fishermen" is news then."""
    is_told = any(len(line) >= _SENTENCE for line in findings.lines)
    return findings.is_dated and findings.words >= SHORT and is_told


def find_missing(findings: Findings, evidence: float) -> Rejection | None:
    """A soft 404 that shows the latest news below: there the headline alone tells."""
    title = flat(findings.title or "")
    bare = " ".join(_MISSING_SIGHS.sub(" ", title).split())
    if evidence < PROVEN and title and (not bare or _MISSING_WHOLE.fullmatch(bare)):
        return Rejection(reason="soft-404", detail=title[:100])
    return None


def _asks_for_login(page: Page, findings: Findings, text: str) -> bool:
    if _PASSWORD(page.tree) and (_LOGIN.search(text) or findings.words < SHORT):
        return True
    return bool(_LOGIN.search(text)) and findings.words < SHORT * 2 and not findings.is_dated
