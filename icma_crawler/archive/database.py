"""What the tables ask of an engine: statements in words that every engine takes, rows by name, two ways to hold things together.

Statements are written with named parameters (``:name``). An engine that spells something otherwise translates it at this
one place: placeholders, ``IS`` and ``IS NOT`` between values, ``CROSS JOIN … ON`` (a join in the order it is written).
What cannot be translated word by word is an expression that the engine gives: `Database.json_object`, `Database.as_bytes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeVar

Values = Mapping[str, Any]
R = TypeVar("R", bound=NamedTuple)


class Row(Protocol):
    """One row; its columns are asked for by name."""

    def __getitem__(self, column: str, /) -> Any: ...

    def keys(self) -> list[str]: ...


class Database(Protocol):
    """A connection to the tables of one archive.

    ``errors`` is what every method may raise where the disk or the file fails; `Archive` makes it one line for people.
    """

    errors: tuple[type[Exception], ...]

    def rows(self, sql: str, values: Values = ...) -> list[Row]:
        """All rows of a query, read at once, so that others may be asked meanwhile."""

    def row(self, sql: str, values: Values = ...) -> Row | None:
        """The first row of a query; None where there is none."""

    def value(self, sql: str, values: Values = ...) -> Any:
        """The only column of the first row; None where there is no row."""

    def stream(self, sql: str, values: Values = ...) -> Iterator[Row]:
        """The rows of a query one by one, for what may not fit into memory."""

    def stream_as(self, kind: type[R], sql: str, values: Values = ...) -> Iterator[R]:
        """The rows of a query as values of *kind*, whose fields are named like the columns, in their order.

        Raises:
            TypeError: they are not.
        """

    def run(self, sql: str, values: Values = ...) -> int:
        """Carry out a statement; returns how many rows it touched."""

    def run_each(self, sql: str, many: Iterable[Values]) -> None:
        """Carry out a statement once for each of *many*."""

    def insert(self, table: str, values: Values) -> int:
        """Add a row to a table with an ``id``; returns it."""

    def write(self) -> AbstractContextManager[None]:
        """All or nothing; waits for another writer from the start. Inside another one, a savepoint.

        Raises:
            RuntimeError: inside of `read`, whose end would undo it.
        """

    def read(self) -> AbstractContextManager[None]:
        """One state of all tables throughout, whatever others write meanwhile.

        Inside of `write` it is the state that is being written. Inside of it nothing can be written.
        """

    def json_object(self, members: Mapping[str, str]) -> str:
        """An expression for a JSON object as text, its keys in the order given, from an expression for each."""

    def json_value(self, column: str) -> str:
        """An expression that puts the JSON which *column* holds into a `json_object`."""

    def as_bytes(self, expression: str) -> str:
        """An expression for the UTF-8 bytes of a text."""


class Store:
    """What the stores of one archive have in common: the connection that they speak on."""

    def __init__(self, db: Database) -> None:
        self._db = db


def as_dict(row: Row) -> dict[str, Any]:
    """A row's values by the names of their columns."""
    return {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row is no mapping, it has names


def one_of(name: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """``column IN …`` for a list: the text "(:name0, :name1)" and its parameters."""
    given = {f"{name}{number}": value for number, value in enumerate(values)}
    return f"({', '.join(f':{each}' for each in given)})", given


def assignments(columns: Iterable[str]) -> str:
    """The text "a = :a, b = :b" of an UPDATE."""
    return ", ".join(f"{name} = :{name}" for name in columns)
