from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from icma_crawler.archive.transactions.crawl_runs import begin_crawl


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


def test_the_longest_overdue_are_looked_at_first_and_no_more_than_there_is_room_for(desk, now: datetime):
    frontier = desk.archive.frontier
    for number, path in enumerate(("a", "b", "c", "d")):
        desk.publish(path)
        due_at = None if path == "d" else now + timedelta(hours=3 - number)
        frontier.settle(number + 1, "unchanged", article_id=number + 1, next_due_at=due_at, now=now)
    later = now + timedelta(hours=9)
    assert frontier.rechecks("sherg.az", now=later, budget=2) == [3, 2]
    assert frontier.rechecks("sherg.az", now=now + timedelta(hours=1), budget=9) == [3]
    assert sorted(frontier.rechecks("sherg.az", now=now, budget=0, is_all=True)) == [1, 2, 3, 4]


def test_a_look_that_a_wrong_clock_put_off_is_due(desk, now: datetime):
    frontier = desk.archive.frontier
    desk.publish("a")
    frontier.settle(1, "unchanged", article_id=1, next_due_at=now + timedelta(days=500), now=now)
    assert frontier.rechecks("sherg.az", now=now, budget=9) == [1]


def test_misses_are_counted_from_the_first_until_the_page_is_there_again(desk, now: datetime):
    frontier = desk.archive.frontier
    desk.publish("a")
    later = now + timedelta(hours=1)
    assert [frontier.count_miss(1, at) for at in (now, later)] == [(1, now), (2, now)]
    frontier.remember_answer(1, etag='"1"', last_modified=None, payload_sha256="x")
    assert frontier.count_miss(1, later) == (1, later)
    frontier.forget_misses(1)
    assert frontier.count_miss(1, now) == (1, now)
    assert (desk.archive.known_urls.load(1).etag, desk.archive.known_urls.load(1).payload_sha256) == ('"1"', "x")


def test_a_url_is_in_hand_of_one_crawl_until_it_is_dealt_with(desk, now: datetime):
    frontier = desk.archive.frontier
    (entry,) = desk.announce("a")
    assert [frontier.is_waiting(entry.id, crawl) for crawl in (desk.crawl_id, 99)] == [True, None]
    frontier.settle(entry.id, "failed", reason="timeout", now=now)
    assert frontier.is_waiting(entry.id, desk.crawl_id) is False
    assert frontier.is_waiting(99, desk.crawl_id) is None


def test_an_article_knows_where_else_it_was_announced(desk, make_article, make_capture):
    first, second = desk.announce("park", "bag")
    desk.file(first, make_article("park"))
    assert desk.archive.known_urls.load(first.id).elsewhere is None
    desk.file(second, make_article("park"), make_capture("bag", final_url="https://sherg.az/park"))
    assert desk.archive.known_urls.load(first.id).elsewhere == "https://sherg.az/bag"


def test_a_url_that_is_not_there_is_an_error(archive, now: datetime):
    for ask in (archive.known_urls.load, lambda entry_id: archive.frontier.settle(entry_id, "failed", now=now)):
        with pytest.raises(LookupError, match="no url 7 in the frontier"):
            ask(7)
