"""What is usual for a portal, as it is shown beside the verdict: pace, filled fields, text length, rejections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from icma_crawler.archive import PortalFacts
from icma_crawler.operations.health.access import share_rejected
from icma_crawler.operations.health.fields import MEASURED, Measured, fill_rate
from icma_crawler.operations.health.rhythm import Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The usual of recent weeks; shares are 0-1. None where too little was seen."""

    per_day: float | None
    filled: Mapping[Measured, float]
    words: int | None
    rejected: float | None


def baseline_of(facts: PortalFacts, rhythm: Rhythm | None) -> Baseline:
    rates = {field: fill_rate(field, facts.articles) for field in MEASURED}
    words = [article.word_count for article in facts.articles]
    return Baseline(
        per_day=round(rhythm.per_day, 1) if rhythm else None,
        filled={field: round(rate, 3) for field, rate in rates.items() if rate is not None},
        words=round(median(words)) if words else None,
        rejected=share_rejected(facts),
    )
