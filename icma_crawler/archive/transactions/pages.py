"""The pages behind articles, as they were fetched."""

from __future__ import annotations

from collections.abc import Iterator

from icma_crawler.archive.archive import Archive
from icma_crawler.errors import NotFoundError
from icma_crawler.models import Capture


def stored_page(archive: Archive, article_id: int) -> Capture:
    """The page that the current state of an article was read from.

    Raises:
        NotFoundError: it was imported without one, or there is no such article.
    """
    capture_id = archive.revisions.current_capture(article_id)
    if capture_id is None:
        raise NotFoundError(f"the page of {article_id}", archive.path)
    return archive.captures.load(capture_id)


def flagged_page(archive: Archive, article_id: int) -> Capture | None:
    """The page for which an article is flagged; None where it is not."""
    flag = archive.flags.find(article_id)
    return archive.captures.load(flag.capture_id) if flag else None


def iter_captures_of(archive: Archive, urn: str) -> Iterator[Capture]:
    """The pages behind the states of the article of that urn, oldest first."""
    article_id = archive.articles.id_of_urn(urn)
    return map(archive.captures.load, () if article_id is None else archive.revisions.captures_of(article_id))
