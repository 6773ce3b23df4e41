"""`icma portals`: which portals there are, and what is known of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icma_crawler.cli.lazy_group import LazyGroup
from icma_crawler.cli.options import archive_option, json_option, load_config, portals_option
from icma_crawler.cli.output import print_json, print_table, talk, wall_clock
from icma_crawler.models import Portal
from icma_crawler.portals import default_registry, load_portals, pick_portals, portal_as_dict
from icma_crawler.rights import strictest

if TYPE_CHECKING:
    from icma_crawler.operations.onboarding.portal_check import PortalCheck, SelectorHits

_MAX_EXAMPLE = 80


@click.group(
    cls=LazyGroup,
    places={name: f"portals_changes:{name}" for name in ("add", "disable", "enable", "export")}
    | {"import": "portals_changes:import_list"},
)
def portals() -> None:
    """Show the portals that can be crawled.

    \b
    icma portals list
    icma portals show sherg.az
    icma portals check sherg.az
    """


@portals.command("list")
@portals_option
@json_option
def list_portals(*, portals_folder: Path | None, as_json: bool) -> None:
    """List every portal of the registry in use."""
    registry = load_config(portals=portals_folder).portals or default_registry()
    found = load_portals(registry).values()
    if as_json:
        print_json([portal_as_dict(portal) for portal in found])
        return
    print_table(
        ["portal", "name", "language", "reuse", "sources", "home"],
        [
            [
                p.id,
                p.name,
                p.language,
                p.reuse,
                len(p.sources) or "found by crawling",
                p.home + ("" if p.enabled else "  (disabled)"),
            ]
            for p in found
        ],
    )


@portals.command("show")
@click.argument("name", metavar="ID")
@archive_option
@portals_option
@json_option
def show_portal(name: str, *, archive: Path | None, portals_folder: Path | None, as_json: bool) -> None:
    """Show what a portal's file says, and what the portal itself says of reuse.

    \b
    icma portals show sherg.az

    The portal's own words come from the archive, with the time they were seen; they can only make reuse stricter.
    """
    config = load_config(archive=archive, portals=portals_folder)
    registry = config.portals or default_registry()
    (portal,) = pick_portals(load_portals(registry), [name], registry)
    facts = portal_as_dict(portal) | _rights(config.archive, portal)
    if as_json:
        print_json(facts)
        return
    rows = []
    for key, value in facts.items():
        if isinstance(value, list):
            rows += [[key if i == 0 else "", _readable(item)] for i, item in enumerate(value)] or [[key, "none"]]
        else:
            rows.append([key, _readable(value)])
    print_table(["", ""], rows)


@portals.command("check")
@click.argument("name", metavar="ID")
@click.option("--live", "is_live", is_flag=True, help="Ask the portal for 20 pages now instead; nothing is archived.")
@click.option("--probe", "is_probe", is_flag=True, help="Try the site itself again, with a small crawl.")
@archive_option
@portals_option
@json_option
def check_portal(
    name: str, *, is_live: bool, is_probe: bool, archive: Path | None, portals_folder: Path | None, as_json: bool
) -> int:
    """Count how often each field is found in the portal's 20 newest stored pages, with its rules as they are now.

    \b
    icma portals check sherg.az
    icma portals check sherg.az --probe
    icma portals check sherg.az --live

    With --probe the site is tried as by icma portals add: at most 20 pages, into an archive that is thrown away. It
    says which sources of the portal's file no longer answer, what it does not name, and what does not fit it.

    Exit status: 1 where no page is stored, or none is read as an article; with --probe where something is to be mended.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415 - not for --help
    from icma_crawler.operations.onboarding.portal_check import check_portal as check  # noqa: PLC0415
    from icma_crawler.operations.onboarding.portal_files import find_file  # noqa: PLC0415
    from icma_crawler.operations.onboarding.probe import sample_crawl  # noqa: PLC0415

    config = load_config(archive=archive, portals=portals_folder)
    registry = config.portals or default_registry()
    (portal,) = pick_portals(load_portals(registry), [name], registry)
    if is_probe:
        from icma_crawler.cli.portals_changes import print_probe  # noqa: PLC0415 - as above

        return print_probe(portal, config.contact, as_json=as_json)
    if is_live:
        file = find_file(registry, name)
        with sample_crawl(name, file.read_text("utf-8-sig"), contact=config.contact) as opened:
            found = check(opened, portal)
    else:
        with open_archive(config.archive, readonly=True) as opened:
            found = check(opened, portal)
    if as_json:
        print_json(asdict(found))
    elif not found.pages and is_live:
        talk(f"{name} gave no page; icma status {name} says more after a crawl")
    elif not found.pages:
        talk(f"no page of {name} is stored yet; icma crawl {name} stores some")
    else:
        _print_check(found)
    return 0 if found.articles else 1


def _rights(archive: Path, portal: Portal) -> dict[str, object]:
    """What the portal says of reuse, and what that leaves of its file's word; nothing where there is no archive yet."""
    if not archive.exists():
        return {}
    from icma_crawler.archive import open_archive  # noqa: PLC0415 - not for --help

    with open_archive(archive, readonly=True) as opened:
        kept = opened.portals.reuse_of(portal.id)
        whole = opened.reuse_signals.of(portal.id)
        pages = opened.reuse_signals.of_pages(portal.id)
    if kept is None:
        return {}
    return {
        "reuse_now": strictest(portal.reuse, kept.signals),
        "signals": [
            {
                "kind": seen.signal.kind,
                "value": seen.signal.value,
                "allows": seen.signal.reuse,
                "seen": f"{wall_clock(seen.first_seen_at)} to {wall_clock(seen.gone_at or seen.last_seen_at)}",
                "state": "in force" if seen.is_active else "gone" if seen.gone_at else f"on {seen.pages} pages so far",
                "url": seen.url,
            }
            for seen in whole
        ]
        + [
            {
                "kind": seen.signal.kind,
                "value": seen.signal.value,
                "allows": seen.signal.reuse,
                "seen": f"{wall_clock(seen.first_seen_at)} to {wall_clock(seen.last_seen_at)}",
                "articles": seen.articles,
                "url": seen.url,
            }
            for seen in pages
        ],
    }


def _print_check(found: PortalCheck) -> None:
    click.echo(f"{found.articles} of the {found.pages} newest pages of {found.portal} are read as articles\n")
    print_table(
        ["field", "found on", "for example"],
        [[one.field, f"{one.filled / max(1, found.articles):.0%}", _example(one.example)] for one in found.fields],
    )
    click.echo(f"\ntime of day known: {found.to_the_minute / max(1, found.articles):.0%}")
    if found.rules:
        click.echo()
        print_table(["selector", "matches on", ""], [_hits_row(hits) for hits in found.rules])
    for url, reason in found.rejected:
        click.echo(f"no article ({reason}): {url}")


def _hits_row(hits: SelectorHits) -> list[str]:
    note = "" if hits.matched or hits.key == "remove" else "the field is found without it"
    return [hits.key, f"{hits.matched} of {hits.pages}", note]


def _example(value: object) -> str:
    if isinstance(value, datetime):
        return wall_clock(value)
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_EXAMPLE else flat[: _MAX_EXAMPLE - 1] + "…"


def _readable(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} = {item}" for key, item in value.items() if item is not None)
    return "not known" if value is None else str(value)
