"""What a text was read as: a moment in UTC, how exactly it was stated, and by which reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

DatePrecision = Literal["minute", "hour", "day"]
Method = Literal["iso", "rfc822", "table", "relative", "epoch", "dateparser"]

BAKU = ZoneInfo("Asia/Baku")
YEARS = range(1900, 2100)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDate:
    """A moment in UTC, how exactly the text stated it, and which reader understood it.

    With precision "day", ``at`` is midnight in the portal's timezone, or for "3 gün əvvəl" the time of day of *now*.
    """

    at: datetime
    precision: DatePrecision
    method: Method


class Reading(NamedTuple):
    """What a place in the text was read as: printed (or relative to now); ``parsed`` is None for what cannot be."""

    parsed: ParsedDate | None
    is_printed: bool = True


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Whether news can bear this date: from 1990 on, and at most 24 hours after *now*."""
    return EARLIEST <= at <= now + timedelta(hours=24)


def in_utc(local: datetime) -> datetime:
    if local.year not in YEARS:
        raise ValueError(local.year)
    return local.astimezone(UTC)
