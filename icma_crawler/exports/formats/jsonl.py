"""JSON Lines: the stream as it is."""

from __future__ import annotations

from collections.abc import Iterator

from icma_crawler.exports.records import Edition, Records


def write(records: Records, edition: Edition) -> Iterator[bytes]:  # noqa: ARG001 - as every writer is called
    """One JSON object a line, in change-log order."""
    return records.lines()
