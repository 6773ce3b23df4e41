"""The books of a portal: what was announced on a day is what became of it, to the last url."""

from __future__ import annotations

from datetime import timedelta

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
