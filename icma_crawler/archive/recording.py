"""Recording a page: capture, frontier, article, revision, search entry and change-log row, all or nothing."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any, Literal

from icma_crawler.archive.captures import store_capture
from icma_crawler.archive.changes import (
    GENESIS,
    KnownState,
    agrees,
    chain,
    decide,
    digest_of,
    fields_of,
    urn_of,
)
from icma_crawler.archive.frontier import Entry, settle
from icma_crawler.archive.searching import index_article
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Article, Capture, Cause, ChangeKind, Portal, Rejection
from icma_crawler.urls import identity_key

Outcome = Literal["archived", "revised", "restored", "unchanged", "withdrawn", "rejected", "refused"]

_REFUSALS = frozenset({"challenge"})
_OUTCOMES: dict[ChangeKind, Outcome] = {"new": "archived", "revised": "revised", "restored": "restored"}


def record(
    conn: sqlite3.Connection,
    portal: Portal,
    entry: Entry,
    capture: Capture,
    result: Article | Rejection,
    *,
    now: datetime,
) -> Outcome:
    """Write down what a fetched page turned out to be. The caller holds the transaction."""
    if isinstance(result, Rejection):
        return _record_rejection(conn, portal, entry, capture, result, now=now)
    if _is_withdrawn(conn, result, entry, capture):
        settle(conn, entry.id, "withdrawn", status=capture.status, now=now)
        return "withdrawn"
    known = _find_known(conn, result, entry, capture)
    by_url = _find_by_key(conn, identity_key(result.url))
    if known is None and by_url is not None:
        # The canonical link names an article that this page has nothing in common with: the page stands for itself.
        result = _under_own_url(result, capture)
    change = decide(known, result)
    if known is None:
        article_id = _insert_article(conn, portal, capture, result, now)
    else:
        article_id = known.id
        if change is not None:
            _revise_article(conn, portal, known, capture, result, cause="source", now=now)
    _remember_aliases(conn, article_id, {result.url, capture.final_url, capture.url, entry.candidate.url}, now)
    outcome: Outcome = _OUTCOMES[change] if change else "unchanged"
    state: Literal["archived", "unchanged"] = "archived" if change else "unchanged"
    reason = "duplicate" if known is not None and change is None and entry.attempts == 0 else None
    settle(
        conn,
        entry.id,
        state,
        outcome=outcome,
        reason=reason,
        status=capture.status,
        article_id=article_id,
        now=now,
    )
    if change is not None:
        log_change(conn, article_id, change, cause="source", at=now)
    return outcome


def log_change(conn: sqlite3.Connection, article_id: int, change: ChangeKind, *, cause: Cause, at: datetime) -> int:
    """Append to the change log; returns the row's seq."""
    seq, previous = conn.execute(
        "SELECT coalesce(max(seq), 0) + 1, coalesce((SELECT hash FROM changes ORDER BY seq DESC LIMIT 1), ?) FROM changes",
        [GENESIS],
    ).fetchone()
    urn, digest = conn.execute("SELECT urn, content_sha256 FROM articles WHERE id = ?", [article_id]).fetchone()
    conn.execute(
        "INSERT INTO changes (seq, article_id, change, cause, at, content_sha256, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [seq, article_id, change, cause, to_stamp(at), digest, chain(previous, seq, urn, change, digest)],
    )
    return int(seq)


def _record_rejection(
    conn: sqlite3.Connection, portal: Portal, entry: Entry, capture: Capture, rejection: Rejection, *, now: datetime
) -> Outcome:
    store_capture(conn, portal.id, capture, "page")
    outcome: Literal["refused", "rejected"] = "refused" if rejection.reason in _REFUSALS else "rejected"
    settle(conn, entry.id, outcome, reason=rejection.reason, detail=rejection.detail, status=capture.status, now=now)
    return outcome


def _is_withdrawn(conn: sqlite3.Connection, article: Article, entry: Entry, capture: Capture) -> bool:
    keys = {identity_key(url) for url in (article.url, entry.candidate.url, capture.url, capture.final_url)}
    marks = ", ".join("?" * len(keys))
    return conn.execute(f"SELECT 1 FROM withdrawals WHERE key IN ({marks})", sorted(keys)).fetchone() is not None


def _find_known(conn: sqlite3.Connection, article: Article, entry: Entry, capture: Capture) -> KnownState | None:
    """The article this page is a state of, by any of its addresses; a canonical link alone must also agree."""
    for url in dict.fromkeys((capture.final_url, capture.url, entry.candidate.url)):
        known = _find_by_key(conn, identity_key(url))
        if known is not None:
            return known
    known = _find_by_key(conn, identity_key(article.url))
    return known if known is not None and agrees(known, article) else None


def _find_by_key(conn: sqlite3.Connection, key: str) -> KnownState | None:
    row = conn.execute(
        """
        SELECT a.id, a.status, a.revision, a.content_sha256, a.title_shown, a.body
        FROM aliases
        JOIN articles a ON a.id = aliases.article_id
        WHERE aliases.key = ?
        """,
        [key],
    ).fetchone()
    return None if row is None else KnownState(row[0], row[1], row[2], row[3], row[4] or "", row[5] or "")


def _under_own_url(article: Article, capture: Capture) -> Article:
    values = {name: getattr(article, name) for name in Article.__slots__}
    return Article(**{**values, "url": capture.final_url})


def _columns_of(article: Article) -> dict[str, Any]:
    """The columns of `articles` that a page can give."""
    values = fields_of(article)
    return {
        **values,
        "authors": json.dumps(list(article.authors), ensure_ascii=False),
        "tags": json.dumps(list(article.tags), ensure_ascii=False),
        "published_at": to_stamp(article.published_at),
        "modified_at": to_stamp(article.modified_at),
        "content_sha256": digest_of(article),
        "extractor": article.extractor,
    }


def _insert_article(conn: sqlite3.Connection, portal: Portal, capture: Capture, article: Article, now: datetime) -> int:
    capture_id = store_capture(conn, portal.id, capture, "page")
    columns = {
        "urn": urn_of(portal.id, article.url),
        "portal": portal.id,
        "url": article.url,
        "source_name": portal.name,
        "source_url": portal.source_url,
        "archived_at": to_stamp(now),
        "revision": 1,
        "status": "live",
        "reuse": portal.reuse,
        **_columns_of(article),
    }
    cursor = conn.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join(f':{name}' for name in columns)})", columns
    )
    article_id = int(cursor.lastrowid or 0)
    _insert_revision(conn, article_id, article, revision=1, kind="new", cause="source", capture_id=capture_id, now=now)
    index_article(conn, article_id, article.title_shown, article.lead, article.body)
    return article_id


def _revise_article(
    conn: sqlite3.Connection,
    portal: Portal,
    known: KnownState,
    capture: Capture,
    article: Article,
    *,
    cause: Cause,
    now: datetime,
) -> None:
    capture_id = store_capture(conn, portal.id, capture, "page")
    _keep_superseded(conn, known)
    columns = {**_columns_of(article), "revision": known.revision + 1, "status": "live"}
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    conn.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**columns, "id": known.id})
    _insert_revision(
        conn,
        known.id,
        article,
        revision=known.revision + 1,
        kind="substantive",
        cause=cause,
        capture_id=capture_id,
        now=now,
    )
    index_article(conn, known.id, article.title_shown, article.lead, article.body)


def _keep_superseded(conn: sqlite3.Connection, known: KnownState) -> None:
    """Move the current state into its revision row; only superseded states are kept twice over."""
    cursor = conn.execute("SELECT * FROM articles WHERE id = ?", [known.id])
    row = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
    fields = {name: row[name] for name in _columns_kept(row)}
    conn.execute(
        "UPDATE revisions SET fields = ? WHERE article_id = ? AND revision = ?",
        [json.dumps(fields, ensure_ascii=False), known.id, known.revision],
    )


def _columns_kept(row: dict[str, Any]) -> list[str]:
    identity = {"id", "urn", "portal", "url", "source_name", "source_url", "archived_at", "revision", "status", "reuse"}
    return [name for name in row if name not in identity]


def _insert_revision(
    conn: sqlite3.Connection,
    article_id: int,
    article: Article,
    *,
    revision: int,
    kind: str,
    cause: Cause,
    capture_id: int,
    now: datetime,
) -> None:
    conn.execute(
        """
        INSERT INTO revisions (article_id, revision, recorded_at, kind, cause, capture_id, content_sha256, extractor)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [article_id, revision, to_stamp(now), kind, cause, capture_id, digest_of(article), article.extractor],
    )


def _remember_aliases(conn: sqlite3.Connection, article_id: int, urls: set[str], now: datetime) -> None:
    conn.executemany(
        "INSERT INTO aliases (key, url, article_id, first_seen_at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        [(identity_key(url), url, article_id, to_stamp(now)) for url in sorted(urls)],
    )
