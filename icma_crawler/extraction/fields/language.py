"""Which language an article is in: what the page declares and what its letters say; a classifier only in a dispute."""

from __future__ import annotations

import functools
import re
from collections import Counter
from typing import Any

from icma_crawler.extraction.evidence import Ledger
from icma_crawler.extraction.page import Page
from icma_crawler.text import is_azerbaijani_cyrillic, word_set

_SAMPLE = 2_000
_MIN_LETTERS = 60
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "cyrillic": frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "az"}),
    "arabic": frozenset({"ar", "fa", "ur", "ps", "ug", "az", "ckb", "sd"}),
    "cjk": frozenset({"zh", "ja"}),
    "hangul": frozenset({"ko"}),
    "greek": frozenset({"el"}),
    "hebrew": frozenset({"he", "yi", "iw"}),
    "georgian": frozenset({"ka"}),
    "armenian": frozenset({"hy"}),
}
_OTHER_SCRIPTS = {
    "arabic": re.compile("[\u0600-\u06ff]"),
    "cjk": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "hangul": re.compile("[\uac00-\ud7af]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "georgian": re.compile("[\u10a0-\u10ff]"),
    "armenian": re.compile("[\u0530-\u058f]"),
}
# The commonest small words; enough to confirm a declaration, never to name a language by themselves.
_SMALL_WORDS = {
    "en": word_set("the of and to in that for is on with was as it at by from"),
    "de": word_set("der die das und in den von zu mit ist im auf für nicht sich dem ein"),
    "fr": word_set("le la les de des et en un une du que est dans pour qui sur au"),
    "es": word_set("el la los de en y que del las por con una un para se es"),
    "it": word_set("il la di che e un in per del della con non si una le dei"),
    "pt": word_set("o a de que e do da em um para com não uma os no se"),
    "tr": word_set("ve bir bu da de için ile olarak olan çok daha ise gibi sonra kadar"),
    "nl": word_set("de het een van en in is dat op te met voor zijn niet aan"),
    "ru": word_set("и в на не что с по как к из для о это от за его"),
}
_ALIASES = {"iw": "he", "nb": "no", "nn": "no", "aze": "az", "rus": "ru", "eng": "en", "tur": "tr", "in": "id"}


def decide_language(page: Page, text: str, ledger: Ledger) -> str | None:
    """The article's language as a BCP 47 tag of two letters, or "az-Cyrl"; None where nothing tells.

    The letters decide for Azerbaijani; for the rest the declarations do, as long as the text does not contradict.
    """
    sample = text[:_SAMPLE]
    lettered = _by_letters(sample)
    if lettered:
        ledger.note("language", lettered, "letters", 0.98)
        return lettered
    declared = _declared(page)
    for language, weight in declared.most_common():
        ledger.note("language", language, "declared", min(0.9, weight / 4))
        if _may_be(language, sample):
            return language
    identified = _identify(sample)
    if identified:
        ledger.note("language", identified, "classifier", 0.8)
        return identified
    return next(iter(declared), None)


def _by_letters(text: str) -> str | None:
    """Azerbaijani by letters that (nearly) no other language has."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return None
    if len(_CYRILLIC.findall(text)) > letters * 0.6:
        rare = len(re.findall("[ҝҹјәғөүһҜҸЈӘҒӨҮҺ]", text))
        return "az-Cyrl" if rare > letters * 0.01 and is_azerbaijani_cyrillic(text) else None
    return "az" if len(re.findall("[əƏ]", text)) > letters * 0.02 else None


def _declared(page: Page) -> Counter[str]:
    """The declared languages with their weights; the portal's own counts least of the page's, but counts."""
    votes: Counter[str] = Counter()
    stated = (
        (page.declared_language, 1.0),
        (page.linked_data.text("inLanguage"), 1.1),
        (page.meta("og:locale"), 0.8),
        (page.meta("content-language", "language", "dc.language", "dcterms.language", "inlanguage"), 0.8),
        (page.portal.language, 0.9),
    )
    for tag, weight in stated:
        language = _base(tag)
        if language:
            votes[language] += weight  # type: ignore[assignment]  # Counter takes floats well
    return votes


def _base(tag: str | None) -> str | None:
    match = re.match(r"^\s*([a-z]{2,3})(?:[-_,;\s]|$)", (tag or "").lower())
    return _ALIASES.get(match[1], match[1]) if match else None


def _may_be(language: str, text: str) -> bool:
    """Whether *text* can be in *language*, by its script and its small words."""
    letters = len(_LETTER.findall(text))
    if letters < _MIN_LETTERS:
        return True
    script = _script(text, letters)
    if script != "latin":
        if script == "cyrillic" and language == "az":
            return False
        return script is None or language in _SCRIPTS[script]
    if language in ("az", "ru") or any(language in languages for languages in _SCRIPTS.values()):
        return False
    small = _SMALL_WORDS.get(language)
    if small is None:
        return _best_by_words(text) is None
    words = text.lower().split()
    return sum(word in small for word in words) > len(words) * 0.05


def _best_by_words(text: str) -> str | None:
    """A common language whose small words fill the text, if any does."""
    words = text.lower().split()
    counts = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > len(words) * 0.2 else None


def _script(text: str, letters: int) -> str | None:
    if len(_LATIN.findall(text)) > letters * 0.5:
        return "latin"
    if len(_CYRILLIC.findall(text)) > letters * 0.5:
        return "cyrillic"
    return next((name for name, pattern in _OTHER_SCRIPTS.items() if len(pattern.findall(text)) > letters * 0.2), None)


def _identify(text: str) -> str | None:
    """Ask py3langid; loading it takes more than a second, so it happens only when a page is in dispute."""
    if len(_LETTER.findall(text)) < 20:
        return None
    language = str(_classifier().classify(text)[0])
    return _ALIASES.get(language, language)


@functools.cache
def _classifier() -> Any:
    import py3langid  # noqa: PLC0415  # heavy, and rarely needed

    return py3langid
