from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from icma_crawler.archive import KnownSource
from icma_crawler.crawl.flow.planning import (
    choose_sources,
    is_due,
    is_unconditional,
    next_recheck,
    next_visit,
    postponed_to,
    rest_minutes,
)
from icma_crawler.models import Capture

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AGES = ((DAY, HOUR), (7 * DAY, DAY), (30 * DAY, 7 * DAY))


@pytest.fixture
def feed(now) -> KnownSource:
    """A feed that was asked an hour ago."""
    return KnownSource(
        id=1, kind="feed", url="https://sherg.az/rss", was_walked=True, asked_at=now - HOUR, next_due_at=now + HOUR
    )


def test_a_scheduled_round_asks_what_is_due(feed, now):
    coverage = {1: frozenset({1, 2})}
    assert choose_sources([feed], coverage, "due", now=now) == []
    assert choose_sources([feed], coverage, "due", now=now + HOUR) == [feed]


def test_a_source_that_others_speak_for_is_asked_once_a_day(feed, now):
    assert choose_sources([feed], {}, "due", now=now + HOUR) == []
    assert is_due(feed, now + HOUR)
    later = postponed_to(feed, now + HOUR)
    assert later == feed.asked_at + 24 * HOUR
    assert choose_sources([feed], {}, "due", now=later) == [feed]


def test_where_a_source_fails_another_stands_in_for_it(feed, now):
    home = replace(feed, id=2, kind="section", url="https://sherg.az/", payload_bytes=900_000)
    coverage = {1: frozenset({1, 2}), 2: frozenset({1, 2})}
    assert choose_sources([feed, home], coverage, "all", now=now) == [feed]
    failing = replace(feed, failures=1)
    assert choose_sources([failing, home], coverage, "all", now=now) == [failing, home]


def test_a_clock_that_was_wrong_silences_no_source(feed, now):
    long_ago = now - timedelta(days=1000)
    assert choose_sources([feed], {1: frozenset({1})}, "due", now=long_ago) == [feed]
    assert postponed_to(feed, long_ago) == long_ago + 24 * HOUR


def test_a_clock_that_was_ahead_lets_no_server_lie(feed, now):
    ahead = replace(feed, looked_at=now + timedelta(days=300))
    assert not is_unconditional(replace(feed, looked_at=now - HOUR), now)
    assert is_unconditional(ahead, now)


@pytest.mark.parametrize(
    ("announced", "failures", "hours"),
    [(168, 0, 1), (168, 1, 2), (168, 3, 8), (168, 50, 24), (0, 0, 24), (10_000, 0, 1 / 12), (10_000, 2, 1 / 3)],
)
def test_the_interval_follows_the_rate_and_doubles_on_errors(announced: int, failures: int, hours: float, now):
    due = next_visit(announced, failures=failures, ttl_minutes=None, jitter=0, now=now)
    assert due - now == hours * HOUR


@pytest.mark.parametrize("failures", [0, 3])
@pytest.mark.parametrize("announced", [0, 1, 20, 168, 10_000])
def test_visits_are_spread_by_a_tenth(announced: int, failures: int, now):
    soonest, usual, latest = (
        next_visit(announced, failures=failures, ttl_minutes=None, jitter=jitter, now=now) - now
        for jitter in (-1, 0, 1)
    )
    assert (soonest, latest) == (0.9 * usual, 1.1 * usual)
    assert timedelta(minutes=5) <= usual <= 24 * HOUR


def test_a_ttl_is_a_lower_bound_of_at_most_a_day(now):
    due = [next_visit(168, failures=0, ttl_minutes=ttl, jitter=0, now=now) - now for ttl in (1, 120, 100_000)]
    assert due == [HOUR, 2 * HOUR, 24 * HOUR]
    assert next_visit(1000, failures=0, ttl_minutes=60, jitter=-1, now=now) == now + HOUR


@pytest.mark.parametrize(
    ("ttl", "cache_control", "minutes"),
    [
        (None, None, None),
        (30, None, 30),
        (30, "max-age=60", 30),
        (None, "public, max-age=600", 10),
        (None, "s-maxage=900", None),
        (None, "max-age=31536000, immutable", 60),
        (None, "max-age=junk", None),
    ],
)
def test_what_a_source_asks_for_is_kept_to(ttl: int | None, cache_control: str | None, minutes: int | None, now):
    headers = (("cache-control", cache_control),) if cache_control else ()
    capture = Capture(url="u", final_url="u", status=200, headers=headers, body=b"", fetched_at=now)
    assert rest_minutes(ttl, capture) == minutes


@pytest.mark.parametrize(
    ("published", "archived", "looked_at_in"),
    [
        (2 * HOUR, HOUR, HOUR),
        (10 * DAY, HOUR, 7 * DAY),
        (10 * DAY, None, 7 * DAY),
        (None, None, HOUR),
        (None, 3 * DAY, DAY),
        (-365 * DAY, 3 * DAY, DAY),
        (-365 * DAY, None, HOUR),
        (None, 400 * DAY, 7 * DAY),
    ],
)
def test_an_article_without_a_date_that_can_be_is_as_old_as_the_archive_has_had_it(
    published: timedelta | None, archived: timedelta | None, looked_at_in: timedelta, now
):
    due = next_recheck(
        None if published is None else now - published,
        AGES,
        archived_at=None if archived is None else now - archived,
        now=now,
    )
    assert due - now == looked_at_in
