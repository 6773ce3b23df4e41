"""A TOML file read key by key: each value of its type, each mistake with file and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from icma_crawler.errors import PortalFileError

T = TypeVar("T")
D = TypeVar("D")

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TYPE_NAMES = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
    date: "a date",
    datetime: "a date with a time",
}


def read_toml(path: Path, keys: tuple[str, ...]) -> Table:
    """The top table of a file, which may hold *keys* and no others.

    Raises:
        PortalFileError: the file cannot be read or is not TOML in UTF-8 (with the line), or has an unknown key.
    """
    return Table(path, "", _parse_file(path), keys)


class Table:
    """What a table holds, of the keys it may hold; every method raises `PortalFileError` for a value that is not right.

    *where* is the table's own key in the file: "" for the top, else "crawl" or "sources[2]".
    """

    def __init__(self, path: Path, where: str, values: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        self._path = path
        self._where = where
        self._values = values
        for key in values:
            if key not in keys:
                raise self.error(key, _unknown(key, keys))

    def error(self, key: str, problem: str) -> PortalFileError:
        return PortalFileError(self._path, f"{self._where}.{key}" if self._where else key, problem)

    def get(self, key: str, kind: type[T], *, default: D) -> T | D:
        if key not in self._values:
            return default
        value: T = self._values[key]
        if not _is_a(value, kind):
            raise self.error(key, f"must be {_TYPE_NAMES[kind]}, not {_TYPE_NAMES.get(type(value), 'a time')}")
        return value

    def text(self, key: str) -> str | None:
        """The value on one line (a long selector may be broken over several); None where the key is not there."""
        if key not in self._values:
            return None
        value = " ".join(self.get(key, str, default="").split())
        if not value:
            raise self.error(key, "is empty; write a value or leave the key out")
        if _CONTROL.search(value):
            raise self.error(key, f"holds a control character: {value!r}")
        return value

    def required_text(self, key: str) -> str:
        value = self.text(key)
        if value is None:
            raise self.error(key, "is missing")
        return value

    def choice(self, key: str, value: str, choices: tuple[str, ...]) -> str:
        if value not in choices:
            raise self.error(key, f"must be one of {', '.join(choices)}, not {value!r}")
        return value

    def table(self, key: str, keys: tuple[str, ...]) -> Table:
        return Table(self._path, key, self.get(key, dict, default={}), keys)

    def tables(self, key: str, keys: tuple[str, ...]) -> list[Table]:
        values = self._values.get(key, [])
        if not (isinstance(values, list) and all(isinstance(value, dict) for value in values)):
            raise self.error(key, f"must be a list of tables, each under its own [[{key}]]")
        return [Table(self._path, f"{key}[{number}]", value, keys) for number, value in enumerate(values, 1)]


def _parse_file(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PortalFileError(path, None, f"cannot be read: {error.strerror or error}") from error
    try:
        text = raw.decode("utf-8-sig")  # Windows editors put a byte order mark in front
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise PortalFileError(path, None, f"line {line}: not UTF-8; save the file in that encoding") from error
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1  # "at end of document" has no number
        raise PortalFileError(path, None, f"line {line}: not TOML: {error}") from error


def _unknown(key: str, keys: tuple[str, ...]) -> str:
    similar = difflib.get_close_matches(key, keys, n=1)
    return f"unknown key; did you mean {similar[0]}?" if similar else f"unknown key; possible are {', '.join(keys)}"


def _is_a(value: object, kind: type) -> bool:
    if isinstance(value, bool | datetime):  # Python counts them as int and as date
        return type(value) is kind
    return isinstance(value, int | float if kind is float else kind)
