"""Reading stored pages again: what is needed for it, and writing what today's extractor reads in them.

None of it is the publisher's edit: every row written here has the cause "extraction".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import differing_fields
from icma_crawler.archive.transactions.limit_reuse import note_page
from icma_crawler.archive.transactions.write_state import take_over
from icma_crawler.models import ArchivedArticle, Article, Candidate, Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """The page that the current state of an article was read from, and the hints its source gave at the time."""

    archived: ArchivedArticle
    article: Article
    capture: Capture
    hints: Candidate | None


def load_page(archive: Archive, article_id: int) -> StoredPage | None:
    """What is needed to read an article again; None where it has no page, or was withdrawn meanwhile."""
    archived = archive.articles.load(article_id)
    capture_id = archive.revisions.current_capture(article_id)
    if archived is None or archived.article is None or capture_id is None:
        return None
    return StoredPage(
        archived=archived,
        article=archived.article,
        capture=archive.captures.load(capture_id),
        hints=archive.known_urls.hints_of(article_id),
    )


def newest_pages(archive: Archive, portal_id: str, count: int) -> list[tuple[Capture, Candidate | None]]:
    """The pages of a portal that were stored last, articles or not, with what their source said of them."""
    pages = []
    for capture_id in archive.captures.newest_pages(portal_id, count):
        article_id = archive.revisions.article_of(capture_id)
        hints = None if article_id is None else archive.known_urls.hints_of(article_id)
        pages.append((archive.captures.load(capture_id), hints))
    return pages


def reread(archive: Archive, article_id: int, revision: int, article: Article, now: datetime) -> bool:
    """Write what today's extractor reads in the page of an article's *revision*; returns whether a dump would tell.

    Nothing is written where that is no longer the current one.
    """
    with archive.write():
        known, archived = archive.articles.known(article_id), archive.articles.load(article_id)
        if known is None or archived is None or archived.article is None or known.revision != revision:
            return False
        is_limited = note_page(archive, known.id, article.url, article.reuse_signals, is_new=False, now=now)
        is_told = is_limited or any(differing_fields(archived.article, article))
        if take_over(archive, known, article, now).revision == known.revision and is_told:
            archive.changes.add(known.id, "revised", cause="extraction", at=now)
    return is_told
