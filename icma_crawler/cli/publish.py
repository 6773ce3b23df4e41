"""`icma publish`: keep a site in step with the archive."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from icma_crawler.cli.options import Cursor, archive_option, check_portal, json_option, load_config
from icma_crawler.cli.output import print_json, talk
from icma_crawler.cli.progress import counting
from icma_crawler.errors import UsageError

if TYPE_CHECKING:
    from icma_crawler.publish import Credentials, Published


@click.group()
def publish() -> None:
    """Keep a site in step with the archive.

    \b
    icma publish wordpress https://news.example
    """


@publish.command()
@click.argument("site", metavar="URL")
@click.option("--status", type=click.Choice(["draft", "publish"]), default="draft", show_default=True)
@click.option("--portal", "portal_id", help="Only this portal.")
@click.option("--since", metavar="CURSOR", type=Cursor(), help="Start here, not where the last run ended.")
@click.option("--publisher", help="Who republishes, named in the attribution (or publisher in icma.toml).")
@click.option("--language", type=click.Choice(["az", "ru", "en"]), help="Of the sentences (default: the article's).")
@click.option("--dry-run", is_flag=True, help="Say what would be done; ask nothing of the site.")
@click.option("--allow-http", is_flag=True, help="Send the password over plain http, beyond this machine.")
@archive_option
@json_option
def wordpress(
    site: str,
    *,
    status: Literal["draft", "publish"],
    portal_id: str | None,
    since: int | None,
    publisher: str | None,
    language: str | None,
    dry_run: bool,
    allow_http: bool,
    archive: Path | None,
    as_json: bool,
) -> int:
    """Make, change and take away posts of a WordPress site, so that it shows what a dump would hand on.

    \b
    export ICMA_WORDPRESS_USER=editor ICMA_WORDPRESS_PASSWORD="abcd efgh ijkl mnop qrst uvwx"
    icma publish wordpress https://news.example --dry-run
    icma publish wordpress https://news.example --status publish

    Run it again for what changed since: it goes on where it stopped, also after an interruption, and makes no article
    twice. Articles gone at their source go to the trash; withdrawn ones are deleted for good. What was deleted on the
    site by hand stays deleted. Exit status: 0 in step, 1 something was refused, 2 misused.
    """
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.publish import RestApi, Terms, WordPress, keep_in_step, plan  # noqa: PLC0415

    config = load_config(archive=archive, publisher=publisher)
    if config.publisher is None:
        raise UsageError(
            "an attribution must name who republishes: set publisher in icma.toml, ICMA_PUBLISHER or --publisher"
        )
    terms = Terms(publisher=config.publisher, portal=portal_id, language=language, since=since)
    api = RestApi(site, _credentials(is_needed=not dry_run), allow_http=allow_http)
    with open_archive(config.archive, must_exist=True) as opened:
        check_portal(opened, portal_id)
        if dry_run:
            done = plan(opened, api.site, terms)
        else:
            target = WordPress(api, status=status)
            with counting("articles", quiet=as_json) as tell:
                done = keep_in_step(opened, target, terms, tell)
            if not target.has_plugin:
                talk("(The site has no icma-attribution plugin: posts carry no canonical link; see deploy/wordpress.)")
    if as_json:
        print_json(asdict(done))
    else:
        _tell(done, dry_run=dry_run)
    return 1 if done.refused else 0


def _credentials(*, is_needed: bool) -> Credentials:
    from icma_crawler.publish import Credentials  # noqa: PLC0415

    user, password = os.environ.get("ICMA_WORDPRESS_USER", ""), os.environ.get("ICMA_WORDPRESS_PASSWORD", "")
    if is_needed and not (user and password):
        raise UsageError("set ICMA_WORDPRESS_USER and ICMA_WORDPRESS_PASSWORD (an application password of that user)")
    return Credentials(user=user, password=password)


def _tell(done: Published, *, dry_run: bool) -> None:
    words = ", ".join(f"{count} {what}" for what, count in done.done.items() if what != "unchanged")
    if dry_run:
        click.echo(f"{done.site}: would be {words or 'as it is'}; nothing was changed")
        return
    click.echo(f"{done.site}: {words or 'nothing to do'}; up to cursor {done.cursor}")
    for url, why in done.refused:
        talk(f"refused: {url} ({why}); the next run tries again")
