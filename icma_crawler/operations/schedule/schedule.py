"""Crawling what is due, for ever: one child process a round, at a steady beat, until a signal asks for the end.

    tick -> child `icma crawl --due` -> one line if it did anything -> pause until the next tick

Pauses are counted by a clock that nobody sets; whether something is due is the child's question, by the wall clock.
So a clock that jumps or a machine that slept only makes the next round a fuller one.
"""

from __future__ import annotations

import math
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

GRACE_SECONDS = 25.0
"""How long a round that was asked to end may take for it; then it is killed, which the archive survives."""

MISUSED, INTERRUPTED = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundResult:
    """What a round did: its exit status, how many portals it crawled, and its counts by outcome."""

    status: int
    portals: int = 0
    archived: int = 0
    revised: int = 0
    failed: int = 0
    seconds: float = 0.0

    @property
    def is_worth_a_line(self) -> bool:
        return self.portals > 0 or self.status != 0


class Round(Protocol):
    """A round under way."""

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""

    def stop(self, signal_number: int) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it at once."""

    def result(self) -> RoundResult:
        """What it did, once it has ended."""


class Watch(Protocol):
    """The clock and the signals of this process."""

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""

    def wait(self, seconds: float | None) -> int | None:
        """Wait that long (None: for ever), until a child ends or a signal arrives; returns SIGTERM or SIGINT if so."""


def run_schedule(
    start_round: Callable[[], Round], watch: Watch, *, every_seconds: float, tell: Callable[[RoundResult], None]
) -> int:
    """Start a round every *every_seconds*, never two at once, until a signal comes; returns the exit status.

    A round that takes longer than its beat is waited for, and the beats it missed are left out. A first round that
    ends with "misused" ends the schedule as well: the same words would fail for ever.
    """
    tick, is_first = watch.now(), True
    while True:
        stopped_by, result = _see_through(start_round(), watch)
        if result.is_worth_a_line:
            tell(result)
        if stopped_by is not None:
            return INTERRUPTED if result.status == INTERRUPTED or result.status < 0 else 0
        if is_first and result.status == MISUSED:
            return MISUSED
        tick, is_first = next_tick(tick, every_seconds, now=watch.now()), False
        if _pause_until(tick, watch) is not None:
            return 0


def next_tick(tick: float, every_seconds: float, *, now: float) -> float:
    """The first beat after *now* of those that count from *tick*."""
    return tick + every_seconds * (math.floor(max(0.0, now - tick) / every_seconds) + 1)


def _see_through(current: Round, watch: Watch) -> tuple[int | None, RoundResult]:
    """Wait for a round's end; a signal is passed on to it, once."""
    stopped_by: int | None = None
    give_up_at: float | None = None
    while current.poll() is None:
        left = None if give_up_at is None else give_up_at - watch.now()
        if left is not None and left <= 0:
            current.kill()
            left = 1.0
        received = watch.wait(left)
        if received is not None and stopped_by is None:
            stopped_by, give_up_at = received, watch.now() + GRACE_SECONDS
            current.stop(signal.SIGTERM)
    return stopped_by, current.result()


def _pause_until(tick: float, watch: Watch) -> int | None:
    while (left := tick - watch.now()) > 0:
        received = watch.wait(left)
        if received is not None:
            return received
    return None


def summed(status: int, runs: Sequence[dict[str, int]], seconds: float) -> RoundResult:
    """A round's result from what `icma crawl --json` printed."""
    return RoundResult(
        status=status,
        portals=len(runs),
        archived=sum(run["archived"] for run in runs),
        revised=sum(run["revised"] + run["restored"] for run in runs),
        failed=sum(run["failed"] for run in runs),
        seconds=round(seconds, 1),
    )
