"""The layout of pages as a fingerprint: which elements with which class names they are made of, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

Fingerprint = frozenset[bytes]

_OPENING_TAG = re.compile(rb"<([a-z][a-z0-9]*)\b[^<>]*?\sclass\s*=\s*[\"']?([^\"'<>]+)", re.IGNORECASE)
_NUMBERED = re.compile(rb"\d")

_UNSTEADY = 0.05
"""A page that is less alike by more than this than the portal's pages usually are among each other is of another layout."""
_ALIKE = 0.9
"""What is as alike as this is of the same layout, even where all pages are the same to the last name."""


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


@dataclass(frozen=True)
class UsualLayouts:
    """What a portal's pages looked like: the ``usual`` ones (two at least), and ``special`` ones (galleries, tickers)."""

    usual: Sequence[Fingerprint]
    special: Sequence[Fingerprint]

    def likeness(self, page: Fingerprint) -> float:
        """How alike (0-1) the page is to the likest of them."""
        return max(similarity(page, each) for each in (*self.usual, *self.special))

    def is_other(self, likeness: float) -> bool:
        """Whether what is so alike is of another layout."""
        return likeness < min(self._steadiness - _UNSTEADY, _ALIKE)

    @cached_property
    def _steadiness(self) -> float:
        """How alike the usual pages are to the likest of their own; three in four are at least so."""
        likest = sorted(
            max(similarity(page, other) for at, other in enumerate(self.usual) if at != number)
            for number, page in enumerate(self.usual)
        )
        return likest[len(likest) // 4]
