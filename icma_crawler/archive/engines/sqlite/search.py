"""Full-text search by FTS5 over folded text: "azerbaycan" finds "Azərbaycan", "qazaxistan" finds "Qazaxıstanla"."""

from __future__ import annotations

import re
from datetime import datetime

from icma_crawler.archive.database import Row, Store
from icma_crawler.archive.engines.sqlite.database import SqliteDatabase
from icma_crawler.archive.hits import Hit, snippet
from icma_crawler.archive.tables.meta import Meta
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.text import FOLD_VERSION, fold

_WORD = re.compile(r"\w+")
_PREFIX_FROM = 4  # letters; Azerbaijani glues its endings on, so "Qazaxıstan" must find "Qazaxıstanla"
_CHUNK = 500


class FtsIndex(Store):
    """The table `search_text` with the folded words, and the FTS5 index `search_index` over it."""

    def __init__(self, db: SqliteDatabase, meta: Meta) -> None:
        super().__init__(db)
        self._meta = meta

    def index(self, article_id: int, title: str, lead: str | None, body: str) -> None:
        """Bring the search entry of an article up to date."""
        self.remove(article_id)
        entry = {"id": article_id, "title": fold(title), "body": fold(f"{lead}\n\n{body}" if lead else body)}
        self._db.run("INSERT INTO search_text (rowid, title, body) VALUES (:id, :title, :body)", entry)
        self._db.run("INSERT INTO search_index (rowid, title, body) VALUES (:id, :title, :body)", entry)

    def remove(self, article_id: int) -> None:
        """Take an article out of the index; FTS5 needs the indexed text back to do so."""
        old = self._db.row("SELECT title, body FROM search_text WHERE rowid = :id", {"id": article_id})
        if old is None:
            return
        self._db.run(
            """
            INSERT INTO search_index (search_index, rowid, title, body)
            VALUES ('delete', :id, :title, :body)
            """,
            {"id": article_id, "title": old["title"], "body": old["body"]},
        )
        self._db.run("DELETE FROM search_text WHERE rowid = :id", {"id": article_id})

    def find(
        self,
        query: str,
        *,
        portal_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
    ) -> list[Hit]:
        """Articles that hold every word of *query*, newest first (by publication, else by archiving)."""
        expression = match_expression(query)
        if not expression:
            return []
        rows = self._db.rows(
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
                "portal": portal_id,
                "since": to_stamp(since),
                "until": to_stamp(until),
                "limit": limit,
            },
        )
        return [_hit_of(row, query) for row in rows]

    def refresh(self) -> int:
        """Fold every article anew where other spelling rules folded it; returns how many.

        A chunk at a time, so that readers and another writer never wait long. What is interrupted begins again.
        A version that cannot be read says nothing of the words, and must not keep `icma verify` from telling of it.
        """
        try:
            version = self._meta.fold_version
        except self._db.errors:
            return 0
        return 0 if version == FOLD_VERSION else self._fold_all()

    def rebuild(self) -> int:
        """Make the index anew from the articles, whatever state it is in; returns how many."""
        with self._db.write():
            self._db.run("DELETE FROM search_text")
            self._db.run("INSERT INTO search_index (search_index) VALUES ('rebuild')")
        return self._fold_all()

    def _fold_all(self) -> int:
        rows = self._db.rows("SELECT id FROM articles WHERE status <> 'withdrawn' ORDER BY id")
        for start in range(0, len(rows), _CHUNK):
            with self._db.write():
                for row in rows[start : start + _CHUNK]:
                    self._fold_one(row["id"])
        self._meta.save("fold_version", str(FOLD_VERSION))
        return len(rows)

    def _fold_one(self, article_id: int) -> None:
        article = self._db.row(
            "SELECT title_shown, lead, body FROM articles WHERE id = :id AND status <> 'withdrawn'", {"id": article_id}
        )
        if article is not None:
            self.index(article_id, article["title_shown"], article["lead"], article["body"])


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


def _hit_of(row: Row, query: str) -> Hit:
    return Hit(
        id=row["id"],
        url=row["url"],
        portal=row["portal"],
        title=row["title_shown"],
        published_at=from_stamp(row["published_at"]),
        archived_at=from_stamp(row["archived_at"]),
        snippet=snippet(" ".join(filter(None, (row["lead"], row["body"]))), query),
    )
