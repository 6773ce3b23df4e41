"""How results look: JSON for programs, tables for people; talk goes to stderr."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import click

from icma_crawler.dates import BAKU
from icma_crawler.system.logs import is_json


def print_json(value: object) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_json_line(value: object) -> None:
    """One JSON object on a line of its own."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A plain table: aligned columns, the last one as long as it likes."""
    from rich.console import Console  # noqa: PLC0415 - 50 ms that --json need not pay
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for i, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=i == 0)
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text("" if cell is None else str(cell)) for cell in row))
    console = Console(file=sys.stdout, width=None if sys.stdout.isatty() else 160, highlight=False)
    with console.capture() as captured:  # rich ends the process with 1 where the reader has gone
        console.print(table)
    click.echo(captured.get(), nl=False)


def talk(message: str) -> None:
    """Say something to the person, not to the program that reads the output."""
    if is_json():
        logging.getLogger("icma_crawler").info("%s", message.removeprefix("icma: "))
    else:
        click.echo(message, err=True)


def wall_clock(at: datetime | None) -> str:
    """A time as people in Baku read it: "2025-10-20 14:02"."""
    return "" if at is None else at.astimezone(BAKU).strftime("%Y-%m-%d %H:%M")


def format_bytes(size_bytes: int) -> str:
    """A size as people read it: "1.2 GB"."""
    size, unit = float(size_bytes), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:.1f} {unit}" if size < 10 and unit != "B" else f"{size:.0f} {unit}"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return str(value)
