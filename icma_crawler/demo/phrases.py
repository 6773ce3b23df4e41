"""What the sample portals say of themselves and of time, in their three languages; wall clock is Baku's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TIMEZONE = "Asia/Baku"
BAKU = ZoneInfo(TIMEZONE)

WORDS: Mapping[str, Mapping[str, str]] = {
    "az": {
        "home": "Son xəbərlər",
        "most_read": "Ən çox oxunanlar",
        "related": "Həmçinin oxuyun",
        "next": "Növbəti",
        "previous": "Əvvəlki",
        "disclaimer": "Nümunə portal: buradakı bütün adlar və hadisələr uydurmadır",
    },
    "ru": {
        "home": "Последние новости",
        "most_read": "Самое читаемое",
        "related": "Читайте также",
        "next": "Дальше",
        "previous": "Назад",
        "disclaimer": "Учебный портал: все имена и события вымышлены",
    },
    "en": {
        "home": "Latest news",
        "most_read": "Most read",
        "related": "Read also",
        "next": "Next",
        "previous": "Previous",
        "disclaimer": "A sample portal: all names and events are invented",
    },
}

_MONTHS: Mapping[str, str] = {
    "az": "Yanvar Fevral Mart Aprel May İyun İyul Avqust Sentyabr Oktyabr Noyabr Dekabr",
    "ru": "Января Февраля Марта Апреля Мая Июня Июля Августа Сентября Октября Ноября Декабря",
    "en": "January February March April May June July August September October November December",
}


def format_date(at: datetime, pattern: str, language: str) -> str:
    """The day of *at*, in Baku, in the portal's own form: "20 Oktyabr 2025"."""
    local = at.astimezone(BAKU)
    month = _MONTHS[language].split()[local.month - 1]
    # English keeps its capital; "İ".lower() would be two characters.
    lower = month if language == "en" else month.replace("İ", "i").lower()
    return pattern.format(day=local.day, Month=month, month=lower, year=local.year)


def format_time(at: datetime) -> str:
    """The time of *at*, in Baku: "14:02"."""
    return f"{at.astimezone(BAKU):%H:%M}"


def format_relative_day(at: datetime, today: date) -> str | None:
    """What *today* (a date in Baku) calls that day: "Bu gün" or "Dünən"; None for all other days."""
    day = at.astimezone(BAKU).date()
    return {today: "Bu gün", today - timedelta(days=1): "Dünən"}.get(day)
