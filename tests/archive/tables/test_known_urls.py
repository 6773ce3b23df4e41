"""What the frontier tells of urls and articles."""

from __future__ import annotations

from datetime import timedelta

HOUR = timedelta(hours=1)


def test_a_page_s_own_date_goes_before_that_of_its_source(desk, now, make_article):
    (dated, told, silent) = desk.announce("a", "b", "c")
    desk.file(dated, make_article("a", published_at=now - HOUR))
    desk.announce("a", "b", published_at=now)
    published = desk.archive.known_urls.published_at
    assert published("sherg.az", "http://sherg.az/a/") == now - HOUR
    assert published("sherg.az", told.candidate.url) == now
    assert published("sherg.az", silent.candidate.url) is None
    assert published("report.az", told.candidate.url) is None


def test_an_article_is_looked_at_where_it_was_announced_and_not_at_its_copies(desk, make_article, make_capture):
    first, second = desk.announce("park", "bag", title="Park")
    desk.file(first, make_article("park"))
    desk.file(second, make_article("park"), make_capture("bag", final_url="https://sherg.az/park"))
    known = desk.archive.known_urls
    assert (known.entry_of(1), known.entry_of(2)) == (first.id, None)
    assert known.hints_of(1).url == "https://sherg.az/park"
    assert known.hints_of(2) is None
    assert known.titles_of(1) == ["Park", "Park"]


def test_an_article_that_was_seen_since_is_not_looked_for(desk, now):
    desk.publish("park", now=now)
    seen = desk.archive.known_urls.entry_not_seen_since
    before, after = ((now + hours * HOUR).isoformat() for hours in (-1, 1))
    assert seen(1, before, desk.crawl_id) is None
    assert seen(1, after, desk.crawl_id) == 1
    assert seen(1, now.isoformat(), desk.crawl_id) is None
    assert seen(1, now.isoformat(), desk.crawl_id + 1) == 1


def test_what_a_crawl_did_is_counted_by_its_own_urls(desk, now):
    desk.announce("a", now=now)
    known = desk.archive.known_urls
    assert known.last_fetch_of(desk.crawl_id) is None
    desk.publish("b", now=now + HOUR)
    assert known.count_outcomes(desk.crawl_id) == {"archived": 1, "pending": 1}
    assert (known.count_new(desk.crawl_id, now), known.count_new(desk.crawl_id, now + HOUR)) == (2, 1)
    assert known.last_fetch_of(desk.crawl_id) == now + HOUR
    assert known.count_outcomes(99) == {}
