"""What a dump says of each article, read as canonical JSON straight from SQL: four times cheaper than by way of values."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import ArchivedArticle, Capture, Cause, ChangeKind, Portal, Reuse, Source

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


def live_core() -> str:
    """What a dump says of an article ``a`` that is not withdrawn, as an SQL expression."""
    return _sql_of({**IDENTITY, **CONTENT})


_IS_CUT = "(a.status != 'withdrawn' AND NOT (a.reuse = 'full' AND p.reuse = 'full' AND p.signal_reuse = 'full'))"


def iter_dumped(conn: sqlite3.Connection, since: int, portal: str | None) -> Iterator[ChangedArticle]:
    """Every article that changed after the cursor *since*, once, in its present state, by its newest change.

    An article without a language of its own is taken to be in its portal's.
    """
    return map(
        ChangedArticle._make,
        conn.execute(
            f"""
            SELECT c.seq, {PRESENT_CHANGE}, c.cause, c.at, a.url, a.source_name, a.source_url, a.archived_at,
                   coalesce(a.language, p.language), a.reuse, p.reuse, p.signal_reuse, coalesce(i.cut_to, 'full'),
                   CASE WHEN {_IS_CUT} THEN a.image_url END,
                   CASE WHEN {_IS_CUT} THEN a.lead END,
                   CASE WHEN {_IS_CUT} THEN a.body END,
                   CAST(CASE
                     WHEN a.status = 'withdrawn' THEN {_sql_of(IDENTITY)}
                     WHEN {_IS_CUT} THEN {_sql_of({**IDENTITY, **CONTENT, **dict.fromkeys(TO_CUT, "")})}
                     ELSE {live_core()}
                   END AS BLOB),
                   b.caption, b.credit
            FROM changes c
            CROSS JOIN articles a ON a.id = c.article_id
            JOIN portals p ON p.id = a.portal
            LEFT JOIN imports i ON i.article_id = a.id
            LEFT JOIN pictures b ON b.article_id = a.id
            WHERE {IS_NEWEST}
            ORDER BY c.seq
            """,
            {"since": since, "portal": portal},
        ),
    )


IS_NEWEST = """c.seq > :since
  AND (:portal IS NULL OR a.portal = :portal)
  AND NOT EXISTS (SELECT 1 FROM changes later WHERE later.article_id = c.article_id AND later.seq > c.seq)"""
"""Reads the log in its own order, so that nothing is sorted: a sort would hold the text of the whole archive."""

PRESENT_CHANGE = """CASE
  WHEN a.status != 'live' THEN a.status
  WHEN :since = 0 OR :since < (SELECT min(seq) FROM changes f WHERE f.article_id = c.article_id) THEN 'new'
  ELSE c.change
END"""
"""What the newest change means to whoever asks from *since*: a revised article that is gone is still gone."""


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


def _sql_of(shape: Shape) -> str:
    """A shape as SQL; its keys sorted, which makes the JSON canonical."""
    pairs = [f"'{key}', {_sql_value(shape[key])}" for key in sorted(shape)]
    return f"json_object({', '.join(pairs)})"


def _sql_value(column: str | Mapping[str, str]) -> str:
    if isinstance(column, str):
        return f"json(a.{column})" if column in _JSON_COLUMNS else f"a.{column}" if column else "NULL"
    known = f"coalesce({', '.join(f'a.{name}' for name in column.values())})"
    return f"CASE WHEN {known} IS NULL THEN NULL ELSE {_sql_of(column)} END"


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


def cursor_before(conn: sqlite3.Connection, count: int, portal: str | None) -> int:
    """The cursor after which the last *count* changes lie."""
    row = conn.execute(
        """
        SELECT c.seq
        FROM changes c
        WHERE :portal IS NULL OR (SELECT portal FROM articles WHERE id = c.article_id) = :portal
        ORDER BY c.seq DESC
        LIMIT 1 OFFSET :count
        """,
        {"portal": portal, "count": count},
    ).fetchone()
    return 0 if row is None else int(row[0])


def iter_captures_of(conn: sqlite3.Connection, urn: str) -> Iterator[Capture]:
    """The pages behind an article's revisions, oldest first."""
    rows = conn.execute(
        """
        SELECT DISTINCT r.capture_id
        FROM articles a
        JOIN revisions r ON r.article_id = a.id
        WHERE a.urn = ?
          AND r.capture_id IS NOT NULL
        ORDER BY r.capture_id
        """,
        [urn],
    ).fetchall()
    return map(partial(load_capture, conn), (capture_id for (capture_id,) in rows))


def find_portals(conn: sqlite3.Connection) -> list[Portal]:
    """Every portal of the archive with the sources that have answered, by id."""
    sources: dict[str, list[Source]] = {}
    for portal, kind, url in conn.execute(
        "SELECT portal, kind, url FROM sources WHERE is_configured OR answered_at IS NOT NULL ORDER BY portal, id"
    ):
        sources.setdefault(portal, []).append(Source(kind=kind, url=url))
    rows = conn.execute("SELECT id, name, home, language, timezone, reuse FROM portals ORDER BY id")
    return [
        Portal(
            id=portal,
            name=name,
            home=home,
            language=language,
            timezone=timezone,
            reuse=reuse,
            sources=tuple(sources.get(portal, ())),
        )
        for portal, name, home, language, timezone, reuse in rows
    ]
