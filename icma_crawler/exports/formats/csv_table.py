"""CSV (RFC 4180) that a spreadsheet opens as it is meant: letters right, no cell run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from icma_crawler.exports.columns import COLUMNS, cells_of
from icma_crawler.exports.records import Dispatch, Edition

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes ə and ş for something else
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(records: Iterable[Dispatch], edition: Edition) -> Iterator[str]:  # noqa: ARG001 - as every writer is called
    """A row of names, then a row an article."""
    line = _Line()
    row = csv.writer(line, lineterminator="\r\n")
    row.writerow(COLUMNS)
    yield _BYTE_ORDER_MARK + line.text
    for dispatch in records:
        row.writerow(map(_defused, cells_of(dispatch)))
        yield line.text


def _defused(cell: Any) -> Any:
    """A cell that no spreadsheet runs: what begins like a formula gets a leading apostrophe, in CSV only."""
    if not isinstance(cell, str):
        return cell
    clean = cell.replace("\0", "")
    return f"'{clean}" if clean.lstrip(" \u00a0").startswith(_RUNS) else clean


class _Line:
    """What the csv module writes to: it keeps the last line."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)
