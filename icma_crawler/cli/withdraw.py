"""`icma withdraw`: takedown."""

from __future__ import annotations

from pathlib import Path

import click

from icma_crawler.cli.options import archive_option, check_portal, load_config
from icma_crawler.cli.output import print_table, talk, wall_clock
from icma_crawler.errors import UsageError
from icma_crawler.system.clock import utc_now


@click.command()
@click.argument("what", metavar="[ID|URL]...", nargs=-1)
@click.option("--portal", "portal_id", help="Every article of this portal.")
@click.option(
    "--from",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Ids or urls, one a line; # begins a remark.",
)
@click.option("--reason", help="Why: kept in the register.")
@click.option("--list", "list_register", is_flag=True, help="List what was withdrawn.")
@archive_option
def withdraw(
    what: tuple[str, ...],
    *,
    portal_id: str | None,
    file: Path | None,
    reason: str | None,
    list_register: bool,
    archive: Path | None,
) -> int:
    """Take articles out of the archive for good: text, title, pages and search entries; a tombstone stays.

    \b
    icma withdraw https://sherg.az/hadise/bir-xeber --reason "request of the person concerned"
    icma withdraw --from list.txt --reason "court order 12/2026"

    No later crawl brings them back, and every dump says that they were withdrawn. At the end the file is rewritten, which
    takes some seconds a gigabyte. Exit status 1: another program uses the archive, or the disk has no room for a copy,
    so the file is not clean yet; run any icma withdraw again.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations.maintenance.takedown import withdraw as take_down  # noqa: PLC0415

    config = load_config(archive=archive)
    if list_register:
        with open_archive(config.archive, readonly=True) as opened:
            register = opened.withdrawals.all()
        print_table(["withdrawn", "address", "reason"], [[wall_clock(one.at), one.key, one.reason] for one in register])
        return 0
    wanted = [*what, *(_listed(file) if file else [])]
    if not wanted and portal_id is None:
        raise UsageError("name what to withdraw: an id, a url, --from FILE or --portal ID")
    if not reason:
        raise UsageError("say why with --reason; it is kept in the register")
    with open_archive(config.archive, must_exist=True) as opened:
        if portal_id is not None:
            check_portal(opened, portal_id)
            wanted += map(str, opened.articles.ids_of(portal_id))
        done = take_down(opened, wanted, reason, now=utc_now())
    click.echo(
        f"{done.wiped} withdrawn, {done.already} were before, {done.registered} more addresses will not be archived"
    )
    if not done.is_clean:
        talk(
            "icma: not yet wiped from the file: another program uses it, or the disk has no room for a copy of it; "
            "run icma withdraw again"
        )
        return 1
    return 0


def _listed(file: Path) -> list[str]:
    lines = (line.strip() for line in file.read_text("utf-8-sig").splitlines())
    return [line for line in lines if line and not line.startswith("#")]
