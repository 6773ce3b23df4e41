"""Full-text search over folded text: "azerbaycan" finds "Azərbaycan", "qazaxistan" finds "Qazaxıstanla"."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.meta import read_meta
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.text import FOLD_VERSION, fold

_WORD = re.compile(r"\w+")
_PREFIX_FROM = 4  # letters; Azerbaijani glues its endings on, so "Qazaxıstan" must find "Qazaxıstanla"
_SNIPPET_CHARS = 160
_REBUILD_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that a search found; ``snippet`` is original text around the first match."""

    id: int
    url: str
    portal: str
    title: str
    published_at: datetime | None
    archived_at: datetime
    snippet: str


def index_article(conn: sqlite3.Connection, article_id: int, title: str, lead: str | None, body: str) -> None:
    """Bring the search entry of an article up to date."""
    unindex_article(conn, article_id)
    entry = [article_id, fold(title), fold(f"{lead}\n\n{body}" if lead else body)]
    conn.execute("INSERT INTO search_text (rowid, title, body) VALUES (?, ?, ?)", entry)
    conn.execute("INSERT INTO search_index (rowid, title, body) VALUES (?, ?, ?)", entry)


def unindex_article(conn: sqlite3.Connection, article_id: int) -> None:
    """Take an article out of the index; FTS5 needs the indexed text back to do so."""
    old = conn.execute("SELECT title, body FROM search_text WHERE rowid = ?", [article_id]).fetchone()
    if old is None:
        return
    conn.execute(
        "INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', ?, ?, ?)", [article_id, *old]
    )
    conn.execute("DELETE FROM search_text WHERE rowid = ?", [article_id])


def match_expression(query: str) -> str:
    """An FTS5 expression for what a person typed: all words, "…" as a phrase, endings forgiven.

    Words of four letters or more match as prefixes; a word that ends in q or k also finds its softened stem
    (uşaq: uşağı, çörək: çörəyi). Empty where the query has no word.
    """
    parts = []
    for phrase, words in re.findall(r'"([^"]*)"|([^"]+)', query):
        if phrase:
            tokens = _WORD.findall(fold(phrase))
            parts += [f'"{" ".join(tokens)}"'] if tokens else []
        else:
            parts += [_word_expression(token) for token in _WORD.findall(fold(words))]
    return " AND ".join(parts)


def _word_expression(word: str) -> str:
    if len(word) < _PREFIX_FROM:
        return f'"{word}"'
    softened = {"q": "g", "k": "y"}.get(word[-1])
    stems = [word, word[:-1] + softened] if softened else [word]
    alternatives = " OR ".join(f'"{stem}"*' for stem in stems)
    return f"({alternatives})" if softened else alternatives


def search(
    conn: sqlite3.Connection,
    query: str,
    *,
    portal: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Articles that hold every word of *query*, newest first (by publication, else by archiving)."""
    expression = match_expression(query)
    if not expression:
        return []
    rows = conn.execute(
        """
        SELECT a.id, a.url, a.portal, a.title_shown, a.published_at, a.archived_at, a.lead, a.body
        FROM articles a
        WHERE a.id IN (SELECT rowid FROM search_index WHERE search_index MATCH :expression)
          AND (:portal IS NULL OR a.portal = :portal)
          AND (:since IS NULL OR coalesce(a.published_at, a.archived_at) >= :since)
          AND (:until IS NULL OR coalesce(a.published_at, a.archived_at) < :until)
        ORDER BY coalesce(a.published_at, a.archived_at) DESC
        LIMIT :limit
        """,
        {
            "expression": expression,
            "portal": portal,
            "since": to_stamp(since),
            "until": to_stamp(until),
            "limit": limit,
        },
    )
    return [
        Hit(
            id=row[0],
            url=row[1],
            portal=row[2],
            title=row[3],
            published_at=from_stamp(row[4]),
            archived_at=from_stamp(row[5]),
            snippet=snippet(" ".join(filter(None, (row[6], row[7]))), query),
        )
        for row in rows
    ]


def snippet(text: str, query: str) -> str:
    """About 160 characters of *text* around the first word that *query* asks for."""
    stems = [re.escape(token) for token in _WORD.findall(fold(query.replace('"', " ")))]
    flat = " ".join(text.split())
    if not stems:
        return flat[:_SNIPPET_CHARS]
    found = re.search(rf"\b(?:{'|'.join(stems)})", _fold_by_letter(flat))
    middle = found.start() if found else 0
    start = max(0, middle - _SNIPPET_CHARS // 3)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    cut = flat[start : start + _SNIPPET_CHARS]
    if start + _SNIPPET_CHARS < len(flat):
        cut = cut.rsplit(" ", 1)[0] + " …"
    return ("… " if start else "") + cut


def _fold_by_letter(text: str) -> str:
    """`fold`, one letter for one, so that places in it are places in *text*."""
    folded = fold(text)
    return folded if len(folded) == len(text) else "".join((fold(letter) or " ")[0] for letter in text)


def refresh_index(conn: sqlite3.Connection) -> int:
    """Rebuild the index where it was folded by another version of the rules; returns articles redone."""
    version = read_meta(conn, "fold_version")
    return 0 if version == str(FOLD_VERSION) else rebuild_index(conn)


def rebuild_index(conn: sqlite3.Connection) -> int:
    """Fold every article anew, in chunks, so that readers and another writer never wait long; returns how many."""
    with conn:
        conn.execute("DELETE FROM search_text")
        conn.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    ids = [row[0] for row in conn.execute("SELECT id FROM articles WHERE status <> 'withdrawn' ORDER BY id")]
    for start in range(0, len(ids), _REBUILD_CHUNK):
        with conn:
            for article_id in ids[start : start + _REBUILD_CHUNK]:
                title, lead, body = conn.execute(
                    "SELECT title_shown, lead, body FROM articles WHERE id = ?", [article_id]
                ).fetchone()
                index_article(conn, article_id, title, lead, body)
    with conn:
        conn.execute("UPDATE meta SET value = ? WHERE name = 'fold_version'", [str(FOLD_VERSION)])
    return len(ids)
