"""An article's words out of every other page of its portal: sidebars, "most read" lists, teasers that break off.

Finding is apart from blanking: reading thousands of pages takes longer than a write transaction may.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import zstandard

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.stamps import from_json, to_stamp
from icma_crawler.redaction import WORTH_SEARCHING, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The captures of a portal that hold a wording, and the newest that was looked at."""

    wording: Wording
    captures: tuple[int, ...]
    newest: int


def find_mentions(conn: sqlite3.Connection, article_id: int) -> Mentions:
    """Where an article's words stand now, its own pages among it; to be given to `blank_mentions` soon."""
    wording = _wording_of(conn, article_id)
    (newest,) = conn.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
    return Mentions(wording=wording, captures=tuple(_holding(conn, article_id, wording, after=0)), newest=newest)


def blank_mentions(conn: sqlite3.Connection, article_id: int, found: Mentions | None, now: datetime) -> None:
    """Blank an article's words in all its portal holds; what was stored after *found* is looked at now."""
    wording = _wording_of(conn, article_id)
    is_fresh = found is not None and found.wording == wording
    known = found.captures if found and is_fresh else ()
    later = _holding(conn, article_id, wording, after=found.newest if found and is_fresh else 0)
    _retire_dictionaries(conn, article_id, wording)
    for capture_id in [*known, *later]:
        body = load_capture(conn, capture_id).body
        if wording.found_in(body):
            _rewrite_capture(conn, capture_id, wording.blanked(body), now)
    for passage in sorted(wording.passages):
        conn.execute("UPDATE frontier SET title = NULL WHERE title = ?", [passage])
        conn.execute("UPDATE boilerplate SET sample = '' WHERE sample <> '' AND instr(?, sample) > 0", [passage])


def _holding(conn: sqlite3.Connection, article_id: int, wording: Wording, *, after: int) -> list[int]:
    ids = conn.execute(
        """
        SELECT id
        FROM captures
        WHERE portal = (SELECT portal FROM articles WHERE id = ?)
          AND kind = 'page'
          AND id > ?
          AND size_bytes > 0
        """,
        [article_id, after],
    ).fetchall()
    return [each for (each,) in ids if wording.found_in(load_capture(conn, each).body)]


def _wording_of(conn: sqlite3.Connection, article_id: int) -> Wording:
    """The article's words in every revision, passage by passage, and its pictures that no other article has."""
    charset, *state = conn.execute(
        "SELECT charset, title, title_shown, lead, body, image_url FROM articles WHERE id = ?", [article_id]
    ).fetchone()
    names = ("title", "title_shown", "lead", "body", "image_url")
    states = [dict(zip(names, state, strict=True))]
    for (fields,) in conn.execute(
        "SELECT fields FROM revisions WHERE article_id = ? AND fields IS NOT NULL", [article_id]
    ):
        states.append(from_json(fields))
    passages: set[str] = set(_own_caption(conn, article_id))
    for each in states:
        passages.update(each.get(name) or "" for name in ("title", "title_shown", "lead"))
        passages.update((each.get("body") or "").split("\n\n"))
        passages.update(_own_picture(conn, article_id, each.get("image_url")))
    passages.update(
        title or "" for (title,) in conn.execute("SELECT title FROM frontier WHERE article_id = ?", [article_id])
    )
    worth = frozenset(passage for passage in passages if len(passage) >= WORTH_SEARCHING)
    return Wording(passages=worth, charset=charset or "utf-8")


def _own_picture(conn: sqlite3.Connection, article_id: int, image_url: str | None) -> list[str]:
    """A picture's address, but not that of a logo which other articles have too."""
    others = "SELECT 1 FROM articles WHERE image_url = ? AND id <> ? LIMIT 1"
    if not image_url or conn.execute(others, [image_url, article_id]).fetchone():
        return []
    return [urlsplit(image_url).path]  # pages name it with and without the host


def _own_caption(conn: sqlite3.Connection, article_id: int) -> list[str]:
    """What stands below its picture, but not below another article's."""
    row = conn.execute(
        "SELECT caption FROM pictures WHERE article_id = ? AND caption IS NOT NULL", [article_id]
    ).fetchone()
    others = "SELECT 1 FROM pictures WHERE caption = ? AND article_id <> ? LIMIT 1"
    return [] if row is None or conn.execute(others, [*row, article_id]).fetchone() else [*row]


def _retire_dictionaries(conn: sqlite3.Connection, article_id: int, wording: Wording) -> None:
    """Store the captures whose dictionary holds the words without it, and drop it."""
    rows = conn.execute(
        "SELECT id, body FROM dictionaries WHERE portal = (SELECT portal FROM articles WHERE id = ?)", [article_id]
    ).fetchall()
    for dictionary_id, packed in rows:
        if wording.found_in(zstandard.decompress(packed)):
            _retire_dictionary(conn, dictionary_id)


def _rewrite_capture(conn: sqlite3.Connection, capture_id: int, body: bytes, now: datetime) -> None:
    packed = zstandard.compress(body)
    conn.execute(
        """
        UPDATE captures
        SET body = ?, stored_bytes = ?, size_bytes = ?, dictionary_id = NULL, redacted_at = ?, payload_sha256 = ?
        WHERE id = ?
        """,
        [packed, len(packed), len(body), to_stamp(now), hashlib.sha256(body).hexdigest(), capture_id],
    )


def _retire_dictionary(conn: sqlite3.Connection, dictionary_id: int) -> None:
    """Store the captures that need a dictionary without it, and drop it."""
    ids = [row[0] for row in conn.execute("SELECT id FROM captures WHERE dictionary_id = ?", [dictionary_id])]
    for capture_id in ids:
        packed = zstandard.compress(load_capture(conn, capture_id).body)
        conn.execute(
            "UPDATE captures SET body = ?, stored_bytes = ?, dictionary_id = NULL WHERE id = ?",
            [packed, len(packed), capture_id],
        )
    conn.execute("DELETE FROM dictionaries WHERE id = ?", [dictionary_id])
