"""Writing an article's states: the first one, and each later one with the one before kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import KnownState, columns_of, digest_of, urn_of
from icma_crawler.archive.transactions.limit_reuse import reuse_for
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import Article, Cause, Portal, Status


def insert_article(archive: Archive, portal: Portal, article: Article, capture_id: int, now: datetime) -> int:
    """A new article with its first revision; returns its id."""
    columns = {
        "urn": urn_of(portal.id, article.url),
        "portal": portal.id,
        "url": article.url,
        "source_name": portal.name,
        "source_url": portal.source_url,
        "archived_at": to_stamp(now),
        "revision": 1,
        "status": "live",
        "reuse": reuse_for(archive, portal.id, article.url, article.reuse_signals),
        **columns_of(article),
    }
    article_id = archive.articles.add(columns)
    archive.revisions.add(article_id, columns, revision=1, kind="new", cause="source", capture_id=capture_id, now=now)
    _write_beside(archive, article_id, article)
    return article_id


def revise_article(
    archive: Archive,
    known: KnownState,
    article: Article,
    *,
    kind: str,
    cause: Cause,
    capture_id: int | None,
    now: datetime,
    status: Status = "live",
) -> None:
    """Make *article* the current state; the one before moves into its revision row."""
    columns = {**columns_of(article), "revision": known.revision + 1, "status": status}
    follow(archive, known.id, columns, kind=kind, cause=cause, capture_id=capture_id, now=now)
    _write_beside(archive, known.id, article)


def follow(
    archive: Archive,
    article_id: int,
    columns: Mapping[str, Any],
    *,
    kind: str,
    cause: Cause,
    capture_id: int | None,
    now: datetime,
) -> None:
    """Give an article the state *columns* (with its number), and keep the one it follows."""
    archive.revisions.keep_superseded(archive.articles.row_of(article_id))
    archive.articles.update(article_id, columns)
    archive.revisions.add(
        article_id, columns, revision=columns["revision"], kind=kind, cause=cause, capture_id=capture_id, now=now
    )


def take_over(archive: Archive, known: KnownState, article: Article, now: datetime) -> KnownState:
    """Make *article*, another reading of the same page, the current state: a logged revision where the text differs.

    Returns what is known of the article then.
    """
    if known.content_sha256 != digest_of(article):
        revise_article(
            archive,
            known,
            article,
            kind="extraction",
            cause="extraction",
            capture_id=archive.revisions.current_capture(known.id),
            now=now,
            status=known.status,
        )
        archive.changes.add(known.id, "revised", cause="extraction", at=now)
    elif known.extractor != article.extractor:
        _replace_article(archive, known, article)
    return archive.articles.known(known.id) or known


def _replace_article(archive: Archive, known: KnownState, article: Article) -> None:
    """Bring an article up to another reading that has the same content: its revision stays, and names the new reader."""
    archive.articles.update(known.id, columns_of(article))
    archive.revisions.read_by(known.id, known.revision, article.extractor)
    archive.pictures.save(known.id, article.image_caption, article.image_credit)


def _write_beside(archive: Archive, article_id: int, article: Article) -> None:
    """What of an article's present state stands in other tables."""
    archive.pictures.save(article_id, article.image_caption, article.image_credit)
    archive.search.index(article_id, article.title_shown, article.lead, article.body)
