"""Whom an article itself cites: "Report-a istinadən xəbər verir", "со ссылкой на Trend", "Mənbə: sherg.az"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from icma_crawler.text import clean_line, word_set, words_of

_FIRST, _LAST = 3, 2
_MAX_NAME = 60

_DOMAIN = r"(?:[\w-]+\.)+(?i:az|com|org|net|ru|media|info|tv|ge|tr|ua|kz|eu|uk|news|live|ws)(?!\w*\.\w)"
_NAME = rf"(?:[“\"«](?P<q>[^“”\"«»]{{2,50}})[”\"»]|(?P<d>{_DOMAIN})|(?<![\w.])(?P<n>[A-ZƏİŞÇĞÖÜА-ЯЁ][\w&]*(?:[ ][A-ZƏİŞÇĞÖÜА-ЯЁ][\w&]*){{0,3}}))"
# Capitalised words are names of many things; without "citing" beside them only known agencies count.
_AGENCY = (
    r"APA|AZƏRTAC|AZERTAC|AzerTAj|АЗЕРТАДЖ|Report|Trend|Turan|Reuters|TASS|ТАСС|РИА Новости|Interfax|Интерфакс|İnterfaks|İnterfax|Bloomberg|"
    r"BBC|CNN|AFP|DHA|Anadolu(?: Ajansı)?|Anadolu Agency|Azernews|Tass|Sputnik|Qafqazinfo|Qaynarinfo|ANS PRESS|Report\.az|REPORT\.AZ"
)
_STRICT = (
    rf"(?:[“\"«](?P<q>[^“”\"«»]{{2,50}})[”\"»]|(?P<d>{_DOMAIN})|(?P<n>(?:{_AGENCY})(?!\w)|(?:{_AGENCY})(?=[ıiuü]n)))"
)
_DATIVE = r"(?:[-’']?\s?y?[aə](?!\w))"
_OUTLET = r"(?:portal|sayt|agentliy|nəşr|qəzet|kanal|media|xidmət)\w*[aə]"


class _Phrase(NamedTuple):
    """A way to cite: where it stands (the start, the ends, the end), and the words of which each such text has one.

    A name could begin anywhere, so a text without those words is not searched.
    """

    pattern: re.Pattern[str]
    where: str
    words: tuple[str, ...]


_PHRASES: tuple[_Phrase, ...] = tuple(
    _Phrase(re.compile(pattern), where, tuple(words))
    for pattern, where, *words in (
        (rf"{_NAME}{_DATIVE}?\s+(?:{_OUTLET}\s+)?istinad(?:ən|la)\b", "ends", "istinad"),
        (rf"со ссылкой на\s+(?:портал\s+|агентство\s+|издание\s+|газету\s+)?{_NAME}", "ends", "ссылкой"),
        (
            rf"\b(?:[Cc]iting|with reference to|[Rr]eferring to)\s+{_NAME}",
            "ends",
            "iting",
            "reference to",
            "eferring to",
        ),
        (rf"^(?:Mənbə|Qaynaq|Источник|Source|Kaynak|Quelle)\s*:\s*(?:https?://(?:www\.)?)?{_NAME}", "ends", ":"),
        (
            rf"{_STRICT}{_DATIVE}\s+(?:\w+\s+)?(?:açıqlamasında|müsahibəsində|deyib|bildirib|məlumat ver)",
            "start",
            "açıqlamasında",
            "müsahibəsində",
            "deyib",
            "bildirib",
            "məlumat ver",
        ),
        (rf"{_STRICT}-?y?[aə]\s(?:\S+\s){{1,10}}məlumat ver", "start", "məlumat ver"),
        (
            rf"{_STRICT}[-’']?n?[ıiuü]n\s+(?:sorğusuna|sualını|məlumatına görə|əldə etdiyi|\w+ müxbiri|haberine göre|aktardığına göre)",
            "start",
            *("sorğusuna", "sualını", "məlumatına görə", "əldə etdiyi", "müxbiri", "haberine göre", "aktardığına göre"),
        ),
        (rf"^{_STRICT}\s+(?:\S+\s+){{1,4}}istinad(?:ən|la)\s+(?:xəbər|məlumat|yaz|bildir)", "start", "istinad"),
        (
            rf"{_STRICT}\s+(?:xəbər verir|yazır|bildirir|məlumat yayıb)\b",
            "start",
            "xəbər verir",
            "yazır",
            "bildirir",
            "məlumat yayıb",
        ),
        (
            rf"(?:передает|сообщает|пишет|информирует|[Пп]о (?:информации|данным))\s+(?:агентство\s+|портал\s+)?{_STRICT}",
            "ends",
            *("передает", "сообщает", "пишет", "информирует", "информации", "данным"),
        ),
        (
            rf"\b(?:[Aa]ccording to)\s+{_STRICT}|{_STRICT.replace('?P<q>', '?P<q2>').replace('?P<d>', '?P<d2>').replace('?P<n>', '?P<n2>')}(?:\s+(?:state\s+)?news agency)?\s+(?:reports?|reported|informs)\b",
            "ends",
            *("ccording to", "report", "informs"),
        ),
        (rf"(?:[/©(]\s*){_STRICT}\s*\)?\.?$", "end", "/", "©", "("),
        (rf"^\W*[\w ,.]{{0,40}}[.,/]\s*/?{_STRICT}[:/,]", "start", ":", "/", ","),
    )
)
_GENERIC = word_set(
    "bu onun sayt portal agentlik mediasi the this that azerbaycan prezident nazirlik nazirliyi agentliyi president ministry"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A cited outlet: its name as written, and its address where the text gives one."""

    name: str
    url: str | None


def find_origin(title: str, paragraphs: Sequence[str], own: set[str]) -> Origin | None:
    """The outlet that the article names as its source; *own* are the portal's names, which never are."""
    start = [title, *paragraphs[:_FIRST]]
    end = list(paragraphs[-_LAST:])
    places = {"start": start, "end": end, "ends": [*start, *end]}
    for phrase in _PHRASES:
        texts = [text for text in places[phrase.where] if any(word in text for word in phrase.words)]
        for name in (_without_own(name, own) for name in _names(phrase.pattern, texts)):
            if not is_own(name, own):
                return Origin(name=name, url=_address(name, end))
    return None


def _names(pattern: re.Pattern[str], texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for match in pattern.finditer(text[:2000]):
            name = next((value for value in match.groups() if value), "")
            name = clean_line(name).strip(' .,:;-–—"“”«»')
            if 1 < len(name) <= _MAX_NAME and "".join(words_of(name)) not in _GENERIC:
                yield name


def _without_own(name: str, own: set[str]) -> str:
    """*name* without the portal's own before it: "Sherg.az Report" is two outlets."""
    tokens = name.split()
    cut = next(
        (count for count in range(len(tokens) - 1, 0, -1) if "".join(words_of(" ".join(tokens[:count]))) in own), 0
    )
    return " ".join(tokens[cut:])


def is_own(name: str, own: set[str]) -> bool:
    """Whether *name* is the portal itself, also with a case suffix ("Sherg.azın")."""
    joined = "".join(words_of(name))
    return any(
        joined == mine or (len(mine) > 4 and joined.startswith(mine) and len(joined) - len(mine) < 4) for mine in own
    )


def _address(name: str, end: Sequence[str]) -> str | None:
    """The address printed in the source line, or the one that the name itself is."""
    for line in end:
        match = re.match(r"^(?:Mənbə|Qaynaq|Источник|Source|Kaynak)\s*:\s*(https?://\S+)", line)
        if match:
            return match[1].rstrip(".,;)")
    return f"https://{name.lower()}" if re.fullmatch(_DOMAIN, name.lower()) else None
