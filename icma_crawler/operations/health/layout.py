"""The layout of pages as a fingerprint: which elements with which class names they are made of, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from icma_crawler.operations.health.wording import format_share

Fingerprint = frozenset[bytes]

_OPENING_TAG = re.compile(rb"<([a-z][a-z0-9]*)\b[^>]*?\sclass\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_NUMBERED = re.compile(rb"\d")

_REDRAWN = 0.5
_UNSTEADY = 0.05
"""What differs by more than this from what the portal's pages usually have in common was redrawn."""


@dataclass(frozen=True, slots=True)
class Redrawing:
    """How much (0-1) of the layout of earlier pages is found in later ones, and how much was found while all was well."""

    kept: float
    usual: float

    @property
    def is_redrawn(self) -> bool:
        return self.kept < max(_REDRAWN, self.usual - _UNSTEADY)

    def __str__(self) -> str:
        return f"in a new layout ({format_share(self.kept)} of the old one stayed)"


def fingerprint(page: bytes) -> Fingerprint:
    """The "tag.class" names of a page; numbered ones (post-1234) are of the article, not of the layout."""
    return frozenset(
        tag.lower() + b"." + name
        for tag, names in _OPENING_TAG.findall(page)
        for name in names.split()
        if not _NUMBERED.search(name)
    )


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """How alike (0-1) two layouts are: the Jaccard index."""
    either = one | other
    return len(one & other) / len(either) if either else 0.0


def compare(usual: Sequence[Fingerprint], special: Sequence[Fingerprint], later: Sequence[Fingerprint]) -> Redrawing:
    """The likest two count: not one of the later pages may look like an earlier one, be it a usual or a special one."""
    kept = max(similarity(*pair) for pair in product(later, (*usual, *special)))
    likest = sorted(
        max(similarity(page, other) for at, other in enumerate(usual) if at != number)
        for number, page in enumerate(usual)
    )
    return Redrawing(kept=kept, usual=likest[len(likest) // 4])
