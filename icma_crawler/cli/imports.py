"""`icma import`: take over what another archive hands on."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icma_crawler.cli.options import archive_option, json_option, load_config
from icma_crawler.cli.output import print_json, talk
from icma_crawler.cli.progress import counting
from icma_crawler.errors import UsageError
from icma_crawler.system.clock import utc_now

if TYPE_CHECKING:
    from icma_crawler.imports import Imported

_WORDS = {
    "new": "new",
    "updated": "updated",
    "withdrawn": "withdrawn",
    "known": "known already",
    "kept": "our own kept",
    "refused": "withdrawn here",
}


@click.command("import")
@click.argument("source", metavar="DUMP.jsonl|ARCHIVE.db|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Only check the file; change nothing.")
@archive_option
@json_option
def import_(source: Path, *, dry_run: bool, archive: Path | None, as_json: bool) -> int:
    """Take over what another archive hands on: a JSON Lines dump, a stream of one, or a whole archive.

    \b
    icma import articles.jsonl
    icma import other/archive.db
    icma dump jsonl --archive other.db --publisher Example.az --manifest | icma import -

    The file is proven whole before anything is written; importing it again changes nothing. What this archive crawled
    itself stays as it is. Exit status 1: something was withdrawn, and another program is reading the archive; run any
    icma withdraw when it is done.
    """
    from icma_crawler.imports import import_archive, import_dump, is_archive  # noqa: PLC0415

    target, now = load_config(archive=archive).archive, utc_now()
    with _on_disk(source) as file, counting("records taken", quiet=as_json) as tell:
        take = import_archive if is_archive(file) else import_dump
        done = take(target, file, tell, now=now, dry_run=dry_run)
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done, dry_run=dry_run)
    return 0 if done.is_wiped else 1


def _tell(done: Imported, *, dry_run: bool) -> None:
    if dry_run:
        click.echo(f"{done.records} records, whole and in order; nothing was changed")
        return
    counts = ", ".join(f"{done.outcomes[key]} {words}" for key, words in _WORDS.items() if done.outcomes.get(key))
    click.echo(f"{done.records} records up to cursor {done.cursor}: {counts or 'all imported before'}")
    for url in done.withdrawn_by_sender:
        talk(f"withdrawn by the sender, but crawled here too: {url} (icma withdraw takes it down)")
    if not done.is_wiped:
        talk("not yet wiped: another program is reading the archive; run any icma withdraw again when it is done")


@contextmanager
def _on_disk(source: Path) -> Iterator[Path]:
    """The file itself; a stream is kept until it is whole."""
    if str(source) != "-":
        if not source.is_file():
            raise click.BadParameter(f"{source}: no such file")
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder) / "standard-input.jsonl"
        with spooled.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        try:
            yield spooled
        except UsageError as error:
            raise UsageError(str(error).replace(str(spooled), "the standard input")) from error
