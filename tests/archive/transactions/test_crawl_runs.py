"""The beginning and the end of a crawl: one process a portal, and counts that add up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.errors import PortalBusyError
from icma_crawler.models import Rejection

BEGIN = """
import sys
from datetime import UTC, datetime
from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.models import Portal
portal = Portal(id="sherg.az", name="Sherg.az", home="https://sherg.az/", language="az", timezone="Asia/Baku")
crawl_id = begin_crawl(open_archive(sys.argv[1]), portal, datetime.now(UTC))
print(crawl_id, flush=True)
"""


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
