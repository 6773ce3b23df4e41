"""What an archive says of itself, by name: its uuid, when it was made, the version of its search text."""

from __future__ import annotations

import sqlite3

NEEDED = ("uuid", "fold_version")


def read_meta(conn: sqlite3.Connection, name: str) -> str:
    """The value of *name*.

    Raises:
        sqlite3.DatabaseError: the archive has lost it.
    """
    row = conn.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"malformed archive: it has no {name}")
    return str(row[0])
