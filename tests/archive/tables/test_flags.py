"""Flags of articles whose page shows what may be no edit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from other_program import change

from icma_crawler.archive.tables.flags import Flag

HOUR = timedelta(hours=1)


@pytest.fixture
def flag(desk, now):
    """Flag an article of the portal for what its own page shows."""

    def raise_flag(article_id: int, reason: str, hours: int = 0, digest: str | None = None) -> Flag:
        at = now + hours * HOUR
        made = Flag(
            article_id=article_id,
            reason=reason,
            detail=None,
            capture_id=article_id,
            content_sha256=digest,
            first_at=at,
            last_at=at,
        )
        desk.archive.flags.raise_flag(made)
        return made

    return raise_flag


def test_another_doubt_takes_the_place_of_the_one_before(desk, now, flag):
    desk.publish("park")
    flag(1, "login-wall")
    newer = flag(1, "shorter", hours=1, digest="x")
    assert desk.archive.flags.find(1) == newer
    desk.archive.flags.seen_again(1, now + 5 * HOUR)
    (shown,) = desk.archive.flags.articles()
    assert (shown.reason, shown.since, shown.last_seen_at, shown.has_text) == (
        "shorter",
        now + HOUR,
        now + 5 * HOUR,
        True,
    )


def test_the_oldest_doubt_comes_first_and_what_is_gone_shows_nothing(desk, flag):
    for path in ("park", "muzey", "stadion"):
        desk.publish(path)
    flag(1, "login-wall", hours=2)
    flag(2, "login-wall", hours=1)
    flag(3, "login-wall")
    change(desk.archive.path, "UPDATE articles SET status = 'gone' WHERE id = 3")
    assert [shown.id for shown in desk.archive.flags.articles()] == [2, 1]
    assert [shown.id for shown in desk.archive.flags.articles(article_id=1)] == [1]
    assert desk.archive.flags.articles("report.az") == []
    desk.archive.flags.lower(2)
    assert desk.archive.flags.find(2) is None
