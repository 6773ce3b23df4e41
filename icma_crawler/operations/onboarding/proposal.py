"""What a probe found in; a portal file's facts out, with a score for the sample, or why the site cannot be archived."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape

from icma_crawler.models import ArchivedArticle, Article, CrawlPolicy, Portal, Source
from icma_crawler.operations.onboarding.probe import ProbeFindings
from icma_crawler.operations.onboarding.url_patterns import find_url_pattern
from icma_crawler.reasons import explain

_NO_ARTICLES = frozenset({"not-article", "listing", "tag-page", "search-page"})
_WEIGHTS = {"text": 40, "date": 25, "language": 10, "image": 10, "section": 5, "authors": 5, "lead": 5}
_SHORT_TEXT_WORDS = 60
_MAX_SITEMAPS = 3
_MAX_NAME = 60

_SITE_NAME = re.compile(rb"""<meta[^>]+property=["']og:site_name["'][^>]+content=["']([^"'<>]+)["']""", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,1000})</title>", re.IGNORECASE)
_BETWEEN = re.compile(r"\s+(?:-|–|—|\||»|::)\s+")
_ENOUGH_TITLES = 3
_OFFSET = re.compile(rb"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(Z|[+-][01]\d:?[0-5]\d)")

_ZONES = {
    "tr": "Europe/Istanbul",
    "ru": "Europe/Moscow",
    "ge": "Asia/Tbilisi",
    "kz": "Asia/Almaty",
    "uz": "Asia/Tashkent",
    "ua": "Europe/Kyiv",
    "uk": "Europe/London",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
}
_BAKU_OFFSET = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One article of the sample: which of its fields are filled, and a score (0-100)."""

    title: str
    article: Article
    filled: tuple[str, ...]
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A portal as it could be written down; ``notes`` say what was guessed. ``score`` is that of the sample (0-100)."""

    portal: Portal
    sample: tuple[Sampled, ...]
    score: int
    notes: tuple[str, ...] = ()


def why_not(findings: ProbeFindings) -> str | None:
    """Why a site cannot be archived, in a sentence; None where it can."""
    if findings.articles:
        return None
    if findings.home_reason not in (None, "nothing-listed"):
        return f"its front page cannot be read: {explain(str(findings.home_reason))}"
    reasons = Counter(gap.reason for gap in findings.gaps if gap.state != "pending" and gap.reason)
    if not reasons:
        return (
            "no articles were found: neither a feed nor a sitemap, nor links on its front page that look like articles "
            "(a site that makes its pages with JavaScript looks like this too)"
        )
    reason, count = reasons.most_common(1)[0]
    needs_javascript = ", so it needs JavaScript" if reason == "empty-shell" else ""
    return (
        f"none of the {reasons.total()} pages read is an article; {count} of them: {explain(reason)}{needs_javascript}"
    )


def propose(findings: ProbeFindings) -> Proposal:
    """The portal file that the findings speak for: only what was seen stands in it."""
    guess = findings.portal
    sample = tuple(_sampled(archived) for archived in findings.articles if archived.article is not None)
    language = _most([each.article.language for each in sample]) or guess.language
    timezone = guess.timezone
    notes: list[str] = []
    if timezone == "UTC":
        timezone, notes = _zone(guess.home, language, findings.pages)
    others = [gap.url for gap in findings.gaps if gap.state == "rejected" and gap.reason in _NO_ARTICLES]
    others += [source.url for source in findings.sources]
    portal = replace(
        guess,
        name=_site_name(findings.pages) or guess.name,
        language=language,
        timezone=timezone,
        sources=tuple(_worth_writing(findings)),
        article_url_pattern=find_url_pattern(
            [archived.url for archived in findings.articles],
            others,
            [gap.url for gap in findings.gaps if gap.state == "pending"],
        ),
        crawl=CrawlPolicy(),
    )
    score = round(sum(each.score for each in sample) / len(sample)) if sample else 0
    return Proposal(portal=portal, sample=sample, score=score, notes=tuple(notes))


def _sampled(archived: ArchivedArticle) -> Sampled:
    article = archived.article
    if article is None:
        raise ValueError(archived.urn)
    is_filled = {
        "text": article.word_count >= _SHORT_TEXT_WORDS,
        "date": article.published_at is not None,
        "language": article.language is not None,
        "image": article.image_url is not None,
        "section": article.section is not None,
        "authors": bool(article.authors),
        "lead": article.lead is not None,
    }
    filled = tuple(name for name, yes in is_filled.items() if yes)
    score = sum(_WEIGHTS[name] for name in filled)
    if article.published_precision == "day":
        score -= 5
    return Sampled(title=article.title_shown, article=article, filled=filled, score=score)


def _worth_writing(findings: ProbeFindings) -> list[Source]:
    """The feeds and sitemaps that answered; dated parts of a sitemap are found again through it, sections by themselves."""
    answered = [source for source in findings.sources if source.looked_at is not None and source.kind != "section"]
    sitemaps = [s for s in answered if s.kind == "sitemap" and not any(map(str.isdigit, s.url.rpartition("/")[2]))]
    others = [s for s in answered if s.kind != "sitemap" and findings.told[s.id]]
    chosen = [*others, *sorted(sitemaps, key=lambda s: len(s.url))[:_MAX_SITEMAPS]]
    return [source.as_source() for source in chosen]


def _zone(home: str, language: str, pages: Iterable[bytes]) -> tuple[str, list[str]]:
    """A guess, with a note that says so."""
    offsets = Counter(_offset(match) for page in pages for match in _OFFSET.findall(page))
    offsets.pop(None, None)
    offsets.pop(timedelta(0), None)  # who writes UTC says nothing of where he is
    ending = home.split("/")[2].partition(":")[0].rpartition(".")[2]
    if ending in _ZONES:
        return _ZONES[ending], [f"timezone: guessed from the ending .{ending}"]
    if not offsets and language == "az":
        return "Asia/Baku", ["timezone: guessed from the language"]
    if not offsets:
        return "UTC", ["timezone: the pages do not tell it, so a time without a zone is read as UTC; correct it"]
    offset = offsets.most_common(1)[0][0]
    if offset == _BAKU_OFFSET:
        return "Asia/Baku", ["timezone: guessed from times with +04:00"]
    hours, rest = divmod(int(offset.total_seconds()) if offset else 0, 3600)
    if rest:
        return "UTC", [f"timezone: the pages say {offset}, which no plain zone has; correct it"]
    # POSIX counts the other way round.
    return f"Etc/GMT{-hours:+d}", [f"timezone: guessed from times with {hours:+03d}:00; name the city instead"]


def _offset(match: bytes) -> timedelta | None:
    text = match.decode().replace(":", "")
    if text == "Z":
        return timedelta(0)
    span = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -span if text[0] == "-" else span


def _site_name(pages: Sequence[bytes]) -> str | None:
    """As the pages' own data call the site, or else as most of their titles end, or begin."""
    stated = _most([_decoded(match[1]) for page in pages if (match := _SITE_NAME.search(page))])
    name = " ".join((stated or _shared_end(pages) or "").split())
    return name if 0 < len(name) <= _MAX_NAME and name.isprintable() and "\ufffd" not in name else None


def _shared_end(pages: Sequence[bytes]) -> str | None:
    """What most titles have at one end: "Yeni park açıldı - Şərq", "Şərq | Yeni park açıldı"."""
    titles = [_BETWEEN.split(_decoded(match[1]).strip()) for page in pages if (match := _TITLE.search(page))]
    for end in (-1, 0):
        (name, count), *_ = Counter(parts[end] for parts in titles if len(parts) > 1).most_common(1) or [("", 0)]
        if count >= _ENOUGH_TITLES and count * 2 > len(pages):
            return name
    return None


def _decoded(text: bytes) -> str:
    return unescape(text.decode("utf-8", "replace"))


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None
