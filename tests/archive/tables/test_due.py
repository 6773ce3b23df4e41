from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from other_program import change

from icma_crawler.archive import Archive, SourceAnswer
from icma_crawler.archive.engines.sqlite.database import SqliteDatabase
from icma_crawler.archive.tables.due import DueWork
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.hold_portal import due_portals
from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.models import Portal, Source

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def free(archive: Archive, portal: Portal, at: datetime, **options: object) -> tuple[str, ...]:
    return due_portals(archive, [portal], at, **({"with_rechecks": True} | options)).free


def test_a_portal_is_idle_until_a_source_is_due(idle, portal, now):
    assert free(idle, portal, now + HOUR - MINUTE) == ()
    assert free(idle, portal, now + HOUR) == (portal.id,)


def test_a_portal_that_was_never_crawled_is_due(idle, now):
    other = Portal(id="new.az", name="New", home="https://new.az/", language="az", timezone="Asia/Baku")
    assert free(idle, other, now) == ("new.az",)


def test_a_copy_is_due_for_another_look(desk, idle, portal, now, make_article):
    at = now + 5 * HOUR
    with idle.write():
        for source in idle.sources.find(portal.id):
            idle.sources.answered(source.id, SourceAnswer(status=200), next_due_at=now + 30 * HOUR, now=now)
    for path in ("park", "kopya"):
        desk.file(desk.announce(path, now=at)[0], make_article(path), now=at)
    desk.end()
    assert free(idle, portal, at + 6 * HOUR - MINUTE) == ()
    assert free(idle, portal, at + 6 * HOUR) == (portal.id,)


def test_a_source_that_was_given_up_is_not_due(idle, portal, now):
    with idle.write():
        (guess,) = idle.sources.save(portal.id, [Source(kind="feed", url=portal.home + "feed")], now=now)
        assert free(idle, portal, now) == (portal.id,)
        idle.sources.failed(guess.id, reason="http-404", status=404, next_due_at=now, now=now)
    assert free(idle, portal, now) == ()


def test_a_time_that_no_source_could_have_is_a_clock_that_was_wrong(idle, portal, now):
    assert free(idle, portal, now - timedelta(days=400)) == (portal.id,)


def test_an_unfinished_url_is_due(desk, idle, portal, now):
    desk.announce("left-over")
    assert free(idle, portal, now) == (portal.id,)


def test_a_failed_url_is_due_when_it_has_rested(desk, idle, portal, now):
    (entry,) = desk.announce("broken")
    with idle.write():
        idle.frontier.settle(entry.id, "failed", reason="timeout", now=now)
    assert free(idle, portal, now + MINUTE) == ()
    assert free(idle, portal, now + 11 * MINUTE) == (portal.id,)


@pytest.fixture
def looked_at(desk, idle, make_article, make_capture) -> Archive:
    """The idle archive with an article that is to be looked at again in half an hour."""
    (entry,) = desk.announce("park")
    now = make_capture().fetched_at
    with idle.write():
        look = PageLook(portal=desk.portal, entry=entry, capture=make_capture(), next_due_at=now + HOUR / 2, now=now)
        record_page(idle, look, make_article())
    return idle


def test_a_re_check_is_due_unless_there_are_to_be_none(looked_at, portal, now):
    idle = looked_at
    assert free(idle, portal, now + 29 * MINUTE) == ()
    assert free(idle, portal, now + 31 * MINUTE) == (portal.id,)
    assert free(idle, portal, now + 31 * MINUTE, with_rechecks=False) == ()


def test_a_re_check_that_was_interrupted_is_unfinished(looked_at, portal, now):
    idle = looked_at
    with idle.write():
        crawl_id = begin_crawl(idle, portal, now)
        idle.frontier.take(idle.frontier.rechecks(portal.id, now=now + HOUR / 2, budget=10), crawl_id)
        end_crawl(idle, crawl_id, reason="interrupted", requests=0, size_bytes=0, now=now)
    change(idle.path, "UPDATE frontier SET next_due_at = '2099-01-01T00:00:00+00:00'")
    assert free(idle, portal, now) == (portal.id,)


def test_a_host_that_asked_for_a_pause_gets_it(idle, portal, now):
    with idle.write():
        idle.hosts.pause("https://sherg.az", now + 2 * HOUR)
    assert free(idle, portal, now + HOUR) == ()
    assert free(idle, portal, now + 2 * HOUR) == (portal.id,)


def test_the_question_is_answered_along_indexes(idle, portal, now):
    """Hundreds of portals are asked about every minute; none may cost a walk through its urls."""
    asked = Asked(idle.path)
    DueWork(asked).portals([portal], now, with_rechecks=True)
    ((query, values),) = asked.statements
    plan = [row["detail"] for row in idle.engine.database.rows(f"EXPLAIN QUERY PLAN {query}", values)]
    assert [step for step in plan if step.startswith("SCAN") and "asked" not in step and "CONSTANT" not in step] == []
    assert json.dumps(plan).count("USING") >= 6


class Asked(SqliteDatabase):
    """A connection that keeps what it was asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(sqlite3.connect(path))
        self.statements: list[tuple[str, object]] = []

    def rows(self, sql, values):
        self.statements.append((sql, values))
        return super().rows(sql, values)
