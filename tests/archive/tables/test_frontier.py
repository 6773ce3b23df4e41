from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from icma_crawler.archive.transactions import begin_crawl


def test_what_a_crawl_left_comes_next_time(desk, now: datetime, make_article):
    done, _left = desk.announce("a", "b")
    desk.file(done, make_article("a"))
    desk.end("interrupted")
    with desk.archive.write():
        again = begin_crawl(desk.archive, desk.portal, now)
        unfinished = desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", now), again)
    assert [entry.candidate.url for entry in unfinished] == ["https://sherg.az/b"]


@pytest.mark.parametrize("state", ["failed", "refused"])
def test_a_failed_link_rests_longer_each_time(desk, now: datetime, state: str):
    (entry,) = desk.announce("a")
    for rest in (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=1)):
        with desk.archive.write():
            desk.archive.frontier.settle(entry.id, state, reason="timeout", now=now)
            assert desk.archive.frontier.unfinished("sherg.az", now + rest - timedelta(seconds=1)) == []
            (entry,) = desk.archive.frontier.take(
                desk.archive.frontier.unfinished("sherg.az", now + rest), desk.crawl_id
            )
        now += rest
    assert entry.attempts == 5


@pytest.mark.parametrize(
    ("reason", "is_dated"), [("live-blog", False), ("soft-404", False), ("http-404", False), ("not-article", True)]
)
def test_what_may_become_an_article_is_looked_at_three_times_more(desk, now: datetime, reason: str, is_dated: bool):
    (entry,) = desk.announce("a", published_at=now if is_dated else None)
    for rest in (timedelta(hours=6), timedelta(days=1), timedelta(days=3)):
        with desk.archive.write():
            desk.archive.frontier.settle(entry.id, "rejected", reason=reason, now=now)
            early = now + rest - timedelta(seconds=1)
            assert desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", early), desk.crawl_id) == []
            (entry,) = desk.archive.frontier.take(
                desk.archive.frontier.unfinished("sherg.az", now + rest), desk.crawl_id
            )
        now += rest
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, "rejected", reason=reason, now=now)
        assert desk.archive.frontier.unfinished("sherg.az", now + timedelta(days=400)) == []


@pytest.mark.parametrize("state", ["rejected", "archived", "unchanged", "withdrawn"])
def test_what_is_settled_is_not_fetched_again(desk, now: datetime, state: str):
    (entry,) = desk.announce("a")
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, state, reason="not-article", now=now)
        later = now + timedelta(days=400)
        assert desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", later), desk.crawl_id) == []
