"""A portal's rhythm: how many articles are to be expected in a stretch of time, and how odd it is to see none.

Learned from whole weeks, so that each weekday and hour counts equally often. With few articles the rate of "Tuesday,
14 o'clock" leans on what Tuesdays and what 14 o'clock are like elsewhere; with many it speaks for itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icma_crawler.archive import HourCount
from icma_crawler.operations.health.holidays import holidays_between

MOST_WEEKS = 8
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_WEEK_HOURS = 168
_WEEKS_A_YEAR = 52

# How many articles' worth of doubt each estimate starts with.
_DOUBT_HOUR = 12.0  # spread over the day's 24 hours
_DOUBT_WEEKDAY = 3.0
_DOUBT_BIN = 4.0
_DOUBT_RECENT = 5.0
_DOUBT_BURST = 20.0
_RECENT_SPREAD = 3.0  # two weeks' articles vary thrice as much as Poisson ones

_EVENNESS = 25.0
"""Days are off by a fifth beyond chance. Eight weeks are too few to learn it: what they say misled more than it told."""

_DOUBT_WEEKS = 2
"""How many weeks it takes until half of the doubt is left about what is usual."""

_HOLIDAY = 0.3
"""What may be left of a usual day's articles on a public holiday."""

_MOST_BURST = 3.0

_SMALL_NEWSROOMS = (12.0, 6.0)
"""Articles a day; below each, one whole day more may pass without any (a holiday), and nothing is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Articles by weekday and hour, in the portal's own time.

    ``until_hour`` holds, for each hour of the week from Monday 0:00, how many articles are expected before it.
    ``evenness`` says how far days differ beyond chance (the shape of a gamma distribution of day rates): at 10 a day
    is off by about a third, at 25 by a fifth; the less was seen, the smaller. ``burst`` says how many articles come at
    once: three in a row after a press conference are one event.
    """

    zone: ZoneInfo
    until_hour: tuple[float, ...]
    evenness: float
    burst: float

    @property
    def per_week(self) -> float:
        return self.until_hour[-1]

    @property
    def per_day(self) -> float:
        return self.per_week / 7

    def expected(self, start: datetime, end: datetime) -> float:
        """How many articles are to be expected between two moments, public holidays considered."""
        if end <= start:
            return 0.0
        usual = self._usual(start, end)
        for first, last in self._holidays(start, end):
            usual -= (1 - _HOLIDAY) * self._usual(max(first, start), min(last, end))
        return max(0.0, usual)

    def oddness(self, start: datetime, end: datetime) -> float:
        """How odd no article at all between two moments is: minus the logarithm of its probability.

        Each day's events are Poisson around a rate that itself varies from day to day, so one wholly quiet day
        weighs less than as many expected articles spread over several. A small newsroom may have a day off, a very
        small one a long weekend: that many days are not counted.
        """
        days = []
        while start < end:
            stop = min(start + _DAY, end)
            days.append(self._oddness_of(self.expected(start, stop)))
            start = stop
        return sum(sorted(days)[: max(0, len(days) - self._days_off)])

    def pauses_a_year(self, oddness: float, pause: timedelta) -> float:
        """How often a year chance alone makes a pause that odd, among those of at least that length (at most a day).

        Every event may be followed by one: where little is expected in the hours after it, a pause that long is
        common, and becomes odd only by lasting on.
        """
        total = 0.0
        for hour in range(_WEEK_HOURS):
            expected = self._until(hour + pause / _HOUR) - self._until(hour)
            reached = 0.0 if self._days_off else self._oddness_of(expected)
            total += (self._until(hour + 1) - self._until(hour)) * math.exp(-max(reached, oddness))
        return total / self.burst * _WEEKS_A_YEAR

    @property
    def _days_off(self) -> int:
        return sum(self.per_day < small for small in _SMALL_NEWSROOMS)

    def _oddness_of(self, expected: float) -> float:
        """Of one day without any of the *expected* articles: a gamma mixture of Poisson events (negative binomial)."""
        return self.evenness * math.log1p(expected / self.burst / self.evenness)

    def _usual(self, start: datetime, end: datetime) -> float:
        return max(0.0, self._until(self._hour(end)) - self._until(self._hour(start)))

    def _until(self, hour: float) -> float:
        """The articles expected before an hour that counts from an early Monday."""
        weeks, rest = divmod(hour, _WEEK_HOURS)
        whole = int(rest)
        before = self.until_hour[whole]
        return weeks * self.per_week + before + (rest - whole) * (self.until_hour[whole + 1] - before)

    def _hour(self, at: datetime) -> float:
        return (at.astimezone(self.zone).replace(tzinfo=None) - _EPOCH) / _HOUR

    def _holidays(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        local_start, local_end = (moment.astimezone(self.zone).date() for moment in (start, end))
        for day in holidays_between(self.zone.key, local_start, local_end):
            first = datetime.combine(day, time.min, self.zone)
            yield first, first + _DAY


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
    return Rhythm(
        zone=zone,
        until_hour=_running_sum([rate * level for rate in bins]),
        evenness=_EVENNESS * weeks / (weeks + _DOUBT_WEEKS),
        burst=_burst(seen, bins, weeks),
    )


class _Seen(NamedTuple):
    """The articles of an hour, with its place in the portal's week."""

    hour: datetime
    of_week: int
    articles: int


@lru_cache(maxsize=1 << 13)  # the same hours for every portal
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
