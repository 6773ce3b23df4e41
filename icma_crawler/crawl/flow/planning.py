"""Deciding what a crawl asks: pure, from what the archive knows. Nothing new should cost nearly nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from icma_crawler.archive import FARTHEST_LOOK, FARTHEST_VISIT, KnownSource
from icma_crawler.models import Capture

CrawlMode = Literal["all", "due", "recheck", "backfill"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlOrder:
    """What is asked of a crawl; *since* is the day that a backfill walks back to."""

    mode: CrawlMode = "all"
    since: datetime | None = None
    limit: int | None = None
    recheck_ages: tuple[tuple[timedelta, timedelta], ...] = ((timedelta(days=1), timedelta(hours=4)),)
    recheck_budget: int = 100


NEWEST = 30
"""How many of a portal's newest articles show which sources tell of them."""

_EVERY_SOURCE = timedelta(hours=24)
"""However little a source tells, it is asked this often."""

_UNCONDITIONAL = timedelta(hours=24)
"""However often a server says "nothing new", this often it is asked for everything: some lie."""

_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(hours=24)
_WEEK = timedelta(days=7)
_UNKNOWN_BYTES = 100_000
_REQUEST_BYTES = 20_000  # what a request more is worth in bytes
_SITEMAP_FACTOR = 5
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)


def choose_sources(
    known: Sequence[KnownSource], coverage: Mapping[int, frozenset[int]], mode: CrawlMode, *, now: datetime
) -> list[KnownSource]:
    """Which sources to ask in a crawl.

    Always those never read to their end. Then the heralds: the cheapest few that together told of all the newest
    urls, since whatever is new will be with them; where one of them fails, also those that stand in for it. The others
    once a day. "backfill" asks all, "due" only those whose time has come.
    """
    if mode == "backfill":
        return list(known)
    heralds = {*find_heralds(known, coverage), *find_heralds([s for s in known if not s.failures], coverage)}
    chosen = []
    for source in known:
        is_stale = source.asked_at is None or abs(now - source.asked_at) >= _EVERY_SOURCE
        if not source.was_walked or is_stale or (source.id in heralds and (mode != "due" or is_due(source, now))):
            chosen.append(source)
    # In a scheduled round even a source that was never read to its end waits for its turn after a failure.
    return chosen if mode != "due" else [source for source in chosen if is_due(source, now)]


def find_heralds(known: Sequence[KnownSource], coverage: Mapping[int, frozenset[int]]) -> list[int]:
    """The ids of the cheapest sources that together cover what is new (greedy set cover, Chvátal 1979)."""
    sources = {source.id: source for source in known if source.id in coverage}
    missing = set().union(*(coverage[source_id] for source_id in sources)) if sources else set()
    heralds = []
    while missing:
        best = max(
            sources, key=lambda source_id: (len(coverage[source_id] & missing) / _price(sources[source_id]), -source_id)
        )
        gain = coverage[best] & missing
        if not gain:
            break
        heralds.append(best)
        missing -= gain
        del sources[best]
    return heralds


def is_due(source: KnownSource, now: datetime) -> bool:
    """Whether a source's time has come, or is farther off than any could be: then the clock was wrong once."""
    due_at = source.next_due_at
    return due_at is None or due_at <= now or due_at > now + FARTHEST_VISIT


def postponed_to(source: KnownSource, now: datetime) -> datetime:
    """When to ask a source whose time has come, but that others speak for: once a day."""
    return min(source.asked_at or now, now) + _EVERY_SOURCE


def is_unconditional(source: KnownSource, now: datetime) -> bool:
    """Whether a source is to be asked for everything, whatever validators it gave; also where a clock was ahead once."""
    return not source.was_walked or source.looked_at is None or abs(now - source.looked_at) >= _UNCONDITIONAL


def next_visit(
    announced_last_week: int, *, failures: int, ttl_minutes: int | None, jitter: float, now: datetime
) -> datetime:
    """When to ask a source again: as often as it tells something new, within 5 minutes and a day.

    *announced_last_week* counts its urls of the last seven days; *failures* in a row double the interval each;
    a feed's own *ttl_minutes* is a lower bound; *jitter* (-1 to 1) spreads the visits by a tenth.
    """
    interval = _LONGEST if announced_last_week == 0 else _WEEK / announced_last_week
    if ttl_minutes is not None:
        interval = max(interval, timedelta(minutes=ttl_minutes))
    interval = min(max(interval, _SHORTEST), _LONGEST) * (1 << min(failures, 10))
    spread = min(interval, _LONGEST) * (1 + 0.1 * jitter)
    return now + (spread if ttl_minutes is None else max(spread, min(timedelta(minutes=ttl_minutes), _LONGEST)))


def rest_minutes(ttl_minutes: int | None, capture: Capture) -> int | None:
    """How long a source asks to be left alone: its feed's ttl, or its Cache-Control up to an hour.

    No longer, since pages are often sent with the max-age that is meant for images.
    """
    found = _MAX_AGE.search(capture.header("cache-control") or "")
    cached = min(int(found[1]) // 60, 60) if found else 0
    return max(ttl_minutes or 0, cached) or None


def next_recheck(
    published_at: datetime | None,
    ages: Sequence[tuple[timedelta, timedelta]],
    *,
    archived_at: datetime | None,
    now: datetime,
) -> datetime:
    """When to look at an article again: the younger it is, the sooner; *ages* are (younger than, look every).

    Undated, or dated later than it was archived (None: now), it is as old as the archive has had it.
    """
    archived_at = archived_at or now
    age = now - min(published_at or archived_at, archived_at)
    for younger_than, every in ages:
        if age < younger_than:
            return now + min(every, FARTHEST_LOOK)
    return now + min(ages[-1][1], FARTHEST_LOOK)


def _price(source: KnownSource) -> float:
    """What asking costs: bytes, or nearly nothing where "nothing new" is a possible answer. Fewer requests win.

    A sitemap is a poor herald: a monthly one tells nothing new from the first of the next month on.
    """
    size = source.payload_bytes or _UNKNOWN_BYTES
    price = _REQUEST_BYTES + (size * 0.2 if source.etag or source.last_modified else size)
    return price * _SITEMAP_FACTOR if source.kind == "sitemap" else price


def jitter() -> float:
    """By how much a visit is put off, from -1 to 1: so that the sources of many portals are not asked all at once."""
    return random.uniform(-1, 1)  # noqa: S311 - spreads visits, guards nothing
