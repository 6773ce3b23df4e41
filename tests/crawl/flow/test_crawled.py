"""What follows a crawl: each in its turn, and none at the cost of the next."""

from __future__ import annotations

import pytest

from icma_crawler.crawl import Crawled
from icma_crawler.crawl.flow.crawled import follow
from icma_crawler.errors import ArchiveError


@pytest.mark.parametrize("error", [ArchiveError("archive.db", "is damaged"), OSError("no space left")])
def test_one_that_fails_is_told_and_the_next_is_called(error: Exception):
    crawled, called = Crawled(trouble="as it was"), []

    def failing(_: Crawled) -> None:
        called.append("failing")
        raise error

    follow(crawled, [failing, called.append, failing])
    assert called == ["failing", crawled, "failing"]
    assert crawled.unfollowed == [str(error)] * 2
    assert crawled.trouble == "as it was"


def test_a_mistake_of_ours_is_no_failure_to_tell():
    def wrong(_: Crawled) -> None:
        raise KeyError("portal")

    with pytest.raises(KeyError):
        follow(Crawled(), [wrong])


def test_where_nothing_follows_nothing_is_told():
    crawled = Crawled()
    follow(crawled, [])
    assert crawled.unfollowed == []
