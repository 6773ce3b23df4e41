"""The articles in their present state."""

from __future__ import annotations

from datetime import datetime, timedelta

from icma_crawler.archive import Archive

LATER = timedelta(days=2)


def test_counts_and_the_newest(desk, archive: Archive, now: datetime):
    assert archive.articles.newest() is None
    desk.publish("a")
    desk.publish("b", now=now + LATER)
    assert archive.articles.count() == archive.articles.count("sherg.az") == 2
    assert archive.articles.count("report.az") == 0
    assert archive.articles.count(since=now + timedelta(seconds=1)) == 1
    assert archive.articles.newest("sherg.az").id == 2
