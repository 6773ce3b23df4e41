"""What remains allowed where several have a say."""

from __future__ import annotations

from icma_crawler.models import Reuse

_STRICTNESS: dict[Reuse, int] = {"full": 0, "excerpt": 1, "link": 2}


def strictest(*given: Reuse) -> Reuse:
    """The least that any of them allows: the portal file, the portal's own signals, the page's."""
    return max(given, key=_STRICTNESS.__getitem__)
