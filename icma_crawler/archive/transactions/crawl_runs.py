"""The beginning and the end of a crawl run: the portal taken and given back, the counts derived from the frontier."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.transactions.hold_portal import is_held
from icma_crawler.errors import PortalBusyError
from icma_crawler.models import OUTCOMES, CrawlRun, Portal
from icma_crawler.system.processes import describe_process, this_process


def begin_crawl(archive: Archive, portal: Portal, now: datetime) -> int:
    """Take a portal for this process and open a crawl run, whose id is returned; one that a dead process left is closed.

    Raises:
        PortalBusyError: a live process holds the portal.
    """
    with archive.write():
        archive.portals.save(portal, now)
        holder = archive.portals.holder_of(portal.id)
        if holder is not None and holder.process != this_process() and is_held(archive, portal.id, now):
            raise PortalBusyError(portal.id, describe_process(holder.process), holder.since)
        for crawl_id in archive.crawls.running(portal.id):
            _close(archive, crawl_id, "killed", now)
        archive.portals.take(portal.id, this_process(), now)
        return archive.crawls.begin(portal.id, now)


def end_crawl(
    archive: Archive, crawl_id: int, *, reason: str, requests: int, size_bytes: int, now: datetime
) -> CrawlRun:
    """Close a crawl run: its counts come from the frontier, so they add up to what was due.

    *requests* and *size_bytes* are what was asked and came in all of it.

    Raises:
        LookupError: there is no such run.
    """
    with archive.write():
        _close(archive, crawl_id, reason, now, requests=requests, bytes=size_bytes)
        run = archive.crawls.load(crawl_id)
        archive.portals.release(run.portal)
    return run


def _close(archive: Archive, crawl_id: int, reason: str, now: datetime, **traffic: int) -> None:
    run = archive.crawls.load(crawl_id)
    by_outcome = archive.known_urls.count_outcomes(crawl_id)
    answers, failures = archive.sources.count_asked(run.portal, run.started_at)
    counts = {
        "announced": archive.known_urls.count_new(crawl_id, run.started_at),
        "due": sum(by_outcome.values()),
        "source_answers": answers,
        "source_failures": failures,
        **{outcome: by_outcome.get(outcome, 0) for outcome in OUTCOMES},
        **traffic,
    }
    archive.crawls.end(crawl_id, reason=reason, counts=counts, now=now)
