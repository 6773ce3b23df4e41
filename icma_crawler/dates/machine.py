"""Forms made for machines, read from the text itself: ISO 8601, RFC 822/2822 and asctime, Unix time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icma_crawler.dates.parsed import EARLIEST, YEARS, DatePrecision, Method, ParsedDate, in_utc, is_plausible
from icma_crawler.dates.words import MONTHS
from icma_crawler.dates.zones import ZONE_HOURS, zone_named
from icma_crawler.errors import DateError

_ISO_ZONE = r"(?:[ ]?(?P<zone>Z|(?:UTC|GMT)?[ ]?[+-]\d\d(?::?\d\d)?|UTC|GMT)(?:\[[\w/]{1,40}\])?)?"
ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:T[ ]?|[ ])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,20}))?)?"
    + _ISO_ZONE
    + ")?",
    re.IGNORECASE | re.ASCII,
)
ISO_HALF_COMPACT = re.compile(  # "2025-10-20T1402+0400"
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"T(?P<hour>\d\d)(?:(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,20}))?)?)?" + _ISO_ZONE,
    re.IGNORECASE | re.ASCII,
)
ISO_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d)(?:[.,]?(?P<fraction>\d{1,20}))?)?" + _ISO_ZONE + ")?",
    re.IGNORECASE | re.ASCII,
)
_MACHINE_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
_MACHINE_ZONE = rf"(?P<zone>[+-]\d\d:?\d\d|{'|'.join(ZONE_HOURS)})"
RFC822 = re.compile(
    r"(?:[A-Z]{3,9},?[ ])?(?P<day>\d{1,2})[ -](?P<name>[A-Z]{3,9})[ -](?P<year>\d{4}|\d\d)[ ]"
    rf"{_MACHINE_CLOCK}(?:[ ]?{_MACHINE_ZONE})?(?:[ ]\([\w ]{{1,40}}\))?",
    re.IGNORECASE | re.ASCII,
)
ASCTIME = re.compile(
    r"[A-Z]{3}[ ](?P<name>[A-Z]{3})[ ](?P<day>\d{1,2})[ ]"
    rf"{_MACHINE_CLOCK}[ ](?:{_MACHINE_ZONE}[ ])?(?P<year>\d{{4}})",
    re.IGNORECASE | re.ASCII,
)
EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(?:\.\d{1,9})?", re.ASCII)
ENGLISH_MONTHS = {name[:3].lower(): number for number, name in enumerate(MONTHS["en"], 1)}


def machine_form(line: str, text: str, timezone: ZoneInfo, *, naive: bool = False) -> ParsedDate | None:
    """Read *line* as ISO or RFC 822; *naive* also takes what people write or count: no zone, or digits alone."""
    iso = ISO.fullmatch(line) or ISO_HALF_COMPACT.fullmatch(line)
    iso = iso or (ISO_COMPACT.fullmatch(line) if naive or not line.isdigit() else None)
    rfc822 = None if iso else RFC822.fullmatch(line) or ASCTIME.fullmatch(line)
    try:
        if iso and not (EPOCH.fullmatch(line) and epoch(line)):
            return _from_groups(iso, int(iso["month"]), int(iso["year"]), timezone, "iso")
        if rfc822 and (naive or rfc822["zone"] or rfc822.re is ASCTIME):
            month = ENGLISH_MONTHS[rfc822["name"][:3].lower()]
            return _from_groups(rfc822, month, full_year(rfc822["year"]), timezone, "rfc822")
    except (ValueError, OverflowError) as error:
        raise DateError(text, "no such moment") from error
    except KeyError:
        return None
    return None


def _from_groups(match: re.Match[str], month: int, year: int, timezone: ZoneInfo, method: Method) -> ParsedDate:
    groups = match.groupdict()
    clock = (int(groups["hour"] or 0), int(groups["minute"] or 0), int(groups["second"] or 0))
    fraction = int((groups.get("fraction") or "0")[:6].ljust(6, "0"))
    zone = zone_named(groups["zone"]) if groups["zone"] else timezone
    at = in_utc(datetime(year, month, int(groups["day"]), *clock, fraction, tzinfo=zone))
    precision: DatePrecision = "minute" if groups["minute"] else "hour" if groups["hour"] else "day"
    return ParsedDate(at=at, precision=precision, method=method)


def full_year(digits: str) -> int:
    """RFC 2822, 4.3: two digits from 50 on are of the last century."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 50 else 2000)


def epoch(line: str) -> ParsedDate | None:
    match = EPOCH.fullmatch(line)
    if match is None:
        return None
    seconds = int(match[1]) / (1000 if len(match[1]) > 10 else 1)
    at = datetime.fromtimestamp(seconds, UTC)
    return ParsedDate(at=at, precision="minute", method="epoch") if at >= EARLIEST and at.year in YEARS else None


def human_epoch(line: str, now: datetime) -> ParsedDate | None:
    """Unix time where people read: only of 10 or 13 digits and plausible, for digits alone may be a count."""
    parsed = epoch(line) if len(line) in {10, 13} else None
    return parsed if parsed and is_plausible(parsed.at, now=now) else None
