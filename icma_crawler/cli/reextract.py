"""`icma reextract`: reading every stored page again with today's extractor."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from icma_crawler.cli.options import Moment, archive_option, json_option, load_config, portals_option
from icma_crawler.cli.output import print_json, talk
from icma_crawler.errors import UsageError

if TYPE_CHECKING:
    from icma_crawler.config import Config
    from icma_crawler.models import Portal
    from icma_crawler.operations.maintenance.reextraction import Reextraction

_MAX_SHOWN = 100


@click.command()
@click.option("--portal", "portal_id", help="Only this portal.")
@click.option("--since", type=Moment(), help="Only what was archived on or after this day.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show what would change, and change nothing.")
@archive_option
@portals_option
@json_option
def reextract(
    *,
    portal_id: str | None,
    since: datetime | None,
    is_dry: bool,
    archive: Path | None,
    portals_folder: Path | None,
    as_json: bool,
) -> None:
    """Read the stored pages again: after an upgrade, a new rule, or once the archive knows a portal's own lines.

    \b
    icma reextract --dry-run
    icma reextract --portal sherg.az --since 2026-01-01

    What it changes is never counted as the publisher's edit. It can be interrupted, and goes on where it was.
    """
    from icma_crawler.operations.maintenance.reextraction import reextract as read_again  # noqa: PLC0415 - not for --help

    config = load_config(archive=archive, portals=portals_folder)
    chosen = _choose(config, portal_id)
    with _Bar() as bar:
        reports = read_again(
            config,
            chosen,
            since=since,
            is_dry=is_dry,
            on_report=lambda report: None if as_json else bar.interrupt(lambda: _print(report, is_dry=is_dry)),
            on_progress=bar.tell,
        )
    if as_json:
        print_json([_as_json(report) for report in reports])
        return
    changed, lost = sum(one.changed for one in reports), sum(one.lost.total() for one in reports)
    talk(
        f"{sum(one.read for one in reports)} pages read again, {changed} articles {'would differ' if is_dry else 'changed'}"
        + (f", {lost} left as they are because today's extractor takes them for no articles" if lost else "")
    )


def _choose(config: Config, portal_id: str | None) -> list[Portal]:
    """The archive's portals, as their files describe them now where there is one."""
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.portals import default_registry, load_portals  # noqa: PLC0415

    with open_archive(config.archive, readonly=True) as opened:
        archived = {one.id: one for one in opened.portals.find_all()}
    if portal_id is not None and portal_id not in archived:
        raise UsageError(f"no portal '{portal_id}' in {config.archive}; there is {', '.join(archived) or 'none yet'}")
    described = load_portals(config.portals or default_registry())
    return [described.get(each, one) for each, one in archived.items() if portal_id in (None, each)]


def _print(report: Reextraction, *, is_dry: bool) -> None:
    if not (report.changed or report.lost or report.learned):
        click.echo(f"{report.portal}: nothing differs in {report.read} pages read again")
        return
    click.secho(
        f"{report.portal}: {report.changed} of {report.read} articles {'would ' if is_dry else ''}change", bold=True
    )
    for one in report.learned:
        if one.kind == "recurring":
            click.echo(f"  learned: on {one.pages} pages, so no article's: {_shown(one.sample)}")
    headlines = sum(one.kind == "headline" for one in report.learned)
    if headlines:
        click.echo(f"  learned: {headlines} headlines of other articles that stood in texts")
    for name, count in report.fields.most_common():
        click.echo(f"  {name}: {count}")
        _print_examples(report, name)
    for reason, count in report.lost.most_common():
        click.echo(f"  no article any more ({reason}), left as it is: {count}")
    _print_examples(report, "lost")


def _print_examples(report: Reextraction, name: str) -> None:
    for one in report.examples.get(name, []):
        before, after = _difference(one.before, one.after)
        click.echo(f"    {one.url}")
        click.secho(f"      - {before}", fg="red")
        click.secho(f"      + {after}", fg="green")


def _difference(before: object, after: object) -> tuple[str, str]:
    """Two values as lines; of texts only the paragraphs that differ."""
    if isinstance(before, str) and isinstance(after, str) and "\n\n" in before + after:
        old, new = before.split("\n\n"), after.split("\n\n")
        gone = [line for line in old if line not in set(new)]
        come = [line for line in new if line not in set(old)]
        return _shown(" ¶ ".join(gone)), _shown(" ¶ ".join(come))
    return _shown(before), _shown(after)


def _shown(value: object) -> str:
    if value is None or value in ("", ()):
        return "(nothing)"
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _as_json(report: Reextraction) -> dict[str, Any]:
    return {
        "portal": report.portal,
        "read": report.read,
        "changed": report.changed,
        "written": report.is_written,
        "fields": dict(report.fields.most_common()),
        "lost": dict(report.lost.most_common()),
        "learned": [asdict(one) for one in report.learned],
        "examples": {name: [asdict(one) for one in examples] for name, examples in report.examples.items()},
    }


class _Bar:
    """How far the reading is, on a terminal; silence elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._task: Any = None
        self._portal = ""

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console  # noqa: PLC0415 - not where nobody looks
            from rich.progress import Progress  # noqa: PLC0415

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._bar.stop()

    def tell(self, portal_id: str, done: int, total: int) -> None:
        if not self._shown:
            return
        if portal_id != self._portal:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._portal, self._task = portal_id, self._bar.add_task(portal_id)
        self._bar.update(self._task, completed=done, total=total)

    def interrupt(self, show: Any) -> None:
        """Print something between two states of the bar."""
        if self._shown:
            self._bar.stop()
        show()
        if self._shown:
            self._bar.start()
