"""`icma extract`: what the program reads out of a page, without archiving it."""

from __future__ import annotations

import gzip
import sys
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import urljoin

import click

from icma_crawler.cli.options import json_option, load_config, portals_option
from icma_crawler.cli.output import print_json_line
from icma_crawler.models import Article, Capture, Portal, Rejection
from icma_crawler.system.clock import utc_now

_UNKNOWN_URL = "https://page.invalid/page"


@click.command()
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
)
@click.option("--url", help="Where the page was published; relative links and the portal follow from it.")
@click.option("--portal", "portal_id", help="Read it with this portal's rules, language and time zone.")
@click.option("--explain", is_flag=True, help="Show, field by field, what spoke for which value.")
@portals_option
@json_option
def extract(
    files: tuple[Path, ...],
    *,
    url: str | None,
    portal_id: str | None,
    explain: bool,
    portals_folder: Path | None,
    as_json: bool,
) -> None:
    """Read saved pages (.html or .html.gz, "-" for standard input): one JSON object a line, the article or why it is none.

    \b
    icma extract page.html --url https://sherg.az/iqtisadiyyat/lombard --portal sherg.az
    icma extract page.html --explain            a table: why the date, the title, ... are what they are
    icma extract page.html --explain --json     the same for programs
    """
    from icma_crawler.cli import explanation  # noqa: PLC0415 - not for --help
    from icma_crawler.extraction import extract_explained  # noqa: PLC0415 - loads trafilatura

    portal = _portal_for(url, portal_id, portals_folder)
    is_all_read = True
    for file in files:
        body = _read(file)
        is_all_read = is_all_read and not isinstance(body, Rejection)
        result, evidence = (body, {}) if isinstance(body, Rejection) else extract_explained(_capture(body, url), portal)
        if explain and not as_json:
            if len(files) > 1:
                click.secho(str(file), bold=True)
            explanation.print_explanation(result, evidence)
            continue
        line: dict[str, object] = {"file": str(file), "url": url}
        if isinstance(result, Article):
            line["article"] = explanation.shown_fields(
                result if url or result.url != _UNKNOWN_URL else replace(result, url="")
            )
        else:
            line["rejection"] = {"reason": result.reason, "detail": result.detail}
        if explain:
            line["evidence"] = explanation.explained_as_json(result, evidence)
        print_json_line(line)
    if not is_all_read:
        raise click.exceptions.Exit(1)


def _capture(body: bytes, url: str | None) -> Capture:
    return Capture(
        url=url or _UNKNOWN_URL,
        final_url=url or _UNKNOWN_URL,
        status=200,
        headers=(),
        body=body,
        fetched_at=utc_now(),
    )


def _portal_for(url: str | None, portal_id: str | None, folder: Path | None) -> Portal:
    """The portal named, or the one that owns the url, or one of no opinion."""
    from icma_crawler.portals import default_registry, load_portals, pick_portals  # noqa: PLC0415

    registry = load_config(portals=folder).portals or default_registry()
    if portal_id:
        return pick_portals(load_portals(registry), [portal_id], registry)[0]
    if url:
        for portal in load_portals(registry).values():
            if portal.owns(url):
                return portal
    home = urljoin(url or _UNKNOWN_URL, "/")
    return Portal(id="page", name="", home=home, language="", timezone="UTC")


def _read(file: Path) -> bytes | Rejection:
    """The page's bytes; no more of a compressed one than suffices to see that it is too big."""
    from icma_crawler.extraction.page import MAX_BODY_BYTES  # noqa: PLC0415 - loads lxml

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.open(BytesIO(data)) as unpacked:
            return unpacked.read(MAX_BODY_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        click.echo(f"icma: {file}: cannot be decompressed ({error})", err=True)
        return Rejection(reason="encoding", detail=str(error))
