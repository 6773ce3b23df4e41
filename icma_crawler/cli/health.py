"""`icma status` and `icma gaps`: how the portals do, and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from icma_crawler.cli.options import archive_option, json_option, load_config
from icma_crawler.cli.output import print_json, print_json_line, print_table, wall_clock
from icma_crawler.errors import UsageError

_JSON_KEYS = ("portal", "verdict", "reason", "since", "last_archived_at", "archived_7d", "next_due_at", "articles")


@click.command()
@click.argument("name", metavar="[PORTAL]", required=False)
@archive_option
@json_option
def status(name: str | None, *, archive: Path | None, as_json: bool) -> int:
    """Tell how each portal does, and why.

    Exit status: 0 all well, 1 some portal needs a look.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations import portal_health  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        healths = portal_health(opened, now=datetime.now(UTC))
    if name is not None:
        healths = [health for health in healths if health.portal == name]
        if not healths:
            raise UsageError(f"{name} was never crawled into this archive")
    if as_json:
        print_json([{key: getattr(health, key) for key in _JSON_KEYS} for health in healths])
    else:
        print_table(
            ["portal", "verdict", "articles", "7 days", "last archived", "why"],
            [
                [h.portal, h.verdict, h.articles, h.archived_7d, wall_clock(h.last_archived_at), h.reason]
                for h in healths
            ],
        )
    return 1 if any(health.is_broken for health in healths) else 0


@click.command()
@click.option("--portal", help="Only this portal.")
@archive_option
@json_option
def gaps(*, portal: str | None, archive: Path | None, as_json: bool) -> None:
    """List what was announced and is not archived, with the reason."""
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.reasons import explain  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        missing = opened.find_gaps(portal)
    if as_json:
        for gap in missing:
            print_json_line(asdict(gap))
        return
    print_table(
        ["portal", "state", "reason", "announced", "url"],
        [[g.portal, g.state, explain(g.reason or ""), wall_clock(g.announced_at), g.url] for g in missing],
    )
