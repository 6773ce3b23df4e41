"""`icma dump`: handing the archive on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

import click

from icma_crawler.cli.options import Cursor, archive_option, check_portal, load_config
from icma_crawler.cli.output import talk
from icma_crawler.errors import UsageError


@click.command()
@click.argument("form", metavar="FORMAT", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file or folder (default: standard output).")
@click.option("--since", metavar="CURSOR", type=Cursor(), help="Only what changed after this cursor.")
@click.option("--state", type=click.Path(path_type=Path), help="A file that remembers the cursor from dump to dump.")
@click.option("--last", metavar="N", type=click.IntRange(min=1), help="Only the last N changes, as a feed has them.")
@click.option("--portal", "portal_id", help="Only this portal.")
@click.option("--publisher", help="Who republishes, named in the attribution (or publisher in icma.toml).")
@click.option("--language", type=click.Choice(["az", "ru", "en"]), help="Of the sentences (default: the article's).")
@click.option("--site", metavar="URL", help="Where this will be published, for a feed's and a sitemap's own links.")
@click.option("--manifest", is_flag=True, help="End the standard output with the manifest, for icma import -.")
@click.option("--list", "list_formats", is_flag=True, help="List the formats and what each is for.")
@archive_option
def dump(
    form: str | None,
    *,
    output: Path | None,
    since: int | None,
    state: Path | None,
    last: int | None,
    portal_id: str | None,
    publisher: str | None,
    language: str | None,
    site: str | None,
    manifest: bool,
    list_formats: bool,
    archive: Path | None,
) -> None:
    """Write what is archived, attributed, and cut to what each portal's reuse allows.

    \b
    icma dump jsonl -o articles.jsonl --publisher Icma.az
    icma dump jsonl -o news.jsonl --state news.state     only what is new since the last time
    icma dump atom -o feed.atom --last 100
    icma dump html -o site --site https://news.example/

    Beside a file lies FILE.manifest.json with the cursor for the next --since.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415 - not for --help
    from icma_crawler.exports import FORMATS, format_named  # noqa: PLC0415
    from icma_crawler.exports import dump as write_dump  # noqa: PLC0415

    if list_formats:
        for name, one in FORMATS.items():
            click.echo(f"{name:<9} {one.suffix:<13} {one.purpose}{f' (extra {one.extra})' if one.extra else ''}")
        return
    if form is None:
        raise UsageError("name a format; icma dump --list explains them")
    format_named(form)
    if sum(given is not None for given in (since, state, last)) > 1:
        raise UsageError("--since, --state and --last each say where to start; give one of them")
    config = load_config(archive=archive, publisher=publisher)
    if config.publisher is None:
        raise UsageError(
            "an attribution must name who republishes: set publisher in icma.toml, ICMA_PUBLISHER or --publisher"
        )
    with open_archive(config.archive, readonly=True) as opened:
        check_portal(opened, portal_id)
        dumped = write_dump(
            opened,
            form,
            output or _standard_output(),
            publisher=config.publisher,
            since=since or 0,
            portal_id=portal_id,
            state=state,
            last=last,
            language=language,
            site=_checked_site(site),
            with_manifest=manifest,
        )
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(dumped.skipped.items()))
    talk(
        f"{dumped.rows} records{f' (left out: {left_out})' if left_out else ''}; "
        f"the next one starts with --since {dumped.cursor}"
    )


def _standard_output() -> IO[str]:
    """The standard output, in UTF-8 whatever the locale says and with line ends as they are written."""
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]  # a real stream here
    return sys.stdout


def _checked_site(site: str | None) -> str | None:
    if site is not None and not site.startswith(("https://", "http://")):
        raise UsageError(f"--site {site}: name it with https://")
    return site
