"""The single writer: a thread that groups what arrives while a commit is under way into the next commit.

An item counts as done only when its future resolves, and that is after the commit. One that fails is undone alone.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from icma_crawler.archive.archive import Archive, open_archive
from icma_crawler.archive.opening import describe
from icma_crawler.errors import ArchiveError

T = TypeVar("T")

_GROUP_SIZE = 100
_FATAL = ("disk is full", "disk I/O error", "readonly", "malformed", "not a database")


class Writer:
    """The only one who writes during a crawl; *work* runs in its thread, in the order of `submit`."""

    def __init__(self, path: Path) -> None:
        self._archive = open_archive(path)
        self._queue: queue.SimpleQueue[tuple[Callable[[Archive], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._broken: ArchiveError | None = None
        self._thread = threading.Thread(target=self._run, name="archive-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Archive], T]) -> Future[T]:
        """Run *work* in a transaction; the future resolves once that is committed."""
        future: Future[T] = Future()
        self._queue.put((work, future))
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

    def _write(self, group: list[tuple[Callable[[Archive], Any], Future[Any]]]) -> None:
        # What was cancelled while it waited is left out; from here on nothing can be.
        group = [(work, future) for work, future in group if future.set_running_or_notify_cancel()]
        if self._broken is not None:
            _fail(group, self._broken)
            return
        done: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            self._archive.begin()
            for work, future in group:
                done.append((future, *self._attempt(work)))
            self._archive.commit()
        except sqlite3.Error as error:
            self._archive_rollback()
            problem = ArchiveError(self._archive.path, describe(error))
            problem.__cause__ = error
            if any(sign in str(error) for sign in _FATAL):
                self._broken = problem
            _fail(group, problem)
            return
        for future, result, failure in done:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)

    def _attempt(self, work: Callable[[Archive], Any]) -> tuple[Any, BaseException | None]:
        """Run one item in a savepoint. Its own error undoes it alone; the disk's undoes the group."""
        try:
            with self._archive.atomic():
                return work(self._archive), None
        except Exception as error:
            # A damaged file is a plain DatabaseError; its subclasses but OperationalError are the item's own fault.
            if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
                raise
            return None, error

    def _archive_rollback(self) -> None:
        try:
            self._archive.rollback()
        except sqlite3.Error as error:
            self._broken = ArchiveError(self._archive.path, describe(error))


def _fail(group: list[tuple[Callable[[Archive], Any], Future[Any]]], error: BaseException) -> None:
    for _, future in group:
        future.set_exception(error)
