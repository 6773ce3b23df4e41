"""The few words of the static site that are its own, in the languages of the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from icma_crawler.dates import MONTHS


@dataclass(frozen=True, slots=True)
class SiteWords:
    """The words of one language."""

    latest: str
    days: str
    portals: str
    all_days: str
    no_articles: str
    photo: str


_WORDS: Mapping[str, SiteWords] = {
    "az": SiteWords("Son xəbərlər", "Günlər", "Portallar", "Bütün günlər", "Hələ xəbər yoxdur.", "Foto"),
    "ru": SiteWords("Последние новости", "По дням", "Порталы", "Все дни", "Новостей пока нет.", "Фото"),
    "en": SiteWords("Latest", "Days", "Portals", "All days", "There is no news yet.", "Photo"),
}


def words_in(language: str) -> SiteWords:
    return _WORDS[language]


def day_in(language: str, day: str) -> str:
    """A day "2026-01-18" as people write it: "18 Yanvar 2026"."""
    year, month, number = day.split("-")
    return f"{int(number)} {MONTHS[language][int(month) - 1]} {year}"
