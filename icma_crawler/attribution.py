"""The three sentences under an archived article, rendered from facts, the way Icma.az prints them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.dates import format_stamp
from icma_crawler.models import ArchivedArticle, Attribution


@dataclass(frozen=True, slots=True)
class _Sentences:
    statement: str
    source: str
    archived: str


_LANGUAGES = {
    "az": _Sentences(
        "{publisher}, {source_name} portalına istinadən məlumatı açıqlayır.",
        "Mənbə: {source_url}",
        "Bu xəbər {stamp} mənbədən arxivləşdirilmişdir",
    ),
    "ru": _Sentences(
        "{publisher} сообщает со ссылкой на портал {source_name}.",
        "Источник: {source_url}",
        "Эта новость архивирована из источника {stamp}",
    ),
    "en": _Sentences(
        "{publisher} reports, citing {source_name}.",
        "Source: {source_url}",
        "This article was archived from the source on {stamp}",
    ),
}


LANGUAGES = tuple(_LANGUAGES)


def attribute(archived: ArchivedArticle, publisher: str | None, language: str | None = None) -> Attribution:
    """The sentences for an archived article, in *language* or the article's own; English where we have neither.

    The stamp is the Baku wall clock. Without a *publisher* the statement is None: whoever republishes must say who
    they are.
    """
    own = archived.article.language if archived.article else None
    code = sentence_language(language or own)
    return Attribution(
        language=code,
        statement=statement_sentence(publisher, archived.source_name, code) if publisher else None,
        source=source_sentence(archived.source_url, code),
        archived=archived_sentence(archived.archived_at, code),
    )


def sentence_language(wanted: str | None) -> str:
    """The language the sentences will be in where *wanted* is asked for: one of ours, or English."""
    code = (wanted or "en")[:2].lower()
    return code if code in _LANGUAGES else "en"


def statement_sentence(publisher: str, source_name: str, language: str) -> str:
    """The first sentence, in a language that `sentence_language` gives."""
    return _LANGUAGES[language].statement.format(publisher=publisher, source_name=source_name)


def source_sentence(source_url: str, language: str) -> str:
    """The second sentence."""
    return _LANGUAGES[language].source.format(source_url=source_url)


def archived_sentence(archived_at: datetime, language: str) -> str:
    """The third sentence, with the Baku wall clock."""
    return _LANGUAGES[language].archived.format(stamp=format_stamp(archived_at, language))
