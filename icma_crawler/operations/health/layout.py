"""The layout of pages as a fingerprint: which elements with which class names they are made of, whatever they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_OPENING_TAG = re.compile(rb"<([a-z][a-z0-9]*)\b[^>]*?\sclass\s*=\s*[\"']?([^\"'>]+)", re.IGNORECASE)
_NUMBERED = re.compile(rb"\d")
_SHARED = 0.5


def fingerprint(page: bytes) -> frozenset[bytes]:
    """The "tag.class" names of a page; numbered ones (post-1234) are of the article, not of the layout."""
    return frozenset(
        tag.lower() + b"." + name
        for tag, names in _OPENING_TAG.findall(page)
        for name in names.split()
        if not _NUMBERED.search(name)
    )


def common_layout(pages: Sequence[bytes]) -> frozenset[bytes]:
    """What at least half of the pages have."""
    counts = Counter(name for page in pages for name in fingerprint(page))
    return frozenset(name for name, count in counts.items() if count >= _SHARED * len(pages))


def similarity(before: Sequence[bytes], after: Sequence[bytes]) -> float | None:
    """How alike (0-1) the layouts of two groups of pages are; None where there is nothing to compare."""
    old, new = common_layout(before), common_layout(after)
    return len(old & new) / len(old | new) if old and new else None
