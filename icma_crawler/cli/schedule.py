"""`icma schedule` and `icma notify`; and what follows each crawl: notices, metrics, log lines."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path

import click

from icma_crawler.cli.options import archive_option, load_config, log_json_option, portals_option
from icma_crawler.cli.output import talk
from icma_crawler.config import Config
from icma_crawler.errors import UsageError
from icma_crawler.system.logs import facts_line, log_as_json

_logger = logging.getLogger("icma_crawler.schedule")


@click.command()
@click.argument("names", metavar="[PORTAL]...", nargs=-1)
@click.option("--every", "every_seconds", type=float, metavar="SECONDS", help="How often to look (default: 60).")
@archive_option
@portals_option
@log_json_option
def schedule(
    names: tuple[str, ...],
    *,
    every_seconds: float | None,
    archive: Path | None,
    portals_folder: Path | None,
    log_json: bool,
) -> int:
    """Crawl what is due, for ever, in the foreground; Ctrl-C or SIGTERM ends it within 30 seconds.

    \b
    icma schedule
    icma schedule --every 300 sherg.az report.az

    Each round is an `icma crawl --due` in a process of its own; one that did something says so in a line on stderr.

    Exit status: 0 stopped between rounds or with a round that came to its end, 3 stopped in the middle of one (the
    next start goes on there), 2 misused.
    """
    from icma_crawler.operations.schedule import CrawlRound, RoundResult, SignalWatch, run_schedule  # noqa: PLC0415  # noqa: PLC0415

    config = load_config(
        archive=archive, portals=portals_folder, schedule_seconds=every_seconds, log="json" if log_json else None
    )
    arguments = list(names)
    for option, value in (("--archive", archive), ("--portals", portals_folder)):
        arguments += [option, str(value)] if value else []
    if config.log == "json":
        log_as_json()
        arguments.append("--log-json")

    def tell(result: RoundResult) -> None:
        say(config, "round", asdict(result))

    with SignalWatch() as watch:
        return run_schedule(lambda: CrawlRound(arguments), watch, every_seconds=config.schedule_seconds, tell=tell)


@click.command()
@click.option("--test", "is_test", is_flag=True, help="Send a notice now that says it is a test.")
@archive_option
def notify(*, is_test: bool, archive: Path | None) -> int:
    """Send what changed in the portals' health, as the table [notices] of icma.toml says.

    \b
    icma notify --test

    Each crawl does this by itself at its end; a portal is told of at most once a day.
    """
    from icma_crawler.operations.notices import Notice, send_notices, send_what_is_due  # noqa: PLC0415

    config = load_config(archive=archive)
    if config.notices is None:
        raise UsageError('nobody is to hear: write [notices] with webhook = "https://…" or email = "…" in icma.toml')
    if is_test:
        send_notices(config.notices, [Notice(portal=None, before="ok", verdict="test", reason="this is only a test")])
        talk("sent")
        return 0
    sent = send_what_is_due(config)
    talk(f"sent: {sent}" if sent else "nothing to tell")
    return 0


def say(config: Config, event: str, facts: dict[str, object]) -> None:
    """One line on stderr: words and key=value for people, JSON for programs."""
    if config.log == "json":
        _logger.info(event, extra={"facts": facts})
    else:
        talk(facts_line(event, facts))
