"""Whether articles still come: the verdicts silent and feed-frozen."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from icma_crawler.archive import PortalFacts, SourceFact
from icma_crawler.operations.health.judgement import Evidence, Judgement
from icma_crawler.operations.health.rhythm import Rhythm
from icma_crawler.operations.health.wording import format_chance, format_count, format_share, format_span

_FALSE_ALARMS_A_YEAR = 0.3
_SHORTEST_SILENCE = timedelta(hours=12)
_SHORTEST_FREEZE = timedelta(hours=12)
_FROZEN_NATS = 15.0
_SUREST = 0.99
"""No feed is taken to list more than this share of what comes out."""


def judge_silence(facts: PortalFacts, rhythm: Rhythm) -> Judgement | None:
    """Nothing new for longer than the portal ever leaves between two articles.

    A year has as many pauses as events; the pause must be so odd that all of them together would show it less than
    once in three years. It lasts until the portal was last heard of, not until now: what was not asked is not silent.
    """
    last, heard_at = facts.last_archived_at, _heard_at(facts)
    if last is None or heard_at is None or heard_at - last < _SHORTEST_SILENCE:
        return None
    oddness = rhythm.oddness(last, heard_at)
    pauses_a_year = max(52.0, rhythm.per_week / rhythm.burst * 52)
    if oddness < math.log(pauses_a_year / _FALSE_ALARMS_A_YEAR):
        return None
    expected = rhythm.expected(last, heard_at)
    return Judgement(
        verdict="silent",
        reason=f"no new article for {format_span(heard_at - last)}; {format_count(expected)} were to be expected "
        f"({format_chance(math.exp(-oddness))})",
        since=last,
        evidence=(Evidence(expected=round(expected, 1), probability=math.exp(-oddness)),),
    )


def judge_feeds(facts: PortalFacts) -> Judgement | None:
    """A feed that used to tell of the portal's articles lists none of those that came since."""
    return next(filter(None, (_judge_feed(facts, source) for source in facts.sources if not source.failures)), None)


def _judge_feed(facts: PortalFacts, source: SourceFact) -> Judgement | None:
    until, share, answered_at = source.told_until, source.told_share, source.answered_at
    if until is None or share is None or answered_at is None:
        return None
    missed = [page for page in facts.pages if page.is_article and until < page.announced_at < answered_at]
    share = min(share, _SUREST)
    if -math.log1p(-share) * len(missed) < _FROZEN_NATS or answered_at - missed[0].announced_at < _SHORTEST_FREEZE:
        return None
    return Judgement(
        verdict="feed-frozen",
        reason=f"{source.url} lists none of the last {len(missed)} articles, which came from elsewhere; "
        f"before that it had {format_share(share)} of them",
        since=until,
        evidence=(
            Evidence(source_url=source.url, before=share, after=0.0, count=len(missed), article_url=missed[0].url),
        ),
    )


def _heard_at(facts: PortalFacts) -> datetime | None:
    return max((source.answered_at for source in facts.sources if source.answered_at), default=None)
