"""Whether a portal can be reached and read at all: the verdicts on sources that fail and pages that are refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from icma_crawler.archive import PageFact, PortalFacts, SourceFact
from icma_crawler.operations.health.judgement import Judgement, Verdict, VerdictEvidence
from icma_crawler.operations.health.losses import LayoutOf, Lost, find_lost
from icma_crawler.operations.health.phrases import format_share, rounded
from icma_crawler.operations.health.shifts import SUSPECTED_BAD
from icma_crawler.reasons import explain

_REFUSALS = frozenset({"http-401", "http-402", "http-403", "http-429", "http-451", "challenge", "consent-wall"})
_NO_SOURCE = frozenset({"html-not-feed", "not-a-source", "broken-xml", "xml-entities", "nothing-listed", "not-html"})
_MUTE: dict[str, Verdict] = {"empty-shell": "needs-javascript", "login-wall": "blocked"}
_UNREAD: dict[str, Verdict] = {
    "empty-shell": "needs-javascript",
    "login-wall": "teaser-only",
    "consent-wall": "blocked",
    "challenge": "blocked",
    "not-article": "template-changed",
    "listing": "template-changed",
    "tag-page": "template-changed",
    "search-page": "template-changed",
    "soft-404": "template-changed",
    "video-only": "template-changed",
    "extract-timeout": "template-changed",
    "extract-crash": "template-changed",
    "too-big-to-extract": "template-changed",
}
"""Reasons why a page that came was not read, and what a sudden lot of them means."""

_OTHER_PAGES = frozenset({"listing", "tag-page", "search-page", "video-only"})
"""What is no article by its kind looks different anyway."""

_WEEK = timedelta(days=7)
_FEW = 2
_FEW_SHARE = 0.05
_ENOUGH = 5
_MAJORITY = 0.5
_COINCIDENCE = 1e-4
_NEARLY_ALL = 0.8


def verdict_of_reason(code: str) -> Verdict:
    """What a failing source means; *code* is of `icma_crawler.reasons`."""
    if code in _REFUSALS:
        return "blocked"
    if code in _MUTE:
        return _MUTE[code]
    if code in ("dns", "tls", "robots"):
        return code  # type: ignore[return-value]  # they are called alike
    return "incomplete" if code in _NO_SOURCE else "down"


def judge_sources(facts: PortalFacts) -> Judgement | None:
    """No source that was asked gives a usable answer."""
    asked = _asked_last(facts)
    failing = [source for source in asked if source.failures]
    if not failing or len(failing) < len(asked):
        return None
    return _failing(failing)


def _asked_last(facts: PortalFacts) -> list[SourceFact]:
    """The sources that the last crawl to ask any has asked: that another one answered before it proves nothing.

    A crawl asks the few that tell of anything new, and where one of them fails, those that stand in for it.
    """
    answering = [source for source in facts.sources if source.asked_at and source.answered_at]
    last = max((source.asked_at for source in answering if source.asked_at), default=None)
    run = next((run for run in reversed(facts.runs) if last is not None and run.started_at <= last), None)
    if run is None or run.reason != "finished":
        return list(facts.sources)
    return [source for source in answering if source.asked_at and source.asked_at >= run.started_at]


def judge_failing_source(facts: PortalFacts) -> Judgement | None:
    """For a portal that is silent anyway: a source that once answered now fails, which explains it."""
    failing = [source for source in facts.sources if source.failures and source.answered_at]
    return _failing(failing) if failing else None


def _failing(failing: Sequence[SourceFact]) -> Judgement:
    codes = [source.reason or "internal" for source in failing]
    # A pause comes of what another source answered, which tells more.
    code = Counter([each for each in codes if each != "host-paused"] or codes).most_common(1)[0][0]
    source = next(source for source in failing if (source.reason or "internal") == code)
    since = max((each.answered_at for each in failing if each.answered_at), default=None)
    times = f", {source.failures} times in a row" if source.failures > 1 else ""
    never = "" if since else "; it never answered"
    return Judgement(
        verdict=verdict_of_reason(code),
        reason=f"{explain(code)}: {source.url}{times}{never}",
        since=since or source.asked_at,
        evidence=(VerdictEvidence(source_url=source.url, code=code, count=source.failures),),
    )


def judge_refused(facts: PortalFacts) -> Judgement | None:
    """Of the pages since the last article that could be had, so many were refused that it is no coincidence."""
    newest = _since_last_article(facts)
    refused = [page for page in newest if _is_refused(page)]
    if not refused or len(refused) < _MAJORITY * len(newest):
        return None
    earlier = len(facts.pages) - len(newest)
    usual = (sum(map(_is_refused, facts.pages)) - len(refused) + 1) / (earlier + 2)
    if earlier and usual ** len(refused) > _COINCIDENCE:
        return None
    return _most_common(refused, lambda code: "robots" if code == "robots" else "blocked", "refused")


def judge_unread(facts: PortalFacts, layout_of: LayoutOf) -> Judgement | None:
    """Pages come, but no article is read from them: from the beginning, or since some page."""
    read = [page for page in facts.pages if page.is_article or page.reason in _UNREAD]
    unread = [page for page in read if not page.is_article]
    if len(unread) >= _ENOUGH and len(unread) >= _NEARLY_ALL * len(read):
        return _most_common(unread, _from_the_beginning, "not read")
    good = [page.is_article for page in read]
    found = find_lost(read, good, layout_of=layout_of, watched_from=facts.watched_from)
    return None if found is None else _judge_lost(read, found)


def _judge_lost(read: Sequence[PageFact], found: Lost) -> Judgement | None:
    shift = found.shift
    lost = [page for page in read[shift.index :] if not page.is_article]
    commonest = _most_common(lost, lambda code: _UNREAD[code], "not read")
    if not found.is_proven and sum(page.reason not in _OTHER_PAGES for page in lost) < SUSPECTED_BAD:
        return None
    return Judgement(
        verdict=commonest.verdict,
        reason=f"{shift.count - shift.good} of the last {shift.count} pages{found.in_layout()} "
        f"are not read as articles, since {lost[0].url}; "
        f"before that {format_share(shift.before)} were: {explain(lost[-1].reason or '')}",
        since=commonest.since,
        evidence=(
            VerdictEvidence(
                field="article",
                before=shift.before,
                after=shift.after,
                count=shift.count,
                article_url=lost[0].url,
                code=lost[-1].reason,
                layout_similarity=rounded(found.likeness),
            ),
        ),
    )


def judge_vanished(facts: PortalFacts) -> Judgement | None:
    """Too many known articles are no longer there to be taken down one by one: no text was lost, none is marked gone."""
    if not facts.vanished:
        return None
    return Judgement(
        verdict="incomplete",
        reason=f"{facts.vanished} known articles vanished at once, which is more than a portal takes down; "
        "none of them is marked gone",
        evidence=(VerdictEvidence(count=facts.vanished),),
    )


def judge_missing(facts: PortalFacts, *, now: datetime) -> Judgement | None:
    """More than a few of the week's pages failed, and are not explained otherwise."""
    week = [page for page in facts.pages if page.announced_at >= now - _WEEK]
    missing = [page for page in week if page.state == "failed"]
    if len(missing) <= max(_FEW, _FEW_SHARE * len(week)):
        return None
    return _most_common(missing, lambda _: "incomplete", "missing")


def judge_told(facts: PortalFacts) -> Judgement | None:
    """For a portal from which nothing came: it did tell of articles, but their pages could not be had."""
    last = facts.last_news_at
    missing = [page for page in facts.pages if page.state == "failed" and (last is None or page.announced_at > last)]
    return _most_common(missing, lambda _: "incomplete", "missing") if len(missing) > _FEW else None


def _since_last_article(facts: PortalFacts) -> list[PageFact]:
    """Once there are articles, the first crawl does not count: what it found last is no sign of anything."""
    newest: list[PageFact] = []
    for page in reversed(facts.pages):
        if page.is_article:
            watched = facts.watched_from
            return [each for each in newest if watched is not None and each.announced_at > watched]
        if page.state != "pending":
            newest.append(page)
    return newest


def _is_refused(page: PageFact) -> bool:
    return page.state == "refused" or page.reason in _REFUSALS


def _from_the_beginning(code: str) -> Verdict:
    verdict = _UNREAD[code]
    return "incomplete" if verdict == "template-changed" else verdict


def _most_common(pages: Sequence[PageFact], verdict_of: Callable[[str], Verdict], what: str) -> Judgement:
    code, count = Counter(page.reason or "interrupted" for page in pages).most_common(1)[0]
    first = next(page for page in pages if (page.reason or "interrupted") == code)
    return Judgement(
        verdict=verdict_of(code),
        reason=f"{len(pages)} pages {what}: {explain(code)}" + (f" ({count} of them)" if count < len(pages) else ""),
        since=min(page.announced_at for page in pages),
        evidence=(VerdictEvidence(code=code, count=len(pages), article_url=first.url),),
    )


def share_rejected(facts: PortalFacts) -> float | None:
    """The share (0-1) of the pages that came and are no article; None where none came."""
    read = [page for page in facts.pages if page.is_article or page.reason in _UNREAD]
    return round(sum(not page.is_article for page in read) / len(read), 3) if read else None
