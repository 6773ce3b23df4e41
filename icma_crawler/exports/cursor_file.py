"""The cursor that a downstream has reached, kept in a small file between dumps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from icma_crawler.errors import UsageError
from icma_crawler.system.files import write_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Dumps that follow one another: of one archive, in one format, of one portal or all."""

    archive: str
    form: str
    portal: str | None


def load_cursor(path: Path, series: Series) -> int:
    """The cursor in a state file; 0 where there is none yet.

    Raises:
        UsageError: the state is of another archive or of another kind of dump, or no state at all.
    """
    if not path.exists():
        return 0
    try:
        state = json.loads(path.read_bytes())
        cursor = int(state["cursor"])
        known = Series(archive=state["archive"], form=state["format"], portal=state["portal"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a state file of icma dump; name another one") from error
    if known.archive != series.archive:
        raise UsageError(
            f"{path}: the state of another archive ({known.archive}, this one is {series.archive}): its cursor means "
            "nothing here; remove the file to start over with a whole dump"
        )
    if known != series:
        of = f"{known.form} of {known.portal or 'all portals'}"
        raise UsageError(f"{path}: the state of another dump ({of}); each dump needs a state file of its own")
    return cursor


def save_cursor(path: Path, cursor: int, series: Series) -> None:
    """Remember where the next dump starts."""
    state = {"archive": series.archive, "format": series.form, "portal": series.portal, "cursor": cursor}
    write_whole(path, [json.dumps(state) + "\n"])
