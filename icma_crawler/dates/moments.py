"""The moment that a place in a text means: a printed date, a day's word, or so long before now."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icma_crawler.dates.machine import full_year
from icma_crawler.dates.parsed import DatePrecision, Method, ParsedDate, in_utc
from icma_crawler.dates.patterns import COUNT_AND_UNIT, ENGLISH_LETTERS, LETTERS, UNIT_DAYS, UNIT_MONTHS, UNIT_SECONDS
from icma_crawler.dates.spots import Clock, Spot
from icma_crawler.dates.zones import printed_zone

# A portal's clock may run a little ahead of ours; without it "20 oktyabr 18:31" at 18:30:10 would be of last year.
CLOCK_SKEW = timedelta(seconds=59)


def moment_of(spot: Spot, clock: Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    """The moment of a spot; None where there is no such moment."""
    try:
        if spot.form == "now":
            return ParsedDate(at=now.astimezone(UTC), precision="minute", method="relative")
        if spot.form == "ago":
            return _count_back(spot.match, clock, timezone, now)
        if spot.form == "day_word":
            day = now.date() - timedelta(days=("today", "yesterday", "before").index(spot.match["word"]))
            return on_day(day, clock, timezone, "relative")
        return _printed(spot, clock, timezone, now)
    except (ValueError, OverflowError):
        return None


def _printed(spot: Spot, clock: Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    groups = spot.match.groupdict()
    if "first" in groups:
        is_american = clock is not None and clock.is_half and groups["dot"].strip() == "/"
        day, month = _order(int(groups["first"]), int(groups["second"]), is_american=is_american)
    else:
        day, month = int(groups["day"]), int(groups["month"])
    if groups.get("year"):
        return on_day(date(full_year(groups["year"]), month, day), clock, timezone, "table")
    latest = now.astimezone(UTC) + CLOCK_SKEW
    for year in range(now.year + 1, now.year - 9, -1):  # nine years back there was a 29 February
        if day <= monthrange(year, month)[1]:
            parsed = on_day(date(year, month, day), clock, timezone, "table")
            if parsed.at <= latest:
                return parsed
    return None


def _order(first: int, second: int, *, is_american: bool) -> tuple[int, int]:
    """Day and month of a numeric date: day first, but for "10/25/2025" and for the AM/PM of a US date."""
    is_month_first = second > 12 or (is_american and first <= 12)
    return (second, first) if is_month_first else (first, second)


def on_day(day: date, clock: Clock | None, timezone: ZoneInfo, method: Method) -> ParsedDate:
    if clock is None:
        midnight = datetime(day.year, day.month, day.day, tzinfo=timezone)
        return ParsedDate(at=in_utc(midnight), precision="day", method=method)
    zone = printed_zone(clock.zone, timezone)
    local = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=zone)
    return ParsedDate(at=in_utc(local), precision=clock.precision, method=method)


def _count_back(match: re.Match[str], clock: Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    counts = list(_counts(match))
    seconds = sum(count * UNIT_SECONDS.get(unit, 0) for count, unit in counts)
    days = sum(count * UNIT_DAYS.get(unit, 0) for count, unit in counts)
    months = sum(count * UNIT_MONTHS.get(unit, 0) for count, unit in counts)
    local = _months_before(now, months) - timedelta(days=days)
    finest = counts[-1][1]
    if finest not in UNIT_SECONDS and clock:
        return on_day(local.date(), clock, timezone, "relative")
    precision: DatePrecision = "day" if finest not in UNIT_SECONDS else "hour" if finest == "hour" else "minute"
    at = in_utc(local) - timedelta(seconds=seconds)
    return ParsedDate(at=at, precision=precision, method="relative")


def _counts(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    groups = match.groupdict()
    if "lone_unit" in groups:
        yield 1, groups["lone_unit"].strip("<>")
        return
    letters = ENGLISH_LETTERS if groups["of"] == "_en" else LETTERS
    for part in COUNT_AND_UNIT.finditer(groups["counts"]):
        unit = part["unit"] or letters.get(part["letter"])
        if unit is None:
            raise ValueError(part["letter"])
        yield int(part["count"].strip("<n>").replace("a", "1")), unit


def _months_before(now: datetime, months: int) -> datetime:
    """The same day *months* earlier, or that month's last."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
