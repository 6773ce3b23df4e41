"""Text in, moments out, and back: the dates that portals print or mark up, and the stamp that we print ourselves."""

from icma_crawler.dates.parsed import BAKU, DatePrecision, Method, ParsedDate, is_plausible
from icma_crawler.dates.reading import find_dates, parse_date, parse_machine_date
from icma_crawler.dates.stamps import format_stamp
from icma_crawler.dates.words import MONTHS

__all__ = [
    "BAKU",
    "MONTHS",
    "DatePrecision",
    "Method",
    "ParsedDate",
    "find_dates",
    "format_stamp",
    "is_plausible",
    "parse_date",
    "parse_machine_date",
]
