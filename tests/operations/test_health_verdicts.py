"""Each verdict, from the facts that lead to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from icma_crawler.models import CrawlRun
from icma_crawler.operations.health import VERDICTS, Verdict, judge, rhythm_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def not_kept(_fact):
    return frozenset()


def judged(facts):
    """From the facts alone: no page is kept."""
    return judge(facts, rhythm_of(facts), now=facts.runs[-1].started_at, layout_of=not_kept)


def test_a_portal_as_always_is_ok(weeks):
    found = judged(weeks().facts())
    assert (found.verdict, found.is_broken) == ("ok", False)
    assert found.reason == "140 articles in 7 days, as usual"


def test_a_portal_watched_for_less_than_a_week_is_new(weeks):
    found = judged(weeks(days=5).facts())
    assert (found.verdict, found.is_broken) == ("new", False)


def test_a_portal_that_was_crawled_once_and_had_nothing_is_new(weeks):
    assert judged(weeks(days=0).facts()).verdict == "new"


# ---- silent


def test_silence_is_found_within_a_day_at_twenty_articles_a_day(weeks):
    portal = weeks(per_day=20)
    came_out = portal.articles[-1].published_at
    found = judged(portal.facts(came_out + DAY))
    assert found.verdict == "silent"
    assert found.since == came_out
    assert found.reason.startswith("no new article for 24 hours; about 20 were to be expected (1 chance in ")


def test_a_night_is_no_silence(weeks):
    portal = weeks(per_day=50)
    assert judged(portal.facts(portal.articles[-1].archived_at + 11 * HOUR)).verdict == "ok"


def test_a_quiet_weekend_is_no_silence_where_weekends_are_quiet(weeks):
    portal = weeks(per_day=50, days=33)  # ends on a Friday
    portal.articles = [each for each in portal.articles if each.archived_at.weekday() < 5]
    last = portal.articles[-1].archived_at
    assert last.weekday() == 4
    assert judged(portal.facts(last + 2.4 * DAY)).verdict == "ok"
    assert judged(portal.facts(last + 4 * DAY)).verdict == "silent"


def _quiet_at_weekends(weeks, one_in: int):
    """Seven weeks and a Friday of a portal that has 20 articles a day, and one in so many of them at weekends."""
    portal = weeks(per_day=20, days=54)
    portal.articles = [each for each in portal.articles if each.archived_at.weekday() < 5 or each.id % one_in == 0]
    assert portal.articles[-1].archived_at.weekday() == 4
    return portal


@pytest.mark.parametrize("one_in", [3, 4])
def test_a_silent_day_is_found_at_a_weekend_that_has_some_articles(weeks, one_in: int):
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
    weeks, published: int | None, has_time: bool, counts_from: int
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


def test_of_the_articles_that_a_crawl_found_the_latest_counts(weeks):
    portal = _quiet_at_weekends(weeks, 3)
    last = portal.articles[-1]
    portal.articles.append(last._replace(id=last.id + 1, published_at=last.published_at - 40 * MINUTE))
    assert judged(portal.facts(last.published_at + 22.4 * HOUR)).verdict == "ok"
    assert judged(portal.facts(last.published_at + 22.5 * HOUR)).verdict == "silent"


@pytest.mark.parametrize("per_day", [1, 2, 5, 10])
def test_a_whole_quiet_day_is_no_silence_at_a_small_newsroom(weeks, per_day: int):
    portal = weeks(per_day=per_day)
    assert judged(portal.facts(portal.articles[-1].archived_at + 1.5 * DAY)).verdict == "ok"


@pytest.mark.parametrize(("per_day", "days"), [(1, 14), (2, 9), (5, 6), (10, 4)])
def test_a_small_newsroom_is_found_silent_in_the_end(weeks, per_day: int, days: int):
    portal = weeks(per_day=per_day)
    assert judged(portal.facts(portal.articles[-1].archived_at + days * DAY)).verdict == "silent"


def test_what_was_not_asked_is_not_silent(weeks):
    """The crawler rested for a week: nothing was heard, so nothing can be said."""
    portal = weeks()
    facts = portal.facts(portal.articles[-1].archived_at + HOUR)
    assert judge(facts, rhythm_of(facts), now=facts.runs[-1].started_at + 7 * DAY, layout_of=not_kept).verdict == "ok"


def test_silence_lasts_until_something_comes(weeks):
    portal = weeks()
    assert judged(portal.facts(portal.articles[-1].archived_at + 200 * DAY)).verdict == "silent"
    portal.publish(portal.articles[-1].archived_at + 200 * DAY)
    assert judged(portal.facts()).verdict != "silent"


def test_a_quiet_day_of_novruz_is_no_silence(weeks):
    """20 to 24 March: what is left of a usual day may well be nothing."""
    usual, novruz = weeks(per_day=40, days=16), weeks(per_day=40, days=19)  # up to 17 and to 20 March
    usual_last, last = usual.articles[-1].archived_at, novruz.articles[-1].archived_at
    assert (last.month, last.day) == (3, 20)
    assert judged(usual.facts(usual_last + 20 * HOUR)).verdict == "silent"
    assert judged(novruz.facts(last + 20 * HOUR)).verdict == "ok"
    assert judged(novruz.facts(last + 4 * DAY)).verdict == "silent"


def test_a_silence_is_explained_by_the_source_that_fails(weeks):
    portal = weeks()
    facts = portal.facts(portal.articles[-1].archived_at + 2 * DAY)
    feed = replace(facts.sources[0], failures=9, reason="http-403", answered_at=portal.articles[-1].archived_at)
    found = judged(replace(facts, sources=(feed, facts.sources[1])))
    assert found.verdict == "blocked"
    assert "https://sherg.az/rss" in found.reason


# ---- feed-frozen


def test_a_feed_that_lists_only_old_articles_is_frozen_while_others_go_on(weeks):
    portal = weeks()
    portal.feed = {"told_until": portal.pages[-31].announced_at, "told_share": 1.0}
    found = judged(portal.facts())
    assert found.verdict == "feed-frozen"
    assert found.reason.startswith("https://sherg.az/rss lists none of the last 30 articles, which came from elsewhere")


def test_a_feed_that_never_listed_everything_is_not_frozen_for_missing_some(weeks):
    portal = weeks()
    portal.feed = {"told_until": portal.pages[-31].announced_at, "told_share": 0.1}
    assert judged(portal.facts()).verdict == "ok"


# ---- fields


def test_a_lost_field_is_a_changed_template_with_the_article_it_began_with(weeks):
    portal = weeks()
    portal.lose(14, "authors")
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert found.reason == "no author on the last 14 articles; before that 100 % had one"
    (evidence,) = found.evidence
    assert (evidence.field, evidence.article_id, evidence.count) == ("authors", portal.articles[-14].id, 14)
    assert found.since == portal.articles[-14].archived_at


def test_a_lost_date_is_a_broken_date(weeks):
    portal = weeks()
    portal.lose(14, "date", "time")
    found = judged(portal.facts())
    assert found.verdict == "date-broken"
    assert found.reason == "no usable date on the last 14 articles; before that 100 % had one"


def test_a_date_in_the_future_is_a_broken_date(weeks):
    portal = weeks()
    portal.change(20, lambda article: article._replace(published_at=article.archived_at + 30 * DAY))
    assert judged(portal.facts()).verdict == "date-broken"


def test_the_same_minute_on_every_article_is_a_broken_date(weeks):
    portal = weeks()
    stuck = portal.articles[-20].published_at
    portal.change(20, lambda article: article._replace(published_at=stuck))
    assert judged(portal.facts()).verdict == "date-broken"


def test_several_lost_fields_are_one_changed_template(weeks):
    portal = weeks()
    portal.lose(20, "date", "time", "authors")
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert {each.field for each in found.evidence} == {"date", "authors"}
    assert "also no author" in found.reason or "also no usable date" in found.reason


def test_shorter_texts_are_a_changed_template(weeks):
    portal = weeks()
    portal.change(15, lambda article: article._replace(word_count=40))
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert found.reason.startswith(
        "less than half the usual text on the last 15 articles; before that 100 % were whole"
    )


def test_teasers_where_whole_articles_were_are_teasers_only(weeks):
    portal = weeks()
    portal.lose(15, "full")
    assert judged(portal.facts()).verdict == "teaser-only"


def test_a_portal_of_nothing_but_teasers_is_teasers_only(weeks):
    portal = weeks(days=3)
    portal.lose(60, "full")
    found = judged(portal.facts())
    assert (found.verdict, found.reason) == ("teaser-only", "20 of the last 20 articles are only teasers")


def test_a_gallery_series_without_authors_is_no_changed_template(weeks):
    portal = weeks()
    portal.lose(6, "authors", "lead")
    assert judged(portal.facts()).verdict == "ok"


def test_a_field_that_is_back_is_no_longer_broken(weeks):
    portal = weeks()
    portal.lose(60, "authors")
    portal.articles[-20:] = [each._replace(filled=each.filled | {"authors"}) for each in portal.articles[-20:]]
    assert judged(portal.facts()).verdict == "ok"


def test_a_field_that_was_always_rare_is_not_missed(weeks):
    portal = weeks()
    portal.articles = [
        each._replace(filled=each.filled - {"tags"}) if each.id % 5 else each for each in portal.articles
    ]
    assert judged(portal.facts()).verdict == "ok"


def test_old_articles_of_a_backfill_are_no_changed_template(weeks):
    portal = weeks()
    portal.change(
        40,
        lambda article: article._replace(
            filled=article.filled - {"authors"}, published_at=article.archived_at - 900 * DAY
        ),
    )
    assert judged(portal.facts()).verdict == "ok"


# ---- reaching and reading


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        ("dns", "dns"),
        ("tls", "tls"),
        ("robots", "robots"),
        ("http-403", "blocked"),
        ("http-429", "blocked"),
        ("challenge", "blocked"),
        ("timeout", "down"),
        ("connect", "down"),
        ("http-503", "down"),
        ("robots-unreachable", "down"),
        ("nothing-listed", "incomplete"),
    ],
)
def test_no_source_answers(weeks, failing_sources, reason: str, verdict: str):
    answered_at = weeks().end
    found = judged(weeks().facts(sources=failing_sources(reason, answered_at)))
    assert (found.verdict, found.since, found.is_broken) == (verdict, answered_at, True)
    assert found.reason.endswith(": https://sherg.az/rss, 3 times in a row")


def test_one_source_that_fails_is_a_remark_as_long_as_articles_come(weeks, failing_sources):
    facts = weeks().facts()
    found = judged(replace(facts, sources=(failing_sources("timeout")[0], facts.sources[1])))
    assert found.verdict == "ok"
    assert "but https://sherg.az/rss: no whole answer came" in found.reason


@pytest.mark.parametrize(
    ("reason", "verdict"), [("http-403", "blocked"), ("challenge", "blocked"), ("robots", "robots")]
)
def test_every_new_page_is_refused(weeks, reason: str, verdict: str):
    portal = weeks()
    portal.announce(4, "refused", reason)
    assert judged(portal.facts()).verdict == verdict


def test_a_first_crawl_that_is_refused_everywhere_is_blocked(weeks):
    portal = weeks(days=1, per_day=3)
    pages = [page._replace(state="refused", reason="http-403", is_article=False) for page in portal.pages]
    assert judged(portal.facts(pages=tuple(pages), articles=(), last_archived_at=None)).verdict == "blocked"


def test_one_refused_page_is_nothing(weeks):
    portal = weeks()
    portal.announce(1, "refused", "http-403")
    assert judged(portal.facts()).verdict == "ok"


@pytest.mark.parametrize(
    ("reason", "verdict"),
    [
        ("not-article", "template-changed"),
        ("tag-page", "template-changed"),
        ("login-wall", "teaser-only"),
        ("empty-shell", "needs-javascript"),
    ],
)
def test_pages_are_suddenly_not_read_as_articles(weeks, reason: str, verdict: str):
    portal = weeks()
    portal.announce(16, "rejected", reason)
    found = judged(portal.facts())
    assert found.verdict == verdict
    assert "16 of the last 16 pages are not read as articles, since https://sherg.az/x0" in found.reason


def test_a_portal_of_empty_pages_needs_javascript(weeks):
    portal = weeks(days=1, per_day=8)
    pages = [page._replace(state="rejected", reason="empty-shell", is_article=False) for page in portal.pages]
    assert judged(portal.facts(pages=tuple(pages), articles=(), last_archived_at=None)).verdict == "needs-javascript"


def test_many_failed_pages_are_incomplete(weeks):
    portal = weeks(per_day=10)
    portal.announce(8, "failed", "timeout", every=timedelta(minutes=1))
    found = judged(portal.facts())
    assert (found.verdict, found.reason) == (
        "incomplete",
        "8 pages missing: no whole answer came within the time limit",
    )


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("killed", "the last crawl was killed with 7 pages to go; the next one goes on"),
        ("running", "the last crawl was killed with 7 pages to go; the next one goes on"),
        ("interrupted", "the last crawl was stopped with 7 pages to go; the next one goes on"),
    ],
)
def test_a_crawl_that_ended_early_is_interrupted(weeks, ending: str, reason: str):
    portal = weeks()
    run = CrawlRun(portal="sherg.az", started_at=portal.end, finished_at=None, reason=ending, pending=7)
    found = judged(portal.facts(runs=(run,)))
    assert (found.verdict, found.reason) == ("interrupted", reason)


def test_a_crawl_under_way_is_a_remark(weeks):
    portal = weeks()
    run = CrawlRun(portal="sherg.az", started_at=portal.end, finished_at=None, reason="running")
    found = judged(portal.facts(runs=(run,), is_running=True))
    assert (found.verdict, found.reason) == ("ok", "140 articles in 7 days, as usual; a crawl is under way")


def test_every_verdict_is_explained_in_the_readme():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    assert [verdict for verdict, meaning in VERDICTS.items() if f"| `{verdict}` | {meaning} |" not in readme] == []
    assert set(VERDICTS) == set(get_args(Verdict))
