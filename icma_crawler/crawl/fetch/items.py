"""What a spider yields."""

from __future__ import annotations

from dataclasses import dataclass

from icma_crawler.archive import Entry
from icma_crawler.models import Article, Capture, Rejection


@dataclass(slots=True, kw_only=True)
class PageItem:
    """A fetched page on its way into the archive."""

    entry: Entry
    capture: Capture
    result: Article | Rejection | None = None
    """What it says; None where it is the same to the byte as at the last look."""
