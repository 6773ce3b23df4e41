"""The public holidays of the country whose time a portal keeps: newsrooms publish less on them, and nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

_DAY = timedelta(days=1)


def holidays_between(timezone: str, first: date, last: date) -> Iterator[date]:
    """The public holidays from *first* to *last*, both included; none where the country is not known."""
    day = first
    while day <= last:
        if day in _of_year(timezone, day.year):
            yield day
        day += _DAY


@lru_cache(maxsize=256)
def _of_year(timezone: str, year: int) -> frozenset[date]:
    country = _countries().get(timezone)
    if country is None:
        return frozenset()
    import holidays  # noqa: PLC0415 - only where a portal has been quiet for long

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """The country (ISO 3166) of each time zone, from the table that comes with the time zones themselves."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
