"""Verifying an archive: structure, every hash, the change log's chain, the search index; damage is named."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zstandard

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.changes import GENESIS, chain
from icma_crawler.archive.dumping import live_core
from icma_crawler.archive.meta import NEEDED
from icma_crawler.archive.sealing import SEALED, broken_seals
from icma_crawler.archive.stamps import from_stamp, known_zone
from icma_crawler.text import content_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was written: where, what, and what to do."""

    where: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedState:
    """What the change log says of an article at a cursor."""

    seq: int
    urn: str
    content_sha256: str


def find_faults(
    conn: sqlite3.Connection, tell: Callable[[int, int], None], pages: int | None = None
) -> Iterator[Fault]:
    """Every fault of the archive. *tell* hears (looked at, in all) of what takes long.

    The structure is checked first: where it is broken the rest may not be readable, and is left out. Of the stored
    pages, which take longest, so many are looked at, chosen by chance; None for all. All is read as it stands at one
    moment, so that what others write meanwhile is no fault; but the search index is checked as it is at the end.
    """
    conn.text_factory = _as_it_stands
    if not conn.in_transaction:  # else it is one moment already
        conn.execute("BEGIN")
    try:
        broken = [row[0] for row in conn.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for problem in broken:
            yield Fault(where="the file", problem=problem, remedy="restore a backup")
        if not broken:
            yield from _content_faults(conn, tell, pages)
    finally:
        conn.rollback()
        conn.text_factory = str
    if not broken:
        yield from _index_faults(conn)


def _as_it_stands(text: bytes) -> str:
    """A damaged text, too: its hash tells."""
    return text.decode("utf-8", "replace")


def _content_faults(conn: sqlite3.Connection, tell: Callable[[int, int], None], pages: int | None) -> Iterator[Fault]:
    yield from _article_faults(conn)
    yield from _revision_faults(conn)
    yield from _seal_faults(conn)
    yield from _import_faults(conn)
    yield from _capture_faults(conn, tell, pages)
    yield from _chain_faults(conn)
    yield from _unreadable_faults(conn)
    yield from _reference_faults(conn)


def logged_between(conn: sqlite3.Connection, since: int, cursor: int) -> dict[str, LoggedState]:
    """By urn, the newest change after *since* and up to *cursor*: what an unfiltered dump of that range must hold."""
    rows = conn.execute(
        """
        SELECT c.seq, a.urn, c.content_sha256
        FROM changes c
        JOIN articles a ON a.id = c.article_id
        WHERE c.seq IN (SELECT max(seq) FROM changes WHERE seq > ? AND seq <= ? GROUP BY article_id)
        """,
        [since, cursor],
    )
    return {row[1]: LoggedState(seq=row[0], urn=row[1], content_sha256=row[2]) for row in rows}


def _article_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    rows = conn.execute(
        """
        SELECT id, url, title_shown, lead, body, authors, section, content_sha256
        FROM articles
        WHERE status <> 'withdrawn'
          AND id NOT IN (SELECT article_id FROM imports)
        """
    )
    for article_id, url, title, lead, body, authors, section, digest in rows:
        if _digest(title, lead, body, authors, section) != digest:
            yield Fault(
                where=f"article {article_id} {url}",
                problem="its text is not the one that was archived",
                remedy=f"restore a backup, or read its page anew with icma crawl --recheck (icma show {article_id})",
            )


def _digest(title: str, lead: str | None, body: str, authors: str, section: str | None) -> str | None:
    """What a reader reads, as one hash; None where it cannot be read."""
    try:
        return content_digest(title, lead, body, json.loads(authors), section)
    except (ValueError, TypeError, RecursionError):
        return None


def _revision_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """Earlier revisions hold their text; the current one is the article's, and must say so."""
    rows = conn.execute(
        """
        SELECT r.article_id, a.url, r.revision, r.revision = a.revision, r.content_sha256, a.content_sha256, r.fields
        FROM revisions r
        JOIN articles a ON a.id = r.article_id
        WHERE a.status <> 'withdrawn'
          AND r.article_id NOT IN (SELECT article_id FROM imports)
        """
    )
    for article_id, url, revision, is_current, digest, current_digest, fields in rows:
        if digest != (current_digest if is_current else _fields_digest(fields)):
            yield Fault(
                where=f"article {article_id} {url}",
                problem=f"its revision {revision} is not the one that was archived",
                remedy="restore a backup",
            )


def _seal_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """What no other hash holds: links, dates, tags, names, provenance, the register of takedowns."""
    for table, key in broken_seals(conn):
        yield Fault(
            where=f"{_NAMES[table]} {key}",
            problem=f"its row in {table} is not as it was written",
            remedy="restore a backup, or compare with one",
        )


_NAMES = {
    "articles": "article",
    "aliases": "address",
    "captures": "page",
    "revisions": "revision",
    "changes": "change",
    "withdrawals": "withdrawal",
    "frontier": "url",
    "pictures": "picture",
}


def _fields_digest(fields: str) -> str | None:
    try:
        kept = json.loads(fields)
        return _digest(kept["title_shown"], kept["lead"], kept["body"], kept["authors"], kept["section"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _import_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """An imported text may be an excerpt, so what is proven is the record it came in."""
    rows = conn.execute(
        f"""
        SELECT a.id, a.url, i.record_sha256, json_set({live_core()}, '$.reuse', i.cut_to)
        FROM imports i
        JOIN articles a ON a.id = i.article_id
        """
    )
    for article_id, url, digest, core in rows:
        if hashlib.sha256(core.encode("utf-8", "surrogatepass")).hexdigest() != digest:
            yield Fault(
                where=f"article {article_id} {url}",
                problem="it is not the record that was imported",
                remedy="restore a backup, or import its sender's dump into a new archive and compare",
            )


def _capture_faults(conn: sqlite3.Connection, tell: Callable[[int, int], None], pages: int | None) -> Iterator[Fault]:
    ids = conn.execute(
        "SELECT id, url, payload_sha256 FROM captures ORDER BY iif(?1 IS NULL, id, random()) LIMIT ifnull(?1, -1)",
        [pages],
    ).fetchall()
    for number, (capture_id, url, digest) in enumerate(ids, start=1):
        try:
            body = load_capture(conn, capture_id).body
            problem = None if hashlib.sha256(body).hexdigest() == digest else "its bytes are not those that came"
        except (zstandard.ZstdError, sqlite3.DatabaseError, ValueError, TypeError) as error:
            problem = f"it cannot be read ({error})"
        if problem:
            yield Fault(
                where=f"page {capture_id} {url}",
                problem=problem,
                remedy="restore a backup; the article's text may be whole all the same",
            )
        tell(number, len(ids))


def _chain_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    previous, expected = GENESIS, 1
    rows = conn.execute(
        """
        SELECT c.seq, a.urn, c.change, c.content_sha256, c.hash
        FROM changes c
        LEFT JOIN articles a ON a.id = c.article_id
        ORDER BY c.seq
        """
    )
    for seq, urn, change, digest, found in rows:
        if seq != expected:
            yield Fault(
                where=f"change {expected}",
                problem=f"rows {expected} to {seq - 1} are missing",
                remedy="restore a backup",
            )
        elif found != chain(previous, seq, urn, change, digest):
            yield Fault(
                where=f"change {seq}",
                problem="it does not follow from the one before; the log was altered here",
                remedy="restore a backup from before, and compare",
            )
        previous, expected = found, seq + 1


def _unreadable_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """Text without a hash (notes of the crawl, the search text) at which a command would stop all the same."""
    conn.text_factory = bytes
    try:
        for table, columns in _unsealed_texts(conn):
            rows = conn.execute(f"SELECT {', '.join(columns)} FROM {table}")
            broken = sum(not all(map(_is_readable, columns, row)) for row in rows)
            if broken:
                yield Fault(
                    where=f"the table {table}", problem=f"{broken} rows cannot be read", remedy="restore a backup"
                )
    finally:
        conn.text_factory = _as_it_stands


def _unsealed_texts(conn: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """The columns that hold text and have no seal, by table; what the search index keeps for itself is none of them."""
    found: dict[str, list[str]] = {}
    for table, column in conn.execute(
        """
        SELECT t.name, c.name
        FROM sqlite_master t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND substr(t.name, 1, 12) <> 'search_index' AND c.type = 'TEXT'
        """
    ):
        sealed = SEALED.get(table.decode())
        if sealed is None or column.decode() not in sealed.columns:
            found.setdefault(table.decode(), []).append(column.decode())
    return list(found.items())


def _is_readable(column: str, value: bytes | None) -> bool:
    try:
        text = None if value is None else value.decode()
        if column.endswith("_at"):
            from_stamp(text)
        elif column == "timezone":
            known_zone(str(text))
    except (UnicodeDecodeError, AttributeError, sqlite3.DatabaseError):  # AttributeError: a number where a text was
        return False
    return True


def _reference_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """What the archive says of itself is there, and what a row belongs to: an article's portal, a revision's page."""
    names = {row[0] for row in conn.execute("SELECT name FROM meta")}
    for name in NEEDED:
        if name not in names:
            yield Fault(where="the table meta", problem=f"its {name} is gone", remedy="restore a backup")
    lost = Counter((row[0], row[2]) for row in conn.execute("PRAGMA foreign_key_check"))
    for (table, parent), count in lost.items():
        problem = f"{count} rows belong to rows of {parent} that are gone"
        yield Fault(where=f"the table {table}", problem=problem, remedy="restore a backup")


def _index_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    remedy = "rebuild it with icma verify --rebuild-search"
    try:
        conn.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
        conn.rollback()  # it is asked as if it were to write
    except sqlite3.DatabaseError as error:
        yield Fault(where="the search index", problem=f"it is out of step with the text ({error})", remedy=remedy)
    missing = conn.execute(
        "SELECT count(*) FROM articles WHERE status <> 'withdrawn' AND id NOT IN (SELECT rowid FROM search_text)"
    ).fetchone()[0]
    if missing:
        yield Fault(where="the search index", problem=f"{missing} articles are not in it", remedy=remedy)
