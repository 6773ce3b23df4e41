"""`icma search`, `icma show`, `icma history`: finding and reading what is archived."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click

from icma_crawler.cli.options import Moment, archive_option, check_portal, json_option, load_config, portals_option
from icma_crawler.cli.output import print_json, print_json_line, print_table, talk, wall_clock
from icma_crawler.errors import UsageError
from icma_crawler.models import ArchivedArticle
from icma_crawler.system.clock import utc_now

if TYPE_CHECKING:
    from icma_crawler.archive import FlaggedArticle


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--portal", "portal_id", help="Only this portal.")
@click.option("--since", type=Moment(), help="Published on or after this day.")
@click.option("--until", type=Moment(), help="Published before this day.")
@click.option("--limit", type=click.IntRange(min=1, max=1_000_000), default=20, show_default=True)
@archive_option
@json_option
def search(
    query: tuple[str, ...],
    *,
    portal_id: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    archive: Path | None,
    as_json: bool,
) -> int:
    """Find articles by their words, newest first; spelling without ə, ı, ş … is understood.

    \b
    icma search qazaxistan
    icma search '"bayraq günü"' --portal sherg.az --since 2026-01-01

    Exit status: 0 something was found, 1 nothing was.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        hits = opened.search.find(" ".join(query), portal_id=portal_id, since=since, until=until, limit=limit)
    for hit in hits:
        if as_json:
            print_json_line(asdict(hit))
            continue
        click.secho(f"{hit.id:>6}  {hit.title}", bold=True)
        click.echo(f"        {wall_clock(hit.published_at or hit.archived_at)}  {hit.portal}  {hit.url}")
        click.echo(f"        {hit.snippet}\n")
    if not hits:
        talk("icma: nothing found")
    return 0 if hits else 1


@click.command()
@click.argument("what", metavar="ID|URL")
@click.option("--publisher", help="Who republishes, named in the attribution (or publisher in icma.toml).")
@archive_option
@json_option
def show(what: str, *, publisher: str | None, archive: Path | None, as_json: bool) -> None:
    """Read one article as Icma.az would print it, with the three attribution sentences.

    \b
    icma show 12
    icma show https://sherg.az/iqtisadiyyat/lombard-fealiyyeti
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415

    config = load_config(archive=archive, publisher=publisher)
    with open_archive(config.archive, readonly=True) as opened:
        article = opened.find(what)
        signals = opened.reuse_signals.of(article.portal, article.id)
        flagged = opened.flags.articles(article_id=article.id)
    if as_json:
        from icma_crawler.exports import record_of  # noqa: PLC0415

        print_json(record_of(article, publisher=config.publisher, reuse="full"))
        return
    print_article(article, config.publisher)
    said = ", ".join(seen.signal.value for seen in signals if seen.is_active)
    if said:
        talk(f"\n(The page says {said}: handed on as {article.reuse}.)")
    _tell_flagged(flagged)
    if config.publisher is None:
        talk(
            "\n(The attribution names who republishes once publisher is set: --publisher, ICMA_PUBLISHER or icma.toml.)"
        )


@click.command()
@click.argument("what", metavar="ID|URL")
@click.option("--diff", is_flag=True, help="Show what was edited from each state to the next.")
@archive_option
@json_option
def history(what: str, *, diff: bool, archive: Path | None, as_json: bool) -> None:
    """List every state of an article that the archive holds, and what kind of edit made it.

    \b
    icma history 12
    icma history 12 --diff
    icma history https://sherg.az/iqtisadiyyat/lombard-fealiyyeti --json

    The kinds: typo, headline, correction (a number, a date, a name, a few words), addition, substantive.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.cli.diff import diff_as_json, print_diffs  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        article_id = opened.find(what).id
        past, flagged = opened.revisions.history_of(article_id), opened.flags.articles(article_id=article_id)
    if as_json:
        keys = ("revision", "recorded_at", "kind", "title", "content_sha256")
        edits = [None, *(diff_as_json(old, new) for old, new in pairwise(past))]
        print_json(
            [{key: getattr(one, key) for key in keys} | {"diff": edit} for one, edit in zip(past, edits, strict=True)]
        )
        return
    if diff:
        print_diffs(past)
    else:
        for one in past:
            click.echo(f"{one.revision:>3}  {wall_clock(one.recorded_at)}  {one.kind:<12} {one.title}")
    _tell_flagged(flagged)


def _tell_flagged(flagged: Sequence[FlaggedArticle]) -> None:
    """Say of an article that its page shows something else, and what to do about it."""
    from icma_crawler.reasons import explain  # noqa: PLC0415

    for one in flagged:
        why, remedy = explain(one.reason), "The archived text stays; there is no other to accept."
        if one.has_text:
            why, remedy = f"{why} ({one.detail})", f"To take it over: icma accept {one.id}"
        talk(f"\n(The page shows something else since {wall_clock(one.since)}: {why}. {remedy})")


@click.command()
@click.argument("what", metavar="[ID|URL]", required=False)
@click.option("--portal", "portal_id", help="List only this portal's.")
@archive_option
@portals_option
@json_option
def accept(
    what: str | None, *, portal_id: str | None, archive: Path | None, portals_folder: Path | None, as_json: bool
) -> None:
    """List the articles whose pages show something else, or make what one shows its current revision.

    \b
    icma accept                             what is flagged, since when and why
    icma accept 12                          take over what the page of article 12 shows

    A much shorter text or a mere beginning does not become current by itself before a second look a day later finds it
    again; a wall or an error never does.
    """
    if what is None:
        _list_flagged(archive, portal_id, as_json=as_json)
    elif portal_id is not None or as_json:
        raise UsageError("--portal and --json are for the list: leave the article out")
    else:
        _accept(what, archive, portals_folder)


def _list_flagged(archive: Path | None, portal_id: str | None, *, as_json: bool) -> None:
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.reasons import explain  # noqa: PLC0415

    with open_archive(load_config(archive=archive).archive, readonly=True) as opened:
        check_portal(opened, portal_id)
        flagged = opened.flags.articles(portal_id)
    if as_json:
        for one in flagged:
            print_json_line(asdict(one))
        return
    if not flagged:
        talk("icma: nothing is flagged")
        return
    print_table(
        ["id", "portal", "since", "why", "title"],
        [[one.id, one.portal, wall_clock(one.since), explain(one.reason), one.title] for one in flagged],
    )
    texts = sum(one.has_text for one in flagged)
    talk(f"flagged: {len(flagged)}; {texts} with a text that icma accept ID takes over")


def _accept(what: str, archive: Path | None, portals_folder: Path | None) -> None:
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.operations.maintenance.acceptance import accept_flagged  # noqa: PLC0415
    from icma_crawler.portals import default_registry, load_portals, pick_portals  # noqa: PLC0415

    config = load_config(archive=archive, portals=portals_folder)
    registry = config.portals or default_registry()
    portals = load_portals(registry)
    with open_archive(config.archive, must_exist=True) as opened:
        (portal,) = pick_portals(portals, [opened.find(what).portal], registry)
        now_current = accept_flagged(opened, what, portal, now=utc_now())
    click.echo(f"{now_current.url}: revision {now_current.revision} is current")


def print_article(archived: ArchivedArticle, publisher: str | None) -> None:
    """An article the way Icma.az prints one."""
    from icma_crawler.attribution import attribute  # noqa: PLC0415

    attribution = attribute(archived, publisher)
    article = archived.article
    if article is None:
        click.echo(f"{archived.url}\nThis article was withdrawn from the archive.")
        return
    click.secho(article.title_shown, bold=True)
    facts = [wall_clock(article.published_at), article.section, ", ".join(article.authors)]
    click.echo(" · ".join(fact for fact in facts if fact))
    click.echo()
    if attribution.statement:
        click.echo(f"{attribution.statement}\n")
    if article.lead:
        click.secho(f"{_wrapped(article.lead)}\n", italic=True)
    click.echo(f"{_wrapped(article.body)}\n")
    if article.image_caption or article.image_credit:
        credit = f"(by {article.image_credit})" if article.image_credit else None
        picture = " ".join(filter(None, ["Picture:", article.image_caption, credit]))
        click.secho(f"{_wrapped(picture)}\n", dim=True)
    click.echo(attribution.source)
    click.echo(attribution.archived)
    click.secho(archived.url, dim=True)
    if archived.status != "live":
        click.echo(f"({archived.status} at the source)")


def _wrapped(text: str) -> str:
    """Lines that fit the terminal; elsewhere a paragraph stays one line."""
    if not sys.stdout.isatty():
        return text
    width = min(100, shutil.get_terminal_size().columns)
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in text.split("\n\n"))
