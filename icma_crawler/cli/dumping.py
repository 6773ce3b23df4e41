"""`icma dump`: handing the archive on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from icma_crawler.cli.options import archive_option, load_config
from icma_crawler.cli.output import talk
from icma_crawler.errors import UsageError


@click.command()
@click.argument("form", metavar="FORMAT", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file (default: the standard output).")
@click.option("--since", type=click.IntRange(min=0), default=0, help="Only what changed after this cursor.")
@click.option("--portal", help="Only this portal.")
@click.option("--publisher", help="Who republishes, named in the attribution (or publisher in icma.toml).")
@click.option("--list", "list_formats", is_flag=True, help="List the formats and what each is for.")
@archive_option
def dump(
    form: str | None,
    *,
    output: Path | None,
    since: int,
    portal: str | None,
    publisher: str | None,
    list_formats: bool,
    archive: Path | None,
) -> None:
    """Write what is archived, attributed, and cut to what each portal's reuse allows.

    \b
    icma dump jsonl -o articles.jsonl --publisher Icma.az
    icma dump jsonl --since 1200 --publisher Icma.az

    Beside a file lies FILE.manifest.json with the cursor for the next --since.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.exports import FORMATS  # noqa: PLC0415
    from icma_crawler.exports import dump as write_dump  # noqa: PLC0415

    if list_formats:
        for name, purpose in FORMATS.items():
            click.echo(f"{name:<10} {purpose}")
        return
    if form is None:
        raise UsageError("name a format; icma dump --list explains them")
    config = load_config(archive=archive, publisher=publisher)
    if config.publisher is None:
        raise UsageError(
            "an attribution must name who republishes: set publisher in icma.toml, ICMA_PUBLISHER or --publisher"
        )
    with open_archive(config.archive, readonly=True) as opened:
        dumped = write_dump(opened, form, output or sys.stdout, publisher=config.publisher, since=since, portal=portal)
    talk(f"{dumped.rows} records; the next one starts with --since {dumped.cursor}")
