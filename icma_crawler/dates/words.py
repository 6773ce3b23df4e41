"""Words in, signs out: the date vocabulary of Azerbaijani, Russian, Turkish and English.

`mark_words` turns "Çərşənbə, 22 oktyabr 2025" into "<w>, 22 <10> 2025", so that one set of patterns (those of
`icma_crawler.dates.patterns`) serves all four languages. Words that say nothing about a date stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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


def base_language(language: str) -> str:
    return language.lower().replace("_", "-").partition("-")[0]


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
