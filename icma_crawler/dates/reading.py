"""Text in, moments out: the dates that portals print or mark up, read into UTC.

    text ─ machine forms ─ our own words (az, ru, tr, en) ─ dateparser (other languages only) ─> ParsedDate

A wrong date is worse than none: what can be read in two ways, or is a range, a count or a bare month, is a DateError.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icma_crawler.dates.machine import epoch, human_epoch, machine_form
from icma_crawler.dates.moments import CLOCK_SKEW, moment_of, on_day
from icma_crawler.dates.other_languages import ask_dateparser
from icma_crawler.dates.parsed import ParsedDate, Reading
from icma_crawler.dates.patterns import CLOCK_ALONE, JOINT
from icma_crawler.dates.spots import clock_of, find_clock, find_spots, is_range_end, stands_out
from icma_crawler.dates.words import mark_words
from icma_crawler.errors import DateError

MAX_TEXT_LENGTH = 200
"""Characters, white space collapsed; what is longer is prose, not a date."""


def parse_date(text: str, *, timezone: ZoneInfo, now: datetime, languages: Sequence[str] = ()) -> ParsedDate:
    """Read a date as a portal prints it: "20 Oktyabr 2025 14:02", "Dünən / 22:30", "2 часа назад", "Oct 20, 2025".

    Relative words count from *now* (aware). A date without a year is the nearest that is not in the future, a time
    without a date is today's or yesterday's. Of several dates the first is taken, a printed one before a relative one.
    *languages* matters for others than az, ru, tr and en: the first of it is what dateparser is asked in.

    Raises:
        DateError: no reading is possible, or it would be a guess; ``.text`` keeps the input.
    """
    line = _short_line(text)
    readings = _read(line, text, timezone, now)
    if not readings:
        readings = ask_dateparser(line, timezone=timezone, now=now, languages=languages)
    best = next((reading for reading in readings if reading.is_printed), readings[0] if readings else None)
    if best is None:
        raise DateError(text)
    if best.parsed is None:
        raise DateError(text, "a range, or a moment that does not exist")
    return best.parsed


def parse_machine_date(text: str, *, timezone: ZoneInfo) -> ParsedDate:
    """Read a date made for machines: ISO 8601, RFC 822/2822 (and asctime), Unix time in seconds or milliseconds.

    Without a zone it is in *timezone*. A printed offset is trusted.

    Raises:
        DateError: another form, a day that does not exist, or a year outside 1900-2099.
    """
    line = _short_line(text)
    parsed = machine_form(line, text, timezone, naive=True) or epoch(line)
    if parsed is None:
        raise DateError(text)
    return parsed


def find_dates(text: str, *, timezone: ZoneInfo, now: datetime, languages: Sequence[str] = ()) -> list[ParsedDate]:
    """The dates inside a short text, in order: of "20 Oktyabr 2025 14:02 | İqtisadiyyat | Baxış sayı: 76" the one."""
    try:
        line = _short_line(text)
        readings = _read(line, text, timezone, now)
    except DateError:
        return []
    if not readings:
        readings = ask_dateparser(line, timezone=timezone, now=now, languages=languages)
    return [reading.parsed for reading in readings if reading.parsed is not None]


def _short_line(text: str) -> str:
    # Indented markup may be long before its white space is collapsed, but not without end.
    line = " ".join(text.split()) if len(text) <= 10 * MAX_TEXT_LENGTH else ""
    if not line or len(line) > MAX_TEXT_LENGTH:
        raise DateError(text[:MAX_TEXT_LENGTH], "too long for a date" if text.strip() else "no text")
    return line


def _read(line: str, text: str, timezone: ZoneInfo, now: datetime) -> list[Reading]:
    whole = machine_form(line, text, timezone) or human_epoch(line, now)
    return [Reading(whole)] if whole else _read_words(mark_words(line), timezone, now.astimezone(timezone))


def _read_words(words: str, timezone: ZoneInfo, now: datetime) -> list[Reading]:
    """Read marked *words*; *now* is in *timezone*."""
    spots = find_spots(words)
    if not spots:
        return _read_clock_alone(words, timezone, now)
    readings = []
    start_of_free = 0
    is_range = False
    for index, spot in enumerate(spots):
        clock = find_clock(words, spot, start_of_free, is_last=index == len(spots) - 1)
        start = min(spot.start, clock.start) if clock else spot.start
        end = max(spot.end, clock.end) if clock else spot.end
        is_second = is_range and JOINT.fullmatch(words, start_of_free, start) is not None
        is_range = is_second or is_range_end(words, start, end, spot.form)
        start_of_free = end
        if is_range or stands_out(words, start, end, spot.form, clock):
            parsed = None if is_range else moment_of(spot, clock, timezone, now)
            readings.append(Reading(parsed, is_printed=spot.form not in {"ago", "now", "day_word"}))
    return readings


def _read_clock_alone(words: str, timezone: ZoneInfo, now: datetime) -> list[Reading]:
    """A time that is the whole text: of today, or of yesterday where today's is still to come."""
    match = CLOCK_ALONE.fullmatch(words)
    if match is None:
        return []
    clock = clock_of(match)
    try:
        today = on_day(now.date(), clock, timezone, "relative")
        is_ahead = today.at > now.astimezone(UTC) + CLOCK_SKEW
        parsed = on_day(now.date() - timedelta(days=1), clock, timezone, "relative") if is_ahead else today
    except (ValueError, OverflowError):
        return [Reading(None)]
    return [Reading(parsed)]
