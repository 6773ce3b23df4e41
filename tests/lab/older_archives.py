"""Archives as earlier versions of the program left them: the tables of that day, the rows of today."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from icma_crawler.archive.engines.sqlite.checksums import SEALED, SEALED_FIRST, know_seals, seal_rows
from icma_crawler.archive.engines.sqlite.schema import migrations

SCHEMAS = list(migrations.names)


def make_older(source: Path, path: Path, newest: str) -> Path:
    """An archive whose last migration was *newest*, with what is in *source* and had a place then."""
    with contextlib.closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        migrations.apply(conn, up_to=newest)
        conn.execute("ATTACH ? AS today", [str(source)])
        with conn:
            conn.execute("DELETE FROM meta")
            tables = _tables(conn)
            for table in tables:
                shared = ", ".join(sorted(_columns(conn, "main", table) & _columns(conn, "today", table)))
                conn.execute(f"INSERT INTO main.{table} ({shared}) SELECT {shared} FROM today.{table}")
            if "seals" in tables:
                unknown = [sealed.number for table, sealed in SEALED.items() if table not in tables]
                conn.executemany("DELETE FROM seals WHERE of = ?", [[number] for number in unknown])
            if "duplicate_of" not in _columns(conn, "main", "frontier"):
                _tell_duplicates_by_reason(conn, has_seals="seals" in tables)
            conn.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    return path


def _tell_duplicates_by_reason(conn: sqlite3.Connection, *, has_seals: bool) -> None:
    """That a url is another address of an article was a reason once, and no fact of its own."""
    conn.execute(
        """
        UPDATE main.frontier
        SET reason = 'duplicate',
            article_id = (SELECT t.duplicate_of FROM today.frontier t WHERE t.id = main.frontier.id)
        WHERE id IN (SELECT t.id FROM today.frontier t WHERE t.duplicate_of IS NOT NULL)
        """
    )
    if has_seals:
        know_seals(conn)
        conn.execute("DELETE FROM seals WHERE of = ?", [SEALED_FIRST["frontier"].number])
        seal_rows(conn, {"frontier": SEALED_FIRST["frontier"]})


def fingerprint(newest: str, folder: Path) -> str:
    """What a schema is, told by its statements."""
    with contextlib.closing(sqlite3.connect(folder / f"{newest}.db")) as conn:
        migrations.apply(conn, up_to=newest)
        statements = conn.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name").fetchall()
    return hashlib.sha256(repr(statements).encode()).hexdigest()[:16]


def _tables(conn: sqlite3.Connection) -> list[str]:
    """What is to be filled; `observed` is, by its triggers, and the search index from its text."""
    rows = conn.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    names = [name for (name,) in rows if not name.startswith(("search_index", "sqlite_", "_sqlite", "observed"))]
    return [name for name in names if _columns(conn, "today", name)]


def _columns(conn: sqlite3.Connection, schema: str, table: str) -> set[str]:
    return {row[1] for row in conn.execute(f"PRAGMA {schema}.table_info({table})")}
