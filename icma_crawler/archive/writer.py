"""The single writer: a thread that groups what arrives while a commit is under way into the next commit.

An item counts as done only when its future resolves, and that is after the commit. One that fails is undone alone.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.opening import open_archive
from icma_crawler.errors import ArchiveError

P = ParamSpec("P")
T = TypeVar("T")

_GROUP_SIZE = 100


class _Item(NamedTuple):
    work: Callable[[Archive], Any]
    future: Future[Any]


class _Done(NamedTuple):
    future: Future[Any]
    result: Any
    error: Exception | None


class Writer:
    """The only one who writes during a crawl; what is submitted runs in its thread, in order."""

    def __init__(self, path: Path) -> None:
        """Open the archive at *path*.

        Raises:
            ArchiveError: it cannot be written.
        """
        self._archive = open_archive(path)
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._broken: ArchiveError | None = None
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[Concatenate[Archive, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call *work* with the archive and the arguments, in a transaction; the future resolves once that is committed.

        It fails with what *work* raises, or with `ArchiveError` where the disk or the file does.
        """
        future: Future[T] = Future()
        self._queue.put(_Item(lambda archive: work(archive, *args, **kwargs), future))
        return future

    def close(self) -> None:
        """Write what was submitted, then close the archive."""
        self._queue.put(None)
        self._thread.join()
        self._archive.close()

    def _run(self) -> None:
        is_open = True
        while is_open:
            group = []
            item = self._queue.get()
            while item is not None:
                group.append(item)
                if len(group) >= _GROUP_SIZE or self._queue.empty():
                    break
                item = self._queue.get()
            is_open = item is not None
            if group:
                self._write(group)

    def _write(self, group: list[_Item]) -> None:
        # What was cancelled while it waited is left out; from here on nothing can be.
        group = [item for item in group if item.future.set_running_or_notify_cancel()]
        if self._broken is not None:
            _fail(group, self._broken)
            return
        try:
            with self._archive.write():
                done = [self._attempt(item) for item in group]
        except self._archive.engine.database.errors as error:
            _fail(group, self._problem(error))
            return
        for item in done:
            if item.error is None:
                item.future.set_result(item.result)
            else:
                item.future.set_exception(item.error)

    def _attempt(self, item: _Item) -> _Done:
        """Run one item in a savepoint. Its own error undoes it alone; the disk's undoes the group."""
        try:
            with self._archive.write():
                return _Done(item.future, item.work(self._archive), None)
        except Exception as error:
            if not self._archive.engine.is_items_own(error):
                raise
            return _Done(item.future, None, error)

    def _problem(self, error: Exception) -> ArchiveError:
        problem = ArchiveError(self._archive.path, self._archive.engine.describe(error))
        problem.__cause__ = error
        if self._archive.engine.is_lasting(error):
            self._broken = problem
        return problem


def _fail(group: list[_Item], error: BaseException) -> None:
    for item in group:
        item.future.set_exception(error)
