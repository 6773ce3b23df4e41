"""Whether articles still come: the verdicts silent and feed-frozen, from the facts that lead to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_silence_is_found_within_a_day_at_twenty_articles_a_day(weeks, judged):
    portal = weeks(per_day=20)
    came_out = portal.articles[-1].published_at
    found = judged(portal.facts(came_out + DAY))
    assert found.verdict == "silent"
    assert found.since == came_out
    assert found.reason.startswith("no new article for 24 hours; about 20 were to be expected (1 chance in ")


def test_a_night_is_no_silence(weeks, judged):
    portal = weeks(per_day=50)
    assert judged(portal.facts(portal.articles[-1].archived_at + 11 * HOUR)).verdict == "ok"


def test_a_late_start_is_no_silence(weeks, judged):
    portal = weeks(per_day=20)
    assert judged(portal.facts(portal.articles[-1].published_at + 17.5 * HOUR)).verdict == "ok"


def test_a_quiet_weekend_is_no_silence_where_weekends_are_quiet(weeks, judged):
    portal = weeks(per_day=50, days=33)  # ends on a Friday
    portal.articles = [each for each in portal.articles if each.archived_at.weekday() < 5]
    last = portal.articles[-1].archived_at
    assert last.weekday() == 4
    assert judged(portal.facts(last + 2.4 * DAY)).verdict == "ok"
    assert judged(portal.facts(last + 4 * DAY)).verdict == "silent"


def _quiet_at_weekends(weeks, one_in: int, *, days: int = 54):
    """Some weeks and a Friday of a portal that has 20 articles a day, and one in so many of them at weekends."""
    portal = weeks(per_day=20, days=days)
    portal.articles = [each for each in portal.articles if each.archived_at.weekday() < 5 or each.id % one_in == 0]
    assert portal.articles[-1].archived_at.weekday() == 4
    return portal


@pytest.mark.parametrize("one_in", [3, 4])
def test_a_silent_day_is_found_at_a_weekend_that_has_some_articles(weeks, judged, one_in: int):
    portal = _quiet_at_weekends(weeks, one_in)
    last = portal.articles[-1].archived_at
    assert judged(portal.facts(last + 22 * HOUR)).verdict == "ok"
    assert judged(portal.facts(last + 24 * HOUR)).verdict == "silent"


@pytest.mark.parametrize(
    ("published", "has_time", "counts_from"),
    [
        (-50, True, -50),
        (-50, False, 0),  # the hour is made up
        (-240, True, -60),  # a clock four hours off, or an article held back
        (240, True, 0),  # in the future
        (None, False, 0),
    ],
)
def test_a_pause_counts_from_when_the_last_article_came_out(
    weeks, judged, published: int | None, has_time: bool, counts_from: int
):
    """In minutes from when it was archived; the portal is always as late, and silent after a day less 90 minutes."""
    portal = _quiet_at_weekends(weeks, 3)
    for at, each in enumerate(portal.articles):
        came_out = None if published is None else each.archived_at + published * MINUTE
        filled = each.filled if has_time else each.filled - {"time"}
        portal.articles[at] = each._replace(published_at=came_out, filled=filled)
    silent_from = portal.articles[-1].archived_at + counts_from * MINUTE + 22.5 * HOUR
    assert judged(portal.facts(silent_from - MINUTE)).verdict == "ok"
    assert judged(portal.facts(silent_from)).verdict == "silent"


def test_of_the_articles_that_a_crawl_found_the_latest_counts(weeks, judged):
    portal = _quiet_at_weekends(weeks, 3)
    last = portal.articles[-1]
    portal.articles.append(last._replace(id=last.id + 1, published_at=last.published_at - 40 * MINUTE))
    assert judged(portal.facts(last.published_at + 22.4 * HOUR)).verdict == "ok"
    assert judged(portal.facts(last.published_at + 22.5 * HOUR)).verdict == "silent"


@pytest.mark.parametrize("per_day", [1, 2, 5, 10])
def test_a_whole_quiet_day_is_no_silence_at_a_small_newsroom(weeks, judged, per_day: int):
    portal = weeks(per_day=per_day)
    assert judged(portal.facts(portal.articles[-1].archived_at + 1.5 * DAY)).verdict == "ok"


@pytest.mark.parametrize(("per_day", "days"), [(1, 14), (2, 9), (5, 6), (10, 4)])
def test_a_small_newsroom_is_found_silent_in_the_end(weeks, judged, per_day: int, days: int):
    portal = weeks(per_day=per_day)
    assert judged(portal.facts(portal.articles[-1].archived_at + days * DAY)).verdict == "silent"


def test_what_was_not_asked_is_not_silent(weeks, judged):
    """The crawler rested for a week: nothing was heard, so nothing can be said."""
    portal = weeks()
    facts = portal.facts(portal.articles[-1].archived_at + HOUR)
    assert judged(facts, after=7 * DAY).verdict == "ok"


def test_silence_lasts_until_something_comes(weeks, judged):
    portal = weeks()
    assert judged(portal.facts(portal.articles[-1].archived_at + 200 * DAY)).verdict == "silent"
    portal.publish(portal.articles[-1].archived_at + 200 * DAY)
    assert judged(portal.facts()).verdict != "silent"


def test_a_quiet_day_of_novruz_is_no_silence(weeks, judged):
    """20 to 24 March: what is left of a usual day may well be nothing."""
    usual, novruz = weeks(per_day=40, days=16), weeks(per_day=40, days=19)  # up to 17 and to 20 March
    usual_last, last = usual.articles[-1].archived_at, novruz.articles[-1].archived_at
    assert (last.month, last.day) == (3, 20)
    assert judged(usual.facts(usual_last + 20 * HOUR)).verdict == "silent"
    assert judged(novruz.facts(last + 20 * HOUR)).verdict == "ok"
    assert judged(novruz.facts(last + 4 * DAY)).verdict == "silent"


def test_a_quiet_weekend_of_novruz_is_no_silence(weeks, judged):
    """What chance makes once a year in usual weeks is no rarity then."""
    portal = _quiet_at_weekends(weeks, 2, days=19)
    assert judged(portal.facts(portal.articles[-1].published_at + DAY)).verdict == "ok"


def test_a_portal_that_tells_of_articles_that_cannot_be_had_is_not_silent(weeks, judged):
    portal = weeks()
    portal.announce(40, "failed", "http-503")
    found = judged(portal.facts(portal.articles[-1].archived_at + 2 * DAY))
    assert found.verdict == "incomplete"
    assert found.reason.startswith("40 pages missing")


def test_one_page_that_cannot_be_had_does_not_hide_a_silence(weeks, judged):
    portal = weeks()
    portal.announce(1, "failed", "http-503")
    assert judged(portal.facts(portal.articles[-1].archived_at + 2 * DAY)).verdict == "silent"


def test_pages_that_could_not_be_had_before_do_not_explain_a_silence(weeks, judged):
    portal = weeks()
    last = portal.articles[-1]
    portal.announce(10, "failed", "http-503", every=-HOUR)
    portal.pages.sort(key=lambda page: page.announced_at)
    assert judged(portal.facts(last.archived_at + 2 * DAY)).verdict == "silent"


def test_pages_that_wait_while_nobody_crawls_do_not_hide_a_silence(weeks, judged):
    portal = weeks()
    portal.announce(8, "pending", None)
    facts = portal.facts(portal.articles[-1].archived_at + 2 * DAY)
    assert judged(facts).verdict == "silent"
    assert judged(replace(facts, is_running=True)).verdict == "ok"


def test_a_silence_is_explained_by_the_source_that_fails(weeks, judged):
    portal = weeks()
    facts = portal.facts(portal.articles[-1].archived_at + 2 * DAY)
    feed = replace(facts.sources[0], failures=9, reason="http-403", answered_at=portal.articles[-1].archived_at)
    found = judged(replace(facts, sources=(feed, facts.sources[1])))
    assert found.verdict == "blocked"
    assert "https://sherg.az/rss" in found.reason


# ---- feed-frozen


def test_a_feed_that_lists_only_old_articles_is_frozen_while_others_go_on(weeks, judged):
    portal = weeks()
    portal.feed = {"told_until": portal.pages[-31].announced_at, "told_share": 1.0}
    found = judged(portal.facts())
    assert found.verdict == "feed-frozen"
    assert found.reason.startswith("https://sherg.az/rss lists none of the last 30 articles, which came from elsewhere")


def test_a_feed_that_never_listed_everything_is_not_frozen_for_missing_some(weeks, judged):
    portal = weeks()
    portal.feed = {"told_until": portal.pages[-31].announced_at, "told_share": 0.1}
    assert judged(portal.facts()).verdict == "ok"
