"""`icma status`, `icma doctor` and `icma gaps`: how portals, program and archive do, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icma_crawler.cli.options import archive_option, check_portal, json_option, load_config, portals_option
from icma_crawler.cli.output import format_bytes, print_json, print_json_line, print_table, talk, wall_clock
from icma_crawler.errors import UsageError
from icma_crawler.system.clock import utc_now

if TYPE_CHECKING:
    from icma_crawler.archive import DayBalance, Gap
    from icma_crawler.operations.health import Growth, PortalHealth
    from icma_crawler.operations.maintenance.doctor import Check

_BARS = "▁▂▃▄▅▆▇█"
_COLOURS = {"ok": "green", "new": "cyan"}
_MARKS = {"ok": ("ok", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "bold red")}


@click.command()
@click.argument("name", metavar="[PORTAL]", required=False)
@archive_option
@json_option
def status(name: str | None, *, archive: Path | None, as_json: bool) -> int:
    """Tell how each portal does, and why: what came in the last 14 days, and what broke since when.

    \b
    icma status
    icma status sherg.az --json

    Exit status: 0 all well, 1 some portal needs a look.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations.health import growth_of, portal_health  # noqa: PLC0415

    now = utc_now()
    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        healths = portal_health(opened, now=now, portal_id=name)
        growth = growth_of(opened, now=now)
        flagged = Counter(one.portal for one in opened.flags.articles(name))
    if name is not None and not healths:
        raise UsageError(f"{name} was never crawled into this archive")
    if as_json:
        print_json([asdict(health) | {"flagged": flagged[health.portal]} for health in healths])
    else:
        _print_healths(healths)
        talk(_footer(healths, growth))
        if flagged:
            listed = "icma accept" if name is None else f"icma accept --portal {name}"
            talk(f"flagged: {flagged.total()}, as their pages show something else; {listed} lists them")
    return 1 if any(health.is_broken for health in healths) else 0


def _print_healths(healths: Sequence[PortalHealth]) -> None:
    from rich.text import Text  # noqa: PLC0415 - as in print_table

    print_table(
        ["portal", "verdict", "last 14 days", "7 days", "last archived", "why"],
        [
            [
                health.portal,
                Text(health.verdict, style=_COLOURS.get(health.verdict, "bold red")),
                sparkline(health.days),
                health.archived_7d,
                wall_clock(health.last_archived_at),
                health.reason,
            ]
            for health in healths
        ],
    )


def sparkline(counts: Sequence[int]) -> str:
    """A bar for each count, the highest as high as a line allows: "▁▃▄▄▂▁▁█"."""
    most = max(counts, default=0) or 1
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)


def _footer(healths: Sequence[PortalHealth], growth: Growth) -> str:
    broken = sum(health.is_broken for health in healths)
    articles = sum(health.articles for health in healths)
    well = f"portals: {len(healths)}, {broken} to look at" if broken else f"portals: {len(healths)}, none broken"
    size, daily = format_bytes(growth.size_bytes), format_bytes(growth.bytes_a_day)
    return f"{well}; {articles} articles in {size}, {daily} of pages more a day"


@click.command()
@archive_option
@portals_option
@json_option
def doctor(*, archive: Path | None, portals_folder: Path | None, as_json: bool) -> int:
    """Check the installation, the settings, the portal files and the archive; each line says what to do.

    \b
    icma doctor
    icma doctor --archive /srv/icma/archive.db --json

    Exit status: 0 nothing fails (warnings may), 1 something does.
    """
    from icma_crawler.operations.maintenance.doctor import examine  # noqa: PLC0415

    checks = examine(load_config(archive=archive, portals=portals_folder))
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        _print_checks(checks)
    return 1 if any(check.state == "fail" for check in checks) else 0


def _print_checks(checks: Sequence[Check]) -> None:
    from rich.text import Text  # noqa: PLC0415 - as in print_table

    print_table(
        ["", "", "found", "what to do"],
        [[check.name, Text(*_MARKS[check.state]), check.found, check.advice] for check in checks],
    )


@click.command()
@click.option("--portal", "portal_id", help="Only this portal.")
@click.option("--by-day", is_flag=True, help="The balance of each portal and day: announced is the sum of the rest.")
@archive_option
@json_option
def gaps(*, portal_id: str | None, by_day: bool, archive: Path | None, as_json: bool) -> None:
    """List what was announced and is not archived, with the reason.

    \b
    icma gaps --portal sherg.az
    icma gaps --by-day

    icma crawl tries again what can be had: pending urls at once, failed and refused ones after a rest.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        check_portal(opened, portal_id)
        if by_day:
            _print_balance(opened.balances.by_day(portal_id), as_json=as_json)
        else:
            _print_gaps(opened.balances.gaps(portal_id), as_json=as_json)


def _print_gaps(missing: Sequence[Gap], *, as_json: bool) -> None:
    from icma_crawler.reasons import explain  # noqa: PLC0415

    if as_json:
        for gap in missing:
            print_json_line(asdict(gap))
        return
    print_table(
        ["portal", "state", "reason", "announced", "url"],
        [[g.portal, g.state, explain(g.reason or ""), wall_clock(g.announced_at), g.url] for g in missing],
    )


def _print_balance(days: Sequence[DayBalance], *, as_json: bool) -> None:
    from icma_crawler.archive import DayBalance  # noqa: PLC0415

    if as_json:
        for day in days:
            print_json_line(asdict(day))
        return
    print_table([column.name for column in fields(DayBalance)], [list(asdict(day).values()) for day in days])
