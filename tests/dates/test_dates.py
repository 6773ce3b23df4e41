from __future__ import annotations

import json
import os
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from counting import LINEAR, calls_of, give_up_after, growth_of
from hypothesis import given, settings
from hypothesis import strategies as st

from icma_crawler.dates import (
    BAKU,
    find_dates,
    format_stamp,
    is_plausible,
    parse_date,
    parse_machine_date,
)
from icma_crawler.errors import DateError

NOW = datetime(2025, 10, 20, 18, 30, tzinfo=BAKU)
ROOT = Path(__file__).resolve().parents[2]
SHARED_STRINGS = Path(os.environ.get("ICMA_SHARED", ROOT.parent / "shared")) / "data" / "dates.json"
# The file was written with the year of "now" in mind; read without a year, a date of next month is of last year.
OTHER_BY_RULE = {"15 Noyabr 10:31 (UTC+04)": "2024-11-15 10:31"}


def read(text, *, now=NOW, timezone=BAKU, languages=()):
    return parse_date(text, timezone=timezone, now=now, languages=languages)


def wall(parsed, timezone=BAKU):
    """What the portal's clock showed: "2025-10-20", with the time where one was stated."""
    local = parsed.at.astimezone(timezone)
    is_bare = parsed.precision == "day" and f"{local:%H:%M}" == "00:00"
    return f"{local:%Y-%m-%d}" if is_bare else f"{local:%Y-%m-%d %H:%M}"


def shared_strings():
    if not SHARED_STRINGS.exists():
        reason = pytest.mark.skip(reason=f"the collected portal strings are not at {SHARED_STRINGS}")
        return [pytest.param({}, marks=reason)]
    return [pytest.param(row, id=row["text"]) for row in json.loads(SHARED_STRINGS.read_text("utf-8"))]


@pytest.mark.parametrize("row", shared_strings())
def test_collected_portal_string(row):
    parsed = read(row["text"], languages=[row["lang"]])
    assert wall(parsed) == OTHER_BY_RULE.get(row["text"], row["expected"])


AZERBAIJANI = {
    "1 yanvar 2025": "2025-01-01",
    "1 Yanvar 2025, 00:00": "2025-01-01 00:00",
    "28 FEVRAL 2025 23:59": "2025-02-28 23:59",
    "29 fevral 2024": "2024-02-29",
    "8 MART 2025": "2025-03-08",
    "30 aprel 2025 7:05": "2025-04-30 07:05",
    "28 may 2025": "2025-05-28",
    "28 MAY 2025": "2025-05-28",
    "26 iyun 2025 10:00": "2025-06-26 10:00",
    "19 İyl 2025": "2025-07-19",
    "5 iyn 2025": "2025-06-05",
    "12 AVQUST 2025": "2025-08-12",
    "27 sentyabr 2025": "2025-09-27",
    "27 Sen 2025": "2025-09-27",
    "18 Okt 2025 12:00": "2025-10-18 12:00",
    "8 noy. 2024": "2024-11-08",
    "31 DEKABR 2024 23:59": "2024-12-31 23:59",
    "1 dekabr 2024-ci il": "2024-12-01",
    "1 dekabr 2025-ci il": "2025-12-01",
    "2025-ci il 20 oktyabr": "2025-10-20",
    "20.10.2025-ci il, saat 14:02": "2025-10-20 14:02",
    "20 oktyabr, bazar ertəsi, 2014": "2014-10-20",
    "2015, çərşənbə axşamı, 20 oktyabr": "2015-10-20",
    "14:02 20 Oktyabr 2025 (UTC+04:00)": "2025-10-20 14:02",
    "10:02 20 Oktyabr 2025 (UTC+00:00)": "2025-10-20 14:02",
    "2025-ci il oktyabrın 20-si": "2025-10-20",
    "2026-cı il yanvarın 5-də": "2026-01-05",
    "20 oktyabr 2025-ci il, saat 14:02": "2025-10-20 14:02",
    "20 oktyabr 2025-ci il saat 14.02": "2025-10-20 14:02",
    "2025, 20 oktyabr": "2025-10-20",
    "2025 oktyabr 20": "2025-10-20",
    "20-oktyabr-2025": "2025-10-20",
    "20.oktyabr.2025 14:02": "2025-10-20 14:02",
    "20 Oktyabr, 2025 / 14:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 - 14:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 | 14:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 • 14:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 [14:02]": "2025-10-20 14:02",
    "20 Oktyabr 2025 (14:02)": "2025-10-20 14:02",
    "20 Oktyabr 2025, saat: 14:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 saat 14:02-də": "2025-10-20 14:02",
    "20 Oktyabr 2025 14:02:33": "2025-10-20 14:02",
    "14:02 / 20 Oktyabr 2025": "2025-10-20 14:02",
    "14:02 - 20 Oktyabr 2025": "2025-10-20 14:02",
    "14:02,20 Oktyabr 2025": "2025-10-20 14:02",
    "20Oktyabr2025 14:02": "2025-10-20 14:02",
    "20 Oktyabr 202514:02": "2025-10-20 14:02",
    "20 Oktyabr 2025 14:02see1266": "2025-10-20 14:02",
    "20 Oktyabr 2025see1266": "2025-10-20",
    "İqtisadiyyat20 Oktyabr 2025 14:02": "2025-10-20 14:02",
    "📅 20 Oktyabr 2025 🕒 14:02": "2025-10-20 14:02",
    "20\u00a0Oktyabr\u00a02025\u00a014:02": "2025-10-20 14:02",
    "20 Okt\u00adyabr 2025\u200b 14:02": "2025-10-20 14:02",
    "  20\n   Oktyabr\t2025\n\n 14:02 ": "2025-10-20 14:02",
    "Bazar, 19 oktyabr 2025": "2025-10-19",
    "Şənbə, 18 oktyabr 2025, 11:00": "2025-10-18 11:00",
    "18 oktyabr 2025, şənbə, 11:00": "2025-10-18 11:00",
    "B.e., 20 oktyabr 2025": "2025-10-20",
    "CÜMƏ AXŞAMI, 16 OKTYABR 2025 09:00": "2025-10-16 09:00",
    "Tarix: 20 oktyabr": "2025-10-20",
    "Dərc olunma tarixi: 20 oktyabr 2025": "2025-10-20",
    "Dərc edilib 20 oktyabr 2025 14:02": "2025-10-20 14:02",
    "Son yenilənmə: 19 oktyabr 2025 14:02": "2025-10-19 14:02",
    "Əlavə olunub: 19.10.2025": "2025-10-19",
    "Yayımlandı: dünən, 14:02": "2025-10-19 14:02",
    "Bakı, 23 iyun, AZƏRTAC": "2025-06-23",
    "20 Oktyabr 2025 14:02 Bakı vaxtı ilə": "2025-10-20 14:02",
    "20 Oktyabr 2025 14:02 (GMT+4)": "2025-10-20 14:02",
    "20 Oktyabr 2025 10:02 (UTC)": "2025-10-20 14:02",
    "20 Oktyabr 2025 14:02 +0400": "2025-10-20 14:02",
    "7 iyul 2013 09:20 (UTC+04:00)": "2013-07-07 09:20",
    "7 iyul 2013 09:20 (UTC+05:00)": "2013-07-07 09:20",
    "20 Oktyabr 2025 14:02 | İqtisadiyyat | Baxış sayı: 76": "2025-10-20 14:02",
    "Baxış sayı: 76 | 20 Oktyabr 2025 14:02": "2025-10-20 14:02",
    "Oxunub: 1 266 20 Oktyabr 2025 14:02": "2025-10-20 14:02",
    "20 Oktyabr 18:30": "2025-10-20 18:30",
    "21 oktyabr": "2024-10-21",
    "31 dekabr": "2024-12-31",
    "29 fevral": "2024-02-29",
    "20 Oktyabr / 09:00": "2025-10-20 09:00",
    "09:00, 3 oktyabr": "2025-10-03 09:00",
    "Siyasət | 3 oktyabr | 76": "2025-10-03",
    "5 / Bu gün / 12:18": "2025-10-20 12:18",
    "20 oktyabr / bazar ertəsi / 14:02": "2025-10-20 14:02",
    "Bu gün": "2025-10-20",
    "BU GÜN 14:02": "2025-10-20 14:02",
    "bugün saat 14:02": "2025-10-20 14:02",
    "Bu gün saat 14:02-də": "2025-10-20 14:02",
    "Bu gün 23:50": "2025-10-20 23:50",
    "Bugün | 14:02": "2025-10-20 14:02",
    "Dünən": "2025-10-19",
    "DÜNƏN, 22:30": "2025-10-19 22:30",
    "22:30 dünən": "2025-10-19 22:30",
    "dunen 22:30": "2025-10-19 22:30",
    "Srağagün": "2025-10-18",
    "Srağagün, 10:15": "2025-10-18 10:15",
    "indicə": "2025-10-20 18:30",
    "az öncə": "2025-10-20 18:30",
    "bir neçə saniyə əvvəl": "2025-10-20 18:30",
    "30 saniyə əvvəl": "2025-10-20 18:29",
    "5 dəqiqə əvvəl": "2025-10-20 18:25",
    "5 DƏQİQƏ ƏVVƏL": "2025-10-20 18:25",
    "5 dəq. əvvəl": "2025-10-20 18:25",
    "5 dəq qabaq": "2025-10-20 18:25",
    "5d. əvvəl": "2025-10-20 18:25",
    "15 dəqiqə öncə": "2025-10-20 18:15",
    "bir saat əvvəl": "2025-10-20 17:30",
    "üç saat qabaq": "2025-10-20 15:30",
    "yarım saat əvvəl": "2025-10-20 18:00",
    "1 saat 20 dəqiqə əvvəl": "2025-10-20 17:10",
    "təxminən 2 saat əvvəl": "2025-10-20 16:30",
    "Dərc olunub: 2 saat əvvəl": "2025-10-20 16:30",
    "2 saat əvvəl | Siyasət | 76": "2025-10-20 16:30",
    "20 saat öncə": "2025-10-19 22:30",
    "1 gün qabaq": "2025-10-19 18:30",
    "3 gün əvvəl, 14:02": "2025-10-17 14:02",
    "2 həftə öncə": "2025-10-06 18:30",
    "1 ay əvvəl": "2025-09-20 18:30",
    "2 il əvvəl": "2023-10-20 18:30",
    "18:29": "2025-10-20 18:29",
    "18:31": "2025-10-19 18:31",
    "23:59": "2025-10-19 23:59",
    "Saat: 14:02": "2025-10-20 14:02",
    "[14:02]": "2025-10-20 14:02",
    "🕒 9:05": "2025-10-20 09:05",
}
NUMERIC = {
    "20.10.2025": "2025-10-20",
    "5.6.2025": "2025-06-05",
    "05.06.2026": "2026-06-05",
    "20.10.2025 14:02": "2025-10-20 14:02",
    "20.10.2025, 14:02:33": "2025-10-20 14:02",
    "20.10.2025 14.02": "2025-10-20 14:02",
    "20/10/2025 14:02": "2025-10-20 14:02",
    "20-10-2025 / 14:02": "2025-10-20 14:02",
    "20 / 10 / 2025": "2025-10-20",
    "[ 05.10.2025 14:02 ]": "2025-10-05 14:02",
    "09.11.2025 | 10:59": "2025-11-09 10:59",
    "14:02 20/10/2025": "2025-10-20 14:02",
    "14:02 | 20.10.2025": "2025-10-20 14:02",
    "20.10.202514:02": "2025-10-20 14:02",
    "2025.10.05": "2025-10-05",
    "2025/10/05 14:02": "2025-10-05 14:02",
    "2025-10-05, 14:02": "2025-10-05 14:02",
    "2025-1-5": "2025-01-05",
    "10/05/2025": "2025-05-10",
    "10/05/2025 14:02": "2025-05-10 14:02",
    "10/05/2025 2:02:00 PM": "2025-10-05 14:02",
    "1/5/2025 12:10:00 AM": "2025-01-05 00:10",
    "10/25/2025": "2025-10-25",
    "10/25/2024 2:02 PM": "2024-10-25 14:02",
    "25/10/2024 2:02 PM": "2024-10-25 14:02",
    "10.25.2024": "2024-10-25",
    "20.10.25": "2025-10-20",
    "20.10.25 14:02": "2025-10-20 14:02",
    "20/10/25, 14:02": "2025-10-20 14:02",
    "20.10 14:02": "2025-10-20 14:02",
    "14:02, 20.10": "2025-10-20 14:02",
    "Tarix: 20.10.2025 Saat: 14:02": "2025-10-20 14:02",
    "2025-10-20T14:02:00.123456789+04:00": "2025-10-20 14:02",
    "2025-10-20T10:02Z": "2025-10-20 14:02",
    "Yayım: 2025-10-20T10:02:00Z": "2025-10-20 14:02",
    "1760954520": "2025-10-20 14:02",
    "1760954520000": "2025-10-20 14:02",
}
RUSSIAN = {
    "1 января 2025": "2025-01-01",
    "3 февраля 2025, 9:15": "2025-02-03 09:15",
    "8 МАРТА 2025": "2025-03-08",
    "9 мая 2025 в 10:00": "2025-05-09 10:00",
    "9 май 2025": "2025-05-09",
    "12 июня 2025": "2025-06-12",
    "12 июл. 2025": "2025-07-12",
    "31 августа 2025 г.": "2025-08-31",
    "1 сент. 2025 г., 08:30": "2025-09-01 08:30",
    "20 октября 2025 года, 14:02": "2025-10-20 14:02",
    "20 октября 2025г. 14:02": "2025-10-20 14:02",
    "20 окт 2025 14:02": "2025-10-20 14:02",
    "7 ноября 2024": "2024-11-07",
    "30 дек 2024 | 14:02": "2024-12-30 14:02",
    "20 октября, 14:02": "2025-10-20 14:02",
    "20 октября": "2025-10-20",
    "Пн, 20 октября 2025": "2025-10-20",
    "в среду, 15 октября 2025": "2025-10-15",
    "Опубликовано: 20 октября 2025 14:02": "2025-10-20 14:02",
    "Опубликовано 20.10.2025 14:02": "2025-10-20 14:02",
    "Дата публикации: 20.10.2025": "2025-10-20",
    "20 октября 2025 13:02 (МСК)": "2025-10-20 14:02",
    "14:02 по бакинскому времени, 20 октября 2025": "2025-10-20 14:02",
    "Сегодня": "2025-10-20",
    "СЕГОДНЯ, 14:02": "2025-10-20 14:02",
    "14:02 сегодня": "2025-10-20 14:02",
    "вчера в 22:30": "2025-10-19 22:30",
    "Позавчера, 10:15": "2025-10-18 10:15",
    "только что": "2025-10-20 18:30",
    "минуту назад": "2025-10-20 18:29",
    "5 минут назад": "2025-10-20 18:25",
    "10 мин. назад": "2025-10-20 18:20",
    "час назад": "2025-10-20 17:30",
    "21 час назад": "2025-10-19 21:30",
    "полчаса назад": "2025-10-20 18:00",
    "2 часа 5 минут назад": "2025-10-20 16:25",
    "3 дня назад": "2025-10-17 18:30",
    "неделю назад": "2025-10-13 18:30",
    "2 месяца назад": "2025-08-20 18:30",
    "Опубликовано 2 часа назад": "2025-10-20 16:30",
}
TURKISH = {
    "1 Ocak 2025": "2025-01-01",
    "14 ŞUBAT 2025": "2025-02-14",
    "23 Nisan 2025 10:00": "2025-04-23 10:00",
    "19 Mayıs 2025": "2025-05-19",
    "19 MAYIS 2025": "2025-05-19",
    "1 Haziran 2025": "2025-06-01",
    "15 Temmuz 2025, 21:00": "2025-07-15 21:00",
    "30 AĞUSTOS 2025": "2025-08-30",
    "12 Eyl 2025": "2025-09-12",
    "29 Eki 2024 14:02": "2024-10-29 14:02",
    "10 Kasım 2024": "2024-11-10",
    "10 KASIM 2024": "2024-11-10",
    "10 kasim 2024": "2024-11-10",
    "31 Aralık 2024 Salı 23:59": "2024-12-31 23:59",
    "20 Ekim 2025 Pazartesi": "2025-10-20",
    "Pazartesi, 20 Ekim 2025 - 14:02": "2025-10-20 14:02",
    "20 Ekim 2025 14.02": "2025-10-20 14:02",
    "Yayınlanma: 20.10.2025 - 14:02": "2025-10-20 14:02",
    "Son Güncelleme: 20 Ekim 2025 14:02": "2025-10-20 14:02",
    "Giriş Tarihi: 20.10.2025 14:02": "2025-10-20 14:02",
    "Bugün": "2025-10-20",
    "Bugün, 14:02": "2025-10-20 14:02",
    "Dün 22:30": "2025-10-19 22:30",
    "Evvelki gün 10:15": "2025-10-18 10:15",
    "5 dakika önce": "2025-10-20 18:25",
    "5 dk önce": "2025-10-20 18:25",
    "bir saat önce": "2025-10-20 17:30",
    "3 gün önce": "2025-10-17 18:30",
    "2 hafta önce": "2025-10-06 18:30",
    "1 ay önce": "2025-09-20 18:30",
    "az önce": "2025-10-20 18:30",
}
ENGLISH = {
    "20 October 2025 14:02": "2025-10-20 14:02",
    "October 20, 2025": "2025-10-20",
    "October 20 2025": "2025-10-20",
    "OCTOBER 20, 2025": "2025-10-20",
    "October 20th, 2025": "2025-10-20",
    "20th of October 2025": "2025-10-20",
    "Oct 20, 2025 2:02 PM": "2025-10-20 14:02",
    "Oct. 20, 2025, 2:02 p.m.": "2025-10-20 14:02",
    "Oct 20, 2025 12:02 AM": "2025-10-20 00:02",
    "Oct 20, 2025 12:02 PM": "2025-10-20 12:02",
    "Oct 20, 2025 at 9am": "2025-10-20 09:00",
    "2:02 PM, 20 October 2025": "2025-10-20 14:02",
    "14:02 PM, 20 October 2025": "2025-10-20 14:02",
    "Monday, October 20, 2025": "2025-10-20",
    "Mon, 20 Oct 2025": "2025-10-20",
    "Mon Oct 20 2025 14:02:00 GMT+0400 (Azerbaijan Standard Time)": "2025-10-20 14:02",
    "Mon Oct 20 14:02:00 2025": "2025-10-20 14:02",
    "20 Oct 2025 02:02 PM": "2025-10-20 14:02",
    "Mon, 20 Oct 2025 02:02:00 PM": "2025-10-20 14:02",
    "20 Oct 2025 12:02:00 CEST": "2025-10-20 14:02",
    "20/Oct/2025:14:02:00 +0400": "2025-10-20 14:02",
    "20-Oct-2025": "2025-10-20",
    "2025 Oct 20": "2025-10-20",
    "Published: October 20, 2025": "2025-10-20",
    "Published October 19, 2025 Updated October 20, 2025": "2025-10-19",
    "Published on 20 October 2025 at 14:02": "2025-10-20 14:02",
    "Updated 2 hours ago": "2025-10-20 16:30",
    "Oct 3": "2025-10-03",
    "Oct 25": "2024-10-25",
    "Sept 5, 14:02": "2025-09-05 14:02",
    "Today": "2025-10-20",
    "Today at 2:02 PM": "2025-10-20 14:02",
    "Yesterday, 22:30": "2025-10-19 22:30",
    "the day before yesterday": "2025-10-18",
    "just now": "2025-10-20 18:30",
    "a minute ago": "2025-10-20 18:29",
    "5 mins ago": "2025-10-20 18:25",
    "5m ago": "2025-10-20 18:25",
    "an hour ago": "2025-10-20 17:30",
    "3h ago": "2025-10-20 15:30",
    "half an hour ago": "2025-10-20 18:00",
    "2d ago": "2025-10-18 18:30",
    "1 hour, 20 minutes ago": "2025-10-20 17:10",
    "3 days ago": "2025-10-17 18:30",
    "2 weeks ago": "2025-10-06 18:30",
    "1 month ago": "2025-09-20 18:30",
}
READABLE = [
    pytest.param(text, expected, id=text)
    for table in (AZERBAIJANI, NUMERIC, RUSSIAN, TURKISH, ENGLISH)
    for text, expected in table.items()
]


@pytest.mark.parametrize(("text", "expected"), READABLE)
def test_date_as_portals_print_it(text, expected):
    assert wall(read(text)) == expected


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("text", ["19 İyul 2025 08:30", "19 AĞUSTOS 2025", "Çərşənbə, 22 oktyabr 2025", "9 май 2025"])
def test_composed_and_decomposed_letters_are_the_same(text, form):
    assert read(unicodedata.normalize(form, text)) == read(text)


@pytest.mark.parametrize("text", ["20 октјабр 2025", "5 ијул 2025", "20 јанвар 2025"])
def test_azerbaijani_months_in_cyrillic(text):
    assert read(text).precision == "day"


NOT_DATES = [
    *(
        "20 oktyabr | 2015",
        "2015 | 20 oktyabr",
        "20 Oktyabr 14:02 | 2015",
        "12345 saat əvvəl",
        "2 h. əvvəl",
    ),
    *("", " ", "\n", "-", "-1", "0", "7", "76", "266", "2025", "20251020", "1 266", "12345678", "0501234567"),
    *("May", "Mart", "Mar", "Yanvar", "мая", "Ocak", "October", "oktyabr 2025", "Oktyabr, 2025", "October 2025"),
    *("Bazar", "Bazar ertəsi", "Sat", "Пн", "Pazar", "Monday", "Bazar ertəsi, 14:02", "Cümə 10:00"),
    *("Bu il", "bu ay", "bu həftə", "keçən həftə", "gələn ay", "2025-ci il", "2025 г.", "last week", "this year"),
    *("5 min", "5 dəqiqə", "2 saat", "3 gün", "2 hours", "5 dəq oxuma", "Oxu vaxtı: 5 dəq", "3 дня", "əvvəl", "назад"),
    *("2 saat sonra", "2 ay sonra", "in 2 hours", "через 2 часа", "2 saat içində", "3 days later"),
    *("Sabah 14:02", "Завтра в 14:02", "tomorrow", "yarın 10:00", "sabah"),
    *("20-21 oktyabr", "20 - 21 oktyabr", "20–21 oktyabr 2025", "20 və 21 oktyabr 2025", "20, 21 oktyabr 2025"),
    *("20 oktyabr - 5 noyabr", "20 oktyabr - 5 noyabr 2025", "20 oktyabr, 25 oktyabr 2025", "oktyabrın 20-21-i"),
    *("с 20 по 25 октября 2025", "20-25.10.2025", "20.10.2025 - 25.10.2025", "October 20-21, 2025", "Oct 20-21"),
    *("October 20 - October 25, 2025", "20 oktyabr 2025 - 25 oktyabr 2025", "20 to 25 October 2025"),
    *("14:00-16:00", "14:00 - 16:00", "20 oktyabr 2025 14:00-16:00", "10:00 - 14:30 20.10.2025"),
    *("2-3 saat əvvəl", "5-10 dəqiqə əvvəl", "1,5 saat əvvəl", "1.5 hours ago", "bir neçə saat əvvəl", "5 s. əvvəl"),
    *("30 fevral 2026", "2026-02-30", "30.02.2026", "31.04.2025", "29 fevral 2025", "30 fevral", "31 iyun 14:02"),
    *(
        "30 fevral 2026, 14:02",
        "30.02.2026, 14:02",
        "02/30/2025",
        "13/13/2025",
        "2025-13-01",
        "2025-25-10",
        "45.10.2025",
    ),
    *(
        "32 oktyabr 2025",
        "0 oktyabr 2025",
        "00.00.0000",
        "0000-00-00 00:00:00",
        "0001-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59Z",
    ),
    *(
        "1 yanvar 0001",
        "31 dekabr 9999",
        "14:02 31 dekabr 9999",
        "20 Oktyabr 20255",
        "9999 il əvvəl",
        "99999 gün əvvəl",
    ),
    *("25:00", "14:60", "24:00", "14:2", "1:2:3", "14:02 AM", "20 oktyabr 2025 14:02 (UTC+25)", "2025-10-20T25:00:00Z"),
    *("Baxış sayı: 76", "Baxış: 14:02", "76 baxış", "266 views", "Просмотров: 1 234", "+994 12 345 67 89", "№ 20/10"),
    *(
        "20.10",
        "1.70",
        "14.02",
        "3.14.15",
        "192.168.1.10",
        "v1.10.2025.3",
        "10.05.1",
        "5 / 20",
        "24/7",
        "50%",
        "100 AZN",
    ),
    *("28 May küçəsi", "20 Yanvar metrosu", "28 may stansiyasında qəza", "8 Mart bayramı", "COVID-19 mart 2020"),
    *(
        "Bu gün hava yaxşı olacaq",
        "Dünən baş vermiş qəza",
        "Сегодня ночью",
        "today's news",
        "3 gün əvvəl itkin düşmüşdü",
    ),
    *("Siyasət", "Xəbər lenti", "salam dünya", "<w>", "<10>", "٢٠.١٠.٢٠٢٥", "²⁰·¹⁰"),
    *("2025-10", "2025-W43", "2025-W43-1", "2025-293", "10/2025", "T14:02", "1760954520123456", "9" * 13, "9" * 10),
]


@pytest.mark.parametrize("text", NOT_DATES)
def test_no_date_is_better_than_a_wrong_one(text):
    with pytest.raises(DateError) as caught:
        read(text, languages=["az"])
    assert caught.value.text == text[:200]


@pytest.mark.parametrize("text", ["20 oktyabr 2025 " * 20, " " * 10_000, "9" * 100_000, "20 oktyabr 2025" + " " * 5000])
def test_long_text_is_refused_at_once(text):
    def refuse() -> None:
        with pytest.raises(DateError):
            parse_date(text, timezone=BAKU, now=NOW, languages=["de"])
        assert find_dates(text, timezone=BAKU, now=NOW) == []

    assert calls_of(refuse) < 50  # a text of the right length without a date takes hundreds, and dateparser thousands


@pytest.mark.parametrize(
    "piece", ["1 ", "20 ", "20.", "1:", "14:02 ", "1 d ", "<", "20 okt ", "- ", ", ", "a ", "2025 ", "2025-", "(", "1,"]
)
def test_odd_text_is_read_in_few_steps(piece):
    def work(size):
        texts = (piece * size, "20 okt " + piece * size, piece * size + "əvvəl")
        return lambda: [find_dates(text[:size], timezone=BAKU, now=NOW) for text in texts]

    with give_up_after(60):  # a pattern that tries each way to split such a text does not come to an end
        assert growth_of(work, 100) < LINEAR


class TestPrecisionAndMethod:
    @pytest.mark.parametrize(
        ("text", "precision", "method"),
        [
            ("20 oktyabr 2025", "day", "table"),
            ("20 oktyabr 2025 14:02", "minute", "table"),
            ("Oct 20, 2025 2 PM", "hour", "table"),
            ("2025-10-20", "day", "iso"),
            ("2025-10-20 14:02", "minute", "iso"),
            ("Mon, 20 Oct 2025 14:02:00 +0400", "minute", "rfc822"),
            ("1760954520", "minute", "epoch"),
            ("Dünən", "day", "relative"),
            ("Dünən / 22:30", "minute", "relative"),
            ("14:02", "minute", "relative"),
            ("5 dəqiqə əvvəl", "minute", "relative"),
            ("2 saat əvvəl", "hour", "relative"),
            ("1 saat 20 dəqiqə əvvəl", "minute", "relative"),
            ("3 gün əvvəl", "day", "relative"),
            ("İndicə", "minute", "relative"),
        ],
    )
    def test_are_stated(self, text, precision, method):
        parsed = read(text)
        assert (parsed.precision, parsed.method) == (precision, method)

    def test_result_is_in_utc(self):
        assert read("20 Oktyabr 2025 14:02").at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
        assert read("20 Oktyabr 2025 14:02").at.tzinfo is UTC

    def test_seconds_are_kept(self):
        assert read("Tarix: 21.07.2017 | Saat: 20:55:07").at.second == 7

    def test_date_without_time_is_midnight_of_the_portal(self):
        assert read("20 Oktyabr 2025").at == datetime(2025, 10, 19, 20, 0, tzinfo=UTC)


class TestNow:
    def test_date_without_year_in_its_own_season(self):
        now = datetime(2025, 11, 20, 9, 0, tzinfo=BAKU)
        assert wall(read("15 Noyabr 10:31 (UTC+04)", now=now)) == "2025-11-15 10:31"

    def test_december_read_in_january_is_of_last_year(self):
        assert wall(read("31 dekabr 23:50", now=datetime(2026, 1, 1, 0, 10, tzinfo=BAKU))) == "2025-12-31 23:50"

    def test_portal_clock_a_few_seconds_ahead(self):
        now = NOW.replace(second=20)
        assert wall(read("18:31", now=now)) == "2025-10-20 18:31"
        assert wall(read("20 oktyabr 18:31", now=now)) == "2025-10-20 18:31"

    def test_day_words_follow_the_portal_not_utc(self):
        late = datetime(2025, 10, 20, 21, 0, tzinfo=UTC)  # 01:00 of the 21st in Baku
        assert wall(read("Bu gün", now=late)) == "2025-10-21"
        assert wall(read("Dünən / 22:30", now=late)) == "2025-10-20 22:30"

    def test_a_month_before_the_31st_is_the_last_of_the_month(self):
        assert wall(read("1 ay əvvəl", now=datetime(2025, 3, 31, 12, 0, tzinfo=BAKU))) == "2025-02-28 12:00"


class TestZones:
    def test_other_portals_have_their_own(self):
        moscow = ZoneInfo("Europe/Moscow")
        assert read("20 октября 2025, 14:02", timezone=moscow).at == datetime(2025, 10, 20, 11, 2, tzinfo=UTC)

    def test_printed_zone_of_another_place_counts(self):
        london = ZoneInfo("Europe/London")
        assert read("20 July 2025 14:02 (UTC+04:00)", timezone=london).at == datetime(2025, 7, 20, 10, 2, tzinfo=UTC)

    def test_baku_summer_time_before_2016_goes_by_the_clock(self):
        printed = read("7 iyul 2013 09:20 (UTC+04:00)")
        assert printed.at == read("7 iyul 2013 09:20").at == datetime(2013, 7, 7, 4, 20, tzinfo=UTC)

    def test_machine_offset_is_trusted_even_then(self):
        assert read("2013-07-07T09:20:00+04:00").at == datetime(2013, 7, 7, 5, 20, tzinfo=UTC)


MACHINE = {
    "2025-10-20T14:02:00+04:00": "2025-10-20T10:02:00+00:00",
    "2025-10-20T14:02:00+0400": "2025-10-20T10:02:00+00:00",
    "2025-10-20T14:02:00+04": "2025-10-20T10:02:00+00:00",
    "2025-10-20T14:02+04:00": "2025-10-20T10:02:00+00:00",
    "2025-10-20 14:02:00 +04:00": "2025-10-20T10:02:00+00:00",
    "2025-10-20 14:02:00": "2025-10-20T10:02:00+00:00",
    "2025-10-20T14:02": "2025-10-20T10:02:00+00:00",
    "2025-10-20T10:02:00Z": "2025-10-20T10:02:00+00:00",
    "2025-10-20t10:02:00z": "2025-10-20T10:02:00+00:00",
    "2025-10-20 10:02:00 UTC": "2025-10-20T10:02:00+00:00",
    "2025-10-20T10:02:00.1Z": "2025-10-20T10:02:00.100000+00:00",
    "2025-10-20T10:02:00,123456789Z": "2025-10-20T10:02:00.123456+00:00",
    "2025-10-20T10:02:00-05:30": "2025-10-20T15:32:00+00:00",
    "2025-10-20T14:02:00+04:00[Asia/Baku]": "2025-10-20T10:02:00+00:00",
    "20251020T140200Z": "2025-10-20T14:02:00+00:00",
    "20251020140200": "2025-10-20T10:02:00+00:00",
    "202510201402": "2025-10-20T10:02:00+00:00",
    "20251020140200123": "2025-10-20T10:02:00.123000+00:00",
    "20251020": "2025-10-19T20:00:00+00:00",
    "2025-10-20": "2025-10-19T20:00:00+00:00",
    "2025-1-5": "2025-01-04T20:00:00+00:00",
    "  2025-10-20T10:02:00Z\n": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 2025 14:02:00 +0400": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 2025 10:02:00 GMT": "2025-10-20T10:02:00+00:00",
    "20 Oct 2025 10:02 UT": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 25 10:02:00 Z": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 2025 06:02:00 EDT": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 2025 14:02:00": "2025-10-20T10:02:00+00:00",
    "Mon, 20 Oct 2025 10:02:00 +0000 (UTC)": "2025-10-20T10:02:00+00:00",
    "mon, 20 OCT 2025 10:02:00 gmt": "2025-10-20T10:02:00+00:00",
    "Monday, 20-Oct-25 10:02:00 GMT": "2025-10-20T10:02:00+00:00",
    "Wed,  1 Oct 2025 10:02:00 GMT": "2025-10-01T10:02:00+00:00",
    "Mon Oct 20 14:02:00 2025": "2025-10-20T10:02:00+00:00",
    "Mon Oct 20 10:02:00 +0000 2025": "2025-10-20T10:02:00+00:00",
    "1760954520": "2025-10-20T10:02:00+00:00",
    "1760954520000": "2025-10-20T10:02:00+00:00",
    "1760954520.5": "2025-10-20T10:02:00+00:00",
    "700000000": "1992-03-07T20:26:40+00:00",
}


@pytest.mark.parametrize(("text", "expected"), MACHINE.items())
def test_machine_form(text, expected):
    assert parse_machine_date(text, timezone=BAKU).at.isoformat() == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "now",
            "null",
            "2025",
            "2025-10",
            "2025-02-30",
            "2025-13-01",
            "2025-10-20T25:00:00Z",
            "2025-10-20T14:02:00+25:00",
        ),
        *(
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59-14:00",
            "1",
            "-1760954520",
            "99999999",
            "9999999999",
            "20 oktyabr 2025",
        ),
        *("Mon, 31 Feb 2025 10:02:00 GMT", "Mon, 20 Foo 2025 10:02:00 GMT", "Mon, 20 Oct 2025 10:02:00 XYZ", "x" * 500),
        *("2025-10-20T14:02:00 dünən", "20.10.2025 14:02", "14:02", "٢٠٢٥-١٠-٢٠", "NaN", "1e10"),
    ],
)
def test_not_a_machine_form(text):
    with pytest.raises(DateError):
        parse_machine_date(text, timezone=BAKU)


class TestFindDates:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("20 Oktyabr 2025 14:02 | İqtisadiyyat | Baxış sayı: 76", ["2025-10-20 14:02"]),
            ("İqtisadiyyat · 2 saat əvvəl · 76", ["2025-10-20 16:30"]),
            (
                "Published: 19 October 2025 10:00 | Updated: 20 October 2025 11:00",
                ["2025-10-19 10:00", "2025-10-20 11:00"],
            ),
            ("20.10.2025 14:02 19.10.2025 13:10", ["2025-10-20 14:02", "2025-10-19 13:10"]),
            ("14:02 20.10.2025 13:10 19.10.2025", ["2025-10-20 14:02", "2025-10-19 13:10"]),
            ("10:00 20.10.2025 14:02", ["2025-10-20"]),
            ("Siyasət / Bu gün / 12:18", ["2025-10-20 12:18"]),
            ("20-21 oktyabr 2025 | 19.10.2025 10:00", ["2025-10-19 10:00"]),
            ("2025-10-20T14:02:00+04:00", ["2025-10-20 14:02"]),
            ("Siyasət | 76", []),
            ("30 fevral 2025", []),
            ("", []),
        ],
    )
    def test_in_a_meta_line(self, text, expected):
        assert [wall(parsed) for parsed in find_dates(text, timezone=BAKU, now=NOW)] == expected

    def test_printed_date_before_relative_one(self):
        assert wall(read("2 saat əvvəl (20 Oktyabr 2025 16:31)")) == "2025-10-20 16:31"

    def test_impossible_date_is_not_replaced_by_a_later_one(self):
        with pytest.raises(DateError):
            read("31 fevral 2025 | 20 oktyabr 2025")


class TestOtherLanguages:
    def test_are_read_by_dateparser(self):
        parsed = read("20. Oktober 2025 14:02", languages=["de"])
        assert (wall(parsed), parsed.precision, parsed.method) == ("2025-10-20 14:02", "minute", "dateparser")
        assert wall(read("20 octobre 2025", languages=["fr-FR", "en"])) == "2025-10-20"

    @pytest.mark.parametrize(
        ("text", "languages"),
        [
            ("20. Oktober 2025", []),
            ("20. Oktober 2025", ["az", "de"]),
            ("20 octobre 2025", ["ru"]),
            ("Oktober", ["de"]),
            ("2025", ["de"]),
            ("76", ["fr"]),
            ("20-21. Oktober", ["de"]),
            ("20. Oktober 2035", ["de"]),
            ("20. Oktober 1950", ["de"]),
            ("20. Oktober 2025", ["xx"]),
            ("20. Oktober 2025", ["not a language"]),
        ],
    )
    def test_are_not_guessed(self, text, languages):
        with pytest.raises(DateError):
            read(text, languages=languages)

    def test_our_own_words_come_first(self, monkeypatch):
        monkeypatch.setattr("icma_crawler.dates.reading.ask_dateparser", None)
        assert wall(read("3 mart 2025", languages=["de"])) == "2025-03-03"


class TestStamp:
    AT = datetime(2025, 10, 5, 5, 2, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("az", "5 Oktyabr 2025 09:02"),
            ("az-Latn", "5 Oktyabr 2025 09:02"),
            ("ru", "5 октября 2025 09:02"),
            ("en", "5 October 2025 09:02"),
            ("tr", "5 Ekim 2025 09:02"),
            ("de", "5 October 2025 09:02"),
        ],
    )
    def test_language(self, language, expected):
        assert format_stamp(self.AT, language) == expected

    def test_other_zone(self):
        assert format_stamp(self.AT, "ru", ZoneInfo("Europe/Moscow")) == "5 октября 2025 08:02"


def test_plausible_is_from_1990_until_tomorrow():
    assert is_plausible(NOW, now=NOW)
    assert is_plausible(NOW + timedelta(hours=24), now=NOW)
    assert not is_plausible(NOW + timedelta(hours=24, seconds=1), now=NOW)
    assert is_plausible(datetime(1990, 1, 1, tzinfo=UTC), now=NOW)
    assert not is_plausible(datetime(1989, 12, 31, 23, 59, tzinfo=UTC), now=NOW)


PIECES = st.sampled_from(
    [
        "20",
        "31",
        "2025",
        "9999",
        "0001",
        "76",
        "14:02",
        "25:61",
        "oktyabr",
        "May",
        "мая",
        "Ekim",
        "Oct",
        "əvvəl",
        "назад",
        "ago",
        "saat",
        "gün",
        "d.",
        "dünən",
        "bu",
        "сегодня",
        "now",
        "-",
        "/",
        "|",
        ",",
        ".",
        ":",
        "(",
        ")",
        "[",
        "]",
        "<10>",
        "UTC+04",
        "+0400",
        "PM",
        "-ci",
        "il",
        "yarım",
        "bir",
        "və",
        "Z",
        "T",
        "2025-10-20",
        "20.10.2025",
        "30.02.2026",
        "̇",
        "２０",
    ]
)
ANY_TEXT = st.one_of(
    st.text(max_size=220), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
)
MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001 - made aware below


def machine(text, *, languages):
    return parse_machine_date(text, timezone=BAKU)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT, st.sampled_from([(), ("az",), ("en",)]))
def test_any_text_is_a_date_or_a_date_error(text, languages):
    for parse in (read, machine):
        try:
            parsed = parse(text, languages=languages)
        except DateError:
            continue
        assert parsed.at.tzinfo is UTC
    find_dates(text, timezone=BAKU, now=NOW, languages=languages)


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=6).map(" ".join)))
def test_dateparser_raises_nothing_of_its_own(text):
    try:
        parsed = read(text, languages=["de"])
    except DateError:
        return
    assert parsed.method != "dateparser" or is_plausible(parsed.at, now=NOW)


@settings(max_examples=200, deadline=None)
@given(MOMENTS, st.sampled_from(["az", "ru", "en", "tr"]))
def test_stamp_is_read_back(local, language):
    """By the clock on the wall: in the hour that is repeated in autumn a stamp names two moments."""
    at = local.replace(tzinfo=BAKU).astimezone(UTC)
    stamp = format_stamp(at, language)
    assert format_stamp(read(stamp).at, language) == stamp
    assert read(stamp.upper()) == read(stamp.lower()) == read(unicodedata.normalize("NFD", stamp)) == read(stamp)
