from __future__ import annotations

import json
import os
from datetime import datetime, timedelta

import pytest

from icma_crawler.archive import Archive
from icma_crawler.errors import PortalBusyError
from icma_crawler.models import Portal, Source
from icma_crawler.system.processes import this_process

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def idle(desk, now: datetime, portal: Portal) -> Archive:
    """An archive in which every source of the portal was asked a moment ago."""
    archive = desk.archive
    with archive.atomic():
        home, feed = archive.save_sources(
            portal.id, [Source(kind="section", url=portal.home), Source(kind="feed", url=portal.home + "rss")], now=now
        )
        for source in (home, feed):
            archive.source_answered(source.id, status=200, next_due_at=now + HOUR, now=now)
            archive.source_walked(source.id, now)
    desk.end()
    return archive


def free(archive: Archive, portal: Portal, at: datetime, **options: object) -> tuple[str, ...]:
    return archive.due_portals([portal], at, **options).free


def test_a_portal_is_idle_until_a_source_is_due(idle, portal, now):
    assert free(idle, portal, now + HOUR - MINUTE) == ()
    assert free(idle, portal, now + HOUR) == (portal.id,)


def test_a_portal_that_was_never_crawled_is_due(idle, now):
    other = Portal(id="new.az", name="New", home="https://new.az/", language="az", timezone="Asia/Baku")
    assert free(idle, other, now) == ("new.az",)


def test_a_copy_is_due_for_another_look(desk, idle, portal, now, make_article):
    at = now + 5 * HOUR
    with idle.atomic():
        for source in idle.find_sources(portal.id):
            idle.source_answered(source.id, status=200, next_due_at=now + 30 * HOUR, now=now)
    for path in ("park", "kopya"):
        desk.file(desk.announce(path, now=at)[0], make_article(path), now=at)
    desk.end()
    assert free(idle, portal, at + 6 * HOUR - MINUTE) == ()
    assert free(idle, portal, at + 6 * HOUR) == (portal.id,)


def test_a_source_that_was_given_up_is_not_due(idle, portal, now):
    with idle.atomic():
        (guess,) = idle.save_sources(portal.id, [Source(kind="feed", url=portal.home + "feed")], now=now)
        assert free(idle, portal, now) == (portal.id,)
        idle.source_failed(guess.id, reason="http-404", status=404, next_due_at=now, now=now)
    assert free(idle, portal, now) == ()


def test_a_time_that_no_source_could_have_is_a_clock_that_was_wrong(idle, portal, now):
    assert free(idle, portal, now - timedelta(days=400)) == (portal.id,)


def test_an_unfinished_url_is_due(desk, idle, portal, now):
    desk.announce("left-over")
    assert free(idle, portal, now) == (portal.id,)


def test_a_failed_url_is_due_when_it_has_rested(desk, idle, portal, now):
    (entry,) = desk.announce("broken")
    with idle.atomic():
        idle.settle(entry.id, "failed", reason="timeout", now=now)
    assert free(idle, portal, now + MINUTE) == ()
    assert free(idle, portal, now + 11 * MINUTE) == (portal.id,)


@pytest.fixture
def looked_at(desk, idle, make_article, make_capture) -> Archive:
    """The idle archive with an article that is to be looked at again in half an hour."""
    (entry,) = desk.announce("park")
    now = make_capture().fetched_at
    with idle.atomic():
        idle.record(desk.portal, entry, make_capture(), make_article(), next_due_at=now + HOUR / 2, now=now)
    return idle


def test_a_re_check_is_due_unless_there_are_to_be_none(looked_at, portal, now):
    idle = looked_at
    assert free(idle, portal, now + 29 * MINUTE) == ()
    assert free(idle, portal, now + 31 * MINUTE) == (portal.id,)
    assert free(idle, portal, now + 31 * MINUTE, with_rechecks=False) == ()


def test_a_re_check_that_was_interrupted_is_unfinished(looked_at, portal, now):
    idle = looked_at
    with idle.atomic():
        crawl_id = idle.begin_crawl(portal.id, now)
        idle.take_rechecks(portal.id, crawl_id=crawl_id, now=now + HOUR / 2, budget=10)
        idle.end_crawl(crawl_id, reason="interrupted", requests=0, size_bytes=0, now=now)
        idle._conn.execute("UPDATE frontier SET next_due_at = '2099-01-01T00:00:00+00:00'")
    assert free(idle, portal, now) == (portal.id,)


def test_a_portal_in_the_hands_of_a_live_process_is_held(idle, portal, now):
    with idle.atomic():
        idle.begin_crawl(portal.id, now)
    due = idle.due_portals([portal], now + HOUR)
    assert (due.free, due.held) == ((), (portal.id,))


def test_a_portal_in_the_hands_of_a_dead_process_is_free(idle, portal, now):
    dead = this_process().replace(f":{os.getpid()}:", ":4194305:")
    idle._conn.execute("UPDATE portals SET holder = ?", [dead])
    assert free(idle, portal, now + HOUR) == (portal.id,)


def test_a_host_that_asked_for_a_pause_gets_it(idle, portal, now):
    with idle.atomic():
        idle.pause_host("https://sherg.az", now + 2 * HOUR)
    assert free(idle, portal, now + HOUR) == ()
    assert free(idle, portal, now + 2 * HOUR) == (portal.id,)


def test_the_question_is_answered_along_indexes(idle, portal, now):
    """Hundreds of portals are asked about every minute; none may cost a walk through its urls."""
    statements: list[str] = []
    idle._conn.set_trace_callback(statements.append)
    idle.due_portals([portal], now)
    idle._conn.set_trace_callback(None)
    (query,) = [each for each in statements if "json_each" in each]
    plan = [row[3] for row in idle._conn.execute("EXPLAIN QUERY PLAN " + query)]
    assert [step for step in plan if step.startswith("SCAN") and "asked" not in step] == []
    assert json.dumps(plan).count("USING") >= 6


def test_a_holder_on_another_machine_is_believed_as_long_as_it_does_something(idle, portal, now):
    with idle.atomic():
        idle.begin_crawl(portal.id, now)
        idle._conn.execute("UPDATE portals SET holder = 'elsewhere:7:1', held_since = ?", [now.isoformat()])
    later = now + timedelta(hours=3)
    assert idle.due_portals([portal], now + HOUR).held == (portal.id,)
    with pytest.raises(PortalBusyError, match="process 7 on elsewhere"):
        idle.begin_crawl(portal.id, now + HOUR)
    assert idle.due_portals([portal], later).free == (portal.id,)
    with idle.atomic():
        (source, *_) = idle.find_sources(portal.id)
        idle.source_answered(source.id, status=200, next_due_at=now, now=later - MINUTE)
    assert idle.due_portals([portal], later).held == (portal.id,)
    with idle.atomic():
        idle.begin_crawl(portal.id, later + timedelta(hours=3))
    assert idle.due_portals([portal], later + timedelta(hours=3)).free == ()
