"""The progress of a crawl: a bar on a terminal, log lines for programs, silence elsewhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from icma_crawler.logs import is_json

if TYPE_CHECKING:
    from icma_crawler.crawl import Progress

_KEPT = ("archived", "revised", "restored")
_logger = logging.getLogger("icma_crawler.crawl")


class CrawlProgress:
    """Counts what is announced and what is done, over all portals."""

    def __init__(self, portals: int, *, quiet: bool) -> None:
        self._portals = portals
        self._announced = 0
        self._done = 0
        self._archived = 0
        self._logged = is_json()
        self._shown = not quiet and not self._logged and sys.stderr.isatty()

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
