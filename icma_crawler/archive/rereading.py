"""Reading stored pages again: which articles another extractor read, and writing what today's reads in them.

None of it is the publisher's edit: every row written here has the cause "extraction".
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.changes import REVISED_FIELDS, KnownState, digest_of
from icma_crawler.archive.identity import known_by_id
from icma_crawler.archive.reading import find_article
from icma_crawler.archive.revising import current_capture, replace_article, revise_article
from icma_crawler.archive.signals import note_page
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import ArchivedArticle, Article, Candidate, Capture

_NOT_DUMPED = frozenset({"word_count", "charset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """The page that the current state of an article was read from, and the hints its source gave at the time."""

    archived: ArchivedArticle
    article: Article
    capture: Capture
    hints: Candidate | None


def find_stale(conn: sqlite3.Connection, portal: str, extractor: str, since: datetime | None) -> list[int]:
    """The articles of a portal, archived since a moment or ever, whose text another extractor read."""
    rows = conn.execute(
        """
        SELECT id
        FROM articles
        WHERE portal = :portal
          AND status <> 'withdrawn'
          AND extractor <> :extractor
          AND id NOT IN (SELECT article_id FROM imports)
          AND (:since IS NULL OR archived_at >= :since)
        ORDER BY id
        """,
        {"portal": portal, "extractor": extractor, "since": to_stamp(since)},
    )
    return [int(row[0]) for row in rows]


def load_page(conn: sqlite3.Connection, article_id: int) -> StoredPage | None:
    """What is needed to read an article again; None where it has no page, or was withdrawn meanwhile."""
    archived = find_article(conn, str(article_id))
    capture_id = current_capture(conn, article_id)
    if archived is None or archived.article is None or capture_id is None:
        return None
    return StoredPage(
        archived=archived,
        article=archived.article,
        capture=load_capture(conn, capture_id),
        hints=_hints_of(conn, article_id),
    )


def newest_pages(conn: sqlite3.Connection, portal: str, count: int) -> list[tuple[Capture, Candidate | None]]:
    """The pages of a portal that were stored last, articles or not, with what their source said of them."""
    rows = conn.execute(
        """
        SELECT c.id, (SELECT r.article_id FROM revisions r WHERE r.capture_id = c.id)
        FROM captures c
        WHERE c.portal = ?
          AND c.kind = 'page'
        ORDER BY c.id DESC
        LIMIT ?
        """,
        [portal, count],
    ).fetchall()
    return [(load_capture(conn, each), _hints_of(conn, article) if article else None) for each, article in rows]


def differing_fields(old: Article, new: Article) -> Iterator[str]:
    """The fields that a dump hands on and that differ."""
    for name in REVISED_FIELDS:
        if name not in _NOT_DUMPED and getattr(old, name) != getattr(new, name):
            yield name


def reread(conn: sqlite3.Connection, article_id: int, revision: int, article: Article, now: datetime) -> bool:
    """Write what today's extractor reads in the page of an article's *revision*; returns whether a dump would tell.

    Nothing is written where that is no longer the current one.
    """
    known, archived = known_by_id(conn, article_id), find_article(conn, str(article_id))
    if known is None or archived is None or archived.article is None or known.revision != revision:
        return False
    is_limited = note_page(conn, known.id, article.url, article.signals, is_new=False, now=now)
    is_told = is_limited or any(differing_fields(archived.article, article))
    if take_over(conn, known, article, now).revision == known.revision and is_told:
        log_change(conn, known.id, "revised", cause="extraction", at=now)
    return is_told


def take_over(conn: sqlite3.Connection, known: KnownState, article: Article, now: datetime) -> KnownState:
    """Make *article*, another reading of the same page, the current state: a logged revision where the text differs."""
    if known.content_sha256 != digest_of(article):
        revise_article(
            conn,
            known,
            article,
            kind="extraction",
            cause="extraction",
            capture_id=current_capture(conn, known.id),
            now=now,
            status=known.status,
        )
        log_change(conn, known.id, "revised", cause="extraction", at=now)
    elif known.extractor != article.extractor:
        replace_article(conn, known, article)
    return known_by_id(conn, known.id) or known


def _hints_of(conn: sqlite3.Connection, article_id: int) -> Candidate | None:
    row = conn.execute(
        """
        SELECT f.url, s.url, f.title, f.published_at, f.modified_at, f.guid
        FROM frontier f
        LEFT JOIN sources s ON s.id = f.source_id
        WHERE f.article_id = ?
          AND f.reason IS NOT 'duplicate'
        ORDER BY f.id
        LIMIT 1
        """,
        [article_id],
    ).fetchone()
    if row is None:
        return None
    url, source_url, title, published_at, modified_at, guid = row
    return Candidate(
        url=url,
        source_url=source_url or url,
        title=title,
        published_at=from_stamp(published_at),
        modified_at=from_stamp(modified_at),
        guid=guid,
    )
