"""Sentences in, the numbers, dates and names they mention out: the facts that an edit may change.

Four languages are read by their surface alone: digits and capital letters, and a few words. What cannot be told
apart (a dative of "Məmmədov" and the name of his sister) counts as a change: a hint too many is read, one too few is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from icma_crawler.edits.alignment import DiffLine, match
from icma_crawler.edits.spelling import is_slip
from icma_crawler.text import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A number or a name as it is printed, and the keys under which it is recognised elsewhere."""

    text: str
    keys: frozenset[str]


Reader = Callable[[str], list[Mention]]
"""Reads the mentions of one sentence: `numbers_in`, or `Names.read`."""

MentionSwap = tuple[Mention | None, Mention | None]
"""What was mentioned, and what stands in its place: (old, new); None where something appeared or vanished."""


def number_swaps(line: DiffLine) -> list[MentionSwap]:
    """The numbers and dates that a sentence gives differently in its two states, in reading order."""
    return _swaps(numbers_in(line.old), numbers_in(line.new))


def name_swaps(line: DiffLine, names: Names) -> list[MentionSwap]:
    """The names that a sentence gives differently in its two states, in reading order.

    A name that was only completed ("Əliyev", "İlham Əliyev"), inflected, spelt better or given its capital stays.
    """
    swaps = _swaps(names.read(line.old), names.read(line.new))
    if not swaps:
        return []
    before, after = _keys_of_words(line.old), _keys_of_words(line.new)
    return [
        _trimmed(old, new) if old and new else (old, new)
        for old, new in swaps
        if (old and new) or (old and not old.keys <= after) or (new and not new.keys <= before)
    ]


def _trimmed(old: Mention, new: Mention) -> MentionSwap:
    """Two names without the words that both begin with: not "Prezident İlham Əliyev Bakıda", where Gəncə is meant."""
    ours, theirs = old.text.split(), new.text.split()
    if max(len(ours), len(theirs)) < 3:
        return old, new
    while len(ours) > 1 and len(theirs) > 1 and ours[0] == theirs[0]:
        ours, theirs = ours[1:], theirs[1:]
    return Mention(" ".join(ours), old.keys - new.keys), Mention(" ".join(theirs), new.keys - old.keys)


_MOST_COMPARED = 10_000


def _swaps(old: list[Mention], new: list[Mention]) -> list[MentionSwap]:
    swaps: list[MentionSwap] = []
    i = j = 0
    for a, b in [*match([one.text for one in old], [one.text for one in new]), (len(old), len(new))]:
        swaps += zip_longest(_unknown(old[i:a], new[j:b]), _unknown(new[j:b], old[i:a]))
        i, j = a + 1, b + 1
    return swaps


def _unknown(mentions: list[Mention], others: list[Mention]) -> list[Mention]:
    if len(mentions) * len(others) > _MOST_COMPARED:
        return mentions  # no sentence that an editor wrote
    return [one for one in mentions if not any(_is_same(one, other) for other in others)]


def _is_same(one: Mention, other: Mention) -> bool:
    if one.keys <= other.keys or other.keys <= one.keys:
        return True
    ours, theirs = sorted(one.keys - other.keys), sorted(other.keys - one.keys)
    return len(ours) == len(theirs) and all(map(is_slip, ours, theirs))


# ---- numbers

_NUMBER = re.compile(
    r"(?<!\w)((?<!\S)[-−+])?(\d{1,3}(?:[ \u00a0]\d{3})+(?!\d)|\d++(?:[.,:/–-]\d++)*+)(?:[ \u00a0-]?([^\W\d_]++))?|"
    r"(?<!\w)([^\W\d_]++)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:([ \u00a0.,])\d{3})(?:\1\d{3})*")
_NUMBER_WORDS = {
    word: str(value)
    for value, words in {
        2: "iki two два две двух двое",
        3: "üç three три трёх трех трое",
        4: "dörd dört four четыре четырёх четырех",
        5: "beş five пять пяти",
        6: "six шесть шести",
        7: "yeddi yedi seven семь семи",
        8: "səkkiz sekiz eight восемь восьми",
        9: "doqquz dokuz nine девять девяти",
        10: "ten десять десяти",
        11: "eleven одиннадцать",
        12: "twelve двенадцать",
        20: "iyirmi yirmi twenty двадцать",
        30: "otuz thirty тридцать",
        40: "qırx kırk forty сорок",
        50: "əlli fifty пятьдесят",
        60: "altmış sixty шестьдесят",
        70: "yetmiş seventy семьдесят",
        80: "səksən seksen eighty восемьдесят",
        90: "doxsan doksan ninety девяносто",
        100: "hundred сто",
    }.items()
    for word in words.split()
}
"""Numbers as words; not those that are other words too (az "on", "yüz", tr "altı", "one")."""

# What makes another number of the same digits: a power of ten, a month.
_UNITS = {
    fold(stem): unit
    for unit, stems in {
        "thousand": "min bin thousand тыс",
        "million": "mln milyon million млн миллион",
        "billion": "mlrd milyard milyar billion млрд миллиард",
        "trillion": "trln trilyon trillion трлн триллион",
        "/01": "yanvar ocak january январ",
        "/02": "fevral şubat february феврал",
        "/03": "mart march март",
        "/04": "aprel nisan april апрел",
        "/05": "may май мая",
        "/06": "iyun haziran june июн",
        "/07": "iyul temmuz july июл",
        "/08": "avqust ağustos august август",
        "/09": "sentyabr eylül september сентябр",
        "/10": "oktyabr ekim october октябр",
        "/11": "noyabr kasım november ноябр",
        "/12": "dekabr aralık december декабр",
    }.items()
    for stem in stems.split()
}
_LONGEST_UNIT = max(map(len, _UNITS))
_SHORTEST_UNIT = min(map(len, _UNITS))


def numbers_in(text: str) -> list[Mention]:
    """The numbers of *text*: digits with their sign and, where it counts, their unit ("5 milyon", "20 oktyabr")."""
    found = []
    month = ""
    for sign, digits, after, word in _NUMBER.findall(text):
        if digits:
            value = _value_of(digits, is_negative=sign in ("-", "−"))
            unit = _unit_of(after)
            shown = f"{sign}{digits} {after}" if unit else f"{month} {sign}{digits}".lstrip()
            found.append(Mention(shown, frozenset([value + (unit or _unit_of(month))])))
        elif (value := _NUMBER_WORDS.get(word.lower(), "")) != "":
            found.append(Mention(word, frozenset([value])))
        month = word if _unit_of(word).startswith("/") else ""  # "iyunun 5-də", "June 5"
    return found


def _value_of(digits: str, *, is_negative: bool) -> str:
    """One form for "1 250", "1.250" and "1250", for "3,5" and "3.5", for "14:02" and "14.02"."""
    grouped = _THOUSANDS.fullmatch(digits)
    if grouped:
        digits = digits.replace(grouped[1], "")
    parts = [part.lstrip("0") or "0" for part in re.split(r"[.,:]", digits.replace("–", "-"))]
    return "-" * is_negative + ".".join(parts)


@lru_cache(maxsize=4096)
def _unit_of(word: str) -> str:
    folded = fold(word[:_LONGEST_UNIT])
    lengths = range(len(folded), _SHORTEST_UNIT - 1, -1)
    return next((_UNITS[folded[:length]] for length in lengths if folded[:length] in _UNITS), "")


def is_another_month(old: str, new: str) -> bool:
    """Whether two words name two months ("iyunda", "iyulda"): a letter apart, and yet no misspelling."""
    was, now = _unit_of(old), _unit_of(new)
    return was != now and was.startswith("/") and now.startswith("/")


# ---- names

_UPPER = "".join(c for c in map(chr, [*range(0x250), *range(0x400, 0x530)]) if c.isupper())
_CAPITALISED = rf"[{_UPPER}]\w*+(?:-\w++)*+"
# An apostrophe sets off an ending, and with it ends the name: "Erdoğan'ın Ankara'da", "Baku's".
_NAME = re.compile(rf"(?<!\w)(?:{_CAPITALISED}(?:\.? |\.)(?=[{_UPPER}]))*+{_CAPITALISED}(?:[’']\w++)*+")
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_BEFORE_FIRST = " \"'«“„‘([—–-"
_KICKER = re.compile(r"fotolar|foto|videolar|video|yenilenib|ozel|resmi|фото|видео|обновлено|photos?|updated")
_SMALL_WORD = re.compile(
    r"bu|hər|bir|biz|siz|həm|bəzi|bütün|her|tüm|bazı|şu|the|an?|in|on|at|by|for|from|of|to|and|but|this|that|when|"
    r"в|во|на|по|из|от|до|за|ко?|со?|у|об?|и|а|но|из-за|для|при|после|как|это"
)
_LONG_WORD_INITIAL = re.compile(r"(?<!\w)(\w)\w{3}")
_MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Names:
    """What is known to be a name in two texts, because it has its capital letter in the middle of a sentence."""

    known: frozenset[str]

    @classmethod
    def of(cls, sentences: Iterable[str]) -> Names:
        inner = (
            found[0]
            for sentence in sentences
            if not _is_headline_style(sentence)
            for found in _NAME.finditer(sentence)
            if not _is_first(sentence, found.start())
        )
        return cls(frozenset(key for name in inner for key in _keys_of(name)))

    def read(self, sentence: str) -> list[Mention]:
        """The names in *sentence*; the capital of its first word, or of Every Word, says nothing by itself."""
        if _is_headline_style(sentence):
            words = [word for word in _WORD.findall(sentence) if word[0].isupper()]
            return [Mention(word, keys) for word in words if (keys := _keys_of(word)) and keys <= self.known]
        names = [self._at(sentence, found) for found in _NAME.finditer(sentence)]
        return [Mention(name, keys) for name in names if name and (keys := _keys_of(name))]

    def _at(self, sentence: str, found: re.Match[str]) -> str:
        name = found[0]
        if sentence[max(0, found.start() - 2) : found.start()][:1].isdecimal() and _unit_of(name):
            return ""  # "20 Ekim": part of a date
        if not _is_first(sentence, found.start()) or _keys_of(first := _WORD.findall(name)[0]) & self.known:
            return name
        rest = name[len(first) :].lstrip(" ")
        return rest if not rest or _SMALL_WORD.fullmatch(first.lower()) else name  # "The White House", "На Украине"


def _keys_of_words(text: str) -> frozenset[str]:
    return frozenset(map(_key_of, _WORD.findall(text)))


def _is_first(sentence: str, at: int) -> bool:
    before = sentence[max(0, at - 5) : at].rstrip(_BEFORE_FIRST)
    return (not before and at <= 5) or before.endswith(":")


def _is_headline_style(sentence: str) -> bool:
    initials = _LONG_WORD_INITIAL.findall(sentence)
    return len(initials) > 3 and sum(map(str.isupper, initials)) >= _MOSTLY * len(initials)


def _keys_of(name: str) -> frozenset[str]:
    words = [word for word in _WORD.findall(name) if len(word) > 1]
    return frozenset(key for word in words if not _KICKER.fullmatch(key := _key_of(word)))


# Case endings, folded: az/tr (ın, ə, da, dan, la, lar …), ru (а, ого, ами …).
_ENDING = re.compile(
    r"(?:n?(?:in|un)|[yn]?[aeiu]|n?[dt][ae]n?|y?l[ae]|l[ae]r|ами|ями|ого|ему|ому|его|[оеы]и|[аяыио]х|[аяыиео]м|ыми|ими|"
    r"[аую]ю|[ая]я|ею|[аяуюеыиоь])$"
)
_WOMANS = re.compile(r"(?:ov|ev|in)a$")
_SHORTEST_STEM = 4
_LONGEST_NAME = 60


@lru_cache(maxsize=8192)
def _key_of(word: str) -> str:
    """A word folded, without case endings: "Bakıda", "BAKI" and "Bakı'nın" are one, "Əliyev" and "Əliyeva" two."""
    head, _, tail = fold(word[:_LONGEST_NAME]).partition(
        " "
    )  # fold makes a space of the apostrophe: "Ankara'da", "O'Brien"
    stem = head if len(head) > 1 else head + tail
    while not _WOMANS.search(stem) and (ending := _ENDING.search(stem)) and ending.start() >= _SHORTEST_STEM:
        stem = stem[: ending.start()]
    return stem
