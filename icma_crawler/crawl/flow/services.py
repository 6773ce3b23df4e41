"""What all crawlers of one process share: one archive writer, one extraction pool, and how progress is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, Self, TypeVar

from icma_crawler.archive import Archive, Writer
from icma_crawler.config import Config
from icma_crawler.crawl.flow.pauses import HostPauses
from icma_crawler.errors import ArchiveError, CrawlHaltedError, IcmaError, WorkerError
from icma_crawler.models import Article, Candidate, Capture, Memory, Portal, Rejection
from icma_crawler.workers import ExtractionPool

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Something that happened in a crawl: urls announced, one url's outcome, or how far back a backfill has come.

    ``reached`` is then the day at the source ``url``; None where it shows no dates.
    """

    portal: str
    announced: int = 0
    outcome: str | None = None
    url: str | None = None
    reached: datetime | None = None


class Services:
    """Opened once a process, closed when the last crawler is done.

    ``trouble`` says in words why nothing can go on (a full disk, workers that do not start); None while all is well.
    """

    def __init__(self, writer: Writer, pool: ExtractionPool, on_progress: Callable[[Progress], None]) -> None:
        self._writer = writer
        self._pool = pool
        self._halters: list[Callable[[], None]] = []
        self.on_progress = on_progress
        self.pauses = HostPauses(self.write)
        self.trouble: str | None = None

    @classmethod
    def open(cls, config: Config, on_progress: Callable[[Progress], None] = lambda _: None) -> Self:
        """Open the archive for writing.

        Raises:
            ArchiveError: it cannot be.
        """
        return cls(Writer(config.archive), ExtractionPool(config.workers, config.extract_seconds), on_progress)

    async def write(self, work: Callable[Concatenate[Archive, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call *work* with the archive and the arguments, in the writer; returns after the commit that holds it.

        Raises:
            CrawlHaltedError: the archive cannot be written; every crawler is told to stop.
        """
        return await self.committed(self.submit(work, *args, **kwargs))

    def submit(self, work: Callable[Concatenate[Archive, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """`write` without waiting: the future resolves after the commit, also once the reactor has stopped."""
        return self._writer.submit(work, *args, **kwargs)

    async def committed(self, written: Future[T]) -> T:
        """What was submitted, after its commit.

        Raises:
            CrawlHaltedError: the archive cannot be written; every crawler is told to stop.
        """
        try:
            return await asyncio.wrap_future(written)
        except ArchiveError as error:
            raise self._halt(error) from error

    async def extract(
        self, capture: Capture, portal: Portal, hints: Candidate, memory: Memory | None = None
    ) -> Article | Rejection:
        """Read a page in a worker process.

        Raises:
            CrawlHaltedError: there are no workers; every crawler is told to stop.
        """
        try:
            return await self._pool.extract(capture, portal, hints, memory)
        except WorkerError as error:
            raise self._halt(error) from error

    def when_halted(self, halter: Callable[[], None]) -> None:
        """Call *halter* once nothing can go on."""
        self._halters.append(halter)

    def _halt(self, error: IcmaError) -> CrawlHaltedError:
        if self.trouble is None:
            self.trouble = str(error)
            for halter in self._halters:
                halter()
        return CrawlHaltedError(self.trouble)

    def close(self) -> None:
        self._pool.close()
        self._writer.close()
