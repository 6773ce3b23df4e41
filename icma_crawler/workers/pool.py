"""Worker processes that read pages: each page has a time limit, each process a memory limit, and can be killed."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import multiprocessing
import resource
import signal
import time
import traceback
from collections import defaultdict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from icma_crawler.errors import WorkerError
from icma_crawler.models import Article, Candidate, Capture, Memory, Portal, Rejection
from icma_crawler.workers.window import ReadingWindow

MAX_BODY_BYTES = 3_000_000
"""What `extraction` reads of a page at most."""

_LARGE_BODY_BYTES = 500_000
"""What a larger page took of memory is worth giving back; nearly all are smaller."""

_MEMORY_BYTES = 1024**3
_QUICK_SECONDS = 2.0


class ExtractionPool:
    """Runs `extract` in other processes; they start with the first page."""

    def __init__(self, workers: int, timeout_seconds: float) -> None:
        self._workers = workers
        self._timeout_seconds = timeout_seconds
        self._pool: ProcessPool | None = None
        # One page more than there are processes, so that none idles while its result travels.
        self._windows: defaultdict[str, ReadingWindow] = defaultdict(lambda: ReadingWindow(workers + 1))

    async def extract(
        self, capture: Capture, portal: Portal, hints: Candidate | None = None, memory: Memory | None = None
    ) -> Article | Rejection:
        """`icma_crawler.extraction.extract`; a page that takes too long, ends its process or meets a fault is a rejection.

        Raises:
            WorkerError: the processes cannot be started.
        """
        if len(capture.body) > MAX_BODY_BYTES:  # not worth a copy to another process
            return Rejection(reason="too-big-to-extract", detail=f"{len(capture.body)} bytes")
        window, was_quick = self._windows[portal.id], False
        await window.take()
        try:
            result, seconds = await self._read(capture, portal, hints, memory)
            was_quick = seconds < _QUICK_SECONDS
        finally:
            window.give_back(was_quick=was_quick)
        return result

    async def _read(
        self, capture: Capture, portal: Portal, hints: Candidate | None, memory: Memory | None
    ) -> tuple[Article | Rejection, float]:
        """What the page says, and how many seconds a process was busy with it."""
        try:
            if self._pool is None:
                self._pool = self._start()
            task: Future[tuple[Article | Rejection, float]] = self._pool.schedule(
                _extract, args=(capture, portal, hints, memory), timeout=self._timeout_seconds
            )
            return await asyncio.wrap_future(task)
        except (BrokenProcessPool, RuntimeError) as error:
            raise WorkerError(
                f"the processes that read pages do not run ({error!r}); run again with --debug"
            ) from error
        except FutureTimeoutError:
            rejection = Rejection(reason="extract-timeout", detail=f"longer than {self._timeout_seconds:g} s")
        except (ProcessExpired, MemoryError) as error:
            rejection = Rejection(reason="extract-crash", detail=str(error))
        return rejection, self._timeout_seconds

    def close(self) -> None:
        """End the processes; pages still being read are dropped (their urls stay pending)."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def _start(self) -> ProcessPool:
        context = multiprocessing.get_context("forkserver")
        # The server is a fresh process without our threads, sockets and database; it loads and warms what
        # the workers share, once.
        context.set_forkserver_preload(["icma_crawler.workers.forkserver_preload"])
        return ProcessPool(max_workers=self._workers, context=context, initializer=_prepare_worker)


def _prepare_worker() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl, which ends its workers in order


def _extract(
    capture: Capture, portal: Portal, hints: Candidate | None, memory: Memory | None
) -> tuple[Article | Rejection, float]:
    start = time.monotonic()
    try:
        return _read(capture, portal, hints, memory), time.monotonic() - start
    finally:
        if len(capture.body) > _LARGE_BODY_BYTES:
            _return_memory()


def _return_memory() -> None:
    """Give back to the system what a large page took: the C library keeps it for the next one, in every worker."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc; others give memory back by themselves
    if trim is not None:
        trim(0)


def _read(capture: Capture, portal: Portal, hints: Candidate | None, memory: Memory | None) -> Article | Rejection:
    from icma_crawler.extraction import extract  # noqa: PLC0415 - in the workers only: it loads trafilatura

    try:
        return extract(capture, portal, hints, memory)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a page does to its readers is the outcome of this page alone
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Rejection(reason="internal", detail=f"{error!r} in {Path(place.filename).name}:{place.lineno}"[:500])
