"""The stamp that we print ourselves: "20 Oktyabr 2025 14:02"."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from icma_crawler.dates.parsed import BAKU
from icma_crawler.dates.words import MONTHS, base_language


def format_stamp(at: datetime, language: str, timezone: ZoneInfo = BAKU) -> str:
    """The stamp under an article: "20 Oktyabr 2025 14:02"; in English where we have no months of *language*."""
    local = at.astimezone(timezone)
    months = MONTHS.get(base_language(language), MONTHS["en"])
    return f"{local.day} {months[local.month - 1]} {local.year} {local.hour:02}:{local.minute:02}"
