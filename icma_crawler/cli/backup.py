"""`icma backup`, `icma restore`, `icma verify`: keeping the archive."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from icma_crawler.cli.options import archive_option, json_option, load_config
from icma_crawler.cli.output import print_json, talk
from icma_crawler.cli.progress import counting
from icma_crawler.system.clock import utc_now


@click.command()
@click.argument("out", metavar="OUT.db", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--keep", type=click.IntRange(min=0), default=0, help="Keep this many older copies as OUT.db.1, .2 …")
@archive_option
def backup(out: Path, *, keep: int, archive: Path | None) -> None:
    """Copy the whole archive, also while a crawl writes to it; the copy is checked before it gets its name.

    \b
    icma backup /backups/archive.db --keep 7
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations.maintenance.backup import back_up  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        size, articles = back_up(opened, out, keep=keep), opened.articles.count()
    click.echo(f"{out}: {articles} articles, {size / 1e6:.1f} MB, whole")


@click.command()
@click.argument("source", metavar="FROM.db", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the archive that is there (kept beside as .replaced).")
@click.option("--damaged", is_flag=True, help="Take a backup with faults, where there is no better one.")
@archive_option
def restore(source: Path, *, force: bool, damaged: bool, archive: Path | None) -> None:
    """Bring a backup back as the archive; what was withdrawn since stays withdrawn.

    \b
    icma restore /backups/archive.db --force

    A backup whose hashes do not hold is refused, and nothing is replaced.
    """
    from icma_crawler.imports import restore as bring_back  # noqa: PLC0415

    target = load_config(archive=archive).archive
    done = bring_back(source, target, now=utc_now(), force=force, may_be_damaged=damaged)
    click.echo(f"{target}: restored from {source}; {done.withdrawn} articles withdrawn again")
    if not done.is_register_read:
        talk("icma: the replaced archive cannot be read: withdraw again what was withdrawn since the backup was made")
    talk("Downstream sites start over: cursors of the old archive do not fit the restored one.")


@click.command()
@click.argument("dump", metavar="[DUMP.jsonl]", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--pages", type=click.IntRange(min=1), help="Of the stored pages, look at this many, chosen by chance.")
@click.option("--rebuild-search", is_flag=True, help="Make the search index anew first.")
@archive_option
@json_option
def verify(dump: Path | None, *, pages: int | None, rebuild_search: bool, archive: Path | None, as_json: bool) -> int:
    """Check every hash of the archive, or that a dump is complete and unaltered; damage is named.

    \b
    icma verify
    icma verify --pages 10000               every day a few pages, where there are millions
    icma verify articles.jsonl

    Exit status: 0 all is as it was written, 1 something is not.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations.maintenance.dump_proof import dump_faults  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, must_exist=True, refresh_search=False) as opened:
        if rebuild_search:
            opened.search.rebuild()
        if dump is not None:
            with opened.read():
                faults = list(dump_faults(opened, dump))
        else:
            with counting("pages checked", quiet=as_json) as tell:
                faults = list(opened.find_faults(tell, pages))
        articles = opened.articles.count()
    if as_json:
        print_json([asdict(fault) for fault in faults])
    elif not faults:
        click.echo(f"{dump or 'the archive'} is whole ({articles} articles in the archive, {opened.path})")
    for fault in [] if as_json else faults:
        click.echo(f"{fault.where}: {fault.problem}\n    {fault.remedy}")
    return 1 if faults else 0
