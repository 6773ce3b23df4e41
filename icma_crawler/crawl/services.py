"""What all crawlers of one process share: one archive writer, one extraction pool, and how progress is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from icma_crawler.archive import Archive, Writer
from icma_crawler.config import Config
from icma_crawler.crawl.pool import ExtractionPool

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Something that happened in a crawl: urls announced, or one url's outcome."""

    portal: str
    announced: int = 0
    outcome: str | None = None
    url: str | None = None


class Services:
    """Opened once a process, closed when the last crawler is done."""

    def __init__(self, writer: Writer, pool: ExtractionPool, on_progress: Callable[[Progress], None]) -> None:
        self._writer = writer
        self.pool = pool
        self.on_progress = on_progress

    @classmethod
    def open(cls, config: Config, on_progress: Callable[[Progress], None] = lambda _: None) -> Self:
        """Open the archive for writing.

        Raises:
            ArchiveError: it cannot be.
        """
        return cls(Writer(config.archive), ExtractionPool(config.workers, config.extract_seconds), on_progress)

    async def write(self, work: Callable[[Archive], T]) -> T:
        """Run *work* in the writer; returns after the commit that holds it."""
        return await asyncio.wrap_future(self._writer.submit(work))

    @property
    def is_broken(self) -> bool:
        """Whether the archive can no longer be written."""
        return self._writer.broken is not None

    @property
    def trouble(self) -> str | None:
        """Why not, in words."""
        return None if self._writer.broken is None else str(self._writer.broken)

    def close(self) -> None:
        self.pool.close()
        self._writer.close()
