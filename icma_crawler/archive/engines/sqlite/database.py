"""A connection to SQLite as the tables speak to it; what they write in their own words it takes as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from icma_crawler.archive.database import R, Row, Values
from icma_crawler.archive.values import MalformedError

_NOTHING: Values = {}


class SqliteDatabase:
    """The thin layer over one `sqlite3.Connection`: rows by name, a write transaction, a snapshot.

    Outside `write` each statement is a transaction of its own.
    """

    errors: tuple[type[Exception], ...] = (sqlite3.DatabaseError, UnicodeDecodeError, MalformedError)

    def __init__(self, conn: sqlite3.Connection) -> None:
        conn.isolation_level = None  # transactions begin where we say, never by themselves
        conn.row_factory = sqlite3.Row
        self.conn = conn
        self._depth = 0
        self._is_reading = False

    def rows(self, sql: str, values: Values = _NOTHING) -> list[Row]:
        return self.conn.execute(sql, values).fetchall()

    def row(self, sql: str, values: Values = _NOTHING) -> Row | None:
        return cast("Row | None", self.conn.execute(sql, values).fetchone())

    def value(self, sql: str, values: Values = _NOTHING) -> Any:
        row = self.conn.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def stream(self, sql: str, values: Values = _NOTHING) -> Iterator[Row]:
        return cast("Iterator[Row]", self.conn.execute(sql, values))

    def stream_as(self, kind: type[R], sql: str, values: Values = _NOTHING) -> Iterator[R]:
        cursor = self.conn.cursor()
        cursor.row_factory = None
        cursor.execute(sql, values)
        names = tuple(column[0] for column in cursor.description)
        if names != kind._fields:
            raise TypeError(f"{kind.__name__} has no place for {set(names) ^ set(kind._fields) or names}")
        return map(kind._make, cursor)

    def run(self, sql: str, values: Values = _NOTHING) -> int:
        return self.conn.execute(sql, values).rowcount

    def run_each(self, sql: str, many: Iterable[Values]) -> None:
        self.conn.executemany(sql, many)

    def insert(self, table: str, values: Values) -> int:
        marks = ", ".join(f":{name}" for name in values)
        cursor = self.conn.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)

    @contextmanager
    def write(self) -> Iterator[None]:
        if self._is_reading:
            raise RuntimeError("nothing can be written inside of read(): its end would undo it")
        # IMMEDIATE: a reading that became a writing halfway could not wait for another writer (sqlite.org/lang_transaction).
        name = f"depth_{self._depth}"
        begin, commit, undo = (
            (f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}")
            if self._depth
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self.conn.execute(begin)
        self._depth += 1
        try:
            yield
            self.conn.execute(commit)
        except BaseException:
            if self.conn.in_transaction:  # a full disk may have ended it already
                self.conn.execute(undo)
                if undo != "ROLLBACK":
                    self.conn.execute(commit)
            raise
        finally:
            self._depth -= 1

    @contextmanager
    def read(self) -> Iterator[None]:
        if self.conn.in_transaction:  # one state already
            yield
            return
        self.conn.execute("BEGIN")
        self._is_reading = True
        try:
            self.conn.execute("SELECT 1 FROM meta").fetchone()  # what is read is fixed by the first reading
            yield
        finally:
            self._is_reading = False
            self.conn.rollback()

    def json_object(self, members: Mapping[str, str]) -> str:
        pairs = [f"'{key}', {value}" for key, value in members.items()]
        return f"json_object({', '.join(pairs)})"

    def json_value(self, column: str) -> str:
        return f"json({column})"

    def as_bytes(self, expression: str) -> str:
        return f"CAST({expression} AS BLOB)"
