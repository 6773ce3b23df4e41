"""The books of a portal: what was announced on a day is what became of it, to the last url."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from icma_crawler.models import Rejection

NEXT_DAY = timedelta(days=1)


def test_each_day_adds_up(desk, now, make_article):
    first, second, third, fourth = desk.announce("park", "muzey", "siyahi", "sonra")
    desk.file(first, make_article("park"))
    desk.file(second, make_article("park", body="Başqa mətn.", title="Muzey"))
    desk.file(third, Rejection(reason="not-article"))
    desk.announce("sabah", now=now + NEXT_DAY)
    with desk.archive.write():
        desk.archive.frontier.settle(fourth.id, "failed", reason="timeout", now=now)
    days = desk.archive.balances.by_day("sherg.az")
    assert [(day.day, day.announced) for day in days] == [("2026-01-18", 4), ("2026-01-19", 1)]
    for day in days:
        parts = (day.archived, day.duplicate, day.gone, day.withdrawn, day.rejected)
        assert day.announced == sum(parts) + day.missing
    assert (days[0].archived, days[0].rejected, days[0].failed, days[1].pending) == (2, 1, 1, 1)


def test_a_day_is_one_of_baku(desk, now):
    desk.announce("gece", now=now.replace(hour=20, minute=30))
    assert [day.day for day in desk.archive.balances.by_day()] == ["2026-01-19"]


def test_gaps_tell_what_is_missing_and_why(desk, now: datetime):
    refused, rejected, archived, _ = desk.announce("a", "b", "c", "d")
    with desk.archive.write():
        desk.archive.frontier.settle(refused.id, "refused", reason="http-403", status=403, now=now)
        desk.archive.frontier.settle(rejected.id, "rejected", reason="http-404", status=404, now=now)
        desk.archive.frontier.settle(archived.id, "archived", reason="", now=now)
    gaps = desk.archive.balances.gaps()
    assert [(gap.url.removeprefix("https://sherg.az/"), gap.state, gap.reason, gap.last_status) for gap in gaps] == [
        ("a", "refused", "http-403", 403),
        ("b", "rejected", "http-404", 404),
        ("d", "pending", None, None),
    ]
    assert {gap.announced_at for gap in gaps} == {now}
    assert desk.archive.balances.gaps("report.az") == []


@pytest.mark.parametrize(
    ("ending", "reason"), [("finished", "max-pages"), ("shutdown", "interrupted"), ("killed", "interrupted")]
)
def test_gaps_tell_why_a_page_still_waits(desk, ending: str, reason: str, now: datetime):
    _waiting, paused = desk.announce("a", "b")
    with desk.archive.write():
        desk.archive.frontier.settle(paused.id, "pending", reason="host-paused", now=now)
    desk.end(reason=ending)
    assert [gap.reason for gap in desk.archive.balances.gaps()] == [reason, "host-paused"]
