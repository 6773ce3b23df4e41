"""Values as the tables hold them: datetimes as ISO 8601 in UTC to the second, so that text order is time order; JSON as text.

What cannot be read back was damaged on the disk or by another program: `MalformedError`, which an archive tells as damage.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class MalformedError(ValueError):
    """A row holds what this program never wrote."""


@overload
def to_stamp(at: datetime) -> str: ...
@overload
def to_stamp(at: None) -> None: ...
@overload
def to_stamp(at: datetime | None) -> str | None: ...
def to_stamp(at: datetime | None) -> str | None:
    """Write a datetime as 2025-10-20T10:02:00+00:00."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


@overload
def from_stamp(text: str) -> datetime: ...
@overload
def from_stamp(text: None) -> None: ...
@overload
def from_stamp(text: str | None) -> datetime | None: ...
def from_stamp(text: str | None) -> datetime | None:
    """Read what `to_stamp` wrote.

    Raises:
        MalformedError: it did not.
    """
    try:
        return None if text is None else datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise MalformedError(f"malformed date {text!r}") from error


def to_json(value: Any) -> str:
    """Write what a column of JSON holds; letters stay letters."""
    return json.dumps(value, ensure_ascii=False)


def from_json(text: str) -> Any:
    """Read what `to_json` wrote.

    Raises:
        MalformedError: it did not.
    """
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedError(f"malformed JSON {text[:40]!r}") from error


def known_zone(name: str) -> str:
    """The name of a time zone, as a portal has it.

    Raises:
        MalformedError: there is none of that name.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MalformedError(f"malformed time zone {name!r}") from error
