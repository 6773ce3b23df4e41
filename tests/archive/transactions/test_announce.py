"""What a listing means for the frontier: new urls, changed ones, and what it only repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.models import Candidate, Rejection

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_link_is_announced_once(desk):
    assert len(desk.announce("a", "b")) == 2
    assert desk.announce("a", "b") == []


def test_two_addresses_of_one_page_are_one_entry(desk):
    assert len(desk.announce("a", "a/", "a?amp=1", "a/amp")) == 1


def test_an_entry_carries_the_hints_of_its_source(desk, now: datetime):
    (entry,) = desk.announce("a", title="Park", published_at=now, guid="42")
    assert (entry.candidate.title, entry.candidate.published_at, entry.candidate.guid) == ("Park", now, "42")
    assert entry.attempts == 0


def test_a_later_source_may_know_the_date(desk, now: datetime):
    desk.announce("a")
    desk.announce("a", published_at=now)
    desk.end()
    with desk.archive.write():
        (left,) = desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", now), desk.crawl_id)
    assert left.candidate.published_at == now


def test_a_source_that_tells_of_a_change_sends_us_back_to_what_was_no_article(desk, now: datetime):
    (entry,) = desk.announce("a")
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, "rejected", reason="not-article", now=now)
        next_crawl = begin_crawl(desk.archive, desk.portal, now)
        for hours, wanted in ((-1, []), (1, [entry.id])):
            told = replace(entry.candidate, modified_at=now + timedelta(hours=hours))
            announced = announce(desk.archive, "sherg.az", None, [told], crawl_id=next_crawl, now=now)
            assert [again.id for again in announced.changed] == wanted


def test_each_portal_has_a_frontier_of_its_own(desk, archive: Archive, now: datetime):
    desk.announce("a")
    other = desk.portal.__class__(
        id="report.az", name="Report.az", home="https://report.az/", language="az", timezone="Asia/Baku"
    )
    with archive.write():
        crawl_id = begin_crawl(archive, other, now)
        found = [Candidate(url="https://sherg.az/a", source_url="https://report.az/")]
        assert announce(archive, "report.az", None, found, crawl_id=crawl_id, now=now).new


def test_a_listing_that_says_changed_brings_a_look_before_its_time(desk, now):
    desk.publish("park", now=now)
    assert _announce_again(desk, "park", modified_at=now - HOUR, now=now + HOUR) == []
    assert len(_announce_again(desk, "park", modified_at=now + HOUR, now=now + 2 * HOUR)) == 1


def test_of_all_that_a_listing_says_changed_no_more_is_looked_at_than_is_left(desk, now):
    """The others come first in the next crawl, and the longer they wait the sooner."""
    for path in ("a", "b", "c"):
        desk.publish(path, now=now)
    looked_at = []
    for hours in range(1, 4):
        desk.end(now=now + hours * HOUR)
        with desk.archive.write():
            desk.crawl_id = begin_crawl(desk.archive, desk.portal, now)
            ours = {"crawl_id": desk.crawl_id, "now": now + hours * HOUR}
            taken = desk.archive.frontier.take(
                desk.archive.frontier.rechecks(desk.portal.id, now=ours["now"], budget=1), desk.crawl_id
            )
            told = [_candidate(desk, path, now + hours * HOUR) for path in ("a", "b", "c")]
            found = announce(desk.archive, desk.portal.id, None, told, most_changed=1 - len(taken), **ours)
        looks = [*taken, *found.changed]
        for entry in looks:
            desk.file(entry, Rejection(reason="soft-404"), now=now + hours * HOUR)
        looked_at.append([entry.candidate.url[-1] for entry in looks])
    assert looked_at == [["a"], ["b"], ["c"]]


def test_a_second_address_that_is_told_as_changed_beyond_what_is_left_brings_a_look_at_its_article(
    desk, now, make_article, make_capture
):
    """It is no address to be looked at by itself: a portal may give it to another article one day."""
    first, second = desk.announce("park", "kohne-park")
    desk.file(first, make_article("park"))
    desk.file(second, make_article("park"), make_capture("kohne-park", final_url=desk.portal.home + "park"))
    desk.end()
    frontier, crawl_id = desk.archive.frontier, begin_crawl(desk.archive, desk.portal, now + HOUR)
    told = [_candidate(desk, "kohne-park", now + HOUR)]
    announce(desk.archive, desk.portal.id, None, told, crawl_id=crawl_id, now=now + HOUR, most_changed=0)
    assert frontier.unfinished(desk.portal.id, now + HOUR) == []
    assert frontier.rechecks(desk.portal.id, now=now + HOUR, budget=9) == [first.id]


def _announce_again(desk, path: str, *, modified_at: datetime, now: datetime) -> list:
    desk.end(now=now)
    with desk.archive.write():
        desk.crawl_id = begin_crawl(desk.archive, desk.portal, now)
    candidate = _candidate(desk, path, modified_at)
    with desk.archive.write():
        found = announce(desk.archive, desk.portal.id, None, [candidate], crawl_id=desk.crawl_id, now=now)
    return list(found.changed)


def _candidate(desk, path: str, modified_at: datetime):
    return Candidate(url=desk.portal.home + path, source_url=desk.portal.home, modified_at=modified_at)
