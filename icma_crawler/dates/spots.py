"""Where a text of signs holds dates, and which time of day stands by each."""

from __future__ import annotations

import re
from typing import NamedTuple

from icma_crawler.dates.parsed import DatePrecision
from icma_crawler.dates.patterns import (
    CLOCK_AFTER,
    CLOCK_BEFORE,
    FORMS,
    LONE_YEAR,
    PART_AFTER,
    PART_BEFORE,
    RANGE_AFTER,
    RANGE_BEFORE,
    ZONE_AFTER,
    DateForm,
)
from icma_crawler.dates.zones import ZONE_PLACES


class Spot(NamedTuple):
    start: int
    end: int
    form: DateForm
    match: re.Match[str]


class Clock(NamedTuple):
    start: int
    end: int
    hour: int
    minute: int
    second: int
    precision: DatePrecision
    is_half: bool
    zone: str


def find_spots(words: str) -> list[Spot]:
    spots: list[Spot] = []
    for form, pattern in FORMS:
        for match in pattern.finditer(words):
            start, end = match.span()
            if all(end <= spot.start or spot.end <= start for spot in spots):
                spots.append(Spot(start, end, form, match))
    return sorted(spots)


def find_clock(words: str, spot: Spot, free_from: int, *, is_last: bool) -> Clock | None:
    """The time next to a date. Between two times the last date of a text is left without one: either may be its."""
    before = CLOCK_BEFORE.search(words, free_from, spot.start)
    after = CLOCK_AFTER.match(words, spot.end)
    if before and after and is_last:
        return None
    match = before or after
    if match is None:
        return None
    clock = clock_of(match)
    # "14:02 20 oktyabr 2025 (UTC+04)": the zone closes the stamp.
    zone = ZONE_AFTER.match(words, spot.end) if before and not clock.zone else None
    return clock._replace(zone=zone["zone"], end=zone.end()) if zone else clock


def clock_of(match: re.Match[str]) -> Clock:
    half = match["half"] or match["half12"]
    hour = int(match["hour"] or match["hour12"])
    if (half == "a" and hour > 12) or (half == "p" and hour == 0):
        hour = 24  # "14:02 AM" is no time; datetime will say so
    elif half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = match["zone"] or ""
    if zone in ZONE_PLACES and half is None:
        zone = ""  # "14:02 et" is a word of some language; Americans print AM or PM
    return Clock(
        *match.span(),
        hour,
        int(match["minute"] or 0),
        int(match["second"] or 0),
        "minute" if match["minute"] else "hour",
        half is not None,
        zone,
    )


def is_range_end(words: str, start: int, end: int, form: DateForm) -> bool:
    """Whether a date is one end of "20-21 oktyabr" or "14:00-16:00"; before "bu gün" a number is a count."""
    is_end = form != "day_word" and RANGE_BEFORE.search(words, 0, start) is not None
    return is_end or RANGE_AFTER.match(words, end) is not None


def stands_out(words: str, start: int, end: int, form: DateForm, clock: Clock | None) -> bool:
    """Whether the text is about this moment: "28 may" is a date, in "28 may küçəsi" it is a street."""
    if form == "no_year" and LONE_YEAR.search(words):
        return False  # whose year it is cannot be known
    if form == "full" or (clock and form not in {"numbers", "ago", "now"}):
        return True
    before, after = PART_BEFORE.search(words, 0, start), PART_AFTER.match(words, end)
    if before is None or after is None:
        return False
    return form != "numbers" or (clock is not None and before.start() == 0 and after.end() == len(words))
