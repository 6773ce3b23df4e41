"""Verifying an archive's file: its structure, every hash, what refers to what, the search index; damage is named."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from icma_crawler.archive.engines.sqlite.checksums import SEALED, broken_seals
from icma_crawler.archive.engines.sqlite.database import SqliteDatabase
from icma_crawler.archive.tables.proofs import Fault, Proofs, Tell
from icma_crawler.archive.values import MalformedError, from_stamp, known_zone


def complaint_about(database: SqliteDatabase) -> str | None:
    """The first thing that SQLite finds wrong with the file's structure; None where it is sound."""
    answer = str(database.value("PRAGMA quick_check(1)"))
    return None if answer == "ok" else answer


def find_faults(database: SqliteDatabase, proofs: Proofs, tell: Tell, pages: int | None) -> Iterator[Fault]:
    """Every fault of the archive. *tell* hears (looked at, in all) of what takes long.

    The structure is checked first: where it is broken the rest may not be readable, and is left out. Of the stored
    pages, which take longest, so many are looked at, chosen by chance; None for all. All is read as it stands at one
    moment, so that what others write meanwhile is no fault; but the search index is checked as it is at the end.
    """
    conn = database.conn
    conn.text_factory = _as_it_stands
    try:
        with database.read():
            broken = [row[0] for row in conn.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            for problem in broken:
                yield Fault(where="the file", problem=problem, remedy="restore a backup")
            if not broken:
                yield from proofs.texts()
                yield from _seal_faults(conn)
                yield from proofs.pages(tell, pages)
                yield from proofs.log()
                yield from _unreadable_faults(conn)
                yield from proofs.itself()
                yield from _reference_faults(conn)
    finally:
        conn.text_factory = str
    if not broken:
        yield from _index_faults(conn)


def _as_it_stands(text: bytes) -> str:
    """A damaged text, too: its hash tells."""
    return text.decode("utf-8", "replace")


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
    except (UnicodeDecodeError, AttributeError, MalformedError):  # AttributeError: a number where a text was
        return False
    return True


def _reference_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    """What a row belongs to is there: an article's portal, a revision's page."""
    lost = Counter((row[0], row[2]) for row in conn.execute("PRAGMA foreign_key_check"))
    for (table, parent), count in lost.items():
        problem = f"{count} rows belong to rows of {parent} that are gone"
        yield Fault(where=f"the table {table}", problem=problem, remedy="restore a backup")


def _index_faults(conn: sqlite3.Connection) -> Iterator[Fault]:
    remedy = "rebuild it with icma verify --rebuild-search"
    try:
        # Spelt as if something were to be written.
        conn.execute("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        yield Fault(where="the search index", problem=f"it is out of step with the text ({error})", remedy=remedy)
    missing = conn.execute(
        "SELECT count(*) FROM articles WHERE status <> 'withdrawn' AND id NOT IN (SELECT rowid FROM search_text)"
    ).fetchone()[0]
    if missing:
        yield Fault(where="the search index", problem=f"{missing} articles are not in it", remedy=remedy)
