"""What dates look like once `mark_words` has put signs for their words.

Digits are [0-9]: the class for digits takes those of every script.
"""

from __future__ import annotations

import re
from typing import Literal

DateForm = Literal["full", "short_year", "no_year", "numbers", "day_word", "ago", "now"]

_YEAR = r"(?P<year>(?:19|20)[0-9]{2})(?![0-9](?![0-9]:[0-9]{2}))"  # "202514:02": two elements glued together
_YEAR_END = r"(?:\s?-?\s?(?:n?c[iu]|го|[dt][ae])\b)?(?:\s?<year>)?"  # "2025-ci il", "2025 года", "2025'te"
_SHORT_YEAR = r"(?P<year>[0-9]{2})(?![0-9]|[./:-][0-9])"
_MONTH = r"<(?P<month>[0-9]{2})>(?:\sayinin)?"  # "oktyabr ayının 20-si"
_FREE = r"(?<![0-9])(?<![0-9][.:])(?<!\bv)"  # "v1.10.2025" is a version
_DAY = (
    rf"{_FREE}(?P<day>0?[1-9]|[12][0-9]|3[01])"
    r"(?:st|nd|rd|th|\s?-?\s?го|-(?:е|si|su|i|u|de|da))?(?![0-9]|:[0-9])"
)
_FIRST, _SECOND = r"(?P<first>[0-9]{1,2})", r"(?P<second>[0-9]{1,2})"
_FIRST_OF_TWO, _SECOND_OF_TWO = r"(?P<first>[0-9]{2})", r"(?P<second>[0-9]{2})"
_DOT = r"(?P<dot>\s?[./-]\s?)"
_END = r"(?![./-][0-9]+(?![0-9:]))"
_NO_YEAR = r"(?![\s.,/'-]{0,3}[0-9]+(?![0-9:]|\s?[ap]\.?m))"
_TO_YEAR = r"[\s.,/-]{0,3}(?:<w>[\s,]{0,2}){0,2}"
_UNIT = r"<(?:second|minute|hour|day|week|month|year)>"
_COUNT = r"(?:[0-9]{1,4}|<n[0-9]>|\ba(?=\s))"
_COUNTS = (
    rf"(?<![0-9])(?<![0-9][.,])(?P<counts>(?:{_COUNT}\s?(?:{_UNIT}|[dghmwy]\b)\.?[\s,]{{0,2}}(?:<and>\s)?){{1,3}})"
)

# In order of trust: what an earlier form has read is not read again by a later one.
_FORM_PATTERNS: tuple[tuple[DateForm, str], ...] = (
    ("full", rf"{_FREE}{_YEAR}{_DOT}(?P<month>[0-9]{{1,2}})(?P=dot)(?P<day>[0-9]{{1,2}})(?![0-9]){_END}"),
    ("full", rf"{_FREE}{_FIRST}{_DOT}{_SECOND}(?P=dot){_YEAR}{_END}{_YEAR_END}"),
    ("full", rf"{_DAY}[\s./-]{{0,3}}(?:of\s)?{_MONTH}{_TO_YEAR}{_YEAR}{_YEAR_END}"),
    ("full", rf"{_MONTH}[\s.]{{0,2}}{_DAY}[\s.,]{{0,3}}{_YEAR}{_YEAR_END}"),
    ("full", rf"(?<![0-9]){_YEAR}{_YEAR_END}{_TO_YEAR}{_DAY}[\s.]{{0,2}}{_MONTH}"),
    ("full", rf"(?<![0-9]){_YEAR}{_YEAR_END}{_TO_YEAR}{_MONTH}[\s.-]{{0,2}}{_DAY}"),
    ("short_year", rf"{_FREE}{_FIRST_OF_TWO}(?P<dot>\.)(?P<second>0[1-9]|1[0-2])\.{_SHORT_YEAR}"),
    ("short_year", rf"{_FREE}{_FIRST}(?P<dot>/){_SECOND}/{_SHORT_YEAR}"),
    ("no_year", rf"{_DAY}[\s./-]{{0,3}}(?:of\s)?{_MONTH}{_NO_YEAR}"),
    ("no_year", rf"{_MONTH}[\s.]{{0,2}}{_DAY}{_NO_YEAR}"),
    ("numbers", rf"{_FREE}{_FIRST_OF_TWO}(?P<dot>[./]){_SECOND_OF_TWO}(?![0-9]|[./:-][0-9])"),
    ("ago", rf"{_COUNTS}(?:<label>\s)?<ago(?P<of>_en|_ru)?>"),
    ("ago", rf"(?P<lone_unit>{_UNIT})\s<ago_ru>"),  # "час назад"
    ("now", r"<now>"),
    ("day_word", r"<(?P<word>today|yesterday|before)>"),
)
FORMS = tuple((form, re.compile(pattern)) for form, pattern in _FORM_PATTERNS)
COUNT_AND_UNIT = re.compile(rf"(?P<count>{_COUNT})\s?(?:<(?P<unit>[a-z]+)>|(?P<letter>[a-z]))")
LONE_YEAR = re.compile(r"(?<![0-9:.])(?:19|20)[0-9]{2}(?![0-9:.])")

# Those that mean one offset wherever they are printed: not IST, which India, Israel and Ireland use.
_ZONE_NAMES = "[ecmp][sd]t|[ep]t|[ce]es?t|bst|azt|trt|tsi"
_ZONE = (
    r"[\s(\[]{0,3}(?P<zone>(?:utc|gmt)(?:\s?[+-]\s?[0-9]{1,2}(?::?[0-9]{2})?)?|\+[0-9]{2}:?[0-9]{2}"
    rf"|-0[0-9](?:00|30)|z|<msk>|{_ZONE_NAMES})(?![\w:])"
)
_CLOCK = (
    r"(?:(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.[0-9]{1,9})?)?"
    r"(?![0-9]|:[0-9])(?:\s?<?(?P<half>[ap])\.?\s?m(?![a-z])[.>]?)?"
    rf"|(?P<hour12>1[0-2]|0?[1-9])\s?(?P<half12>[ap])\.?\s?m(?![a-z])\.?)(?:{_ZONE})?"
)
_CLOCK_END = r"(?:\s?-?\s?[dt][ea]\b)?"  # "14:02-də", "14.25'te"
_BETWEEN = r"(?:[^\w<>]|<w>|<hour>|<at>|<date>){0,12}"
CLOCK_BEFORE = re.compile(rf"{_FREE}(?<![0-9],){_CLOCK}{_CLOCK_END}{_BETWEEN}$")
CLOCK_AFTER = re.compile(rf"(?:t|{_BETWEEN}){_CLOCK}")
CLOCK_ALONE = re.compile(rf"(?:[^\w<>]|<hour>|<at>|<date>|<label>)*{_CLOCK}{_CLOCK_END}(?:[^\w<>]|<at>)*")
ZONE_AFTER = re.compile(_ZONE)

# A reading fills its part of the text where only these stand between it and the next sign of punctuation.
_SIDE = r"(?:\s|<w>|<at>|<hour>|<date>|<label>)*"
PART_BEFORE = re.compile(rf"(?:^|[^\w\s<>]){_SIDE}$")
PART_AFTER = re.compile(rf"{_CLOCK_END}{_SIDE}(?:$|[^\w\s<>])")

_JOINT = r"\s?(?:[-&+]|<and>)\s?"
_OTHER_DAY = r"(?<![0-9])(?:0?[1-9]|[12][0-9]|3[01])"
JOINT = re.compile(_JOINT)
# The last two: "20.10.2025-25.10.2025", "COVID-19 mart 2020".
RANGE_BEFORE = re.compile(
    rf"(?:(?:{_OTHER_DAY}|:[0-9]{{2}}|<[0-9]{{2}}>)(?:{_JOINT}|\s?/\s?)|(?<![.:]){_OTHER_DAY}\s?,\s?"
    r"|[0-9]\s?<[0-9]{2}>\s?,\s?|[0-9][./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}\s?[-/]\s?|[^\W0-9]-)$"
)
RANGE_AFTER = re.compile(
    rf"{_JOINT}(?:[0-9]{{1,2}}\s?[:./<-]|(?:19|20)[0-9]{{2}}[./-]|<[0-9])|\s?<and>\s?[0-9]|-[dt][ae]n\b"
)

UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
UNIT_DAYS = {"day": 1, "week": 7}
UNIT_MONTHS = {"month": 1, "year": 12}
# marja.az prints "12 d. əvvəl" for 12 minutes, English sites "2d ago" for two days.
LETTERS = {"d": "minute", "g": "day"}
ENGLISH_LETTERS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}
