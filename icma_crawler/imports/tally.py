"""What became of what was brought in, step by step; a step is one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
OnImported = Callable[[int, int], None]
"""Told after each step: how many are done, how many there are."""

STEP = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the records, and the sender's cursor up to which this archive has everything.

    ``outcomes`` counts by `icma_crawler.archive.Taken`. ``withdrawn_by_sender`` are addresses of our own articles that
    the sender has taken down: for the operator to decide.
    """

    records: int
    cursor: int
    outcomes: Mapping[str, int]
    withdrawn_by_sender: tuple[str, ...] = ()
    is_wiped: bool = True


@dataclass(slots=True)
class Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    withdrawn_by_sender: list[str] = field(default_factory=list)


def in_steps(values: Iterable[T]) -> Iterator[list[T]]:
    left = iter(values)
    while step := list(islice(left, STEP)):
        yield step
