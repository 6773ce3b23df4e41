"""`icma portals`: which portals there are, and what is known of them."""

from __future__ import annotations

from pathlib import Path

import click

from icma_crawler.cli.options import json_option, load_config, portals_option
from icma_crawler.cli.output import print_json, print_table
from icma_crawler.portals import default_registry, load_portals, pick_portals, portal_as_dict


@click.group()
def portals() -> None:
    """Show the portals that can be crawled.

    \b
    icma portals list
    icma portals show sherg.az
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
@portals_option
@json_option
def show_portal(name: str, *, portals_folder: Path | None, as_json: bool) -> None:
    """Show what a portal's file says."""
    registry = load_config(portals=portals_folder).portals or default_registry()
    (portal,) = pick_portals(load_portals(registry), [name], registry)
    facts = portal_as_dict(portal)
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


def _readable(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} = {item}" for key, item in value.items() if item is not None)
    return "not known" if value is None else str(value)
