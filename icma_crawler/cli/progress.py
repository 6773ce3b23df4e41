"""The progress of a crawl: a bar on a terminal, log lines for programs, elsewhere only how far back a backfill has come."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self

from icma_crawler.cli.output import talk
from icma_crawler.system.clock import utc_now
from icma_crawler.system.logs import is_json

if TYPE_CHECKING:
    from icma_crawler.crawl import Progress

_TOLD_EVERY = 0.1
_KEPT = ("archived", "revised", "restored")
_logger = logging.getLogger("icma_crawler.crawl")


class CrawlProgress:
    """Counts what is announced and what is done, over all portals."""

    def __init__(self, portals: int, *, quiet: bool, since: datetime | None = None) -> None:
        self._portals = portals
        self._announced = 0
        self._done = 0
        self._archived = 0
        self._logged = is_json()
        self._shown = not quiet and not self._logged and sys.stderr.isatty()
        self._is_quiet = quiet or self._logged
        self._since = since
        self._walks: dict[tuple[str, str], Walk] = {}

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("pages, {task.fields[archived]} archived"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._bar.start()
            name = f"{self._portals} portal{'s' if self._portals != 1 else ''}"
            self._task = self._bar.add_task(name, total=None, archived=0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._bar.stop()

    def tell(self, progress: Progress) -> None:
        """Take one piece of news from the crawl; what it says was kept is on the disk."""
        self._announced += progress.announced
        self._done += progress.outcome is not None
        self._archived += progress.outcome in _KEPT
        if self._logged and progress.outcome in _KEPT:
            _logger.info("%s", progress.outcome, extra={"facts": {"portal": progress.portal, "url": progress.url}})
        if self._shown:
            self._bar.update(self._task, total=self._announced, completed=self._done, archived=self._archived)
        if progress.reached is not None and self._since is not None:
            self._tell_walk(progress.portal, progress.url or "", progress.reached, self._since)

    def _tell_walk(self, portal_id: str, source: str, reached: datetime, since: datetime) -> None:
        """A backfill has come farther back: a line for each tenth of its way."""
        now = utc_now()
        walk = self._walks.setdefault((portal_id, source), Walk(start=reached, begun_at=now))
        share = walk.share(reached, since)
        if share < walk.told + _TOLD_EVERY or self._is_quiet:
            return
        walk.told = share
        left = walk.left(reached, since, now)
        talk(f"icma: {portal_id}: back to {reached:%Y-%m-%d}; about {format_left(left)} to go")


@dataclass(slots=True)
class Walk:
    """The way of a backfill along one source: where it started, and when."""

    start: datetime
    begun_at: datetime
    told: float = 0.0

    def share(self, reached: datetime, since: datetime) -> float:
        """How much of the way is behind (0-1), as far as *reached*."""
        whole = self.start - since
        return min(1.0, max(0.0, (self.start - reached) / whole)) if whole > timedelta(0) else 1.0

    def left(self, reached: datetime, since: datetime, now: datetime) -> timedelta:
        """How long the rest takes at the pace so far."""
        share = self.share(reached, since)
        return (now - self.begun_at) * ((1 - share) / share) if share else timedelta(0)


def format_left(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


@contextmanager
def counting(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar for work whose size is known: call it with (done, in all); silent where no person looks."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
