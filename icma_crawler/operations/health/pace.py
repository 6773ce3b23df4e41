"""Whether articles still come: the verdicts silent and feed-frozen."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import takewhile

from icma_crawler.archive import ArticleFact, PortalFacts, SourceFact
from icma_crawler.operations.health.judgement import Judgement, VerdictEvidence
from icma_crawler.operations.health.phrases import format_chance, format_count, format_share, format_span
from icma_crawler.operations.health.rhythm import Rhythm

_SILENCES = ((timedelta(hours=22.5), 4.0), (timedelta(hours=12), 0.03))
"""A pause that long is a silence where chance makes one that odd less often than this a year.

Most pauses of twelve hours are nights, so a short one must be very odd. One of a day, less what may lie between two
visits, is rare where articles come every day.
"""

_LEAST_ODD = 3.0
"""A chance of 1 in 20: `Rhythm.pauses_a_year` counts usual weeks, a rare pause on a holiday says less."""

_LONGEST_BETWEEN = timedelta(hours=1)
"""What a last article may have waited for the crawl that found it; dates that lie further back tell of something else."""

_SHORTEST_FREEZE = timedelta(hours=12)
_FROZEN_NATS = 15.0
_SUREST = 0.99
"""No feed is taken to list more than this share of what comes out."""


def judge_silence(facts: PortalFacts, rhythm: Rhythm) -> Judgement | None:
    """Nothing new for longer than the portal ever leaves between two articles.

    It lasts until the portal was last heard of, not until now: what was not asked is not silent.
    """
    last, heard_at = _last_came_out(facts), _heard_at(facts)
    if last is None or heard_at is None or not _is_silence(rhythm, last, heard_at):
        return None
    expected, oddness = rhythm.expected(last, heard_at), rhythm.oddness(last, heard_at)
    return Judgement(
        verdict="silent",
        reason=f"no new article for {format_span(heard_at - last)}; {format_count(expected)} were to be expected "
        f"({format_chance(math.exp(-oddness))})",
        since=last,
        evidence=(VerdictEvidence(expected=round(expected, 1), probability=math.exp(-oddness)),),
    )


def _last_came_out(facts: PortalFacts) -> datetime | None:
    """When the portal published its last article, as far as that is known; when it was archived otherwise."""
    last = facts.last_news_at
    if last is None:
        return None
    earliest = last - _LONGEST_BETWEEN
    recent = takewhile(lambda article: article.archived_at >= earliest, reversed(facts.articles))
    news = (article for article in recent if article.archived_at <= last)
    return max((max(earliest, _came_out(article)) for article in news), default=last)


def _came_out(article: ArticleFact) -> datetime:
    if article.published_at is None or "time" not in article.filled:
        return article.archived_at
    return min(article.published_at, article.archived_at)


def _is_silence(rhythm: Rhythm, last: datetime, heard_at: datetime) -> bool:
    """Whether all the pauses of a year together would hardly show one as odd as this."""
    reached = [(pause, rare) for pause, rare in _SILENCES if heard_at - last >= pause]
    if not reached:
        return False
    oddness = rhythm.oddness(last, heard_at)
    return oddness >= _LEAST_ODD and any(rhythm.pauses_a_year(oddness, pause) < rare for pause, rare in reached)


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
            VerdictEvidence(
                source_url=source.url, before=share, after=0.0, count=len(missed), article_url=missed[0].url
            ),
        ),
    )


def _heard_at(facts: PortalFacts) -> datetime | None:
    return max((source.answered_at for source in facts.sources if source.answered_at), default=None)
