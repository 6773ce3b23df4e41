"""The verdict on a portal, from the facts of its recent weeks. The first check that finds something decides.

unreachable -> interrupted -> refused -> unread -> fields lost -> silent -> feed frozen -> vanished -> incomplete -> new -> ok
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icma_crawler.archive import PortalFacts
from icma_crawler.operations.health.access import (
    judge_failing_source,
    judge_missing,
    judge_refused,
    judge_sources,
    judge_told,
    judge_unread,
    judge_vanished,
)
from icma_crawler.operations.health.fields import Broken, Measured, fill_rate, find_broken
from icma_crawler.operations.health.judgement import Judgement, Verdict, VerdictEvidence
from icma_crawler.operations.health.losses import LayoutOf
from icma_crawler.operations.health.pace import judge_feeds, judge_silence
from icma_crawler.operations.health.phrases import format_share, rounded
from icma_crawler.operations.health.rhythm import Rhythm, learn_rhythm
from icma_crawler.reasons import explain

_FEW_ARTICLES = 10
_TEASERS = 20
_NEARLY_NONE = 0.2
_LONG = timedelta(days=28)

_LACKS: dict[Measured, str] = {
    "date": "no usable date",
    "time": "no time of day",
    "authors": "no author",
    "section": "no section",
    "tags": "no tags",
    "image": "no image",
    "lead": "no lead",
    "full": "only a teaser",
    "length": "less than half the usual text",
}


def judge(facts: PortalFacts, rhythm: Rhythm | None, *, now: datetime, layout_of: LayoutOf) -> Judgement:
    """How a portal does, with the evidence; *rhythm* is what `rhythm_of` learned from the same facts.

    *layout_of* is asked only where something seems to be missing all of a sudden.
    """
    return (
        judge_sources(facts)
        or judge_refused(facts)
        or judge_unread(facts, layout_of)
        or _judge_fields(facts, layout_of)
        or _judge_pace(facts, rhythm)
        or _judge_ending(facts)
        or judge_vanished(facts)
        or judge_missing(facts, now=now)
        or _all_well(facts, rhythm)
    )


def rhythm_of(facts: PortalFacts) -> Rhythm | None:
    """The portal's rhythm up to its last article; None while too little was seen."""
    if facts.watched_from is None or facts.last_news_at is None:
        return None
    watched = facts.last_news_at - facts.watched_from
    seen = sum(count for hour, count in facts.hours if hour >= facts.watched_from)
    if seen < _FEW_ARTICLES and watched < _LONG:
        return None
    return learn_rhythm(facts.hours, timezone=facts.timezone, since=facts.watched_from, until=facts.last_news_at)


def _judge_ending(facts: PortalFacts) -> Judgement | None:
    if facts.is_running or not facts.runs:
        return None
    run = facts.runs[-1]
    if run.reason == "finished":
        return None
    how = "was killed" if run.reason in ("running", "killed") else "was stopped"
    waiting = f" with {run.pending} pages to go" if run.pending else ""
    return Judgement(
        verdict="interrupted", reason=f"the last crawl {how}{waiting}; the next one goes on", since=run.started_at
    )


def _judge_fields(facts: PortalFacts, layout_of: LayoutOf) -> Judgement | None:
    if facts.watched_from is None:
        return None
    broken = find_broken(facts.articles, watched_from=facts.watched_from, layout_of=layout_of)
    if broken:
        return _judge_broken(broken)
    newest = facts.articles[-_TEASERS:]
    full = fill_rate("full", newest)
    if full is None or len(newest) < _FEW_ARTICLES or full > _NEARLY_NONE:
        return None
    return Judgement(
        verdict="teaser-only",
        reason=f"{len(newest) - round(full * len(newest))} of the last {len(newest)} articles are only teasers",
        evidence=(VerdictEvidence(field="full", after=full, count=len(newest)),),
    )


def _judge_broken(broken: Sequence[Broken]) -> Judgement:
    """Several lost fields are one event: the most evident one leads, all are named."""
    lost = {each.field for each in broken}
    told = [each for each in broken if each.field != "time" or "date" not in lost]
    told.sort(key=lambda each: -each.lost.shift.nats)
    first = told[0]
    others = [_LACKS[each.field] for each in told[1:]]
    return Judgement(
        verdict=_verdict_of_fields({each.field for each in told}),
        reason=_in_words(first) + (f"; also {', '.join(others)}" if others else ""),
        since=min(each.since.archived_at for each in told),
        evidence=tuple(
            VerdictEvidence(
                field=each.field,
                before=round(each.lost.shift.before, 3),
                after=round(each.lost.shift.after, 3),
                count=each.lost.shift.count,
                article_id=each.since.id,
                layout_similarity=rounded(each.lost.likeness),
            )
            for each in told
        ),
    )


def _verdict_of_fields(lost: set[Measured]) -> Verdict:
    if "full" in lost:
        return "teaser-only"
    return "date-broken" if lost <= {"date", "time"} else "template-changed"


def _in_words(broken: Broken) -> str:
    shift = broken.lost.shift
    lacking = shift.count - shift.good
    of = f"the last {shift.count}" if lacking == shift.count else f"{lacking} of the last {shift.count}"
    what = "had one" if broken.field not in ("full", "length") else "were whole"
    lacking_on = f"{_LACKS[broken.field]} on {of} articles{broken.lost.in_layout()}"
    return f"{lacking_on}; before that {format_share(shift.before)} {what}"


def _judge_pace(facts: PortalFacts, rhythm: Rhythm | None) -> Judgement | None:
    silence = judge_silence(facts, rhythm) if rhythm else None
    if silence is None:
        return judge_feeds(facts)
    if facts.is_running and any(page.state == "pending" for page in facts.pages):
        return None  # the articles that it told of are about to come
    return judge_failing_source(facts) or judge_told(facts) or silence


def _all_well(facts: PortalFacts, rhythm: Rhythm | None) -> Judgement:
    remark = _remark(facts)
    if rhythm is None:
        return Judgement(
            verdict="new", reason=f"{facts.archived_total} articles so far; it takes a week to know the portal{remark}"
        )
    return Judgement(verdict="ok", reason=f"{facts.archived_7d} articles in 7 days, as usual{remark}")


def _remark(facts: PortalFacts) -> str:
    failing = [source for source in facts.sources if source.failures]
    if failing:
        return f"; but {failing[0].url}: {explain(failing[0].reason or 'internal')}"
    return "; a crawl is under way" if facts.is_running else ""
