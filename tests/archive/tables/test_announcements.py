"""Which source told of which url."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icma_crawler.models import Source

HOUR = timedelta(hours=1)


@pytest.fixture
def sources(desk, now) -> tuple[int, int]:
    """A feed and a sitemap of the portal."""
    found = [Source(kind="feed", url="https://sherg.az/rss"), Source(kind="sitemap", url="https://sherg.az/sitemap")]
    feed, sitemap = desk.archive.sources.save("sherg.az", found, now=now)
    return feed.id, sitemap.id


def test_a_url_is_counted_once_for_each_source_that_told_of_it(desk, now, sources):
    told = desk.archive.announcements
    (old,) = desk.announce("a")
    (new,) = desk.announce("b", now=now + HOUR)
    for source in sources:
        for entry in (old, new, new):
            told.add(source, entry.id)
    assert [told.count_since(source, now) for source in sources] == [2, 2]
    assert [told.count_since(source, now + HOUR) for source in sources] == [1, 1]


def test_coverage_is_of_the_newest_archived_urls_and_of_no_second_address(
    desk, now, sources, make_article, make_capture
):
    feed, sitemap = sources
    desk.publish("old", published_at=now - 2 * HOUR)
    desk.publish("new", published_at=now - HOUR)
    (again, waiting) = desk.announce("again", "waiting")
    desk.file(again, make_article("new"), make_capture("again", final_url="https://sherg.az/new"))
    for entry_id in (1, 2, again.id, waiting.id):
        desk.archive.announcements.add(sitemap, entry_id)
    desk.archive.announcements.add(feed, 1)
    coverage = desk.archive.announcements.coverage_of
    assert coverage("sherg.az", 9) == {feed: {1}, sitemap: {1, 2}}
    assert coverage("sherg.az", 1) == {sitemap: {2}}
    assert coverage("report.az", 9) == {}
