"""The archive's file as any other program has it: plain SQL, none of our seals; we see what it wrote once it is committed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def ask(archive: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with closing(sqlite3.connect(archive, timeout=30)) as conn:
        return conn.execute(sql, values).fetchall()


def change(archive: Path, sql: str, *values: object) -> None:
    """Carry out a statement; where rows are sealed, that breaks their seals."""
    with closing(sqlite3.connect(archive, isolation_level=None, timeout=30)) as conn:
        conn.execute(sql, values)


def contents(archive: Path) -> list[str]:
    """All that the file holds, as statements."""
    with closing(sqlite3.connect(archive, timeout=30)) as conn:
        return list(conn.iterdump())
