"""What a dump says of each article, read as canonical JSON straight from SQL: four times cheaper than by way of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from icma_crawler.archive.database import Database, Store
from icma_crawler.archive.tables.changes import IS_NEWEST, PRESENT_CHANGE
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import ArchivedArticle, Cause, ChangeKind, Reuse

Shape = Mapping[str, "str | Mapping[str, str]"]
"""JSON keys and the columns of `articles` they hold: none is null; a mapping is an object, null where all of it is."""

IDENTITY: Shape = {
    "archived_at": "archived_at",
    "id": "urn",
    "portal": "portal",
    "reuse": "reuse",
    "revision": "revision",
    "source": {"name": "source_name", "url": "source_url"},
    "url": "url",
}
"""What is said of every article, also of a withdrawn one."""

CONTENT: Shape = {
    "access": "access",
    "authors": "authors",
    "content_sha256": "content_sha256",
    "image_url": "image_url",
    "kicker": "kicker",
    "language": "language",
    "lead": "lead",
    "modified_at": "modified_at",
    "origin": {"name": "origin_name", "url": "origin_url"},
    "published_at": "published_at",
    "published_precision": "published_precision",
    "section": "section",
    "tags": "tags",
    "text": "body",
    "title": "title",
    "title_shown": "title_shown",
}
"""What is said of an article as long as it is not withdrawn."""

_JSON_COLUMNS = frozenset({"authors", "tags"})


TO_CUT: Mapping[str, str] = {"image_url": "image_url", "lead": "lead", "reuse": "reuse", "text": "body"}
"""The keys of a core that its rights may change, in its order, and their columns."""


class ChangedArticle(NamedTuple):
    """An article at its newest change: what a dump decides by, and ``core``, all it says as canonical JSON.

    Where its text may not leave whole, the core has null for each of `TO_CUT`, and the values stand beside it: what is
    to be cut need not become JSON first. Else ``body`` is None. ``cut_to`` is what an imported article's text was cut
    to by its sender. ``caption`` and ``credit`` are of its picture, and no part of what is promised downstream.
    """

    seq: int
    change: ChangeKind
    cause: Cause
    changed_at: str
    url: str
    source_name: str
    source_url: str
    archived_at: str
    language: str | None
    reuse: Reuse
    portal_reuse: Reuse
    signal_reuse: Reuse
    cut_to: Reuse
    image_url: str | None
    lead: str | None
    body: str | None
    core: bytes
    caption: str | None
    credit: str | None


_IS_CUT = "(a.status <> 'withdrawn' AND NOT (a.reuse = 'full' AND p.reuse = 'full' AND p.signal_reuse = 'full'))"


class DumpRows(Store):
    """Reads `changes`, `articles`, `portals`, `imports` and `pictures`."""

    def iter_since(self, since: int = 0, portal_id: str | None = None) -> Iterator[ChangedArticle]:
        """Every article that changed after the cursor *since*, once, in its present state, by its newest change.

        An article without a language of its own is taken to be in its portal's.
        """
        core = f"""CASE
                     WHEN a.status = 'withdrawn' THEN {_sql_of(self._db, IDENTITY)}
                     WHEN {_IS_CUT} THEN {_sql_of(self._db, {**IDENTITY, **CONTENT, **dict.fromkeys(TO_CUT, "")})}
                     ELSE {live_core(self._db)}
                   END"""
        return self._db.stream_as(
            ChangedArticle,
            f"""
            SELECT c.seq, {PRESENT_CHANGE} AS change, c.cause, c.at AS changed_at, a.url, a.source_name, a.source_url,
                   a.archived_at, coalesce(a.language, p.language) AS language, a.reuse, p.reuse AS portal_reuse,
                   p.signal_reuse, coalesce(i.cut_to, 'full') AS cut_to,
                   CASE WHEN {_IS_CUT} THEN a.image_url END AS image_url,
                   CASE WHEN {_IS_CUT} THEN a.lead END AS lead,
                   CASE WHEN {_IS_CUT} THEN a.body END AS body,
                   {self._db.as_bytes(core)} AS core,
                   b.caption, b.credit
            FROM changes c
            CROSS JOIN articles a ON a.id = c.article_id
            JOIN portals p ON p.id = a.portal
            LEFT JOIN imports i ON i.article_id = a.id
            LEFT JOIN pictures b ON b.article_id = a.id
            WHERE {IS_NEWEST}
            ORDER BY c.seq
            """,
            {"since": since, "portal": portal_id},
        )


def live_core(db: Database) -> str:
    """What a dump says of an article ``a`` that is not withdrawn, as an SQL expression."""
    return _sql_of(db, {**IDENTITY, **CONTENT})


def core_of(archived: ArchivedArticle) -> dict[str, Any]:
    """The same core, of one article that was read as values."""
    values: dict[str, Any] = {name: getattr(archived, name) for name in ArchivedArticle.__slots__}
    values["archived_at"] = to_stamp(archived.archived_at)
    article = archived.article
    if article is None:
        return _values_of(IDENTITY, values)
    values |= {name: getattr(article, name) for name in type(article).__slots__ if name != "url"}
    values |= {"authors": list(article.authors), "tags": list(article.tags)}
    values |= {name: to_stamp(values[name]) for name in ("published_at", "modified_at")}
    return _values_of({**IDENTITY, **CONTENT}, values)


def _sql_of(db: Database, shape: Shape) -> str:
    """A shape as SQL; its keys sorted, which makes the JSON canonical."""
    return db.json_object({key: _sql_value(db, shape[key]) for key in sorted(shape)})


def _sql_value(db: Database, column: str | Mapping[str, str]) -> str:
    if isinstance(column, str):
        return db.json_value(f"a.{column}") if column in _JSON_COLUMNS else f"a.{column}" if column else "NULL"
    known = f"coalesce({', '.join(f'a.{name}' for name in column.values())})"
    return f"CASE WHEN {known} IS NULL THEN NULL ELSE {_sql_of(db, column)} END"


def _values_of(shape: Shape, values: Mapping[str, Any]) -> dict[str, Any]:
    """A shape as values."""
    found: dict[str, Any] = {}
    for key in sorted(shape):
        column = shape[key]
        if isinstance(column, str):
            found[key] = values[column]
        else:
            inner = _values_of(column, values)
            found[key] = inner if any(value is not None for value in inner.values()) else None
    return found
