"""The sources of a portal as the archive knows them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icma_crawler.archive import SourceAnswer
from icma_crawler.models import Source

HOUR = timedelta(hours=1)
FEED = Source(kind="feed", url="https://sherg.az/rss")


@pytest.fixture
def feed(desk, now) -> int:
    (known,) = desk.archive.sources.save("sherg.az", [FEED], now=now)
    return known.id


@pytest.fixture
def known(desk):
    """The only source of the portal; None once it was given up."""
    return lambda: next(iter(desk.archive.sources.find("sherg.az")), None)


def test_a_source_is_new_once(desk, feed, known, now):
    assert desk.archive.sources.save("sherg.az", [FEED], is_configured=True, now=now) == []
    assert known().as_source() == FEED


def test_nothing_new_leaves_what_the_last_whole_answer_gave(desk, feed, known, now):
    whole = SourceAnswer(
        status=200, etag='"1"', last_modified="Sun", payload_sha256="x", payload_bytes=9, rest_minutes=5
    )
    desk.archive.sources.answered(feed, whole, now=now, next_due_at=now + HOUR)
    desk.archive.sources.answered(feed, SourceAnswer(status=304), now=now + HOUR, next_due_at=now + 3 * HOUR)
    found = known()
    assert (found.etag, found.last_modified, found.payload_sha256, found.rest_minutes) == ('"1"', "Sun", "x", 5)
    assert (found.looked_at, found.asked_at, found.next_due_at) == (now, now + HOUR, now + 3 * HOUR)
    desk.archive.sources.answered(feed, SourceAnswer(status=200), now=now + 3 * HOUR)
    assert (known().etag, known().rest_minutes, known().payload_sha256) == (None, None, "x")


def test_a_guess_that_fails_is_given_up_and_one_that_ever_answered_is_not(desk, feed, known, now):
    sources = desk.archive.sources
    sources.failed(feed, reason="timeout", status=None, now=now)
    assert known().failures == 1  # it may be there all the same
    assert sources.failing() == {}
    sources.failed(feed, reason="http-404", status=404, now=now)
    assert known() is None
    sources.answered(feed, SourceAnswer(status=200), now=now)
    sources.failed(feed, reason="http-404", status=404, now=now)
    assert known().failures == 1
    assert sources.failing() == {"sherg.az": {FEED.url: "http-404"}}


def test_a_pause_does_not_hide_why_it_came(desk, feed, now):
    sources = desk.archive.sources
    sources.answered(feed, SourceAnswer(status=200), now=now)
    for reason in ("http-503", "host-paused"):
        sources.failed(feed, reason=reason, status=503, now=now)
    assert sources.failing() == {"sherg.az": {FEED.url: "http-503"}}


def test_the_answers_of_a_crawl_are_counted_and_guesses_do_not_fail_it(desk, feed, now):
    sources = desk.archive.sources
    guess, configured = (
        sources.save("sherg.az", [Source(kind="feed", url=url)], is_configured=is_configured, now=now)[0].id
        for url, is_configured in (("https://sherg.az/feed", False), ("https://sherg.az/", True))
    )
    sources.answered(feed, SourceAnswer(status=200), now=now + HOUR)
    for source in (guess, configured):
        sources.failed(source, reason="http-404", status=404, now=now + HOUR)
    assert sources.count_asked("sherg.az", now + HOUR) == (1, 1)
    assert sources.count_asked("sherg.az", now + 2 * HOUR) == (0, 0)
    assert sources.last_asked("sherg.az") == now + HOUR
    assert sources.last_asked("report.az") is None


def test_of_a_sitemap_index_what_changed_since_it_was_read_is_read_again(desk, feed, now):
    sources = desk.archive.sources
    assert sources.find_changed("sherg.az", {FEED.url: now}) == []  # never read: it is due anyway
    sources.answered(feed, SourceAnswer(status=200), now=now)
    assert sources.find_changed("sherg.az", {FEED.url: now}) == []
    assert [source.id for source in sources.find_changed("sherg.az", {FEED.url: now + HOUR})] == [feed]
    assert sources.find_changed("sherg.az", {FEED.url: None}) == []


def test_a_backfill_remembers_where_it_is_until_it_is_done(desk, feed, known, now):
    for url in ("https://sherg.az/rss?page=2", None):
        desk.archive.sources.backfill_at(feed, url, now)
        assert (known().backfill_url, known().backfill_since) == (url, now)
    desk.archive.sources.walked(feed, now)
    desk.archive.sources.postpone(feed, now + HOUR)
    assert (known().was_walked, known().next_due_at) == (True, now + HOUR)
