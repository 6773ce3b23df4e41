"""The articles in their present state: the operators' table, whose columns are a promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from icma_crawler.archive.database import Row, Store, as_dict, assignments
from icma_crawler.archive.decisions import REVISED_FIELDS, KnownState
from icma_crawler.archive.values import from_json, from_stamp, to_stamp
from icma_crawler.models import ArchivedArticle, Article, Reuse, Status

_CROWD = 4
"""So many articles of one minute are no coincidence: a portal that prints one date on every page."""

_KEPT_OF_WITHDRAWN = frozenset({"language", "published_at", "published_precision", "modified_at", "access", "charset"})
"""What is no word of an article; everything else that a page gave is wiped by a takedown."""
_EMPTY = {"authors": "[]", "tags": "[]", "word_count": 0}

WHOLE = "a.*, b.caption AS image_caption, b.credit AS image_credit"
"""An article ``a`` with what stands below its picture ``b``, as `archived_of` reads it."""
WITH_PICTURE = "LEFT JOIN pictures b ON b.article_id = a.id"

_KNOWN = """a.id, a.url, a.status, a.revision, a.content_sha256, coalesce(a.title_shown, '') AS title_shown, a.lead,
  coalesce(a.body, '') AS body, a.section, a.word_count, a.access, a.extractor"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedArticle:
    """What an article's `reuse` is decided from; ``cut_to`` is what an imported text was cut to by its sender."""

    url: str
    status: Status
    reuse: Reuse
    cut_to: Reuse


class Articles(Store):
    """The table `articles`."""

    # ---- writing

    def add(self, columns: Mapping[str, Any]) -> int:
        """A new article; returns its id."""
        return self._db.insert("articles", columns)

    def update(self, article_id: int, columns: Mapping[str, Any]) -> None:
        """Give an article other values in some columns."""
        self._db.run(f"UPDATE articles SET {assignments(columns)} WHERE id = :id", {**columns, "id": article_id})

    def mark_gone(self, article_id: int) -> bool:
        """The source has taken the article down; False where it was not live."""
        changed = self._db.run(
            "UPDATE articles SET status = 'gone' WHERE id = :id AND status = 'live'", {"id": article_id}
        )
        return changed > 0

    def mark_live(self, article_id: int) -> None:
        """The source shows it again."""
        self._db.run("UPDATE articles SET status = 'live' WHERE id = :id", {"id": article_id})

    def limit_reuse(self, article_id: int, reuse: Reuse) -> None:
        """What is allowed of it now."""
        self._db.run("UPDATE articles SET reuse = :reuse WHERE id = :id", {"id": article_id, "reuse": reuse})

    def wipe(self, article_id: int) -> None:
        """Take every word out of an article; a tombstone stays."""
        columns = {name: _EMPTY.get(name) for name in REVISED_FIELDS if name not in _KEPT_OF_WITHDRAWN}
        self.update(article_id, {**columns, "content_sha256": "", "status": "withdrawn"})

    # ---- one article, as recording needs it

    def known(self, article_id: int | None) -> KnownState | None:
        """What the archive knows of an article; None where there is none of that id."""
        return self._known_where("a.id = :id", {"id": article_id}) if article_id is not None else None

    def known_by_content(self, portal_id: str, content_sha256: str) -> KnownState | None:
        """The article of a portal that has this very text; None where none has."""
        return self._known_where(
            "a.portal = :portal AND a.content_sha256 = :digest", {"portal": portal_id, "digest": content_sha256}
        )

    def known_of_minute(self, portal_id: str, published_at: datetime) -> list[KnownState]:
        """What a portal published in one minute, the newest first; of a crowd only the newest four."""
        rows = self._db.rows(
            f"""
            SELECT {_KNOWN}
            FROM articles a
            WHERE coalesce(a.published_at, a.archived_at) = :published_at
              AND a.portal = :portal
              AND a.published_precision = 'minute'
              AND a.status = 'live'
            ORDER BY a.id DESC
            LIMIT :crowd
            """,
            {"published_at": to_stamp(published_at), "portal": portal_id, "crowd": _CROWD},
        )
        return [KnownState(**as_dict(row)) for row in rows]

    def is_crowd(self, known: list[KnownState]) -> bool:
        """Whether `known_of_minute` gave so many that their minute says nothing."""
        return len(known) >= _CROWD

    def _known_where(self, where: str, values: Mapping[str, Any]) -> KnownState | None:
        row = self._db.row(f"SELECT {_KNOWN} FROM articles a WHERE {where}", values)
        return None if row is None else KnownState(**as_dict(row))

    def has_other_with_content(self, portal_id: str, content_sha256: str, but: int) -> bool:
        """Whether an article of the portal, *but* one, has this very text."""
        row = self._db.row(
            "SELECT 1 FROM articles WHERE portal = :portal AND content_sha256 = :digest AND id <> :but",
            {"portal": portal_id, "digest": content_sha256, "but": but},
        )
        return row is not None

    def has_other_with_body(self, portal_id: str, body: str, word_count: int, but: int) -> bool:
        """Whether an article of the portal, *but* one, has this text below whatever headline."""
        row = self._db.row(
            """
            SELECT 1
            FROM observed o
            CROSS JOIN articles a ON a.id = o.article_id -- in this order: few have as many words
            WHERE o.portal = :portal
              AND o.word_count = :word_count
              AND o.article_id <> :but
              AND a.body = :body
            LIMIT 1
            """,
            {"portal": portal_id, "word_count": word_count, "but": but, "body": body},
        )
        return row is not None

    def has_other_with_image(self, image_url: str, but: int) -> bool:
        """Whether another article has this picture, as with a logo."""
        row = self._db.row(
            "SELECT 1 FROM articles WHERE image_url = :image_url AND id <> :but LIMIT 1",
            {"image_url": image_url, "but": but},
        )
        return row is not None

    # ---- one article, as people ask for it

    def id_of_urn(self, urn: str) -> int | None:
        """The article of that urn; None where there is none."""
        found: int | None = self._db.value("SELECT id FROM articles WHERE urn = :urn", {"urn": urn})
        return found

    def load(self, article_id: int) -> ArchivedArticle | None:
        """An article in its present state, with what stands below its picture; None where there is none of that id."""
        row = self._db.row(f"SELECT {WHOLE} FROM articles a {WITH_PICTURE} WHERE a.id = :id", {"id": article_id})
        return None if row is None else archived_of(row)

    def newest(self, portal_id: str | None = None) -> ArchivedArticle | None:
        """The live article archived last, of one portal or of all; None where none is live."""
        row = self._db.row(
            f"""
            SELECT {WHOLE}
            FROM articles a
            {WITH_PICTURE}
            WHERE (:portal IS NULL OR a.portal = :portal)
              AND a.status = 'live'
            ORDER BY a.archived_at DESC, a.id DESC
            LIMIT 1
            """,
            {"portal": portal_id},
        )
        return None if row is None else archived_of(row)

    def row_of(self, article_id: int) -> dict[str, Any]:
        """All columns of an article as they are stored.

        Raises:
            LookupError: there is none of that id.
        """
        row = self._db.row("SELECT * FROM articles WHERE id = :id", {"id": article_id})
        if row is None:
            raise LookupError(f"no article {article_id}")
        return as_dict(row)

    def url_of(self, article_id: int) -> str | None:
        """The address of an article; None where there is none of that id."""
        found: str | None = self._db.value("SELECT url FROM articles WHERE id = :id", {"id": article_id})
        return found

    def portal_of(self, article_id: int) -> str:
        """The portal of an article.

        Raises:
            LookupError: there is no such article.
        """
        found = self._db.value("SELECT portal FROM articles WHERE id = :id", {"id": article_id})
        if found is None:
            raise LookupError(f"no article {article_id}")
        return str(found)

    def status_of(self, article_id: int) -> Status | None:
        """The status of an article; None where there is none of that id."""
        found: Status | None = self._db.value("SELECT status FROM articles WHERE id = :id", {"id": article_id})
        return found

    def limited(self, article_id: int) -> LimitedArticle:
        """What the `reuse` of an article is decided from.

        Raises:
            LookupError: there is no such article.
        """
        row = self._db.row(
            """
            SELECT a.url, a.status, a.reuse, coalesce(i.cut_to, 'full') AS cut_to
            FROM articles a
            LEFT JOIN imports i ON i.article_id = a.id
            WHERE a.id = :id
            """,
            {"id": article_id},
        )
        if row is None:
            raise LookupError(f"no article {article_id}")
        return LimitedArticle(url=row["url"], status=row["status"], reuse=row["reuse"], cut_to=row["cut_to"])

    # ---- many articles

    def count(self, portal_id: str | None = None, since: datetime | None = None) -> int:
        """Articles of one portal or of all, archived since a moment or ever."""
        return int(
            self._db.value(
                """
                SELECT count(*)
                FROM articles
                WHERE (:portal IS NULL OR portal = :portal)
                  AND (:since IS NULL OR archived_at >= :since)
                """,
                {"portal": portal_id, "since": to_stamp(since)},
            )
        )

    def ids_of(self, portal_id: str) -> list[int]:
        """The articles of a portal, withdrawn ones too."""
        rows = self._db.rows("SELECT id FROM articles WHERE portal = :portal", {"portal": portal_id})
        return [row["id"] for row in rows]

    def urns(self) -> list[str]:
        """Every article, in the order they were archived."""
        return [row["urn"] for row in self._db.rows("SELECT urn FROM articles ORDER BY id")]

    def stale(self, portal_id: str, extractor: str, since: datetime | None = None) -> list[int]:
        """The articles of a portal, archived since a moment or ever (None), whose text another than *extractor* read."""
        rows = self._db.rows(
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
            {"portal": portal_id, "extractor": extractor, "since": to_stamp(since)},
        )
        return [row["id"] for row in rows]

    def reuse_step(self, portal_id: str, after: tuple[str, int], count: int) -> list[tuple[str, int]]:
        """The next *count* articles of a portal as (archived_at, id), behind *after*, in that order; none: all are done."""
        rows = self._db.rows(
            """
            SELECT archived_at, id
            FROM articles
            WHERE portal = :portal
              AND (archived_at, id) > (:archived_at, :id)
            ORDER BY archived_at, id
            LIMIT :count
            """,
            {"portal": portal_id, "archived_at": after[0], "id": after[1], "count": count},
        )
        return [(row["archived_at"], row["id"]) for row in rows]

    def iter_texts(self, portal_id: str) -> Iterator[tuple[str, str]]:
        """Headline and body of a portal's articles, in the order they were archived."""
        rows = self._db.stream(
            "SELECT title, body FROM articles WHERE portal = :portal AND status <> 'withdrawn' ORDER BY id",
            {"portal": portal_id},
        )
        return ((row["title"], row["body"]) for row in rows)

    def iter_titles(self, portal_id: str) -> Iterator[str]:
        """The headlines of a portal's articles, with kicker and without."""
        for row in self._db.stream(
            "SELECT title, title_shown FROM articles WHERE portal = :portal AND status <> 'withdrawn'",
            {"portal": portal_id},
        ):
            yield from dict.fromkeys((row["title"], row["title_shown"]))


def archived_of(row: Row) -> ArchivedArticle:
    """A row of `WHOLE` as a value."""
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
        article=None if row["status"] == "withdrawn" else _article_of(row),
    )


_STORED = ("url", *REVISED_FIELDS, "image_caption", "image_credit", "extractor")


def _article_of(row: Row) -> Article:
    values = {name: row[name] for name in _STORED}
    values["authors"] = tuple(from_json(row["authors"]))
    values["tags"] = tuple(from_json(row["tags"]))
    values["published_at"] = from_stamp(row["published_at"])
    values["modified_at"] = from_stamp(row["modified_at"])
    return Article(**values)
