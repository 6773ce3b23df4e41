"""What the archive saw of a portal, as values: the facts from which its health is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from icma_crawler.models import CrawlRun, FrontierState, SourceKind

FieldName = Literal["date", "time", "authors", "section", "tags", "image", "lead", "full"]

FIELDS: tuple[FieldName, ...] = ("date", "time", "authors", "section", "tags", "image", "lead", "full")
"""What may be filled in an article, in the order of the bits that `observed.filled` keeps.

"time": the page states more than the day. "full": the page shows the whole text.
"""


class HourCount(NamedTuple):
    """How many articles came out in the hour that starts at ``hour``."""

    hour: datetime
    articles: int


class ArticleFact(NamedTuple):
    """One archived article: what of it was filled when it was read. Thousands of these are made, hence a tuple."""

    id: int
    archived_at: datetime
    published_at: datetime | None
    filled: frozenset[str]
    word_count: int


class PageFact(NamedTuple):
    """One announced url and what became of it."""

    id: int
    url: str
    announced_at: datetime
    state: FrontierState
    reason: str | None
    is_article: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFact:
    """A source that counts: one that the operator or the portal stands for, or that once answered.

    Of a feed: ``told_until`` is when the newest page it ever listed was first seen, ``told_share`` (0-1) how many of the
    portal's articles up to then it listed; None where too few came since we watch.
    """

    kind: SourceKind
    url: str
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    failures: int = 0
    reason: str | None = None
    next_due_at: datetime | None = None
    told_until: datetime | None = None
    told_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts:
    """All that is known of a portal's recent weeks.

    ``watched_from`` is when its first crawl ended: what was archived before then tells of the past, not of its pace.
    ``runs`` and ``articles`` are the newest ones, oldest first; of older articles a sample stands for all.
    ``pages`` are the newest announced, oldest first. ``is_running`` is whether a live process crawls it now.
    ``last_news_at`` is when an article was last archived that was new then: old ones may come from a backfill.
    ``vanished`` articles are no longer there, and yet not marked gone, since too many vanished at once.
    """

    portal: str
    timezone: str
    watched_from: datetime | None = None
    is_running: bool = False
    runs: tuple[CrawlRun, ...] = ()
    hours: tuple[HourCount, ...] = ()
    articles: tuple[ArticleFact, ...] = ()
    pages: tuple[PageFact, ...] = ()
    sources: tuple[SourceFact, ...] = ()
    archived_total: int = 0
    archived_7d: int = 0
    last_archived_at: datetime | None = None
    last_news_at: datetime | None = None
    vanished: int = 0
