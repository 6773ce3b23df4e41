"""Checksums, called seals: a short hash of every row that is a record, so that no bit of it changes unseen.

SQLite has no checksums of its own. Triggers that only this program's connections have keep the seals in step; whoever
else writes to the tables breaks them, which is what they are for. They prove nothing against someone who wants to
deceive (the change log's chain does); they find what disks and other programs do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table whose rows are sealed: its number in `seals`, what names a row, the sealed columns."""

    number: int
    key: str
    columns: tuple[str, ...]

    def values(self, row: str) -> str:
        return ", ".join(f"{row}.{column}" for column in self.columns)


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Never edited once released: a column that comes later is sealed by a migration that seals its table anew.
SEALED = {
    "articles": Sealed(
        1,
        "{}.id",
        _columns(
            "id urn portal url source_name source_url title title_shown kicker lead body authors section tags image_url "
            "language published_at published_precision modified_at archived_at revision status access reuse origin_name "
            "origin_url word_count charset content_sha256 extractor"
        ),
    ),
    "aliases": Sealed(2, "{}.key", _columns("key url article_id first_seen_at")),
    "captures": Sealed(
        3,
        "{}.id",
        _columns(
            "id portal kind url final_url status headers fetched_at is_partial redacted_at payload_sha256 size_bytes"
        ),
    ),
    "revisions": Sealed(
        4,
        "{0}.article_id || '/' || {0}.revision",
        _columns("article_id revision recorded_at kind cause capture_id content_sha256 extractor fields"),
    ),
    "changes": Sealed(5, "{}.seq", _columns("seq article_id change cause at content_sha256 hash")),
    "withdrawals": Sealed(6, "{}.key", _columns("key article_id reason at")),
    # What became of each url; how often and when it is looked at are notes of the crawl.
    "frontier": Sealed(7, "{}.id", _columns("id portal key url state reason announced_at article_id duplicate_of")),
    "pictures": Sealed(8, "{}.article_id", _columns("article_id caption credit")),
}

SEALED_FIRST = {
    **{name: sealed for name, sealed in SEALED.items() if name != "pictures"},
    "frontier": Sealed(7, "{}.id", _columns("id portal key url state reason announced_at article_id")),
}
"""What the migration that made the seals sealed; never edited."""

MAKE_SEALS = """
CREATE TABLE seals (
  of INTEGER NOT NULL,
  key TEXT NOT NULL,
  seal BLOB NOT NULL,
  PRIMARY KEY (of, key)
) WITHOUT ROWID
"""


def know_seals(conn: sqlite3.Connection) -> None:
    """Let SQL on this connection compute seals."""
    conn.create_function("seal", -1, _seal, deterministic=True)


def seal_rows(conn: sqlite3.Connection, tables: Mapping[str, Sealed]) -> None:
    """Seal all rows of *tables* as they are."""
    for table, sealed in tables.items():
        conn.execute(
            f"INSERT INTO seals SELECT {sealed.number}, {sealed.key.format('t')}, seal({sealed.values('t')}) FROM {table} t"
        )


def keep_seals(conn: sqlite3.Connection) -> None:
    """From now on what this connection writes is sealed in the same transaction."""
    for table, sealed in SEALED.items():
        drop = f"DELETE FROM seals WHERE of = {sealed.number} AND key = CAST({sealed.key.format('old')} AS TEXT)"
        # No INSERT OR REPLACE: in a trigger the statement's own conflict clause would overrule it.
        redo = drop.replace("old.", "new.")
        add = f"INSERT INTO seals VALUES ({sealed.number}, {sealed.key.format('new')}, seal({sealed.values('new')}))"
        update = f"UPDATE OF {', '.join(sealed.columns)}"
        for event, steps in (("INSERT", (redo, add)), (update, (drop, redo, add)), ("DELETE", (drop,))):
            name, body = f"seal_{table}_{event[:6]}", "; ".join(steps)
            conn.execute(f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table} BEGIN {body}; END")


def broken_seals(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """(table, key) of every row that is not as it was sealed, is gone, or came without a seal."""
    for table, sealed in SEALED.items():
        key = f"CAST({sealed.key.format('t')} AS TEXT)"
        rows = conn.execute(
            f"""
            SELECT {key}, s.seal, {sealed.values("t")}
            FROM {table} t
            LEFT JOIN seals s ON s.of = {sealed.number} AND s.key = {key}
            """
        )
        yield from ((table, row[0]) for row in rows if _seal(*row[2:]) != row[1])
        lost = f"SELECT key FROM seals WHERE of = {sealed.number} AND key NOT IN (SELECT {key} FROM {table} t)"
        yield from ((table, row[0]) for row in conn.execute(lost))


def _seal(*values: object) -> bytes:
    return blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=8).digest()
