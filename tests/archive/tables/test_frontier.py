from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions import announce, begin_crawl, end_crawl, keep_listing
from icma_crawler.errors import PortalBusyError
from icma_crawler.models import Candidate, Rejection

BEGIN = """
import sys
from datetime import UTC, datetime
from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions import begin_crawl
from icma_crawler.models import Portal
portal = Portal(id="sherg.az", name="Sherg.az", home="https://sherg.az/", language="az", timezone="Asia/Baku")
crawl_id = begin_crawl(open_archive(sys.argv[1]), portal, datetime.now(UTC))
print(crawl_id, flush=True)
"""


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


def test_a_source_that_tells_of_a_change_sends_us_back_to_what_was_no_article(desk, now: datetime):
    (entry,) = desk.announce("a")
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, "rejected", reason="not-article", now=now)
        next_crawl = begin_crawl(desk.archive, desk.portal, now)
        for hours, wanted in ((-1, []), (1, [entry.id])):
            told = replace(entry.candidate, modified_at=now + timedelta(hours=hours))
            announced = announce(desk.archive, "sherg.az", None, [told], crawl_id=next_crawl, now=now)
            assert [again.id for again in announced.changed] == wanted


@pytest.mark.parametrize("state", ["rejected", "archived", "unchanged", "withdrawn"])
def test_what_is_settled_is_not_fetched_again(desk, now: datetime, state: str):
    (entry,) = desk.announce("a")
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, state, reason="not-article", now=now)
        later = now + timedelta(days=400)
        assert desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", later), desk.crawl_id) == []


def test_the_counts_of_a_crawl_add_up(desk, now: datetime, make_article, make_capture):
    archived, copy, rejected, refused, failed, _pending = desk.announce("a", "b", "c", "d", "e", "f")
    desk.file(archived, make_article("a"))
    desk.file(copy, make_article("a"), make_capture("b", final_url="https://sherg.az/a"))
    desk.file(rejected, Rejection(reason="not-article"))
    desk.file(refused, Rejection(reason="challenge"))
    with desk.archive.write():
        desk.archive.frontier.settle(failed.id, "failed", reason="timeout", now=now)
    run = desk.end(now=now + timedelta(seconds=5))
    assert (run.announced, run.due) == (6, 6)
    assert (run.archived, run.unchanged, run.rejected, run.refused, run.failed, run.pending) == (1, 1, 1, 1, 1, 1)
    outcomes = ["revised", "restored", "gone", "withdrawn"]
    assert [getattr(run, outcome) for outcome in outcomes] == [0, 0, 0, 0]
    assert (run.requests, run.bytes) == (7, 700)
    assert run.finished_at - run.started_at == timedelta(seconds=5)
    assert desk.archive.crawls.latest() == {"sherg.az": run}


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


def test_a_live_process_keeps_its_portal(desk, archive: Archive, now: datetime):
    desk.end()
    holder = subprocess.Popen(
        [sys.executable, "-c", BEGIN + "sys.stdin.read()", archive.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert int(holder.stdout.readline())
        with pytest.raises(PortalBusyError) as caught, archive.write():
            begin_crawl(archive, desk.portal, now)
        holder.stdin.close()
    assert f"being crawled by process {holder.pid} on {socket.gethostname()} since " in str(caught.value)
    assert str(caught.value).startswith("sherg.az: ")


def test_the_portal_of_a_dead_process_is_taken_over(desk, archive: Archive, now: datetime):
    desk.end()
    subprocess.run([sys.executable, "-c", BEGIN, archive.path], stdout=subprocess.DEVNULL, check=True, timeout=30)
    assert archive.crawls.latest()["sherg.az"].reason == "running"
    with archive.write():
        crawl_id = begin_crawl(archive, desk.portal, now)
        end_crawl(archive, crawl_id, reason="finished", requests=0, size_bytes=0, now=now)
    reasons = [row[0] for row in ask(archive.path, "SELECT reason FROM crawls ORDER BY id")]
    assert reasons == ["finished", "killed", "finished"]


def test_a_killed_crawl_is_counted_like_any_other(desk, archive: Archive, now: datetime, make_article):
    first, _ = desk.announce("a", "b")
    desk.file(first, make_article("a"))
    # The same process id, used again by another process, is another holder.
    archive.portals.take("sherg.az", f"{socket.gethostname()}:{os.getpid()}:started-at-another-time", now)
    begin_crawl(archive, desk.portal, now)
    row = ask(archive.path, "SELECT reason, due, archived, pending FROM crawls WHERE id = ?", desk.crawl_id)
    assert row == [("killed", 2, 1, 1)]


def test_a_process_on_another_machine_is_believed(desk, archive: Archive, now: datetime):
    change(archive.path, "UPDATE portals SET holder = 'news-host-2:17:99', held_since = '2026-01-18T09:00:00+00:00'")
    with pytest.raises(PortalBusyError, match="process 17 on news-host-2"), archive.write():
        begin_crawl(archive, desk.portal, now)


def test_each_portal_has_a_frontier_of_its_own(desk, archive: Archive, now: datetime):
    desk.announce("a")
    other = desk.portal.__class__(
        id="report.az", name="Report.az", home="https://report.az/", language="az", timezone="Asia/Baku"
    )
    with archive.write():
        crawl_id = begin_crawl(archive, other, now)
        found = [Candidate(url="https://sherg.az/a", source_url="https://report.az/")]
        assert announce(archive, "report.az", None, found, crawl_id=crawl_id, now=now).new


def test_of_a_source_the_latest_listing_is_kept(desk, archive: Archive, make_capture):
    with archive.write():
        for body in (b"<rss/>", b"<rss><item/></rss>", b" " * 1_000_001):
            keep_listing(archive, "sherg.az", make_capture("rss", body))
        keep_listing(archive, "sherg.az", make_capture("", b"<html/>"))
    kept = ask(archive.path, "SELECT url, size_bytes FROM captures WHERE kind = 'listing' ORDER BY url")
    assert kept == [("https://sherg.az/", 7), ("https://sherg.az/rss", 18)]
