"""Finding where a run of yes/no observations changed for the worse: "every article had a date, the last 14 have none".

The change point is the split whose two sides fit best with a rate of their own (a generalised likelihood ratio, as in
sequential change detection). It counts when chance alone would hardly make it once in years, when little remained of
what was, and when no earlier stretch of the same length looked like it. Where what is missing comes in
series (galleries have no author, and three follow each other), that many observations count as one.

Fewer bad observations make a suspicion: too little by itself, enough where the pages look different, too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

_MIN_BEFORE = 30
_MIN_RATE = 0.3
"""What less than this share of articles ever had cannot be said to be missing."""
_NATS = 12.5
"""The log-likelihood ratio that counts, for independent observations."""


class Loss(NamedTuple):
    """What counts as a change: the share of the earlier rate that may remain, and how many bad observations it takes.

    ``series``: how many of them count as one at most, where bad ones come in series.
    """

    left: float
    bad: int
    series: float


GONE = Loss(0.25, 6, 2.0)
"""All but gone: that shows at once."""

_RARER = Loss(0.5, 25, 4.0)
"""Rarer than it was: that takes more to tell from a coincidence."""


SUSPECTED_BAD = 4
"""So many bad observations at least make a suspicion."""
_SUSPECTED_LEFT = 0.5
"""No more of the earlier rate may be left."""
_SUSPECTED_NATS = 5.0
_SUSPECTED_FOR = 100
"""How many observations back a suspicion goes."""

_BLOCK = 8
_NEIGHBOURS = 160
"""How many observations before the change tell whether good and bad come in series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """From the observation at ``index`` on, ``after`` (0-1) of them are good; earlier it was ``before``."""

    index: int
    before: float
    after: float
    good: int
    count: int
    nats: float


def find_shift(good: Sequence[bool], *, first: int = 0, gone: Loss = GONE) -> Shift | None:
    """The change for the worse that still lasts, at or after the index *first*; None where there is none.

    *gone* is when it is all but gone; what is rarer than it was is found later in any case.
    """
    sums = _running_sum(good)
    best = _best_split(sums, first, (gone, _RARER))
    if best is None or best.nats < _NATS * _clustering(sums, best, gone) or _was_seen_before(sums, best):
        return None
    return best


def suspect_shift(good: Sequence[bool], *, first: int = 0, bad: int = SUSPECTED_BAD) -> Shift | None:
    """What may be a change for the worse that still lasts, and may be *bad* special articles that came in a series.

    It is looked for among the last ones only: what began earlier had the time to become certain.
    """
    first = max(first, len(good) - _SUSPECTED_FOR)
    return _if_suspect(_best_split(_running_sum(good), first, _suspected(bad)))


def loss_at(good: Sequence[bool], index: int, *, bad: int = SUSPECTED_BAD) -> Shift | None:
    """The suspected change if it began at a given index, None if it did not."""
    sums = _running_sum(good)
    return _if_suspect(_split(sums, index, _nats(sums, index, _suspected(bad))))


def _suspected(bad: int) -> tuple[Loss, ...]:
    return (Loss(_SUSPECTED_LEFT, bad, 1.0),)


def _if_suspect(shift: Shift | None) -> Shift | None:
    return shift if shift is not None and shift.nats >= _SUSPECTED_NATS else None


def _best_split(sums: Sequence[int], first: int, losses: Sequence[Loss]) -> Shift | None:
    count, least = len(sums) - 1, losses[0].bad
    if count < _MIN_BEFORE + least or sums[-1] - sums[-1 - least] == least:
        return None
    most = 2 * sums[-1] - count  # after a change at most half are good; most indices need no closer look
    splits = [at for at in range(max(first, _MIN_BEFORE), count - least + 1) if 2 * sums[at] - at >= most]
    nats, index = max(((_nats(sums, index, losses), -index) for index in splits), default=(0.0, 0))
    return _split(sums, -index, nats) if nats else None


def _split(sums: Sequence[int], index: int, nats: float) -> Shift:
    count, good = len(sums) - 1 - index, sums[-1] - sums[index]
    return Shift(index=index, before=sums[index] / index, after=good / count, good=good, count=count, nats=nats)


def _nats(sums: Sequence[int], index: int, losses: Sequence[Loss]) -> float:
    """How much better a rate of its own fits what comes after *index*; 0 where it is no loss."""
    total, good_before = len(sums) - 1, sums[index]
    count, good = total - index, sums[-1] - good_before
    before, after = good_before / index, good / count
    if before < _MIN_RATE or not any(after <= loss.left * before and count - good >= loss.bad for loss in losses):
        return 0.0
    return _fit(good_before, index) + _fit(good, count) - _fit(good_before + good, total)


def _running_sum(good: Sequence[bool]) -> list[int]:
    return [0, *accumulate(good)]


def _fit(good: int, count: int) -> float:
    """The log-likelihood of *good* in *count* under their own rate."""
    bad = count - good
    return _n_log_n(good) + _n_log_n(bad) - _n_log_n(count)


def _n_log_n(n: int) -> float:
    return n * math.log(n) if n else 0.0


def _clustering(sums: Sequence[int], shift: Shift, gone: Loss) -> float:
    """How much more blocks of neighbours differ before the change than independent observations would; at least 1."""
    most = (gone if shift.after <= gone.left * shift.before else _RARER).series
    chance = _BLOCK * shift.before * (1 - shift.before)
    ends = range(shift.index, max(_BLOCK, shift.index - _NEIGHBOURS) - 1, -_BLOCK)
    spread = [(sums[end] - sums[end - _BLOCK] - _BLOCK * shift.before) ** 2 for end in ends]
    return min(max(1.0, sum(spread) / len(spread) / chance), most) if chance else 1.0


def _was_seen_before(sums: Sequence[int], shift: Shift) -> bool:
    """Whether an earlier stretch as long as the one since the change was about as poor: such things happen here."""
    length = shift.count
    if length > shift.index:
        return False
    poorest = min(sums[end] - sums[end - length] for end in range(length, shift.index + 1))
    return poorest <= shift.good + 0.25 * (shift.before - shift.after) * length
