"""The headline: what the page's own statements of it agree on, without the site's name, kicker apart."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from urllib.parse import urljoin

from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page, name_of, text_of
from icma_crawler.models import Candidate
from icma_crawler.text import clean_line, words_of
from icma_crawler.urls import domain_of

MAX_TITLE = 1_000
_SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher")
_PARTLY = 0.4
_DATA_WEIGHT = 1.2
"""JSON-LD outweighs any other statement alone, but not what the page shows and og:title agree on."""
_MIN_SHARED_WORDS = 2
_MIN_WORD_LENGTH = 5
_MAX_HEADINGS = 6
_MAX_SUBHEADINGS = 30
_MAX_SITE_WORDS = 4
_CUT_LENGTH = 100
_MASTHEAD_NAME = re.compile(r"\blogo\b|site[-_]?(?:title|name|header)|\bbrand\b|masthead")
_DANGLING = re.compile(r"\s+[-–—|•»·/]+$")
_SEPARATOR = re.compile(r"\s+[-–—|•»·/]+\s+|\s*[|｜ㅣ：]\s*|\s+::?\s+|\s*:::?\s+")
_SIGN = re.compile(r"[^\w\s]")

_KICKER_WORDS = (
    r"FOTO(?:LAR|SESSİYA|REPORTAJ|FAKT)?|VİDEO(?:LAR| HABER)?|VIDEO(?:S)?|PHOTO(?:S)?|ÖZƏL|EKSKLÜZİV|TƏCİLİ|AÇIQLAMA|MÜSAHİBƏ|RƏSMİ|"
    r"YENİLƏN(?:İB|Dİ)|ANALİTİK|Analitik|REPORTAJ|SİYAHI|CƏDVƏL|YENİ|SON DƏQİQƏ|CANLI|ARAŞDIRMA|İNFOQRAFİKA|"
    r"ФОТО|ВИДЕО|ЭКСКЛЮЗИВ|СРОЧНО|ОБНОВЛЕНО|ИНТЕРВЬЮ|РЕПОРТАЖ|АНАЛИТИКА|ИНФОГРАФИКА|ДОПОЛНЕНО|"
    r"EXCLUSIVE|UPDATED|BREAKING|INTERVIEW|GALLERY|INFOGRAPHIC|ÖZEL(?: HABER)?|GALERİ|SON DAKİKA"
)
_JOINT = r"(?:\s*[/+,&]\s*|\s+(?:və|ve|и|and)\s+|\s+)"
_KICKERS = rf"(?:{_KICKER_WORDS})(?:{_JOINT}(?:{_KICKER_WORDS}))*"
_AT_END = re.compile(
    rf"^(?P<title>.*?\S)\s*(?:\s[-–—|/:•]+\s*|\s+|\s*[\[(])(?P<kicker>{_KICKERS})\s*[\])]?[!.]?$", re.DOTALL
)
# "Analitik: …" is who says it.
_AT_START = re.compile(
    rf"^[\[(]?(?!Analitik\b)(?P<kicker>{_KICKERS})[\])]?\s*(?:[:|–—!]|-\s|\])\s*(?P<title>\S.*)$", re.DOTALL
)
_FOLDED_END = re.compile(
    r"[-–—|/]\s*(?:foto|video|özəl|eksklüziv|təcili|açıqlama|müsahibə|rəsmi|yenilənib|analitik|фото|видео|photos?|videos?|exclusive)(?:\s*[/+,]\s*(?:foto|video|фото|видео|photos?|videos?))*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A decided headline: as shown, and cut into title and kicker."""

    shown: str
    title: str
    kicker: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    text: str
    words: tuple[str, ...]
    source: str
    family: str
    weight: float


def decide_title(page: Page, hints: Candidate | None, ledger: Ledger, *, ruled: str | None = None) -> Title | None:
    """Choose the headline that most statements support; None where the page names none."""
    if ruled:
        ledger.note("title", ruled, "rule", 1.0)
        return _without_kicker(ruled, ledger)
    claims = _claims(page, hints)
    if not claims:
        return None
    scored = [(_support(claim, claims), -index, claim) for index, claim in enumerate(claims)]
    top, _, agreed = max(scored)
    shared = _shared_headline(agreed, claims)
    for score, _, claim in scored:
        trust = 1.0 if claim is shared else min(1.0, claim.weight) * score / top
        ledger.note("title", claim.text, claim.source, trust)
    return _without_kicker((shared or agreed).text, ledger)


def _shared_headline(agreed: _Claim, claims: list[_Claim]) -> _Claim | None:
    """og:title where it alone words the headline anew; None where it says the same, less, or something else.

    A page can have two headlines: one above its text, one to be passed on with. Where <title> repeats the one above the
    text, og:title is not what a search engine is to show but the newsroom's own second version, and what its publisher
    goes by: so on 10 of 11 such pages of news measured, though readers who are asked for the title name the first one.
    Nothing but the page decides, so that the same page is never read in two ways.
    """
    by_source = {claim.source: claim for claim in reversed(claims)}
    shared, head = by_source.get("og:title"), by_source.get("title")
    if not shared or not head or head.words != agreed.words:
        return None
    if not any(claim.family == "shown" and claim.words == agreed.words for claim in claims):
        return None
    if shared.text.endswith(("…", "...")) or _adds_a_part(agreed.text, shared) or _adds_a_part(shared.text, agreed):
        return None
    common = {word for word in {*shared.words} & {*agreed.words} if len(word) >= _MIN_WORD_LENGTH}
    return shared if len(common) >= _MIN_SHARED_WORDS else None


def _adds_a_part(text: str, shorter: _Claim) -> bool:
    """Whether *text* is the shorter headline with a kicker, or with a part that a sign sets apart before or after it."""
    words, size = words_of(text), len(shorter.words)
    if words[:size] == shorter.words:
        return words_of(split_kicker(text).title) == shorter.words or any(
            words_of(text[: cut.start()]) == shorter.words for cut in _SEPARATOR.finditer(text)
        )
    return any(words_of(text[sign.end() :]) == shorter.words for sign in _SIGN.finditer(text))


def _without_kicker(shown: str, ledger: Ledger) -> Title:
    title = split_kicker(shown)
    if title.kicker:
        ledger.note(
            "kicker",
            title.kicker,
            "start of the headline" if shown.endswith(title.title) else "end of the headline",
            0.9,
        )
    return title


def split_kicker(shown: str) -> Title:
    """Cut a kicker ("FOTO", " - Analitik", "ВИДЕО:") off a headline; only capitals count, or what a dash sets apart."""
    match = _AT_END.match(shown) or _AT_START.match(shown)
    if match and len(words_of(match["title"])) > 1:
        return Title(shown=shown, title=match["title"].rstrip(" -–—|/:•"), kicker=match["kicker"])
    match = _FOLDED_END.search(shown)
    if match and len(words_of(shown[: match.start()])) > 1:
        kicker = match[0].lstrip("-–—|/ ")
        return Title(shown=shown, title=shown[: match.start()].rstrip(), kicker=kicker)
    return Title(shown=shown, title=shown, kicker=None)


def site_names(page: Page) -> set[str]:
    """How the site calls itself, as joined words: what may be cut off a <title>."""
    domain = domain_of(page.url).split(":")[0]
    names = [page.meta(key) or "" for key in _SITE_METAS]
    # Some pages give their organisation or site the headline for a name.
    names = [name for name in (*page.linked_data.publishers, *names) if len(name.split()) <= _MAX_SITE_WORDS]
    names += [page.portal.name, domain, domain.split(".")[0]]
    return {joined for name in names if len(joined := "".join(words_of(name))) > 1}


def _claims(page: Page, hints: Candidate | None) -> list[_Claim]:
    """The statements without the site's name; a site that calls itself like its article is not believed."""
    stated = list(_stated(page, hints))
    headings = {words_of(text_of(heading)) for heading in page.headings[:_MAX_SUBHEADINGS]} - {()}
    claims = list(_cut_claims(stated, site_names(page), headings))
    return claims or list(_cut_claims(stated, set(), set()))


def _cut_claims(
    stated: list[tuple[str, str, str, float]], names: set[str], headings: set[tuple[str, ...]]
) -> Iterator[_Claim]:
    known = {words_of(text) for _, _, text, _ in stated}
    for family, source, text, weight in stated:
        line = clean_line(html.unescape(text) if "&" in text else text, limit=MAX_TITLE)
        shown = _DANGLING.sub("", cut_site_name(line, names, known | headings if family == "head" else known))
        words = words_of(shown) or tuple(shown.split())
        if len(shown) > 1 and "".join(words) not in names:
            yield _Claim(text=shown, words=words, source=source, family=family, weight=weight)


def _stated(page: Page, hints: Candidate | None) -> Iterator[tuple[str, str, str, float]]:
    """Family, source, text and weight of each statement; those of one family are copies of one field of the portal."""
    headings = [heading for heading in page.headings if heading.tag == "h1" and not _is_masthead(heading, page)]
    stated = [
        ("data", "json-ld headline", page.linked_data.text("headline"), _DATA_WEIGHT),
        *[("shown", "h1", text_of(heading), 0.95) for heading in headings[:_MAX_HEADINGS]],
        ("shown", "itemprop headline", _itemprop(page), 0.7),
        ("head", "og:title", page.meta("og:title"), 0.85),
        ("head", "meta headline", page.meta("headline"), 0.7),
        ("head", "twitter:title", page.meta("twitter:title", "twitter:text:title"), 0.5),
        ("head", "meta title", page.meta("title", "dc.title", "dcterms.title", "sailthru.title", "parsely-title"), 0.4),
        ("head", "title", page.head_title, 0.5),
        ("data", "json-ld name", page.linked_data.text("name"), 0.3),
        ("announced", "announced", hints.title if hints else None, 0.4),
    ]
    for family, source, text, weight in stated:
        if text:
            yield family, source, text, weight


def _is_masthead(heading: HtmlElement, page: Page) -> bool:
    """Whether an <h1> is the site's name or the title of a menu: called so, inside <nav>, or linked to the front page."""
    if _MASTHEAD_NAME.search(name_of(heading)) or any(node.tag == "nav" for node in heading.iterancestors()):
        return True
    links = [link.get("href", "") for link in heading.iter("a")]
    return len(links) == 1 and _leads_home(page, links[0].strip())


def _leads_home(page: Page, href: str) -> bool:
    try:
        return page.portal.is_home(urljoin(page.url, href or page.url))
    except ValueError:  # a link that is none
        return False


def _itemprop(page: Page) -> str | None:
    elements = page.itemprops.get("headline") or []
    return text_of(elements[0]) if len(elements) == 1 else None


def cut_site_name(title: str, names: set[str], known: set[tuple[str, ...]]) -> str:
    """*title* without the parts that name the site, at either end; a part goes also if the rest is a known headline.

    A kicker is no such part: it is the newsroom's word.
    """
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            break
        before, after = title[: cuts[-1].start()].strip(), title[cuts[0].end() :].strip()
        has_kicker = split_kicker(title).kicker is not None
        if _is_site(title[cuts[-1].end() :], names) or (words_of(before) in known and not has_kicker):
            title = before
        elif _is_site(title[: cuts[0].start()], names) or (words_of(after) in known and not has_kicker):
            title = after
        else:
            break
    return _without_section(title, known)


def _without_section(title: str, known: set[tuple[str, ...]]) -> str:
    """Cut "Headline-Section" to its headline, where that is known."""
    cut = title.rfind("-")
    head = words_of(title[:cut]) if cut > 0 else ()
    return title[:cut].rstrip() if len(head) > _MAX_SITE_WORDS and head in known else title


def _is_site(part: str, names: set[str]) -> bool:
    joined = "".join(words_of(part))
    return bool(joined) and any(joined == name or (len(name) > 4 and joined.startswith(name)) for name in names)


def _support(claim: _Claim, claims: list[_Claim]) -> float:
    """The claim's own weight and that of every other claim that says the same, or says it with something added."""
    if len(claim.words) < 2 and len(claim.text) < 12 and any(len(other.words) > 2 for other in claims):
        return 0.01  # a broken og:title of one letter or word
    whole = {"shown", "head"} if len(claim.text) >= _CUT_LENGTH else {"shown"}
    if claim.family == "data" and any(
        other.family in whole and _contains(other.words, claim.words) for other in claims
    ):
        return 0.5  # cut to the 110 signs that search engines once allowed
    best: dict[str, float] = {claim.family: claim.weight}
    for other in claims:
        if other.words == claim.words:
            support = other.weight
        elif len(claim.words) > 2 and _contains(other.words, claim.words):
            support = other.weight * _PARTLY
        else:
            continue
        best[other.family] = max(best.get(other.family, 0.0), support)
    return fsum(best.values())  # exact: of claims that agree, the first wins, not the one whose sum was rounded up


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    size = len(shorter)
    return size < len(longer) and (longer[:size] == shorter or longer[-size:] == shorter)
