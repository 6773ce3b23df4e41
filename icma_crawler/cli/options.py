"""Options that several commands share, and the configuration they lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from icma_crawler.config import Config
from icma_crawler.errors import DateError, UsageError
from icma_crawler.system.clock import utc_now

if TYPE_CHECKING:
    from icma_crawler.archive import Archive

F = TypeVar("F", bound=Callable[..., Any])

archive_option = click.option(
    "--archive", type=click.Path(path_type=Path), help="The archive file (default: archive.db, or ICMA_ARCHIVE)."
)
portals_option = click.option(
    "--portals",
    "portals_folder",
    type=click.Path(path_type=Path),
    help="A folder of portal files (default: ./portals if it is there, else the packaged ones; or ICMA_PORTALS).",
)
log_json_option = click.option(
    "--log-json", is_flag=True, help="Log on stderr as JSON, a line each (or ICMA_LOG=json)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def load_config(**values: Any) -> Config:
    """icma.toml and the environment, with the options given on top."""
    return Config.load().changed(values, where="option")


def check_portal(archive: Archive, portal_id: str | None) -> None:
    """Refuse a portal of which the archive has nothing: a slip of the pen must not look like a success."""
    known = [one.id for one in archive.portals.find_all()]
    if portal_id is not None and portal_id not in known:
        raise UsageError(f"no portal '{portal_id}' in {archive.path}; there is {', '.join(known) or 'none yet'}")


class Moment(click.ParamType[datetime]):
    """A day or a time as people write it, in the portals' language or ISO; Baku clock where no zone is given."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        from icma_crawler.dates import parse_date  # noqa: PLC0415 - only where a date is given

        try:
            return parse_date(value, timezone=ZoneInfo("Asia/Baku"), now=utc_now(), languages=("az",)).at
        except DateError:
            self.fail(f"{value!r} is not a date; write it as 2026-01-31", param, ctx)


class Cursor(click.ParamType[int]):
    """A number of the change log, as a dump and its manifest tell it."""

    name = "cursor"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not str(value).isdecimal():
            self.fail(f"{value!r} is not a cursor: give the number that the last dump ended with", param, ctx)
        return int(value)
