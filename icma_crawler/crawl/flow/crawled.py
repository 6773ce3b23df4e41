"""What a call of `run_crawl` did, and what follows every crawl: notices, metrics, whatever the caller hands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from icma_crawler.errors import IcmaError
from icma_crawler.models import CrawlRun


@dataclass(slots=True)
class Crawled:
    """A run per portal, and what kept portals from being crawled; ``unfollowed`` says which follow-ups failed, and why."""

    runs: list[CrawlRun] = field(default_factory=list)
    busy: list[str] = field(default_factory=list)
    trouble: str | None = None
    is_interrupted: bool = False
    unfollowed: list[str] = field(default_factory=list)


FollowUp = Callable[[Crawled], None]
"""What is to happen once a crawl has ended and its archive is closed."""


def follow(crawled: Crawled, follow_ups: Sequence[FollowUp]) -> None:
    """Call each; one that fails is told in ``crawled.unfollowed``, and fails neither the crawl nor the next."""
    for follow_up in follow_ups:
        try:
            follow_up(crawled)
        except (IcmaError, OSError) as error:
            crawled.unfollowed.append(str(error))
