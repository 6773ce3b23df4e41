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


def attribute(archived: ArchivedArticle, publisher: str | None, language: str | None = None) -> Attribution:
    """The sentences for an archived article, in *language* or the article's own; English where we have neither.

    The stamp is the Baku wall clock. Without a *publisher* the statement is None: whoever republishes must say who
    they are.
    """
    own = archived.article.language if archived.article else None
    return sentences_of(
        publisher, archived.source_name, archived.source_url, archived.archived_at, sentence_language(language or own)
    )


def sentence_language(wanted: str | None) -> str:
    """The language the sentences will be in where *wanted* is asked for: one of ours, or English."""
    code = (wanted or "en")[:2].lower()
    return code if code in _LANGUAGES else "en"


def sentences_of(
    publisher: str | None, source_name: str, source_url: str, archived_at: datetime, language: str
) -> Attribution:
    """The sentences from facts; *language* is one that `sentence_language` gives."""
    sentences = _LANGUAGES[language]
    return Attribution(
        language=language,
        statement=sentences.statement.format(publisher=publisher, source_name=source_name) if publisher else None,
        source=sentences.source.format(source_url=source_url),
        archived=sentences.archived.format(stamp=format_stamp(archived_at, language)),
    )
