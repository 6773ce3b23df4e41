"""Taking over what a flagged page shows, because the operator says so."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.transactions.limit_reuse import note_page
from icma_crawler.archive.transactions.write_state import revise_article
from icma_crawler.edits import edit_kind
from icma_crawler.models import Article


def accept(archive: Archive, article_id: int, article: Article, *, now: datetime) -> None:
    """Make what a flagged page shows the article's current revision; nothing where it is not flagged any more."""
    with archive.write():
        known, flag = archive.articles.known(article_id), archive.flags.find(article_id)
        if known is None or flag is None:
            return
        kind, capture_id = edit_kind(known, article), flag.capture_id
        revise_article(archive, known, article, kind=kind, cause="operator", capture_id=capture_id, now=now)
        archive.flags.lower(article_id)
        note_page(archive, article_id, article.url, article.reuse_signals, is_new=False, now=now)
        archive.changes.add(article_id, "revised", cause="operator", at=now)
