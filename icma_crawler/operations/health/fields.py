"""The fields of a portal's articles as yes/no observations: filled and believable, the text long enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal, get_args

from icma_crawler.archive import ArticleFact, FieldName
from icma_crawler.operations.health.losses import LASTING, LayoutOf, Lost, find_lost
from icma_crawler.operations.health.shifts import GONE, SUSPECTED_BAD, Loss

Measured = FieldName | Literal["length"]
MEASURED: tuple[Measured, ...] = (*get_args(FieldName), "length")

_OLD = timedelta(days=30)
_FUTURE = timedelta(hours=2)
_STUCK = timedelta(hours=2)
_SHORT = 0.5
_GONE: dict[Measured, Loss] = {
    **dict.fromkeys(("authors", "tags", "lead"), Loss(0.15, 10, 2.0)),
    "length": Loss(0.25, 12, 2.0),
}
"""What photo galleries and live tickers lack by nature must be missing more often, since they come in series."""

_SUSPECTED: dict[Measured, int] = dict.fromkeys(("authors", "tags", "lead", "length"), 6)
"""So many of them make a suspicion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A field that most articles lack since the article ``since``."""

    field: Measured
    lost: Lost
    since: ArticleFact


def find_broken(articles: Sequence[ArticleFact], *, watched_from: datetime, layout_of: LayoutOf) -> list[Broken]:
    """The fields that changed for the worse after *watched_from* and are still missing; *articles* oldest first."""
    current = [article for article in articles if not _is_old(article)]
    broken = []
    for field in MEASURED:
        lost = find_lost(
            current,
            observations(field, current),
            layout_of=layout_of,
            watched_from=watched_from,
            gone=_GONE.get(field, GONE),
            suspected=_SUSPECTED.get(field, SUSPECTED_BAD),
        )
        if lost and lost.lasted >= LASTING:
            broken.append(Broken(field=field, lost=lost, since=current[lost.shift.index]))
    return broken


def fill_rate(field: Measured, articles: Sequence[ArticleFact]) -> float | None:
    """The share (0-1) of articles in which a field is good; None without articles."""
    good = observations(field, articles)
    return sum(good) / len(good) if good else None


def observations(field: Measured, articles: Sequence[ArticleFact]) -> list[bool]:
    """For each article whether *field* is there and believable."""
    if field == "length":
        return _long_enough(articles)
    if field == "date":
        return _dated(articles)
    return [field in article.filled for article in articles]


def _is_old(article: ArticleFact) -> bool:
    """What a backfill finds may have another layout; it says nothing of today's."""
    return article.published_at is not None and article.archived_at - article.published_at > _OLD


def _dated(articles: Sequence[ArticleFact]) -> list[bool]:
    """A date in the future is a misread one; so is one to the minute that an article of hours ago has, too."""
    dated, earlier = [], 0
    for article in articles:
        at, hours_ago = article.published_at, article.archived_at - _STUCK
        while earlier + 1 < len(articles) and articles[earlier + 1].archived_at <= hours_ago:
            earlier += 1
        older = articles[earlier]
        is_stuck = older.published_at == at and older.archived_at <= hours_ago and "time" in article.filled
        dated.append(at is not None and at <= article.archived_at + _FUTURE and not is_stuck)
    return dated


def _long_enough(articles: Sequence[ArticleFact]) -> list[bool]:
    """At least half as long as the portal's older articles usually are."""
    older = articles[: max(1, len(articles) // 2)]
    usual = median(article.word_count for article in older) if older else 0
    return [article.word_count >= _SHORT * usual for article in articles]
