"""Reading articles back: one by any of its names, its history, or the change log in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.archive.dumping import IS_NEWEST, PRESENT_CHANGE
from icma_crawler.archive.stamps import from_json, from_stamp, to_stamp
from icma_crawler.errors import UrlError
from icma_crawler.models import ArchivedArticle, Article, Change
from icma_crawler.urls import canonical_url, identity_key


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRevision:
    """One state of an article: when it was recorded, what kind of edit made it, and its text."""

    revision: int
    recorded_at: datetime
    kind: str
    cause: str
    content_sha256: str
    title: str
    lead: str | None
    body: str


_WHOLE = "a.*, b.caption AS image_caption, b.credit AS image_credit"
_WITH_PICTURE = "LEFT JOIN pictures b ON b.article_id = a.id"

_LONGEST_ID = 18
"""Digits; more is no id, and too large a number for SQLite."""


def find_article(conn: sqlite3.Connection, what: str) -> ArchivedArticle | None:
    """An article by its id, its urn or any url it was ever known by."""
    article_id = _find_id(conn, what.strip())
    if article_id is None:
        return None
    cursor = conn.execute(f"SELECT {_WHOLE} FROM articles a {_WITH_PICTURE} WHERE a.id = ?", [article_id])
    return _archived(_as_dict(cursor, cursor.fetchone()))


def iter_changed(
    conn: sqlite3.Connection, since: int, portal: str | None = None
) -> Iterator[tuple[Change, ArchivedArticle]]:
    """Every article that changed after the cursor *since*, once, in the order of its newest change.

    An article that entered the archive after *since* is "new", whatever was revised since; one that is gone is "gone".
    """
    cursor = conn.execute(
        f"""
        SELECT c.seq, {PRESENT_CHANGE} AS present_change, c.cause AS last_cause, c.at, c.hash AS chain_hash, {_WHOLE}
        FROM changes c
        CROSS JOIN articles a ON a.id = c.article_id
        {_WITH_PICTURE}
        WHERE {IS_NEWEST}
        ORDER BY c.seq
        """,
        {"since": since, "portal": portal},
    )
    for row in cursor:
        values = _as_dict(cursor, row)
        change = Change(
            seq=values["seq"],
            article_id=values["id"],
            change=values["present_change"],
            cause=values["last_cause"],
            at=from_stamp(values["at"]),
            hash=values["chain_hash"],
        )
        yield change, _archived(values)


def head_of(conn: sqlite3.Connection) -> int:
    """The newest cursor of the change log; 0 while it is empty."""
    return int(conn.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def history_of(conn: sqlite3.Connection, article_id: int) -> list[PastRevision]:
    """Every state of an article, oldest first."""
    current = conn.execute("SELECT title_shown, lead, body FROM articles WHERE id = ?", [article_id]).fetchone()
    rows = conn.execute(
        """
        SELECT revision, recorded_at, kind, cause, content_sha256, fields
        FROM revisions
        WHERE article_id = ?
        ORDER BY revision
        """,
        [article_id],
    )
    past = []
    for revision, recorded_at, kind, cause, digest, fields in rows:
        title, lead, body = current
        if fields is not None:
            kept = from_json(fields)
            title, lead, body = kept["title_shown"], kept["lead"], kept["body"]
        past.append(
            PastRevision(
                revision=revision,
                recorded_at=from_stamp(recorded_at),
                kind=kind,
                cause=cause,
                content_sha256=digest,
                title=title or "",
                lead=lead,
                body=body or "",
            )
        )
    return past


def _find_id(conn: sqlite3.Connection, what: str) -> int | None:
    if what.isdecimal():
        if len(what) > _LONGEST_ID:
            return None
        row = conn.execute("SELECT id FROM articles WHERE id = ?", [int(what)]).fetchone()
    elif what.startswith("urn:"):
        row = conn.execute("SELECT id FROM articles WHERE urn = ?", [what]).fetchone()
    else:
        try:
            key = identity_key(canonical_url(what if "://" in what else f"https://{what}"))
        except UrlError:
            return None
        row = conn.execute("SELECT article_id FROM aliases WHERE key = ?", [key]).fetchone()
    return None if row is None else int(row[0])


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def _archived(row: dict[str, Any]) -> ArchivedArticle:
    return ArchivedArticle(
        id=row["id"],
        urn=row["urn"],
        portal=row["portal"],
        url=row["url"],
        source_name=row["source_name"],
        source_url=row["source_url"],
        archived_at=from_stamp(row["archived_at"]),
        revision=row["revision"],
        status=row["status"],
        reuse=row["reuse"],
        content_sha256=row["content_sha256"],
        article=None if row["status"] == "withdrawn" else _article(row),
    )


def _article(row: dict[str, Any]) -> Article:
    values = {name: row[name] for name in Article.__slots__ if name in row}
    values["authors"] = tuple(from_json(row["authors"]))
    values["tags"] = tuple(from_json(row["tags"]))
    values["published_at"] = from_stamp(row["published_at"])
    values["modified_at"] = from_stamp(row["modified_at"])
    return Article(**values)


def count_articles(conn: sqlite3.Connection, portal: str | None, since: datetime | None) -> int:
    """Articles of one portal or of all, archived since a moment or ever."""
    row = conn.execute(
        """
        SELECT count(*)
        FROM articles
        WHERE (:portal IS NULL OR portal = :portal)
          AND (:since IS NULL OR archived_at >= :since)
        """,
        {"portal": portal, "since": to_stamp(since)},
    ).fetchone()
    return int(row[0])


def newest_article(conn: sqlite3.Connection, portal: str | None) -> ArchivedArticle | None:
    """The article archived last, of one portal or of all."""
    cursor = conn.execute(
        f"""
        SELECT {_WHOLE}
        FROM articles a
        {_WITH_PICTURE}
        WHERE (:portal IS NULL OR a.portal = :portal)
          AND a.status = 'live'
        ORDER BY a.archived_at DESC, a.id DESC
        LIMIT 1
        """,
        {"portal": portal},
    )
    row = cursor.fetchone()
    return None if row is None else _archived(_as_dict(cursor, row))
