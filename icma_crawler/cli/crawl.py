"""`icma crawl` and `icma demo`."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from icma_crawler.cli.options import Moment, archive_option, json_option, load_config, log_json_option, portals_option
from icma_crawler.cli.output import print_json, print_table, talk
from icma_crawler.cli.progress import CrawlProgress
from icma_crawler.config import Config
from icma_crawler.errors import ArchiveError, NoticeError, PortalFileError, UsageError
from icma_crawler.models import CrawlRun, Portal
from icma_crawler.system.clock import utc_now
from icma_crawler.system.logs import log_as_json

if TYPE_CHECKING:
    from icma_crawler.crawl import Crawled, FollowUp
    from icma_crawler.crawl.flow.planning import CrawlMode

_DEMO_PUBLISHER = "Icma.az"
_DEMO_PORT = 8427  # the same each time, so that a second demo finds the articles of the first unchanged
_JSON_KEYS = [field.name for field in fields(CrawlRun) if field.name != "source_answers"]


@click.command()
@click.argument("names", metavar="[PORTAL]...", nargs=-1)
@click.option("--due", "mode", flag_value="due", help="Only sources and articles whose time has come (for schedules).")
@click.option("--recheck", "mode", flag_value="recheck", help="Look at every known article again.")
@click.option("--since", type=Moment(), help="Backfill: walk sitemaps and section pages back to this day.")
@click.option("--limit", type=click.IntRange(min=1), help="At most this many pages of each portal.")
@archive_option
@portals_option
@json_option
@log_json_option
@click.option("--log-level", default="WARNING", hidden=True)
def crawl(
    names: tuple[str, ...],
    *,
    mode: str | None,
    since: datetime | None,
    limit: int | None,
    archive: Path | None,
    portals_folder: Path | None,
    as_json: bool,
    log_json: bool,
    log_level: str,
) -> int:
    """Crawl portals into the archive: all of the registry, or those named.

    \b
    icma crawl sherg.az report.az
    icma crawl --limit 20 --archive test.db
    icma crawl --due                        every few minutes, from cron
    icma crawl sherg.az --since 2026-01-01  what it published since then

    Exit status: 0 all well, 1 something could not be had (icma status and icma gaps say what), 3 interrupted (run it
    again and it goes on).
    """
    from icma_crawler.operations import usual_follow_ups  # noqa: PLC0415
    from icma_crawler.portals import default_registry, load_portals, pick_portals  # noqa: PLC0415

    config = load_config(archive=archive, portals=portals_folder, log="json" if log_json else None)
    if config.log == "json":
        log_as_json(log_level)
    registry = config.portals or default_registry()
    try:
        chosen = pick_portals(load_portals(registry), names, registry)
        if mode == "due":
            chosen = _due_of(config, chosen)
            if not chosen:
                if as_json:
                    print_json([])
                return 0
        asked = _Asked(mode, since, limit)
        crawled = _crawl(config, chosen, asked, usual_follow_ups(config), as_json=as_json, log_level=log_level)
    except (ArchiveError, PortalFileError) as error:
        _tell_failed(config, str(error))
        raise
    for problem in crawled.unfollowed:
        talk(f"icma: {problem}")
    # A round that finds a portal in another's hands has nothing to do there.
    return _report(crawled, as_json=as_json, is_busy_fine=mode == "due")


def _due_of(config: Config, portals: Sequence[Portal]) -> list[Portal]:
    """Those of *portals* that a scheduled round is for; found before Scrapy is loaded, since mostly there are none."""
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.archive.transactions.hold_portal import due_portals  # noqa: PLC0415

    if not config.archive.exists() or config.archive.stat().st_size == 0:
        return list(portals)
    with open_archive(config.archive, readonly=True) as archive:
        due = due_portals(archive, portals, utc_now(), with_rechecks=config.rechecks_per_crawl > 0)
    return [portal for portal in portals if portal.id in due.free]


@click.command()
@archive_option
@click.option("--serve", is_flag=True, help="Only serve the newsroom, for a look in the browser; Ctrl-C ends it.")
def demo(*, archive: Path | None, serve: bool) -> int:
    """Crawl the sample newsroom that comes with the program; nothing leaves this machine.

    \b
    icma demo                   crawl it into archive.db and show an article
    icma demo --serve           look at the portals in a browser
    """
    from icma_crawler.demo import Newsroom  # noqa: PLC0415

    config = load_config(archive=archive)
    with Newsroom(port=_DEMO_PORT) as newsroom:
        talk("The sample newsroom is open:")
        for portal in newsroom.portals:
            talk(f"  {portal.home}  {portal.name}")
        if serve:
            talk("Ctrl-C closes it.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
            return 0
        crawled = _crawl(config, newsroom.portals, _Asked(), (), as_json=False, log_level="WARNING")
    code = _report(crawled, as_json=False)
    _show_one(config)
    return code


@dataclass(frozen=True, slots=True)
class _Asked:
    mode: str | None = None
    since: datetime | None = None
    limit: int | None = None


def _crawl(
    config: Config,
    portals: Sequence[Portal],
    asked: _Asked,
    follow_ups: Sequence[FollowUp],
    *,
    as_json: bool,
    log_level: str,
) -> Crawled:
    from icma_crawler.crawl import CrawlOrder, run_crawl  # noqa: PLC0415 - Scrapy takes half a second

    if asked.since and asked.mode:
        raise UsageError("--since is a crawl of its own; leave out --due and --recheck")
    order = CrawlOrder(
        mode="backfill" if asked.since else cast("CrawlMode", asked.mode or "all"),
        since=asked.since,
        limit=asked.limit,
        recheck_ages=config.recheck_ages,
        recheck_budget=config.rechecks_per_crawl,
    )
    with CrawlProgress(len(portals), quiet=as_json, since=order.since) as progress:
        return run_crawl(
            config, portals, order=order, on_progress=progress.tell, log_level=log_level, follow_ups=follow_ups
        )


def _tell_failed(config: Config, trouble: str) -> None:
    """No crawl came to be: whoever wants notices hears of it; that this fails, too, is told beside it."""
    from icma_crawler.operations.notices import tell_trouble  # noqa: PLC0415

    try:
        tell_trouble(config, trouble)
    except (NoticeError, OSError) as error:
        talk(f"icma: {error}")


def _report(crawled: Crawled, *, as_json: bool, is_busy_fine: bool = False) -> int:
    if as_json:
        print_json([{key: getattr(run, key) for key in _JSON_KEYS} for run in crawled.runs])
    else:
        print_table(
            [
                "portal",
                "archived",
                "revised",
                "unchanged",
                "rejected",
                "refused",
                "failed",
                "pending",
                "requests",
                "ended",
            ],
            [
                [
                    run.portal,
                    run.archived,
                    run.revised + run.restored,
                    run.unchanged,
                    run.rejected,
                    run.refused,
                    run.failed,
                    run.pending,
                    run.requests,
                    _ending(run),
                ]
                for run in crawled.runs
            ],
        )
    for line in () if is_busy_fine else crawled.busy:
        talk(f"icma: {line}")
    if crawled.trouble:
        talk(f"icma: {crawled.trouble}")
        return 1
    if crawled.is_interrupted:
        talk("icma: interrupted; run it again and it goes on where it stopped")
        return 3
    failed = (crawled.busy and not is_busy_fine) or any(
        run.failed or run.reason != "finished" or _is_down(run) for run in crawled.runs
    )
    if failed:
        talk("icma: something could not be had; icma status and icma gaps say what and why")
    return 1 if failed else 0


def _is_down(run: CrawlRun) -> bool:
    """Sources were asked, and not one gave an answer."""
    return run.source_failures > 0 and run.source_answers == 0


def _ending(run: CrawlRun) -> str:
    if _is_down(run):
        return "no source answered"
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
    return f"{run.reason} in {seconds:.0f} s"


def _show_one(config: Config) -> None:
    from icma_crawler.archive import open_archive  # noqa: PLC0415
    from icma_crawler.cli.articles import print_article  # noqa: PLC0415

    with open_archive(config.archive, readonly=True) as archive:
        article = archive.articles.newest()
        if article is not None:
            talk(f"\nOne of the articles, as Icma.az would print it (icma show {article.id}):\n")
            print_article(article, _DEMO_PUBLISHER)
    talk("\nNext: icma search azerbaycan · icma portals list · icma dump jsonl --publisher Icma.az")
