"""Dates in languages whose words we do not keep: dateparser is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from icma_crawler.dates.parsed import DatePrecision, ParsedDate, Reading, in_utc, is_plausible
from icma_crawler.dates.words import MONTHS, base_language

_OWN_LANGUAGES = frozenset(MONTHS)
_ANY_RANGE = re.compile(r"\d\s?[-‐-―]\s?\d{1,2}\b(?![-.:/]?\d)")
_ANY_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d\d\b")


def ask_dateparser(line: str, *, timezone: ZoneInfo, now: datetime, languages: Sequence[str]) -> list[Reading]:
    """Read *line* in the first of *languages*, if it is none of ours; empty where there is nothing plausible.

    One language at a time: with several, or with none, dateparser takes "3 mart 2025" for 20 March.
    """
    language = base_language(languages[0]) if languages else ""
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
        at = in_utc(found) if found else None
    except Exception:  # noqa: BLE001 - odd text and unknown languages make it fail in many ways
        return []
    if at is None or not is_plausible(at, now=now):
        return []
    precision: DatePrecision = "minute" if _ANY_CLOCK.search(line) else "day"
    return [Reading(ParsedDate(at=at, precision=precision, method="dateparser"))]
