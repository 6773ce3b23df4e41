"""Each verdict, from the facts that lead to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from icma_crawler.models import CrawlRun
from icma_crawler.operations.health import VERDICTS, Verdict

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_portal_as_always_is_ok(weeks, judged):
    found = judged(weeks().facts())
    assert (found.verdict, found.is_broken) == ("ok", False)
    assert found.reason == "140 articles in 7 days, as usual"


def test_a_portal_watched_for_less_than_a_week_is_new(weeks, judged):
    found = judged(weeks(days=5).facts())
    assert (found.verdict, found.is_broken) == ("new", False)


def test_a_portal_that_was_crawled_once_and_had_nothing_is_new(weeks, judged):
    assert judged(weeks(days=0).facts()).verdict == "new"


# ---- fields


def test_a_lost_field_is_a_changed_template_with_the_article_it_began_with(weeks, judged):
    portal = weeks()
    portal.lose(14, "authors")
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert found.reason == "no author on the last 14 articles; before that 100 % had one"
    (evidence,) = found.evidence
    assert (evidence.field, evidence.article_id, evidence.count) == ("authors", portal.articles[-14].id, 14)
    assert found.since == portal.articles[-14].archived_at


def test_a_lost_date_is_a_broken_date(weeks, judged):
    portal = weeks()
    portal.lose(14, "date", "time")
    found = judged(portal.facts())
    assert found.verdict == "date-broken"
    assert found.reason == "no usable date on the last 14 articles; before that 100 % had one"


def test_a_date_in_the_future_is_a_broken_date(weeks, judged):
    portal = weeks()
    portal.change(20, lambda article: article._replace(published_at=article.archived_at + 30 * DAY))
    assert judged(portal.facts()).verdict == "date-broken"


def test_the_same_minute_on_every_article_is_a_broken_date(weeks, judged):
    portal = weeks()
    stuck = portal.articles[-20].published_at
    portal.change(20, lambda article: article._replace(published_at=stuck))
    assert judged(portal.facts()).verdict == "date-broken"


def test_several_lost_fields_are_one_changed_template(weeks, judged):
    portal = weeks()
    portal.lose(20, "date", "time", "authors")
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert {each.field for each in found.evidence} == {"date", "authors"}
    assert "also no author" in found.reason or "also no usable date" in found.reason


def test_shorter_texts_are_a_changed_template(weeks, judged):
    portal = weeks()
    portal.change(15, lambda article: article._replace(word_count=40))
    found = judged(portal.facts())
    assert found.verdict == "template-changed"
    assert found.reason.startswith(
        "less than half the usual text on the last 15 articles; before that 100 % were whole"
    )


def test_teasers_where_whole_articles_were_are_teasers_only(weeks, judged):
    portal = weeks()
    portal.lose(15, "full")
    assert judged(portal.facts()).verdict == "teaser-only"


def test_a_portal_of_nothing_but_teasers_is_teasers_only(weeks, judged):
    portal = weeks(days=3)
    portal.lose(60, "full")
    found = judged(portal.facts())
    assert (found.verdict, found.reason) == ("teaser-only", "20 of the last 20 articles are only teasers")


def test_a_gallery_series_without_authors_is_no_changed_template(weeks, judged):
    portal = weeks()
    portal.lose(6, "authors", "lead")
    assert judged(portal.facts()).verdict == "ok"


def test_a_field_that_is_back_is_no_longer_broken(weeks, judged):
    portal = weeks()
    portal.lose(60, "authors")
    portal.articles[-20:] = [each._replace(filled=each.filled | {"authors"}) for each in portal.articles[-20:]]
    assert judged(portal.facts()).verdict == "ok"


def test_a_field_that_was_always_rare_is_not_missed(weeks, judged):
    portal = weeks()
    portal.articles = [
        each._replace(filled=each.filled - {"tags"}) if each.id % 5 else each for each in portal.articles
    ]
    assert judged(portal.facts()).verdict == "ok"


def test_old_articles_of_a_backfill_are_no_changed_template(weeks, judged):
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
def test_no_source_answers(weeks, judged, failing_sources, reason: str, verdict: str):
    answered_at = weeks().end
    found = judged(weeks().facts(sources=failing_sources(reason, answered_at)))
    assert (found.verdict, found.since, found.is_broken) == (verdict, answered_at, True)
    assert found.reason.endswith(": https://sherg.az/rss, 3 times in a row")


def test_one_source_that_fails_is_a_remark_as_long_as_articles_come(weeks, judged, failing_sources):
    facts = weeks().facts()
    found = judged(replace(facts, sources=(failing_sources("timeout")[0], facts.sources[1])))
    assert found.verdict == "ok"
    assert "but https://sherg.az/rss: no whole answer came" in found.reason


@pytest.mark.parametrize(
    ("reason", "verdict"), [("http-403", "blocked"), ("challenge", "blocked"), ("robots", "robots")]
)
def test_every_new_page_is_refused(weeks, judged, reason: str, verdict: str):
    portal = weeks()
    portal.announce(4, "refused", reason)
    assert judged(portal.facts()).verdict == verdict


def test_a_first_crawl_that_is_refused_everywhere_is_blocked(weeks, judged):
    portal = weeks(days=1, per_day=3)
    pages = [page._replace(state="refused", reason="http-403", is_article=False) for page in portal.pages]
    assert (
        judged(portal.facts(pages=tuple(pages), articles=(), last_archived_at=None, last_news_at=None)).verdict
        == "blocked"
    )


def test_one_refused_page_is_nothing(weeks, judged):
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
def test_pages_are_suddenly_not_read_as_articles(weeks, judged, reason: str, verdict: str):
    portal = weeks()
    portal.announce(16, "rejected", reason)
    found = judged(portal.facts())
    assert found.verdict == verdict
    assert "16 of the last 16 pages are not read as articles, since https://sherg.az/x0" in found.reason


def test_a_portal_of_empty_pages_needs_javascript(weeks, judged):
    portal = weeks(days=1, per_day=8)
    pages = [page._replace(state="rejected", reason="empty-shell", is_article=False) for page in portal.pages]
    assert (
        judged(portal.facts(pages=tuple(pages), articles=(), last_archived_at=None, last_news_at=None)).verdict
        == "needs-javascript"
    )


def test_many_failed_pages_are_incomplete(weeks, judged):
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
def test_a_crawl_that_ended_early_is_interrupted(weeks, judged, ending: str, reason: str):
    portal = weeks()
    run = CrawlRun(portal="sherg.az", started_at=portal.end, finished_at=None, reason=ending, pending=7)
    found = judged(portal.facts(runs=(run,)))
    assert (found.verdict, found.reason) == ("interrupted", reason)


def test_a_crawl_under_way_is_a_remark(weeks, judged):
    portal = weeks()
    run = CrawlRun(portal="sherg.az", started_at=portal.end, finished_at=None, reason="running")
    found = judged(portal.facts(runs=(run,), is_running=True))
    assert (found.verdict, found.reason) == ("ok", "140 articles in 7 days, as usual; a crawl is under way")


def test_every_verdict_is_explained_in_the_readme():
    readme = (Path(__file__).parents[3] / "README.md").read_text("utf-8")
    assert [verdict for verdict, meaning in VERDICTS.items() if f"| `{verdict}` | {meaning} |" not in readme] == []
    assert set(VERDICTS) == set(get_args(Verdict))
