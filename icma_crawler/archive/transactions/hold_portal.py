"""Who crawls a portal: the process that holds it, as long as it is at work. A dead one holds nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.portals import Holder
from icma_crawler.archive.values import from_stamp
from icma_crawler.models import Portal
from icma_crawler.system.processes import is_running, is_same_host

_SIGN_OF_LIFE = timedelta(hours=2)
"""A crawl on another machine is believed this long after the last thing it did; the longest wait within one is seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuePortals:
    """The portals with something due, in the order they were asked for; ``held`` ones are in hand of a live process."""

    free: tuple[str, ...]
    held: tuple[str, ...]


def due_portals(archive: Archive, portals: Iterable[Portal], now: datetime, *, with_rechecks: bool) -> DuePortals:
    """Of *portals*, those with a source, an unfinished or failed url or a re-check due, or that were never crawled.

    Those whose host asked for a pause are left out until it is over.
    """
    due = archive.due.portals(portals, now, with_rechecks=with_rechecks)
    holders = archive.portals.holders() if due else {}
    held = {portal for portal, each in holders.items() if _is_at_work(archive, portal, each, now)}
    return DuePortals(
        free=tuple(portal for portal in due if portal not in held),
        held=tuple(portal for portal in due if portal in held),
    )


def is_held(archive: Archive, portal_id: str, now: datetime) -> bool:
    """Whether a process that may still be at work holds a portal; one on another machine as long as it does something."""
    holder = archive.portals.holder_of(portal_id)
    return holder is not None and _is_at_work(archive, portal_id, holder, now)


def _is_at_work(archive: Archive, portal_id: str, holder: Holder, now: datetime) -> bool:
    if not is_same_host(holder.process):
        return now - _last_deed(archive, portal_id, holder.since) < _SIGN_OF_LIFE
    return is_running(holder.process)


def dead_holders(archive: Archive, now: datetime) -> dict[str, str]:
    """By portal, the process that holds it and is no more, as `icma_crawler.system.processes` names it."""
    holders = archive.portals.holders()
    return {portal: each.process for portal, each in holders.items() if not _is_at_work(archive, portal, each, now)}


def _last_deed(archive: Archive, portal_id: str, since: str) -> datetime:
    """When the crawl in hand last began, asked a source or settled a url."""
    crawl_id = archive.crawls.newest_id(portal_id)
    deeds = [
        from_stamp(since),
        archive.sources.last_asked(portal_id),
        None if crawl_id is None else archive.known_urls.last_fetch_of(crawl_id),
    ]
    return max(deed for deed in deeds if deed is not None)
