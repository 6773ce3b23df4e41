"""Who holds a portal: a process at work does, a dead one does not, one elsewhere is believed for a while."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from icma_crawler.archive import SourceAnswer
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.archive.transactions.hold_portal import due_portals
from icma_crawler.errors import PortalBusyError
from icma_crawler.system.processes import this_process

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_portal_in_the_hands_of_a_live_process_is_held(idle, portal, now):
    with idle.write():
        begin_crawl(idle, portal, now)
    due = due_portals(idle, [portal], now + HOUR, with_rechecks=True)
    assert (due.free, due.held) == ((), (portal.id,))


def test_a_portal_in_the_hands_of_a_dead_process_is_free(idle, portal, now):
    dead = this_process().replace(f":{os.getpid()}:", ":4194305:")
    idle.portals.take(portal.id, dead, now)
    assert due_portals(idle, [portal], now + HOUR, with_rechecks=True).free == (portal.id,)


def test_a_holder_on_another_machine_is_believed_as_long_as_it_does_something(idle, portal, now):
    with idle.write():
        begin_crawl(idle, portal, now)
        idle.portals.take(portal.id, "elsewhere:7:1", now)
    later = now + timedelta(hours=3)
    assert due_portals(idle, [portal], now + HOUR, with_rechecks=True).held == (portal.id,)
    with pytest.raises(PortalBusyError, match="process 7 on elsewhere"):
        begin_crawl(idle, portal, now + HOUR)
    assert due_portals(idle, [portal], later, with_rechecks=True).free == (portal.id,)
    with idle.write():
        (source, *_) = idle.sources.find(portal.id)
        idle.sources.answered(source.id, SourceAnswer(status=200), next_due_at=now, now=later - MINUTE)
    assert due_portals(idle, [portal], later, with_rechecks=True).held == (portal.id,)
    with idle.write():
        begin_crawl(idle, portal, later + timedelta(hours=3))
    assert due_portals(idle, [portal], later + timedelta(hours=3), with_rechecks=True).free == ()
