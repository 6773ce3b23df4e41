"""The pages behind articles, as they were fetched."""

from __future__ import annotations

from collections.abc import Iterator

from icma_crawler.archive.archive import Archive
from icma_crawler.models import Capture


def iter_captures_of(archive: Archive, urn: str) -> Iterator[Capture]:
    """The pages behind the states of the article of that urn, oldest first."""
    article_id = archive.articles.id_of_urn(urn)
    return map(archive.captures.load, () if article_id is None else archive.revisions.captures_of(article_id))
