"""Crawl runs, as a portal's history."""

from __future__ import annotations

from datetime import timedelta

import pytest

HOUR = timedelta(hours=1)


def test_the_newest_runs_are_told_oldest_first(archive, desk, now):
    runs = [desk.crawl_id, *(archive.crawls.begin("sherg.az", now + number * HOUR) for number in (1, 2))]
    assert archive.crawls.newest_id("sherg.az") == runs[-1]
    assert [run.started_at for run in archive.crawls.newest("sherg.az", 2)] == [now + HOUR, now + 2 * HOUR]
    assert archive.crawls.newest("report.az", 2) == []
    assert archive.crawls.newest_id("report.az") is None


def test_the_first_end_is_that_of_the_first_run_that_ended(archive, desk, now):
    assert archive.crawls.first_end("sherg.az") is None
    later = archive.crawls.begin("sherg.az", now + HOUR)
    archive.crawls.end(later, reason="finished", counts={"due": 3}, now=now + 2 * HOUR)
    assert archive.crawls.first_end("sherg.az") == now + 2 * HOUR
    assert archive.crawls.running("sherg.az") == [desk.crawl_id]
    archive.crawls.end(desk.crawl_id, reason="killed", counts={"due": 0}, now=now + 3 * HOUR)
    assert archive.crawls.first_end("sherg.az") == now + 3 * HOUR
    assert archive.crawls.load(later).due == 3


def test_a_run_that_never_was_is_an_error(archive):
    with pytest.raises(LookupError, match="no crawl 7"):
        archive.crawls.load(7)
