"""Datetimes as the archive writes them: ISO 8601 in UTC to the second, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


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
    """Read what `to_stamp` wrote."""
    return None if text is None else datetime.fromisoformat(text)
