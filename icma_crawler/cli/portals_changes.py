"""`icma portals add | disable | enable | import | export`: the commands that change which portals there are."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icma_crawler.cli.options import load_config, portals_option
from icma_crawler.cli.output import print_json, print_table, talk
from icma_crawler.errors import UrlError, UsageError
from icma_crawler.portals import default_registry, load_portals
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import needs_own_file

if TYPE_CHECKING:
    from icma_crawler.models import Portal
    from icma_crawler.operations.onboarding.proposal import Proposal

_TITLE_SHOWN = 60
_OWN_FILE = "a private address or an unusual port; if it is yours, write its portal file (CONTRIBUTING.md)"


@click.command("add")
@click.argument("url")
@click.option("--id", "portal_id", help="The portal's id and file name (default: its host).")
@click.option("--name", help="The name printed in the attribution (default: as the site calls itself).")
@click.option("--yes", is_flag=True, help="Replace the portal's file if there is one.")
@portals_option
def add(url: str, *, portal_id: str | None, name: str | None, yes: bool, portals_folder: Path | None) -> int:
    """Try a site with a small crawl, show what it gives, and write its portal file.

    \b
    icma portals add https://example.az

    At most 20 pages are read, one a second, into an archive that is thrown away. The file goes to ./portals (or
    --portals DIR). A folder ./portals takes the place of the packaged portals; when it is made, they are copied into
    it, so that none is lost. For a registry of your own portals only, make the empty folder first.

    Exit status: 0 written, 1 the site cannot be archived (it says why), 2 misused, or there is such a file already.
    """
    from icma_crawler.operations.onboarding.portal_files import find_registry, writable_registry, write_portal  # noqa: PLC0415
    from icma_crawler.operations.onboarding.probe import SAMPLE, probe, provisional_portal  # noqa: PLC0415
    from icma_crawler.operations.onboarding.proposal import propose, why_not  # noqa: PLC0415

    config = load_config(portals=portals_folder)
    try:
        guess = provisional_portal(url)
    except UrlError as error:
        raise UsageError(str(error)) from error
    if needs_own_file(guess.home):
        talk(f"icma: {guess.home} is not tried: {_OWN_FILE}")
        return 1
    guess = replace(guess, id=_checked_id(portal_id or guess.id))
    file = find_registry(config.portals) / f"{guess.id}.toml"
    if file.exists() and not yes:
        raise UsageError(f"{file}: there is such a portal already; --yes replaces its file, --id gives another name")
    talk(f"trying {guess.home} …")
    findings = probe(guess, contact=config.contact, on_page=lambda count: _count(count, SAMPLE))
    reason = why_not(findings)
    if reason is not None:
        talk(f"icma: {guess.home} cannot be archived: {reason}")
        return 1
    proposal = propose(findings)
    portal = replace(proposal.portal, name=name) if name else proposal.portal
    _show(proposal)
    folder, copied = writable_registry(config.portals)
    _say_copied(folder, copied)
    write_portal(folder / f"{portal.id}.toml", portal, notes=proposal.notes, may_replace=yes)
    click.echo(f"\n{folder / f'{portal.id}.toml'}:\n")
    click.echo((folder / f"{portal.id}.toml").read_text("utf-8"))
    talk(f"Next: icma crawl {portal.id}")
    return 0


@click.command("disable")
@click.argument("name", metavar="ID")
@portals_option
def disable(name: str, *, portals_folder: Path | None) -> None:
    """Leave a portal out of crawls that name none; its articles stay.

    \b
    icma portals disable sherg.az

    This is written into ./portals/ID.toml. Where there is no folder ./portals yet, it is made with a copy of all
    packaged portals, since it takes their place.
    """
    _switch(name, portals_folder, enabled=False)


@click.command("enable")
@click.argument("name", metavar="ID")
@portals_option
def enable(name: str, *, portals_folder: Path | None) -> None:
    """Crawl a disabled portal again.

    \b
    icma portals enable sherg.az
    """
    _switch(name, portals_folder, enabled=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@portals_option
def import_list(file: Path, *, portals_folder: Path | None) -> int:
    """Take over a subscription list (OPML): a portal file for each site that is not known yet.

    \b
    icma portals import subscriptions.opml

    Exit status: 0 done, 1 some site could not be taken over.
    """
    from icma_crawler.operations.onboarding.portal_files import writable_registry  # noqa: PLC0415
    from icma_crawler.operations.onboarding.subscriptions import import_opml  # noqa: PLC0415
    from icma_crawler.portals import read_opml  # noqa: PLC0415

    config = load_config(portals=portals_folder)
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    read_opml(data)  # before a folder is made for what is no list
    folder, copied = writable_registry(config.portals)
    _say_copied(folder, copied)
    imported = import_opml(data, folder)
    for portal in imported.added:
        click.echo(portal)
    for problem in imported.failed:
        talk(f"icma: {problem}")
    talk(f"{len(imported.added)} added, {len(imported.known)} known already, {len(imported.failed)} not usable")
    return 1 if imported.failed else 0


@click.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file (default: stdout).")
@portals_option
def export(*, output: Path | None, portals_folder: Path | None) -> None:
    """Write the portals of the registry in use as a subscription list (OPML 2.0).

    \b
    icma portals export -o portals.opml
    """
    from icma_crawler.operations.onboarding.subscriptions import format_opml  # noqa: PLC0415
    from icma_crawler.system.files import write_whole  # noqa: PLC0415

    registry = load_config(portals=portals_folder).portals or default_registry()
    lines = format_opml(load_portals(registry).values(), now=utc_now())
    if output is None:
        click.echo("".join(lines), nl=False)
    else:
        write_whole(output, lines)


def print_probe(portal: Portal, contact: str | None, *, as_json: bool) -> int:
    """Try the site of *portal* again, and say what of its file no longer fits."""
    from icma_crawler.operations.onboarding.probe import SAMPLE  # noqa: PLC0415
    from icma_crawler.operations.onboarding.reprobe import probe_again  # noqa: PLC0415

    talk(f"trying {portal.home} …")
    found = probe_again(portal, contact=contact, on_page=lambda count: _count(count, SAMPLE))
    if as_json:
        sample = found.proposal.sample if found.proposal else ()
        score = found.proposal.score if found.proposal else None
        print_json(
            {
                "portal": portal.id,
                "articles": len(sample),
                "score": score,
                "reason": found.reason,
                "misfits": found.misfits,
            }
        )
    elif found.proposal is not None:
        _show(found.proposal)
    if not as_json:
        for misfit in found.misfits:
            click.echo(f"to mend: {misfit}")
    if found.reason is not None:
        talk(f"icma: {portal.home} cannot be archived: {found.reason}")
    return 1 if found.reason or found.misfits else 0


def _switch(name: str, folder: Path | None, *, enabled: bool) -> None:
    from icma_crawler.operations.onboarding.portal_files import find_file, set_enabled, writable_registry  # noqa: PLC0415

    config = load_config(portals=folder)
    find_file(config.portals or default_registry(), name)  # before a folder is made for a name that is not there
    registry, copied = writable_registry(config.portals)
    _say_copied(registry, copied)
    word = "enabled" if enabled else "disabled"
    changed = set_enabled(find_file(registry, name), enabled=enabled)
    talk(f"{name} is {word}" if changed else f"{name} was {word} already")


def _checked_id(portal_id: str) -> str:
    if not portal_id or portal_id.startswith(".") or Path(portal_id).name != portal_id or not portal_id.isprintable():
        raise UsageError(f"{portal_id!r} cannot be a file name; --id takes one such as example.az")
    return portal_id


def _count(done: int, of: int) -> None:
    if sys.stderr.isatty():
        talk(f"  {done} of at most {of} pages read")


def _say_copied(folder: Path, copied: int) -> None:
    if copied:
        talk(f"{folder} was made with a copy of the {copied} packaged portals: from now on only its files count")


def _show(proposal: Proposal) -> None:
    print_table(
        ["score", "date (UTC)", "words", "filled", "title"],
        [
            [
                each.score,
                each.article.published_at.strftime("%Y-%m-%d %H:%M") if each.article.published_at else "none",
                each.article.word_count,
                " ".join(each.filled),
                each.title[:_TITLE_SHOWN],
            ]
            for each in proposal.sample
        ],
    )
    click.echo(f"\n{len(proposal.sample)} articles, score {proposal.score} of 100")
