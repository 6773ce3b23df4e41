"""The columns of a record as a table has them: one value each, lists as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from icma_crawler.exports.records import Dispatch

ColumnKind = Literal["number", "text", "time", "list"]

COLUMNS: Mapping[str, ColumnKind] = {
    "seq": "number",
    "change": "text",
    "cause": "text",
    "changed_at": "time",
    "id": "text",
    "url": "text",
    "portal": "text",
    "source_name": "text",
    "source_url": "text",
    "archived_at": "time",
    "attribution_statement": "text",
    "attribution_source": "text",
    "attribution_archived": "text",
    "reuse": "text",
    "revision": "number",
    "title": "text",
    "title_shown": "text",
    "kicker": "text",
    "lead": "text",
    "text": "text",
    "authors": "list",
    "section": "text",
    "tags": "list",
    "image_url": "text",
    "language": "text",
    "published_at": "time",
    "published_precision": "text",
    "modified_at": "time",
    "origin_name": "text",
    "origin_url": "text",
    "access": "text",
    "content_sha256": "text",
    "record_sha256": "text",
}
"""Every column and what it holds; a tombstone of a withdrawn article leaves those of the content empty."""

_OBJECTS = ("source", "attribution", "origin")


def values_of(dispatch: Dispatch) -> dict[str, Any]:
    """An dispatch by column; times as text, lists as lists."""
    record = dispatch.record
    values = {"changed_at": dispatch.changed_at} | record
    for name in _OBJECTS:
        values |= {f"{name}_{key}": value for key, value in (record.get(name) or {}).items()}
    return {column: values.get(column) for column in COLUMNS}


def cells_of(dispatch: Dispatch) -> list[Any]:
    """An dispatch as a row of plain cells: lists as JSON."""
    return [
        json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for value in values_of(dispatch).values()
    ]
