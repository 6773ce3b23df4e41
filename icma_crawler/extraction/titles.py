"""The headline: what the page's own statements of it agree on, without the site's name, kicker apart."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml.html import HtmlElement

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page, name_of, text_of, words_of
from icma_crawler.models import Candidate
from icma_crawler.text import clean_line
from icma_crawler.urls import domain_of

MAX_TITLE = 1_000
_SITE_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher")
_PARTLY = 0.4
_DATA_WEIGHT = 2.0
"""JSON-LD outweighs what a page shows and its head agree on: measured on pages of 100 portals, where they differ."""
_MAX_HEADINGS = 6
_MAX_SITE_WORDS = 4
_MASTHEAD_NAME = re.compile(r"\blogo\b|site[-_]?(?:title|name|header)|\bbrand\b|masthead")
_DANGLING = re.compile(r"\s+[-–—|•»·/]+$")
_SEPARATOR = re.compile(r"\s+[-–—|•»·/]+\s+|\s*\|\s*|\s+::?\s+|\s*:::?\s+")

_KICKER_WORDS = (
    r"FOTO(?:LAR|SESSİYA|REPORTAJ)?|VİDEO(?:LAR)?|VIDEO(?:S)?|PHOTO(?:S)?|ÖZƏL|EKSKLÜZİV|TƏCİLİ|AÇIQLAMA|MÜSAHİBƏ|RƏSMİ|"
    r"YENİLƏN(?:İB|Dİ)|ANALİTİK|Analitik|REPORTAJ|SİYAHI|CƏDVƏL|YENİ|SON DƏQİQƏ|CANLI|ARAŞDIRMA|İNFOQRAFİKA|"
    r"ФОТО|ВИДЕО|ЭКСКЛЮЗИВ|СРОЧНО|ОБНОВЛЕНО|ИНТЕРВЬЮ|РЕПОРТАЖ|АНАЛИТИКА|ИНФОГРАФИКА|ДОПОЛНЕНО|"
    r"EXCLUSIVE|UPDATED|BREAKING|INTERVIEW|GALLERY|INFOGRAPHIC|ÖZEL|GALERİ|SON DAKİKA"
)
_JOINT = r"(?:\s*[/+,&]\s*|\s+(?:və|ve|и|and)\s+|\s+)"
_KICKERS = rf"(?:{_KICKER_WORDS})(?:{_JOINT}(?:{_KICKER_WORDS}))*"
_AT_END = re.compile(
    rf"^(?P<title>.*?\S)\s*(?:\s[-–—|/:•]+\s*|\s+|\s*[\[(])(?P<kicker>{_KICKERS})\s*[\])]?[!.]?$", re.DOTALL
)
_AT_START = re.compile(rf"^[\[(]?(?P<kicker>{_KICKERS})[\])]?\s*(?:[:|–—]|-\s|\])\s*(?P<title>\S.*)$", re.DOTALL)
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
    top = max(score for score, *_ in scored)
    for score, _, claim in scored:
        ledger.note("title", claim.text, claim.source, min(1.0, claim.weight) * score / top)
    return _without_kicker(max(scored)[2].text, ledger)


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
    claims = list(_cut_claims(stated, site_names(page)))
    return claims or list(_cut_claims(stated, set()))


def _cut_claims(stated: list[tuple[str, str, str, float]], names: set[str]) -> Iterator[_Claim]:
    known = {words_of(text) for _, _, text, _ in stated}
    for family, source, text, weight in stated:
        line = clean_line(html.unescape(text) if "&" in text else text, limit=MAX_TITLE)
        shown = _DANGLING.sub("", cut_site_name(line, names, known))
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
    """*title* without the parts that name the site, at either end; a part goes also if the rest is a known headline."""
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            return title
        last, first = cuts[-1], cuts[0]
        if _is_site(title[last.end() :], names) or words_of(title[: last.start()]) in known:
            title = title[: last.start()].strip()
        elif _is_site(title[: first.start()], names):
            title = title[first.end() :].strip()
        else:
            return title
    return title


def _is_site(part: str, names: set[str]) -> bool:
    joined = "".join(words_of(part))
    return bool(joined) and any(joined == name or (len(name) > 4 and joined.startswith(name)) for name in names)


def _support(claim: _Claim, claims: list[_Claim]) -> float:
    """The claim's own weight and that of every other claim that says the same, or says it with something added."""
    if len(claim.words) < 2 and len(claim.text) < 12 and any(len(other.words) > 2 for other in claims):
        return 0.01  # a broken og:title of one letter or word
    if claim.family == "data" and any(
        other.family == "shown" and _contains(other.words, claim.words) for other in claims
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
    return sum(best.values())


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    size = len(shorter)
    return size < len(longer) and (longer[:size] == shorter or longer[-size:] == shorter)
