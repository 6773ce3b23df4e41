"""Parquet: the columns with their types, written in groups of rows so that memory stays flat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from icma_crawler.exports.columns import COLUMNS, ColumnKind, values_of
from icma_crawler.exports.records import Dispatch, Edition

_ROWS_AT_ONCE = 2000
_TYPES: Mapping[ColumnKind, Any] = {  # pyarrow has no types
    "number": pa.int64(),
    "text": pa.string(),
    "time": pa.timestamp("s", tz="UTC"),
    "list": pa.list_(pa.string()),
}


def write(records: Iterable[Dispatch], edition: Edition, path: Path) -> None:
    """Write the file; its metadata says of which archive and up to which cursor it is."""
    about = {"publisher": edition.publisher, "archive": edition.archive, "cursor": str(edition.cursor)}
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()], metadata=about)
    rows = map(_row, records)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(rows, _ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(group, schema))


def _row(dispatch: Dispatch) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if value and COLUMNS[name] == "time" else value
        for name, value in values_of(dispatch).items()
    }
