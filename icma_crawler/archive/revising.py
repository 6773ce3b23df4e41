"""Writing an article's states: the first one, and each later one with the one before kept beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from icma_crawler.archive.changes import KnownState, digest_of, fields_of, urn_of
from icma_crawler.archive.searching import index_article
from icma_crawler.archive.signals import reuse_for
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Article, Cause, Portal

_IDENTITY = frozenset(
    ["id", "urn", "portal", "url", "source_name", "source_url", "archived_at", "revision", "status", "reuse"]
)
"""Columns of `articles` that are not part of a revision."""


def insert_article(conn: sqlite3.Connection, portal: Portal, article: Article, capture_id: int, now: datetime) -> int:
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
        "reuse": reuse_for(conn, portal.id, article.url, article.signals),
        **columns_of(article),
    }
    cursor = conn.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})", columns
    )
    article_id = int(cursor.lastrowid or 0)
    insert_revision(conn, article_id, columns, revision=1, kind="new", cause="source", capture_id=capture_id, now=now)
    _keep_picture(conn, article_id, article)
    index_article(conn, article_id, article.title_shown, article.lead, article.body)
    return article_id


def revise_article(
    conn: sqlite3.Connection,
    known: KnownState,
    article: Article,
    *,
    kind: str,
    cause: Cause,
    capture_id: int | None,
    now: datetime,
    status: str = "live",
) -> None:
    """Make *article* the current state; the one before moves into its revision row."""
    keep_superseded(conn, known.id, known.revision)
    columns = {**columns_of(article), "revision": known.revision + 1, "status": status}
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    conn.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**columns, "id": known.id})
    insert_revision(
        conn, known.id, columns, revision=known.revision + 1, kind=kind, cause=cause, capture_id=capture_id, now=now
    )
    _keep_picture(conn, known.id, article)
    index_article(conn, known.id, article.title_shown, article.lead, article.body)


def replace_article(conn: sqlite3.Connection, known: KnownState, article: Article) -> None:
    """Bring an article up to another reading that has the same content: its revision stays, and names the new reader."""
    columns = columns_of(article)
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    conn.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**columns, "id": known.id})
    conn.execute(
        "UPDATE revisions SET extractor = ? WHERE article_id = ? AND revision = ?",
        [article.extractor, known.id, known.revision],
    )
    _keep_picture(conn, known.id, article)


def _keep_picture(conn: sqlite3.Connection, article_id: int, article: Article) -> None:
    """What stands below the picture of the current state."""
    conn.execute("DELETE FROM pictures WHERE article_id = ?", [article_id])
    if article.image_caption or article.image_credit:
        conn.execute("INSERT INTO pictures VALUES (?, ?, ?)", [article_id, article.image_caption, article.image_credit])


def current_capture(conn: sqlite3.Connection, article_id: int) -> int | None:
    """The stored page that the current revision was read from; None where it was imported."""
    row = conn.execute(
        "SELECT capture_id FROM revisions WHERE article_id = ? ORDER BY revision DESC LIMIT 1", [article_id]
    ).fetchone()
    return row[0] if row else None


def columns_of(article: Article) -> dict[str, Any]:
    """The columns of `articles` that a page can give."""
    return {
        **fields_of(article),
        "authors": json.dumps(list(article.authors), ensure_ascii=False),
        "tags": json.dumps(list(article.tags), ensure_ascii=False),
        "published_at": to_stamp(article.published_at),
        "modified_at": to_stamp(article.modified_at),
        "content_sha256": digest_of(article),
        "extractor": article.extractor,
    }


def keep_superseded(conn: sqlite3.Connection, article_id: int, revision: int) -> None:
    """Move the current state, which another is about to follow, into its revision row."""
    cursor = conn.execute("SELECT * FROM articles WHERE id = ?", [article_id])
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    fields = {name: value for name, value in row.items() if name not in _IDENTITY}
    conn.execute(
        "UPDATE revisions SET fields = ? WHERE article_id = ? AND revision = ?",
        [json.dumps(fields, ensure_ascii=False), article_id, revision],
    )


def insert_revision(
    conn: sqlite3.Connection,
    article_id: int,
    columns: Mapping[str, Any],
    *,
    revision: int,
    kind: str,
    cause: Cause,
    capture_id: int | None,
    now: datetime,
) -> None:
    """A row for a state whose columns are *columns*; ``capture_id`` is None where it came without its page."""
    conn.execute(
        """
        INSERT INTO revisions (article_id, revision, recorded_at, kind, cause, capture_id, content_sha256, extractor)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [article_id, revision, to_stamp(now), kind, cause, capture_id, columns["content_sha256"], columns["extractor"]],
    )
