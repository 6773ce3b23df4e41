"""The three sentences under an archived article, rendered from facts, the way Icma.az prints them."""

from __future__ import annotations

from dataclasses import dataclass

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
    wanted = language or (archived.article.language if archived.article else None) or "en"
    code = wanted[:2].lower() if wanted[:2].lower() in _LANGUAGES else "en"
    sentences = _LANGUAGES[code]
    return Attribution(
        language=code,
        statement=sentences.statement.format(publisher=publisher, source_name=archived.source_name)
        if publisher
        else None,
        source=sentences.source.format(source_url=archived.source_url),
        archived=sentences.archived.format(stamp=format_stamp(archived.archived_at, code)),
    )
