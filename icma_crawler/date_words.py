"""Words in, signs out: the date vocabulary of Azerbaijani, Russian, Turkish and English, and the shapes of dates.

`mark_words` turns "Çərşənbə, 22 oktyabr 2025" into "<w>, 22 <10> 2025", so that one set of patterns, `FORMS` and
its companions, serves all four languages. Words that say nothing about a date stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from icma_crawler.text import clean_line, fold

MONTHS = {
    language: names.split()
    for language, names in {
        "az": "Yanvar Fevral Mart Aprel May İyun İyul Avqust Sentyabr Oktyabr Noyabr Dekabr",
        "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
        "en": "January February March April May June July August September October November December",
    }.items()
}
"""Month names as they are printed in a date, January first."""

_OTHER_MONTHS = (
    "yan yanv jan янв январь январ oca",
    "fev feb fevr фев февр февраль феврал şub",
    "mar мар март",
    "apr апр апрель апрел nis",
    "май mayis",
    "iyn jun июн июнь haz",
    "iyl jul июл июль tem",
    "avq avg avgust aug авг август ağu",
    "sen sent sentabr sep sept сен сент сентябрь сентябр eyl",
    "okt oktabr oct окт октябрь октябр eki",
    "noy nov ноя нояб ноябрь ноябр kas",
    "dek dec дек декабрь декабр ara",
)
# "2025-ci il oktyabrın 20-də": Azerbaijani (Turkish sets an apostrophe before such endings).
_MONTH_ENDINGS = ("in", "un", "i", "u", "da", "de", "inda", "unda")

_WORDS = {
    "w": "bazar ertəsi çərşənbə axşamı cümə şənbə pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt paz cmt "
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "понедельник вторник среда четверг пятница суббота воскресенье среду пятницу субботу пн вт ср чт пт сб вс",
    "at": "at в vaxt vaxtı time время",
    "date": "tarix tarixi tarixində tarihi tarih tarihinde",
    "label": "dərc derc olunub olunma edilib edilmə yayımlanıb yayımlandı yayım "
    "yayınlanıb yayınlanma yayınlandı yayın yayımlanma yerləşdirilib paylaşılıb əlavə yenilənib yeniləndi yenilənmə son "
    "güncelleme güncellenme güncellendi eklenme eklendi giriş published publish posted post on updated last date "
    "modified added about bundan təxminən yaklaşık "
    "опубликовано опубликована обновлено обновлена добавлено размещено дата публикации изменено около примерно",
    "and": "və ve и and to until по до",
    "today": "bugün сегодня today",
    "yesterday": "dünən dün вчера yesterday",
    "before": "srağagün позавчера",
    "now": "indicə indi şimdi сейчас now",
    "ago": "əvvəl qabaq öncə önce evvel",
    "ago_en": "ago",
    "ago_ru": "назад",
    "second": "saniyə saniye san sn second seconds sec secs секунда секунду секунды секунд сек",
    "minute": "dəqiqə dəq dakika dk minute minutes min mins минута минуту минуты минут мин",
    "hour": "saat sa hour hours hr hrs час часа часов ч",
    "day": "gün day days день дня дней дн сутки",
    "week": "həftə hafta week weeks неделя неделю недели недель нед",
    "month": "ay month months месяц месяца месяцев мес",
    "year": "il ilin ildə yıl year years год года лет г",
    "n1": "bir one an один одну одна",
    "n2": "iki two два две",
    "n3": "üç three три",
    "n4": "dörd four четыре",
    "n5": "beş five пять",
    "n6": "altı six шесть",
    "n7": "yeddi yedi seven семь",
    "n8": "səkkiz sekiz eight восемь",
    "n9": "doqquz dokuz nine девять",
    "msk": "мск msk",
    "am": "öö",
    "pm": "ös",
}
_PHRASES = {
    "<today>": ("bu gün",),
    "<yesterday>": ("dünənki gün",),
    "<before>": ("evvelki gün", "evvelsi gün", "önceki gün", "day before yesterday", "the day before yesterday"),
    "<now>": (
        *("az əvvəl", "az öncə", "bir az əvvəl", "bir az öncə", "biraz önce", "az önce", "hal hazırda", "elə indi"),
        *("bir neçə saniyə əvvəl", "birkaç saniye önce", "только что", "несколько секунд назад", "прямо сейчас"),
        *("just now", "right now", "moments ago", "a moment ago", "few seconds ago", "a few seconds ago"),
    ),
    "<at>": ("bakı vaxtı", "bakı vaxtı ilə", "по бакинскому времени", "по баку", "баку", "baku time"),
    "<msk>": ("по московскому времени", "moscow time", "moskva vaxtı"),
    "30 <minute>": ("yarım saat", "half an hour", "полчаса"),
}


_TENS = {
    10: "on ten десять",
    11: "eleven одиннадцать",
    12: "twelve двенадцать",
    13: "thirteen тринадцать",
    14: "fourteen четырнадцать",
    15: "fifteen пятнадцать",
    16: "sixteen шестнадцать",
    17: "seventeen семнадцать",
    18: "eighteen восемнадцать",
    19: "nineteen девятнадцать",
    20: "iyirmi yirmi twenty двадцать",
    30: "otuz thirty тридцать",
    40: "qırx kırk forty сорок",
    50: "əlli elli fifty пятьдесят",
}
"""Number words from ten on; what follows twenty is `_WORDS`' own."""


def mark_words(text: str) -> str:
    """Fold *text* and put signs for the words a date can have: "Dünən saat 22:30" -> "<yesterday> <hour> 22:30".

    Months become two digits in angle brackets; other words and all digits stay. The dashes become "-".
    """
    folded = fold(_GLUED.sub(" ", clean_line(text).translate(_NOT_SIGNS))).lower().translate(_DASHES)
    folded = _NUMBER.sub(_number, folded)
    return _DOTTED_CLOCK.sub(_clock_with_colon, _WORD.sub(_sign, _PHRASE.sub(_phrase_sign, folded)))


def _number(match: re.Match[str]) -> str:
    return str(_TEN_WORDS[match["tens"]] + (_ONE_WORDS[match["ones"]] if match["ones"] else 0))


def _clock_with_colon(match: re.Match[str]) -> str:
    before, hour, minute = match.groups()[:3] if match[2] else match.groups()[3:]
    return f"{before}{hour}:{minute}"


def _sign(match: re.Match[str]) -> str:
    return _SIGNS.get(match[0], match[0])


def _phrase_sign(match: re.Match[str]) -> str:
    return _PHRASE_SIGNS[match[0]]


def _month_words() -> Iterator[tuple[str, str]]:
    for index, others in enumerate(_OTHER_MONTHS):
        sign = f"<{index + 1:02}>"
        names = [fold(names[index]) for names in MONTHS.values()]
        endings = [fold(MONTHS["az"][index]) + ending for ending in _MONTH_ENDINGS]
        yield from ((word, sign) for word in (*endings, *fold(others).split(), *names))


_NOT_SIGNS = str.maketrans("<>_", "   ")
# "Aysel QuliyevaOktyabr 20, 2025": two elements glued together.
_GLUED = re.compile("(?<=[a-zçəğıöşüа-яё])(?=[A-ZÇƏĞİÖŞÜА-ЯЁ])")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_SIGNS = {fold(word): f"<{sign}>" for sign, words in _WORDS.items() for word in words.split()} | dict(_month_words())
_PHRASE_SIGNS = {fold(phrase): sign for sign, phrases in _PHRASES.items() for phrase in phrases}
_WORD = re.compile(r"<[a-z]+>|[^\W\d_]+")
_TEN_WORDS = {fold(word): number for number, words in _TENS.items() for word in words.split()}
_ONE_WORDS = {fold(word): number for number in range(1, 10) for word in _WORDS[f"n{number}"].split()}
_UNIT_WORDS = [
    fold(word) for unit in ("minute", "hour", "day", "week", "month", "year") for word in _WORDS[unit].split()
]
# Only before a unit: "on beş dəqiqə əvvəl", but "published on 5 May".
_NUMBER = re.compile(
    rf"\b(?P<tens>{'|'.join(_TEN_WORDS)})(?:[\s-](?P<ones>{'|'.join(_ONE_WORDS)}))?(?=\s(?:{'|'.join(_UNIT_WORDS)})\b)"
)
# The longer phrase first: "bir az əvvəl" holds "az əvvəl".
_PHRASE = re.compile(rf"\b(?:{'|'.join(sorted(_PHRASE_SIGNS, key=len, reverse=True))})\b")
# "20.10.2025 14.02", "saat 14.02" and "14.02 20 oktyabr"; elsewhere two numbers with a dot are a price or a share.
_DOTTED_CLOCK = re.compile(
    r"((?:<hour>|<at>)[\s:]{0,3}|(?:19|20)[0-9]{2}[\s,|/-]{1,3})([01]?[0-9]|2[0-3])\.([0-5][0-9])(?=\s*$)"
    r"|^()([01]?[0-9]|2[0-3])\.([0-5][0-9])(?=[\s,|/-]{1,3}[0-9]{1,2}[\s.]{0,2}<[0-9]{2}>)"
)

# --- what dates look like in signs; digits are [0-9], for \d takes those of every script -----------------------------

Form = Literal["full", "short_year", "no_year", "numbers", "day_word", "ago", "now"]

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
_FORM_PATTERNS: tuple[tuple[Form, str], ...] = (
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

# --- what machines write: read from the text itself, before words are marked ------------------------------------------

ZONE_HOURS = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "BST": 1,
    "MSK": 3,
    "TRT": 3,
    "TSI": 3,
    "AZT": 4,
} | {
    f"{zone}{kind}T": hours + (kind == "D")
    for zone, hours in (("E", -5), ("C", -6), ("M", -7), ("P", -8))
    for kind in "SD"
}
"""The zones of RFC 822 and of our neighbours: hours ahead of UTC."""
ZONE_PLACES = {"et": "America/New_York", "pt": "America/Los_Angeles"}
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
