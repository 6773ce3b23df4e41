"""A scheduled round: which of the portals are to be crawled now, found without starting Scrapy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from icma_crawler.archive import Archive, DuePortals, open_archive
from icma_crawler.models import Portal


def find_due(path: Path, portals: Iterable[Portal], *, now: datetime, with_rechecks: bool = True) -> DuePortals:
    """Of *portals*, those with anything due in the archive at *path*; where there is none yet, all of them.

    Raises:
        ArchiveError: the file is no archive, or damaged.
    """
    homes = {portal.id: portal.home for portal in portals}
    if not path.exists() or path.stat().st_size == 0:
        return DuePortals(free=tuple(homes), held=())
    with open_archive(path, readonly=True) as archive:
        due = archive.due_portals(homes, now, with_rechecks=with_rechecks)
        free = tuple(portal for portal in due.free if not _rests(archive, homes[portal], now))
    return replace(due, free=free)


def _rests(archive: Archive, home: str, now: datetime) -> bool:
    """Whether the portal's host asked for a pause that is not over; what is pending there waits for it."""
    parts = urlsplit(home)
    until = archive.host_not_before(f"{parts.scheme}://{parts.netloc}")
    return until is not None and until > now
