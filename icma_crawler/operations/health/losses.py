"""What was usual and is missing since an article: known for certain by its own evidence, or sooner by the pages' layout.

A redesign loses a field and changes the layout at once. So a few bad observations are enough where the latest pages look
neither like those before, nor like the earlier ones that lacked the same: a gallery has no author, and looks like a gallery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive import ArticleFact, PageFact
from icma_crawler.operations.health.layout import Fingerprint, Redrawing, compare, fingerprint
from icma_crawler.operations.health.shifts import GONE, SUSPECTED_BAD, Loss, Shift, find_shift, suspect_shift

Fact = ArticleFact | PageFact
PagesOf = Callable[[Sequence[Fact]], Iterable[bytes]]
"""The pages that articles or announced urls were read from, as far as they are kept."""

_LASTING = timedelta(hours=3)
"""A change that lasted less may be a series of special articles: a live ticker, a photo gallery."""

_USUAL, _SPECIAL, _LATER = 16, 12, 6
"""How many pages are compared at most."""
_FEWEST = 3
_UNSURE = 20
"""So many observations before a change may already be of what came after it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What was good and is bad since the observation ``shift.index``; ``layout`` is what the pages tell, if anything."""

    shift: Shift
    layout: Redrawing | None

    @property
    def is_redrawn(self) -> bool:
        return self.layout is not None and self.layout.is_redrawn

    @property
    def layout_similarity(self) -> float | None:
        return None if self.layout is None else round(self.layout.kept, 2)

    def in_layout(self) -> str:
        """What to say of the articles that lack it: " in a new layout (7 % of the old one stayed)", or nothing."""
        return f" {self.layout}" if self.is_redrawn else ""


def find_lost(
    observed: Sequence[Fact],
    good: Sequence[bool],
    *,
    pages_of: PagesOf,
    first: int = 0,
    gone: Loss = GONE,
    suspected: int = SUSPECTED_BAD,
) -> Lost | None:
    """A change for the worse that still lasts; *good* tells of each observed one, oldest first.

    *suspected* bad ones are enough where the layout is new, too. The pages are asked for only where something changed.
    """
    proven = find_shift(good, first=first, gone=gone)
    shift = proven or suspect_shift(good, first=first, bad=suspected)
    if shift is None or _seen_at(observed[-1]) - _seen_at(observed[shift.index]) < _LASTING:
        return None
    lost = Lost(shift, _compare(observed, good, shift, pages_of))
    return lost if proven or lost.is_redrawn else None


def _compare(observed: Sequence[Fact], good: Sequence[bool], shift: Shift, pages_of: PagesOf) -> Redrawing | None:
    """The latest pages beside those before a change; None where too few are kept."""
    before = range(max(0, shift.index - _UNSURE))
    later = range(max(shift.index, len(observed) - _LATER), len(observed))
    usual = [at for at in before if good[at]][-_USUAL:]
    special = [at for at in before if not good[at]][-_SPECIAL:]
    prints = [_fingerprints(observed, which, pages_of) for which in (usual, special, later)]
    return compare(*prints) if min(len(prints[0]), len(prints[2])) >= _FEWEST else None


def _fingerprints(observed: Sequence[Fact], which: Sequence[int], pages_of: PagesOf) -> list[Fingerprint]:
    pages = pages_of([observed[at] for at in which])
    return [found for page in pages if (found := fingerprint(page))]


def _seen_at(fact: Fact) -> datetime:
    return fact.archived_at if isinstance(fact, ArticleFact) else fact.announced_at
