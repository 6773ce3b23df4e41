"""A crawl that is told to stop ends soon, however slow its portal: what is not done stays pending for the next."""

from __future__ import annotations

import asyncio

from scrapy import signals
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from icma_crawler.crawl.fetch.responses import NotAllowedError

GRACE_SECONDS = 10
"""How long what has been asked for may still take."""

_LOOK_SECONDS = 1


class Stop:
    """Whether a crawler was told to stop: ``asked`` is set within a second, since Scrapy tells nobody when it is.

    What waits for its turn is then left at once, and what is being downloaded after `GRACE_SECONDS`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.asked = asyncio.Event()
        self._crawler = crawler
        self._downloads: set[asyncio.Future[Response]] = set()
        self._watching: asyncio.Future[None] | None = None
        crawler.signals.connect(self._begin, signals.engine_started)
        crawler.signals.connect(self._end, signals.spider_closed)

    async def guard(self, download: asyncio.Future[Response]) -> Response:
        """What *download* brings.

        Raises:
            NotAllowedError: ``interrupted``, where it takes longer than the crawl waits.
        """
        self._downloads.add(download)
        try:
            return await download
        except asyncio.CancelledError:
            raise NotAllowedError("interrupted") from None
        finally:
            self._downloads.discard(download)

    def _begin(self) -> None:
        self._watching = asyncio.ensure_future(self._watch())

    def _end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        engine = self._crawler.engine
        await asyncio.sleep(_LOOK_SECONDS)
        while engine is not None and engine.running:  # noqa: ASYNC110 - Scrapy has no event for it
            await asyncio.sleep(_LOOK_SECONDS)
        self.asked.set()
        if engine is not None:
            for slot in engine.downloader.slots.values():
                _leave(slot)
        await asyncio.sleep(GRACE_SECONDS)
        for download in self._downloads:
            download.cancel()


def _leave(slot: Slot) -> None:
    """Ask a host for nothing more: with its Crawl-delay, what waits could take minutes."""
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(Failure(NotAllowedError("interrupted")))  # type: ignore[no-untyped-call]
