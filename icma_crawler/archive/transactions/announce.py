"""Writing down what a source announced, and telling what is to be fetched because of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.frontier import AnnouncedUrl
from icma_crawler.archive.tables.known_urls import Entry
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import Candidate
from icma_crawler.urls import identity_key

_TRUST_LISTING_AGAIN = timedelta(hours=24)
"""How often a listing that still shows a vanished article may send us to look for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a listing meant for the frontier: new urls and changed ones, how many it repeated, how many are withdrawn."""

    new: Sequence[Entry] = field(default=())
    changed: Sequence[Entry] = field(default=())
    repeated: int = 0
    withdrawn: int = 0


def announce(
    archive: Archive,
    portal_id: str,
    source_id: int | None,
    candidates: Iterable[Candidate],
    *,
    crawl_id: int,
    now: datetime,
    most_changed: int | None = None,
) -> Announced:
    """Write down what a source announced; returns what is to be fetched because of it.

    Of what it says has changed no more than *most_changed* is, since some sitemaps say so of every url each time;
    known articles beyond that are due now, for the next crawl.
    """
    frontier = archive.frontier
    new: list[Entry] = []
    changed: list[int] = []
    repeated = withdrawn = 0
    with archive.write():
        for candidate in candidates:
            key = identity_key(candidate.url)
            known = frontier.find_url(portal_id, key)
            is_withdrawn = archive.withdrawals.has(key)
            withdrawn += is_withdrawn
            if known is None and is_withdrawn:
                continue
            if known is None:
                entry = frontier.add(portal_id, key, source_id, candidate, crawl_id=crawl_id, now=now)
                new.append(entry)
            else:
                repeated += 1
                if not is_withdrawn and known.crawl_id != crawl_id and _says_changed(candidate, known, now):
                    changed.append(known.id)
                frontier.improve_hints(known.id, candidate)
            if source_id is not None:
                archive.announcements.add(source_id, entry.id if known is None else known.id)
        if most_changed is not None:
            frontier.make_due(changed[most_changed:], now)
            changed = changed[:most_changed]
        return Announced(new=new, changed=frontier.take(changed, crawl_id), repeated=repeated, withdrawn=withdrawn)


def _says_changed(candidate: Candidate, known: AnnouncedUrl, now: datetime) -> bool:
    """Whether a listing gives a reason to look again, before its time, at a known article or what was none."""
    if known.fetched_at is None or not (known.is_held or known.state == "rejected"):
        return False
    if known.state == "gone":
        return now - known.fetched_at >= _TRUST_LISTING_AGAIN
    if candidate.modified_at is None:
        return False
    stated = from_stamp(to_stamp(candidate.modified_at))  # to the second, as what it is compared with
    return stated > known.fetched_at and (known.modified_at is None or stated > known.modified_at)
