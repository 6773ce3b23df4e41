"""Work counted instead of timed: a figure that is the same on a busy machine, and on a slow one."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LINEAR = 2.5
"""How many times the calls may be where the text is twice as long: a step that takes the square takes four times."""


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called until *work* is done, of Python and of C."""
    count = 0

    def note_call(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note_call)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def growth_of(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times the calls of ``work(2 * size)`` are those of ``work(size)``."""
    once, twice = work(size), work(2 * size)
    once()  # what is loaded or learned at the first use is no part of the figure
    return calls_of(twice) / calls_of(once)


@contextmanager
def give_up_after(seconds: int) -> Iterator[None]:
    """Ends what does not end: for a step inside a pattern or a parser, which calls nothing that could be counted.

    The text is to be so long that a square of its length takes many times *seconds*, and its length next to nothing.
    """

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError("it did not come to an end")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
