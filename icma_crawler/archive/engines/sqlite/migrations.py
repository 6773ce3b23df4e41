"""Migrations by sqlite-utils, imported where a file lacks one: to a command that only reads it would be a third of its time.

And without numpy, which sqlite-utils would import for column types we never write.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[["Database"], None]


class Migrations:
    """sqlite-utils' migrations of that name; what is missing in a file is seen without it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._steps: dict[str, Step] = {}

    def __call__(self) -> Callable[[Step], Step]:
        """Decorate the next migration, which is known by its function's name."""

        def add(step: Step) -> Step:
            self._steps[step.__name__] = step
            return step

        return add

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in their order."""
        return tuple(self._steps)

    def pending(self, conn: sqlite3.Connection) -> list[str]:
        """The names of those that a file lacks, in their order."""
        applied = self.applied(conn)
        return [name for name in self._steps if name not in applied]

    def applied(self, conn: sqlite3.Connection) -> frozenset[str]:
        """The names of those that a file has; also of ones that only a newer version knows."""
        if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
            return frozenset()
        rows = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [self._name])
        return frozenset(name for (name,) in rows)

    def apply(self, conn: sqlite3.Connection, *, up_to: str | None = None) -> None:
        """Make up for the missing ones, in their order (up to one, for archives of that day)."""
        database = _as_database(conn)
        from sqlite_utils import Migrations as TheirMigrations  # noqa: PLC0415 - see above

        migrations = TheirMigrations(self._name)
        for name, step in self._steps.items():
            migrations(name=name)(step)
            if name == up_to:
                break
        migrations.apply(database)


def _as_database(conn: sqlite3.Connection) -> Database:
    """A connection as sqlite-utils has it."""
    is_hidden = "numpy" not in sys.modules
    if is_hidden:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python spells "not installed"
    try:
        from sqlite_utils import Database  # noqa: PLC0415 - see above
    finally:
        if is_hidden:
            del sys.modules["numpy"]
    return Database(conn)
