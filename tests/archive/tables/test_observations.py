"""What is observed of a portal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from other_program import change

from icma_crawler.archive import SourceAnswer
from icma_crawler.models import Source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_articles_are_counted_as_they_are_archived(desk, now):
    seen = desk.archive.observations
    assert seen.totals("sherg.az") == (0, None)
    desk.publish("old", now=now - 8 * DAY)
    desk.publish("new", now=now)
    assert seen.totals("sherg.az") == (2, now)
    assert [seen.count_since("sherg.az", now - days * DAY) for days in (9, 7)] == [2, 1]
    assert seen.totals("report.az") == (0, None)


def test_what_a_backfill_finds_is_no_news_nor_what_comes_from_the_future(desk, now):
    desk.publish("news", now=now, published_at=now - HOUR)
    desk.publish("old", now=now + HOUR, published_at=now - 400 * DAY)
    seen = desk.archive.observations
    assert seen.last_news("sherg.az", now + DAY) == now
    assert seen.last_news("sherg.az", now - DAY) is None


def test_an_article_came_out_when_it_was_published_or_else_when_it_was_archived(desk, now):
    desk.publish("told", now=now, published_at=now - 3 * HOUR)
    desk.publish("untold", now=now)
    desk.publish("wrong", now=now, published_at=now + DAY)
    hours = desk.archive.observations.hours("sherg.az", now - DAY)
    assert [(each.hour, each.articles) for each in hours] == [
        (now.replace(minute=0) - 3 * HOUR, 1),
        (now.replace(minute=0), 2),
    ]


def test_a_url_is_told_with_what_became_of_it(desk, make_article, make_capture):
    first, second, _waiting = desk.announce("park", "bag", "sonra")
    desk.file(first, make_article("park"))
    desk.file(second, make_article("park"), make_capture("bag", final_url="https://sherg.az/park"))
    seen = desk.archive.observations
    assert [(page.state, page.is_article) for page in seen.pages("sherg.az")] == [
        ("archived", True),
        ("unchanged", True),
        ("pending", False),
    ]
    assert [seen.article_at(page.id) for page in seen.pages("sherg.az")] == [1, 1, None]


@pytest.mark.parametrize(
    ("misses", "status", "state", "counted"),
    [(3, 404, "unchanged", 1), (1, 410, "unchanged", 1), (1, 404, "unchanged", 0), (3, 404, "gone", 0)],
)
def test_what_the_last_look_found_gone_and_no_crawl_marked_is_counted(desk, misses, status, state, counted):
    desk.publish("park")
    change(
        desk.archive.path,
        "UPDATE frontier SET misses = ?, last_status = ?, state = ?, missed_since = '2026-01-10T00:00:00+00:00'",
        misses,
        status,
        state,
    )
    assert desk.archive.observations.count_vanished("sherg.az") == counted


def test_a_feed_is_told_with_its_share_of_the_news_once_it_told_of_enough(desk, now):
    archive = desk.archive
    (feed,) = archive.sources.save("sherg.az", [Source(kind="feed", url="https://sherg.az/rss")], now=now)
    assert archive.observations.sources("sherg.az", now) == ()  # never asked
    archive.sources.answered(feed.id, SourceAnswer(status=200), now=now)
    for number in range(20):
        desk.publish(f"x{number}", now=now + number * HOUR)
        if number % 2:
            archive.announcements.add(feed.id, number + 1)
    (fact,) = archive.observations.sources("sherg.az", now - HOUR)
    assert (fact.told_until, fact.told_share) == (now + 19 * HOUR, 0.5)
    (fact,) = archive.observations.sources("sherg.az", now + 10 * HOUR)  # watched for too short a time
    assert (fact.told_until, fact.told_share) == (None, None)
