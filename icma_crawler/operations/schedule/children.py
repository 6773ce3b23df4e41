"""Rounds as child processes, and the signals of the process that watches over them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Self

from icma_crawler.operations.schedule.schedule import RoundResult, summed

_STOP = (signal.SIGTERM, signal.SIGINT)
_WATCHED = (*_STOP, signal.SIGCHLD)


def start_icma(arguments: Sequence[str], **options: object) -> subprocess.Popen[bytes]:
    """Start this program with *arguments*, in a process group of its own: Ctrl-C reaches it only through us."""
    command = [sys.executable, "-m", "icma_crawler", *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0, **options)  # type: ignore[call-overload,no-any-return]  # noqa: S603 - ourselves


class CrawlRound:
    """One `icma crawl --due` in a process of its own."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._started = time.monotonic()
        # A file, since nobody reads while the round runs and a pipe would fill.
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the result
        self._child = start_icma(["crawl", "--due", "--json", *arguments], stdout=self._output)

    def poll(self) -> int | None:
        return self._child.poll()

    def stop(self, signal_number: int) -> None:
        self._child.send_signal(signal_number)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)  # its extraction workers as well

    def result(self) -> RoundResult:
        seconds = time.monotonic() - self._started
        with self._output as file:
            file.seek(0)
            try:
                runs = json.loads(file.read() or b"[]")
            except ValueError:  # killed while it printed
                runs = []
        # Told to end before it had begun to crawl, or when it had ended: nothing was interrupted.
        status = 0 if self._child.returncode == -signal.SIGTERM else self._child.returncode
        return summed(status, runs, seconds)


class SignalWatch:
    """The real clock and signals; while the ``with`` lasts, SIGTERM and SIGINT are told by `wait` and do nothing else.

    Every signal writes a byte into a pipe, so that none is lost between looking and waiting.
    """

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        self._old_pipe = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        self._old = {number: signal.signal(number, _do_nothing) for number in _WATCHED}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_pipe)
        os.close(self._reader)
        os.close(self._writer)

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float | None) -> int | None:
        select.select([self._reader], [], [], None if seconds is None else max(0.0, seconds))
        try:
            received = os.read(self._reader, 4096)
        except BlockingIOError:
            return None
        return next((number for number in received if number in _STOP), None)


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """The byte in the pipe says it all."""
