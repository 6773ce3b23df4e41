"""Merging a whole archive into another: each article that is not known yet, with its history, pages and addresses."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from icma_crawler.archive.captures import load_capture, store_capture
from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.identity import is_withdrawn, known_by_url
from icma_crawler.archive.importing import Taken
from icma_crawler.archive.searching import index_article
from icma_crawler.models import Cause, ChangeKind

_HERE_ONLY = frozenset({"holder", "held_since", "reuse_cause", "tdm_status", "tdm_asked_at"})


def merge_article(conn: sqlite3.Connection, other: sqlite3.Connection, urn: str, now: datetime) -> Taken:
    """Copy the article *urn* of *other*; the caller holds the transaction. What is known here stays as it is."""
    article = _row(other, "SELECT * FROM articles WHERE urn = ?", urn)
    ours_already = conn.execute("SELECT status FROM articles WHERE urn = ?", [urn]).fetchone()
    if ours_already:
        return "kept" if article["status"] == "withdrawn" != ours_already[0] else "known"
    addresses = [row[0] for row in other.execute("SELECT url FROM aliases WHERE article_id = ?", [article["id"]])]
    if article["status"] != "withdrawn" and is_withdrawn(conn, [article["url"], *addresses]):
        return "refused"
    if any(known_by_url(conn, url) for url in (article["url"], *addresses)):
        return "kept"
    _copy_portal(conn, other, article["portal"])
    theirs = article.pop("id")
    ours = _insert(conn, "articles", article)
    captures = _copy_captures(conn, other, article["portal"], theirs)
    for revision in _rows(other, "SELECT * FROM revisions WHERE article_id = ? ORDER BY revision", theirs):
        capture_id = captures.get(revision["capture_id"])
        _insert(conn, "revisions", revision | {"article_id": ours, "capture_id": capture_id})
    for alias in _rows(other, "SELECT * FROM aliases WHERE article_id = ?", theirs):
        _insert(conn, "aliases", alias | {"article_id": ours})
    for signal in _rows(other, "SELECT * FROM signals WHERE article_id = ?", theirs):
        _insert(conn, "signals", signal | {"id": None, "article_id": ours})
    for imported in _rows(other, "SELECT * FROM imports WHERE article_id = ?", theirs):
        _insert(conn, "imports", imported | {"article_id": ours})
    for picture in _rows(other, "SELECT * FROM pictures WHERE article_id = ?", theirs):
        _insert(conn, "pictures", picture | {"article_id": ours})
    if article["status"] != "withdrawn":
        index_article(conn, ours, article["title_shown"], article["lead"], article["body"])
    change, cause = _last_change(other, theirs, article["status"])
    log_change(conn, ours, change, cause=cause, at=now)
    return "withdrawn" if article["status"] == "withdrawn" else "new"


def merge_register(conn: sqlite3.Connection, other: sqlite3.Connection) -> None:
    """What was withdrawn there does not come here later; what stands here is for the operator to take down."""
    for row in _rows(other, "SELECT * FROM withdrawals"):
        if _is_live(conn, row["key"]):
            continue
        urn = other.execute("SELECT urn FROM articles WHERE id = ?", [row["article_id"]]).fetchone()
        ours = conn.execute("SELECT id FROM articles WHERE urn = ?", urn).fetchone() if urn else None
        conn.execute(
            """
            INSERT INTO withdrawals (key, article_id, reason, at)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (key) DO NOTHING
            """,
            [row["key"], ours[0] if ours else None, row["reason"], row["at"]],
        )


def _is_live(conn: sqlite3.Connection, key: str) -> bool:
    row = conn.execute(
        "SELECT status FROM articles WHERE id = (SELECT article_id FROM aliases WHERE key = ?)", [key]
    ).fetchone()
    return row is not None and row[0] != "withdrawn"


def _copy_portal(conn: sqlite3.Connection, other: sqlite3.Connection, portal: str) -> None:
    if conn.execute("SELECT 1 FROM portals WHERE id = ?", [portal]).fetchone():
        return
    row = _row(other, "SELECT * FROM portals WHERE id = ?", portal)
    _insert(conn, "portals", {name: value for name, value in row.items() if name not in _HERE_ONLY})
    for signal in _rows(other, "SELECT * FROM signals WHERE portal = ? AND article_id IS NULL", portal):
        _insert(conn, "signals", signal | {"id": None})
    for line in _rows(other, "SELECT * FROM boilerplate WHERE portal = ?", portal):
        _insert(conn, "boilerplate", line)


def _copy_captures(
    conn: sqlite3.Connection, other: sqlite3.Connection, portal: str, theirs: int
) -> dict[int | None, int]:
    """The pages behind an article's states; by their id there, their id here."""
    rows = other.execute(
        "SELECT DISTINCT capture_id FROM revisions WHERE article_id = ? AND capture_id IS NOT NULL", [theirs]
    ).fetchall()
    return {capture_id: store_capture(conn, portal, load_capture(other, capture_id), "page") for (capture_id,) in rows}


def _last_change(other: sqlite3.Connection, theirs: int, status: str) -> tuple[ChangeKind, Cause]:
    (cause,) = other.execute(
        "SELECT cause FROM changes WHERE article_id = ? ORDER BY seq DESC LIMIT 1", [theirs]
    ).fetchone()
    changes: dict[str, ChangeKind] = {"gone": "gone", "withdrawn": "withdrawn"}
    return changes.get(status, "new"), cause


def _row(conn: sqlite3.Connection, sql: str, value: object) -> dict[str, Any]:
    return next(iter(_rows(conn, sql, value)))


def _rows(conn: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _insert(conn: sqlite3.Connection, table: str, values: dict[str, Any]) -> int:
    marks = ", ".join(f":{name}" for name in values)
    cursor = conn.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)
    return int(cursor.lastrowid or 0)
