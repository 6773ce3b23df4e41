"""A portal's rhythm: how many articles are to be expected in a stretch of time, and how odd it is to see none.

Learned from whole weeks, so that each weekday and hour counts equally often. With few articles the rate of "Tuesday,
14 o'clock" leans on what Tuesdays and what 14 o'clock are like elsewhere; with many it speaks for itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icma_crawler.archive import HourCount

MOST_WEEKS = 8
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_WEEK_HOURS = 168

# How many articles' worth of doubt each estimate starts with.
_DOUBT_HOUR = 12.0  # spread over the day's 24 hours
_DOUBT_WEEKDAY = 3.0
_DOUBT_BIN = 4.0
_DOUBT_RECENT = 5.0
_DOUBT_BURST = 20.0
_DOUBT_EVEN, _USUAL_EVEN = 2, 10.0  # two weeks' worth of days that are off by a third
_RECENT_SPREAD = 3.0  # two weeks' articles vary thrice as much as Poisson ones

_EVEN_DAYS = (4.0, 30.0)
"""The bounds of `Rhythm.evenness`: eight weeks are too few to believe that a portal is more regular, or less."""

_MOST_BURST = 3.0

_SMALL_NEWSROOMS = (12.0, 6.0)
"""Articles a day; below each, one whole day more may pass without any (a holiday), and nothing is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Articles by weekday and hour, in the portal's own time.

    ``until_hour`` holds, for each hour of the week from Monday 0:00, how many articles are expected before it.
    ``evenness`` says how far days differ beyond chance (the shape of a gamma distribution of day rates): at 10 a day
    is off by about a third (holidays, big news), at 30 by a fifth. ``burst`` says how many articles come at once:
    three in a row after a press conference are one event.
    """

    zone: ZoneInfo
    until_hour: tuple[float, ...]
    evenness: float = _EVEN_DAYS[1]
    burst: float = 1.0

    @property
    def per_week(self) -> float:
        return self.until_hour[-1]

    @property
    def per_day(self) -> float:
        return self.per_week / 7

    def expected(self, start: datetime, end: datetime) -> float:
        """How many articles are to be expected between two moments."""
        if end <= start:
            return 0.0
        weeks, first = self._place(start)
        more_weeks, last = self._place(end)
        return max(0.0, (more_weeks - weeks) * self.per_week + last - first)

    def oddness(self, start: datetime, end: datetime) -> float:
        """How odd no article at all between two moments is: minus the logarithm of its probability.

        Each day's events are Poisson around a rate that itself varies from day to day, so one wholly quiet day
        weighs less than as many expected articles spread over several. A small newsroom may have a day off, a very
        small one a long weekend: that many days are not counted.
        """
        days = []
        while start < end:
            stop = min(start + _DAY, end)
            events = self.expected(start, stop) / self.burst
            days.append(self.evenness * math.log1p(events / self.evenness))
            start = stop
        days_off = sum(self.per_day < small for small in _SMALL_NEWSROOMS)
        return sum(sorted(days)[: max(0, len(days) - days_off)])

    def _place(self, at: datetime) -> tuple[int, float]:
        """Weeks since an early Monday, and the articles expected since this week's Monday."""
        local = at.astimezone(self.zone).replace(tzinfo=None)
        weeks, rest = divmod(local - _EPOCH, _WEEK)
        hours = rest / _HOUR
        whole = int(hours)
        before = self.until_hour[whole]
        return weeks, before + (hours - whole) * (self.until_hour[whole + 1] - before)


_EPOCH = datetime(1990, 1, 1)  # noqa: DTZ001 - a Monday on the portal's wall clock


def learn_rhythm(
    hours: Sequence[HourCount], *, timezone: str, since: datetime, until: datetime, most_weeks: int = MOST_WEEKS
) -> Rhythm | None:
    """The rhythm of the whole weeks that end at *until*; None where *since* is less than a week before.

    ``hours`` are the articles that came out, by hour. A portal that slowed down lately is expected to go on so.
    """
    weeks = min((until - since) // _WEEK, most_weeks)
    if weeks < 1:
        return None
    zone = ZoneInfo(timezone)
    start = until - weeks * _WEEK
    seen = [_Seen(hour, _hour_of_week(hour, zone), count) for hour, count in hours if start <= hour < until]
    bins = _smooth(_by_week_hour(seen), weeks)
    level = _recent_level(seen, bins, weeks=weeks, until=until)
    usual = Rhythm(zone=zone, until_hour=_running_sum(bins), burst=_burst(seen, bins, weeks))
    return Rhythm(
        zone=zone,
        until_hour=_running_sum([rate * level for rate in bins]),
        evenness=_evenness(seen, usual, start, weeks),
        burst=usual.burst,
    )


class _Seen(NamedTuple):
    """The articles of an hour, with its place in the portal's week."""

    hour: datetime
    of_week: int
    articles: int


def _hour_of_week(hour: datetime, zone: ZoneInfo) -> int:
    local = hour.astimezone(zone)
    return local.weekday() * 24 + local.hour


def _by_week_hour(seen: Sequence[_Seen]) -> list[int]:
    bins = [0] * _WEEK_HOURS
    for _, of_week, count in seen:
        bins[of_week] += count
    return bins


def _smooth(counts: Sequence[int], weeks: int) -> list[float]:
    """Articles an hour for each hour of the week, each leaning on its weekday and its hour of the day."""
    total = sum(counts)
    days = [sum(counts[day * 24 : day * 24 + 24]) for day in range(7)]
    of_day = [sum(counts[hour::24]) for hour in range(24)]
    weekday = [(day + _DOUBT_WEEKDAY) / (total / 7 + _DOUBT_WEEKDAY) for day in days]
    share = [
        ((of_day[hour - 1] + 2 * of_day[hour] + of_day[(hour + 1) % 24]) / 4 + _DOUBT_HOUR / 24) / (total + _DOUBT_HOUR)
        for hour in range(24)
    ]
    per_day = total / 7 / weeks
    rates = []
    for index, count in enumerate(counts):
        general = per_day * weekday[index // 24] * share[index % 24]
        rates.append(general * (count + _DOUBT_BIN) / (general * weeks + _DOUBT_BIN))
    whole = sum(rates) or 1.0
    return [rate * total / weeks / whole for rate in rates]


def _recent_level(seen: Sequence[_Seen], bins: Sequence[float], *, weeks: int, until: datetime) -> float:
    """How the last two weeks compare with all of them, at most 1; less only where chance does not explain it."""
    recent_weeks = min(weeks, 2)
    recent = sum(each.articles for each in seen if each.hour >= until - recent_weeks * _WEEK)
    at_most = recent + _DOUBT_RECENT + 2 * math.sqrt(_RECENT_SPREAD * recent)
    return min(1.0, at_most / (sum(bins) * recent_weeks + _DOUBT_RECENT))


def _running_sum(rates: Sequence[float]) -> tuple[float, ...]:
    sums = [0.0]
    for rate in rates:
        sums.append(sums[-1] + rate)
    return tuple(sums)


def _burst(seen: Sequence[_Seen], bins: Sequence[float], weeks: int) -> float:
    """How much more the hours' counts vary than Poisson ones: variance = mean * burst, at least 1."""
    total, squares = sum(bins) * weeks, weeks * sum(rate**2 for rate in bins)
    for _, of_week, count in seen:
        squares += (count - bins[of_week]) ** 2 - bins[of_week] ** 2
    return min(max(1.0, (squares + _DOUBT_BURST) / (total + _DOUBT_BURST)), _MOST_BURST)


def _evenness(seen: Sequence[_Seen], rhythm: Rhythm, start: datetime, weeks: int) -> float:
    """From how much the days' counts spread beyond that: variance = mean * burst + mean² / evenness."""
    counts = [0] * (weeks * 7)
    for hour, _, count in seen:
        counts[(hour - start) // _DAY] += count
    means = [rhythm.expected(start + day * _DAY, start + (day + 1) * _DAY) for day in range(7)]
    excess = sum((count - means[day % 7]) ** 2 - means[day % 7] * rhythm.burst for day, count in enumerate(counts))
    week = sum(mean**2 for mean in means)
    excess, squares = excess + _DOUBT_EVEN * week / _USUAL_EVEN, (weeks + _DOUBT_EVEN) * week
    low, high = _EVEN_DAYS
    return high if excess <= squares / high else max(low, squares / excess)
