"""Taking over what a flagged page shows, on the operator's word."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.accept import accept
from icma_crawler.archive.transactions.pages import flagged_page
from icma_crawler.errors import IcmaError
from icma_crawler.models import ArchivedArticle, Article, Portal


def accept_flagged(archive: Archive, what: str, portal: Portal, *, now: datetime) -> ArchivedArticle:
    """Make the flagged text of an article (by id, urn or url) its current revision; returns the article as it is then.

    Raises:
        NotFoundError: no such article.
        IcmaError: it is not flagged, or the flagged page shows no article at all.
    """
    from icma_crawler.extraction import extract  # noqa: PLC0415 - loads trafilatura

    archived = archive.find(what)
    capture = flagged_page(archive, archived.id)
    if capture is None:
        raise IcmaError(f"{archived.url}: nothing waits to be accepted; icma history {archived.id} shows its states")
    result = extract(capture, portal, memory=archive.boilerplate.memory_of(archived.portal))
    if not isinstance(result, Article):
        raise IcmaError(f"{archived.url}: the flagged page shows no article ({result.reason}); nothing was changed")
    accept(archive, archived.id, result, now=now)
    return archive.find(str(archived.id))
