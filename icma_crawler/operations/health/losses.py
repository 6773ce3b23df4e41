"""What was usual and is missing since an article: known for certain by its own evidence, or sooner by the pages' layout.

A redesign loses a field and changes the layout at once. So a few bad observations are enough where they began with a
layout that is new: neither that of the pages before, nor that of earlier ones which lacked the same (galleries have no
author, and look like galleries).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from icma_crawler.archive import ArticleFact, PageFact
from icma_crawler.operations.health.layout import Fingerprint, UsualLayouts
from icma_crawler.operations.health.phrases import format_share
from icma_crawler.operations.health.shifts import GONE, SUSPECTED_BAD, Loss, Shift, find_shift, loss_at, suspect_shift

Fact = ArticleFact | PageFact
LayoutOf = Callable[[Fact], Fingerprint]
"""The layout of the page that an article or an announced url was read from; empty where it is not kept."""

LASTING = timedelta(hours=3)
"""What lasted less may be a series of special articles: a live ticker, a photo gallery."""

_USUAL, _SPECIAL, _LATER = 16, 120, 6
"""How many pages are compared at most. Many special ones, since each kind of them comes seldom."""
_FEWEST = 3
_UNSURE = 20
"""So many observations before a change may already be of what came after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What was good and is bad since the observation ``shift.index``, as is proven, or likely since ``is_redrawn``.

    ``likeness`` (0-1) is how alike the pages are to those before; None where too few are kept.
    """

    shift: Shift
    is_proven: bool
    lasted: timedelta
    likeness: float | None
    is_redrawn: bool

    def in_layout(self) -> str:
        """What to say of the articles that lack it: " in a new layout (7 % like the old one)", or nothing."""
        if not self.is_redrawn or self.likeness is None:
            return ""
        return f" in a new layout ({format_share(self.likeness)} like the old one)"


def find_lost(
    observed: Sequence[Fact],
    good: Sequence[bool],
    *,
    layout_of: LayoutOf,
    watched_from: datetime | None,
    gone: Loss = GONE,
    suspected: int = SUSPECTED_BAD,
) -> Lost | None:
    """A change for the worse after *watched_from* that still lasts; *good* tells of each observed one, oldest first.

    *suspected* bad ones are enough where the layout is new, too. Layouts are asked for only where something changed.
    """
    if watched_from is None:
        return None
    first = bisect_right(observed, watched_from, key=_seen_at)
    proven = find_shift(good, first=first, gone=gone)
    if proven is not None:
        return _proven(observed, good, proven, layout_of)
    suspicion = suspect_shift(good, first=first, bad=suspected)
    start = None if suspicion is None else _redrawn_from(observed, good, suspicion.index, layout_of)
    if start is None or start.at < first:
        return None
    shift = loss_at(good, start.at, bad=suspected)  # what is whole in the new layout speaks against it
    lasted = _lasted(observed, start.at)
    if shift is None or lasted < LASTING:
        return None
    return Lost(shift=shift, is_proven=False, lasted=lasted, likeness=start.likeness, is_redrawn=True)


def _proven(observed: Sequence[Fact], good: Sequence[bool], shift: Shift, layout_of: LayoutOf) -> Lost:
    """With what the pages tell beside it, a little after the change: where it began is not certain to the article."""
    start = shift.index + 2
    look = _look(observed, good, shift.index - _UNSURE, layout_of)
    pages = _fingerprints(observed[start : start + _LATER], layout_of)
    likeness = max(map(look.likeness, pages)) if look and len(pages) >= _FEWEST else None
    is_redrawn = look is not None and likeness is not None and look.is_other(likeness)
    lasted = _lasted(observed, shift.index)
    return Lost(shift=shift, is_proven=True, lasted=lasted, likeness=likeness, is_redrawn=is_redrawn)


class _Start(NamedTuple):
    """The first observation in a new layout, and how alike (0-1) the new pages are to the likest of those before."""

    at: int
    likeness: float


def _redrawn_from(
    observed: Sequence[Fact], good: Sequence[bool], suspected_at: int, layout_of: LayoutOf
) -> _Start | None:
    """Since when all pages are of another layout than those before; None where they are not."""
    unsure = suspected_at - _UNSURE
    look = _look(observed, good, unsure, layout_of)
    if look is None:
        return None
    start, pages = len(observed), []
    for at in reversed(range(unsure, len(observed))):
        page = layout_of(observed[at])
        if not page:
            continue  # what is not kept tells nothing
        if not look.is_other(look.likeness(page)):
            break
        start = at
        pages.append(page)
    if len(pages) < _FEWEST:
        return None
    between = _fingerprints(observed[unsure:start], layout_of)
    whole = UsualLayouts(look.usual, [*look.special, *between])
    likeness = max(map(whole.likeness, pages))
    return _Start(start, likeness) if whole.is_other(likeness) else None


def _look(observed: Sequence[Fact], good: Sequence[bool], until: int, layout_of: LayoutOf) -> UsualLayouts | None:
    """What pages looked like up to the index *until*; None where too few are kept."""
    usual = [at for at in range(until) if good[at]][-_USUAL:]
    special = [at for at in range(until) if not good[at]][-_SPECIAL:]
    look = UsualLayouts(*(_fingerprints((observed[at] for at in which), layout_of) for which in (usual, special)))
    return look if len(look.usual) >= _FEWEST else None


def _fingerprints(observed: Iterable[Fact], layout_of: LayoutOf) -> list[Fingerprint]:
    return [found for fact in observed if (found := layout_of(fact))]


def _lasted(observed: Sequence[Fact], since: int) -> timedelta:
    return _seen_at(observed[-1]) - _seen_at(observed[since])


def _seen_at(fact: Fact) -> datetime:
    return fact.archived_at if isinstance(fact, ArticleFact) else fact.announced_at
