"""Text in, moments out: the dates that portals print or mark up, read into UTC, and the stamp we print ourselves.

    text ─ machine forms ─ our own words (az, ru, tr, en) ─ dateparser (other languages only) ─> ParsedDate

A wrong date is worse than none: what can be read in two ways, or is a range, a count or a bare month, is a DateError.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from icma_crawler import date_words as signs
from icma_crawler.date_words import MONTHS, mark_words
from icma_crawler.errors import DateError

Precision = Literal["minute", "hour", "day"]
Method = Literal["iso", "rfc822", "table", "relative", "epoch", "dateparser"]

BAKU = ZoneInfo("Asia/Baku")
MAX_TEXT_LENGTH = 200
"""Characters, white space collapsed; what is longer is prose, not a date."""

_OWN_LANGUAGES = frozenset(MONTHS)
_YEARS = range(1900, 2100)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A portal's clock may run a little ahead of ours; without it "20 oktyabr 18:31" at 18:30:10 would be of last year.
_CLOCK_SKEW = timedelta(seconds=59)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """A moment in UTC, how exactly the text stated it, and which reader understood it.

    With precision "day", ``at`` is midnight in the portal's timezone, or for "3 gün əvvəl" the time of day of *now*.
    """

    at: datetime
    precision: Precision
    method: Method


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
        readings = _ask_dateparser(line, timezone=timezone, now=now, languages=languages)
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
    parsed = _machine_form(line, text, timezone, naive=True) or _epoch(line)
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
        readings = _ask_dateparser(line, timezone=timezone, now=now, languages=languages)
    return [reading.parsed for reading in readings if reading.parsed is not None]


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Whether news can bear this date: from 1990 on, and at most 24 hours after *now*."""
    return _EARLIEST <= at <= now + timedelta(hours=24)


def format_stamp(at: datetime, language: str, timezone: ZoneInfo = BAKU) -> str:
    """The stamp under an article: "20 Oktyabr 2025 14:02"; in English where we have no months of *language*."""
    local = at.astimezone(timezone)
    months = MONTHS.get(_base_language(language), MONTHS["en"])
    return f"{local.day} {months[local.month - 1]} {local.year} {local.hour:02}:{local.minute:02}"


def format_az(at: datetime) -> str:
    """`format_stamp` in Azerbaijani and Baku time."""
    return format_stamp(at, "az")


def _short_line(text: str) -> str:
    # Indented markup may be long before its white space is collapsed, but not without end.
    line = " ".join(text.split()) if len(text) <= 10 * MAX_TEXT_LENGTH else ""
    if not line or len(line) > MAX_TEXT_LENGTH:
        raise DateError(text[:MAX_TEXT_LENGTH], "too long for a date" if text.strip() else "no text")
    return line


class _Reading(NamedTuple):
    """What a place in the text was read as: printed (or relative to now); ``parsed`` is None for what cannot be."""

    parsed: ParsedDate | None
    is_printed: bool = True


def _read(line: str, text: str, timezone: ZoneInfo, now: datetime) -> list[_Reading]:
    whole = _machine_form(line, text, timezone) or _human_epoch(line, now)
    return [_Reading(whole)] if whole else _read_words(mark_words(line), timezone, now.astimezone(timezone))


def _base_language(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]


# --- forms made for machines -----------------------------------------------------------------------------------------


def _machine_form(line: str, text: str, timezone: ZoneInfo, *, naive: bool = False) -> ParsedDate | None:
    """Read *line* as ISO or RFC 822; *naive* also takes what people write or count: no zone, or digits alone."""
    iso = signs.ISO.fullmatch(line) or signs.ISO_HALF_COMPACT.fullmatch(line)
    iso = iso or (signs.ISO_COMPACT.fullmatch(line) if naive or not line.isdigit() else None)
    rfc822 = None if iso else signs.RFC822.fullmatch(line) or signs.ASCTIME.fullmatch(line)
    try:
        if iso and not (signs.EPOCH.fullmatch(line) and _epoch(line)):
            return _from_groups(iso, int(iso["month"]), int(iso["year"]), timezone, "iso")
        if rfc822 and (naive or rfc822["zone"] or rfc822.re is signs.ASCTIME):
            month = signs.ENGLISH_MONTHS[rfc822["name"][:3].lower()]
            return _from_groups(rfc822, month, _full_year(rfc822["year"]), timezone, "rfc822")
    except (ValueError, OverflowError) as error:
        raise DateError(text, "no such moment") from error
    except KeyError:
        return None
    return None


def _from_groups(match: re.Match[str], month: int, year: int, timezone: ZoneInfo, method: Method) -> ParsedDate:
    groups = match.groupdict()
    clock = (int(groups["hour"] or 0), int(groups["minute"] or 0), int(groups["second"] or 0))
    fraction = int((groups.get("fraction") or "0")[:6].ljust(6, "0"))
    zone = _zone(groups["zone"]) if groups["zone"] else timezone
    at = _in_utc(datetime(year, month, int(groups["day"]), *clock, fraction, tzinfo=zone))
    precision: Precision = "minute" if groups["minute"] else "hour" if groups["hour"] else "day"
    return ParsedDate(at=at, precision=precision, method=method)


def _zone(name: str) -> tzinfo:
    """The zone behind "Z", "GMT", "+0400", "UTC +4"; ValueError where there is none."""
    bare = re.sub(r"\s|:|UTC(?=.)|GMT(?=.)", "", name.upper())
    if bare in signs.ZONE_HOURS:
        return fixed_zone(timedelta(hours=signs.ZONE_HOURS[bare]))
    if len(bare) <= 3:
        bare += "00"
    hours, minutes = int(bare[1:-2]), int(bare[-2:])
    if bare[0] not in "+-" or hours > 14 or minutes > 59:
        raise ValueError(name)
    return fixed_zone(timedelta(hours=hours, minutes=minutes) * (-1 if bare[0] == "-" else 1))


def _full_year(digits: str) -> int:
    """RFC 2822, 4.3: two digits from 50 on are of the last century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 50 else 2000)


def _epoch(line: str) -> ParsedDate | None:
    match = signs.EPOCH.fullmatch(line)
    if match is None:
        return None
    seconds = int(match[1]) / (1000 if len(match[1]) > 10 else 1)
    at = datetime.fromtimestamp(seconds, UTC)
    return ParsedDate(at=at, precision="minute", method="epoch") if at >= _EARLIEST and at.year in _YEARS else None


def _human_epoch(line: str, now: datetime) -> ParsedDate | None:
    """Unix time where people read: only of 10 or 13 digits and plausible, for digits alone may be a count."""
    parsed = _epoch(line) if len(line) in {10, 13} else None
    return parsed if parsed and is_plausible(parsed.at, now=now) else None


def _in_utc(local: datetime) -> datetime:
    if local.year not in _YEARS:
        raise ValueError(local.year)
    return local.astimezone(UTC)


# --- our own words ---------------------------------------------------------------------------------------------------


class _Spot(NamedTuple):
    start: int
    end: int
    form: signs.Form
    match: re.Match[str]


class _Clock(NamedTuple):
    start: int
    end: int
    hour: int
    minute: int
    second: int
    precision: Precision
    is_half: bool
    zone: str


def _read_words(words: str, timezone: ZoneInfo, now: datetime) -> list[_Reading]:
    """Read marked *words*; *now* is in *timezone*."""
    spots = _find_spots(words)
    if not spots:
        return _read_clock_alone(words, timezone, now)
    readings = []
    start_of_free = 0
    is_range = False
    for index, spot in enumerate(spots):
        clock = _find_clock(words, spot, start_of_free, is_last=index == len(spots) - 1)
        start = min(spot.start, clock.start) if clock else spot.start
        end = max(spot.end, clock.end) if clock else spot.end
        is_second = is_range and signs.JOINT.fullmatch(words, start_of_free, start) is not None
        is_range = is_second or _is_range(words, start, end, spot.form)
        start_of_free = end
        if is_range or _stands_out(words, start, end, spot.form, clock):
            parsed = None if is_range else _build(spot, clock, timezone, now)
            readings.append(_Reading(parsed, is_printed=spot.form not in {"ago", "now", "day_word"}))
    return readings


def _find_spots(words: str) -> list[_Spot]:
    spots: list[_Spot] = []
    for form, pattern in signs.FORMS:
        for match in pattern.finditer(words):
            start, end = match.span()
            if all(end <= spot.start or spot.end <= start for spot in spots):
                spots.append(_Spot(start, end, form, match))
    return sorted(spots)


def _find_clock(words: str, spot: _Spot, free_from: int, *, is_last: bool) -> _Clock | None:
    """The time next to a date. Between two times the last date of a text is left without one: either may be its."""
    before = signs.CLOCK_BEFORE.search(words, free_from, spot.start)
    after = signs.CLOCK_AFTER.match(words, spot.end)
    if before and after and is_last:
        return None
    match = before or after
    if match is None:
        return None
    clock = _clock(match)
    # "14:02 20 oktyabr 2025 (UTC+04)": the zone closes the stamp.
    zone = signs.ZONE_AFTER.match(words, spot.end) if before and not clock.zone else None
    return clock._replace(zone=zone["zone"], end=zone.end()) if zone else clock


def _clock(match: re.Match[str]) -> _Clock:
    half = match["half"] or match["half12"]
    hour = int(match["hour"] or match["hour12"])
    if (half == "a" and hour > 12) or (half == "p" and hour == 0):
        hour = 24  # "14:02 AM" is no time; datetime will say so
    elif half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone = match["zone"] or ""
    if zone in signs.ZONE_PLACES and half is None:
        zone = ""  # "14:02 et" is a word of some language; Americans print AM or PM
    return _Clock(
        *match.span(),
        hour,
        int(match["minute"] or 0),
        int(match["second"] or 0),
        "minute" if match["minute"] else "hour",
        half is not None,
        zone,
    )


def _is_range(words: str, start: int, end: int, form: signs.Form) -> bool:
    """Whether a date is one end of "20-21 oktyabr" or "14:00-16:00"; before "bu gün" a number is a count."""
    is_end = form != "day_word" and signs.RANGE_BEFORE.search(words, 0, start) is not None
    return is_end or signs.RANGE_AFTER.match(words, end) is not None


def _stands_out(words: str, start: int, end: int, form: signs.Form, clock: _Clock | None) -> bool:
    """Whether the text is about this moment: "28 may" is a date, in "28 may küçəsi" it is a street."""
    if form == "no_year" and signs.LONE_YEAR.search(words):
        return False  # whose year it is cannot be known
    if form == "full" or (clock and form not in {"numbers", "ago", "now"}):
        return True
    before, after = signs.PART_BEFORE.search(words, 0, start), signs.PART_AFTER.match(words, end)
    if before is None or after is None:
        return False
    return form != "numbers" or (clock is not None and before.start() == 0 and after.end() == len(words))


def _build(spot: _Spot, clock: _Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    """The moment of a spot; None where there is no such moment."""
    try:
        if spot.form == "now":
            return ParsedDate(at=now.astimezone(UTC), precision="minute", method="relative")
        if spot.form == "ago":
            return _count_back(spot.match, clock, timezone, now)
        if spot.form == "day_word":
            day = now.date() - timedelta(days=("today", "yesterday", "before").index(spot.match["word"]))
            return _on_day(day, clock, timezone, "relative")
        return _printed(spot, clock, timezone, now)
    except (ValueError, OverflowError):
        return None


def _printed(spot: _Spot, clock: _Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    groups = spot.match.groupdict()
    if "first" in groups:
        is_american = clock is not None and clock.is_half and groups["dot"].strip() == "/"
        day, month = _order(int(groups["first"]), int(groups["second"]), is_american=is_american)
    else:
        day, month = int(groups["day"]), int(groups["month"])
    if groups.get("year"):
        return _on_day(date(_full_year(groups["year"]), month, day), clock, timezone, "table")
    latest = now.astimezone(UTC) + _CLOCK_SKEW
    for year in range(now.year + 1, now.year - 9, -1):  # nine years back there was a 29 February
        if day <= monthrange(year, month)[1]:
            parsed = _on_day(date(year, month, day), clock, timezone, "table")
            if parsed.at <= latest:
                return parsed
    return None


def _order(first: int, second: int, *, is_american: bool) -> tuple[int, int]:
    """Day and month of a numeric date: day first, but for "10/25/2025" and for the AM/PM of a US date."""
    is_month_first = second > 12 or (is_american and first <= 12)
    return (second, first) if is_month_first else (first, second)


def _on_day(day: date, clock: _Clock | None, timezone: ZoneInfo, method: Method) -> ParsedDate:
    if clock is None:
        midnight = datetime(day.year, day.month, day.day, tzinfo=timezone)
        return ParsedDate(at=_in_utc(midnight), precision="day", method=method)
    zone = _printed_zone(clock.zone, timezone)
    local = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second, tzinfo=zone)
    return ParsedDate(at=_in_utc(local), precision=clock.precision, method=method)


def _printed_zone(name: str, timezone: ZoneInfo) -> tzinfo:
    """The zone a stamp names; in Baku "(UTC+04:00)" means local time.

    aznews.az printed it in the summers of 2010-2015 too, when Baku was at +5: its clock was right, its offset not.
    """
    if not name:
        return timezone
    if name in signs.ZONE_PLACES:
        return ZoneInfo(signs.ZONE_PLACES[name])
    zone = _zone("MSK" if name == "<msk>" else name)
    is_baku = timezone.key == BAKU.key and zone.utcoffset(None) == timedelta(hours=4)
    return timezone if is_baku else zone


def _count_back(match: re.Match[str], clock: _Clock | None, timezone: ZoneInfo, now: datetime) -> ParsedDate | None:
    counts = list(_counts(match))
    seconds = sum(count * signs.UNIT_SECONDS.get(unit, 0) for count, unit in counts)
    days = sum(count * signs.UNIT_DAYS.get(unit, 0) for count, unit in counts)
    months = sum(count * signs.UNIT_MONTHS.get(unit, 0) for count, unit in counts)
    local = _months_before(now, months) - timedelta(days=days)
    finest = counts[-1][1]
    if finest not in signs.UNIT_SECONDS and clock:
        return _on_day(local.date(), clock, timezone, "relative")
    precision: Precision = "day" if finest not in signs.UNIT_SECONDS else "hour" if finest == "hour" else "minute"
    at = _in_utc(local) - timedelta(seconds=seconds)
    return ParsedDate(at=at, precision=precision, method="relative")


def _counts(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    groups = match.groupdict()
    if "lone_unit" in groups:
        yield 1, groups["lone_unit"].strip("<>")
        return
    letters = signs.ENGLISH_LETTERS if groups["of"] == "_en" else signs.LETTERS
    for part in signs.COUNT_AND_UNIT.finditer(groups["counts"]):
        unit = part["unit"] or letters.get(part["letter"])
        if unit is None:
            raise ValueError(part["letter"])
        yield int(part["count"].strip("<n>").replace("a", "1")), unit


def _months_before(now: datetime, months: int) -> datetime:
    """The same day *months* earlier, or that month's last."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _read_clock_alone(words: str, timezone: ZoneInfo, now: datetime) -> list[_Reading]:
    """A time that is the whole text: of today, or of yesterday where today's is still to come."""
    match = signs.CLOCK_ALONE.fullmatch(words)
    if match is None:
        return []
    clock = _clock(match)
    try:
        today = _on_day(now.date(), clock, timezone, "relative")
        is_ahead = today.at > now.astimezone(UTC) + _CLOCK_SKEW
        parsed = _on_day(now.date() - timedelta(days=1), clock, timezone, "relative") if is_ahead else today
    except (ValueError, OverflowError):
        return [_Reading(None)]
    return [_Reading(parsed)]


# --- other languages -------------------------------------------------------------------------------------------------

_ANY_RANGE = re.compile(r"\d\s?[-‐-―]\s?\d{1,2}\b(?![-.:/]?\d)")
_ANY_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d\d\b")


def _ask_dateparser(line: str, *, timezone: ZoneInfo, now: datetime, languages: Sequence[str]) -> list[_Reading]:
    """Read *line* in the first of *languages*, if it is none of ours; empty where there is nothing plausible.

    One language at a time: with several, or with none, dateparser takes "3 mart 2025" for 20 March.
    """
    language = _base_language(languages[0]) if languages else ""
    if not language or language in _OWN_LANGUAGES or _ANY_RANGE.search(line):
        return []
    import dateparser  # noqa: PLC0415 - 0.1 s that most portals never need

    try:
        found = dateparser.parse(
            line,
            languages=[language],
            settings={
                "DATE_ORDER": "DMY",
                "PREFER_DATES_FROM": "past",
                "REQUIRE_PARTS": ["day", "month"],
                "RELATIVE_BASE": now.astimezone(timezone).replace(tzinfo=None),
                "TIMEZONE": timezone.key,
                "RETURN_AS_TIMEZONE_AWARE": True,
            },
        )
        at = _in_utc(found) if found else None
    except Exception:  # noqa: BLE001 - odd text and unknown languages make it fail in many ways
        return []
    if at is None or not is_plausible(at, now=now):
        return []
    precision: Precision = "minute" if _ANY_CLOCK.search(line) else "day"
    return [_Reading(ParsedDate(at=at, precision=precision, method="dateparser"))]
