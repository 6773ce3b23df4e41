"""What the pages tell beside the facts: a few bad articles are enough where the layout changed with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icma_crawler.operations.health.layout import fingerprint

USUAL, NEW, GALLERY = (
    b'<div class="news"><h1 class="head">',
    b'<main class="story"><h2 class="title">',
    b'<ul class="slides"><h3 class="caption">',
)


def drawn(portal, *layouts: bytes):
    """The pages of a portal whose last articles, or announced urls, have these layouts."""
    last = max(portal.articles[-1].id, portal.pages[-1].id)
    of_id = dict(zip(range(last - len(layouts) + 1, last + 1), layouts, strict=True))
    return lambda fact: fingerprint(of_id.get(fact.id, USUAL))


def test_a_few_articles_are_enough_where_the_layout_changed_with_them(weeks, judged):
    portal = weeks(per_day=10)
    portal.lose(4, "section")
    assert judged(portal.facts(), drawn(portal)).verdict == "ok"
    found = judged(portal.facts(), drawn(portal, *[NEW] * 4))
    assert found.verdict == "template-changed"
    assert found.reason == (
        "no section on the last 4 articles in a new layout (0 % like the old one); before that 100 % had one"
    )
    assert found.evidence[0].layout_similarity == 0.0


def test_what_was_only_partly_redrawn_counts_where_pages_are_all_alike(weeks, judged):
    portal = weeks(per_day=10)
    portal.lose(4, "section")
    parts = [f'<p class="{letter}">'.encode() for letter in "abcdefghijklmnopqrst"]
    before, after = b"".join(parts), b"".join(parts[:-3])
    found = judged(portal.facts(), lambda fact: fingerprint(after if fact.id > portal.articles[-5].id else before))
    assert (found.verdict, found.evidence[0].layout_similarity) == ("template-changed", 0.85)


def test_what_came_whole_in_the_new_layout_speaks_against_it(weeks, judged):
    portal = weeks(per_day=10)
    portal.lose(4, "section")
    assert judged(portal.facts(), drawn(portal, *[NEW] * 5)).verdict == "template-changed"
    assert judged(portal.facts(), drawn(portal, *[NEW] * 14)).verdict == "ok"


def test_a_redesign_that_is_seen_a_little_late_is_known_from_its_beginning(weeks, judged):
    portal = weeks()
    portal.change(12, lambda article: article._replace(word_count=200 if article.id % 4 == 1 else 30))
    portal.articles[-12] = portal.articles[-12]._replace(word_count=200)
    found = judged(portal.facts(), drawn(portal, *[NEW] * 12))
    assert found.evidence[0].article_id == portal.articles[-12].id


def test_three_are_too_few(weeks, judged):
    portal = weeks(per_day=8)
    portal.lose(3, "section")
    assert judged(portal.facts(), drawn(portal, *[NEW] * 3)).verdict == "ok"


def test_a_few_at_once_may_be_a_series(weeks, judged):
    portal = weeks(per_day=40)
    portal.lose(5, "section")
    assert judged(portal.facts(), drawn(portal, *[NEW] * 5)).verdict == "ok"


def test_a_few_galleries_in_a_layout_of_their_own_are_no_changed_template(weeks, judged):
    portal = weeks(per_day=10)
    portal.lose(5, "authors", "lead")
    assert judged(portal.facts(), drawn(portal, *[GALLERY] * 5)).verdict == "ok"
    portal.lose(6, "authors", "lead")
    assert judged(portal.facts(), drawn(portal, USUAL, *[GALLERY] * 5)).verdict == "ok"
    assert judged(portal.facts(), drawn(portal, *[GALLERY] * 6)).verdict == "template-changed"


def test_many_at_once_may_be_a_series_too(weeks, judged):
    portal = weeks(per_day=100)
    portal.lose(12, "section")
    assert judged(portal.facts(), drawn(portal)).verdict == "ok"
    portal.lose(40, "section")
    assert judged(portal.facts(), drawn(portal)).verdict == "template-changed"


@pytest.mark.parametrize(
    ("layouts", "is_new"),
    [
        ([NEW] * 20, True),
        ([USUAL] * 13 + [NEW] * 7, False),
        ([USUAL, USUAL, *[NEW] * 18], True),
        ([NEW, USUAL] * 10, False),
        ([USUAL] * 20, False),
    ],
)
def test_what_is_certain_is_told_with_its_layout(weeks, judged, layouts: list[bytes], *, is_new: bool):
    portal = weeks()
    portal.lose(20, "section")
    found = judged(portal.facts(), drawn(portal, *layouts))
    assert found.verdict == "template-changed"
    assert ("in a new layout (0 % like the old one)" in found.reason) is is_new


def test_what_is_certain_after_six_is_told_with_its_layout(weeks, judged):
    portal = weeks()
    portal.lose(6, "section")
    assert "in a new layout" in judged(portal.facts(), drawn(portal, *[NEW] * 6)).reason


def test_texts_cut_at_a_redesign_are_found_though_some_are_long_enough(weeks, judged):
    portal = weeks()
    portal.change(12, lambda article: article._replace(word_count=200 if article.id % 3 == 0 else 30))
    assert judged(portal.facts(), drawn(portal)).verdict == "ok"
    assert judged(portal.facts(), drawn(portal, *[NEW] * 12)).verdict == "template-changed"


def test_a_new_layout_that_loses_nothing_is_none_of_our_business(weeks, judged):
    portal = weeks()
    assert judged(portal.facts(), drawn(portal, *[NEW] * 20)).verdict == "ok"


@pytest.mark.parametrize("between", [51, 10])
@pytest.mark.parametrize("series", [[GALLERY] * 8, [*[NEW] * 3, GALLERY, *[NEW] * 4]])
def test_galleries_in_the_layout_of_galleries_are_no_changed_template(weeks, judged, between: int, series: list[bytes]):
    portal = weeks()
    portal.lose(9 + between, "authors", "lead", until=-8 - between)
    portal.lose(8, "authors", "lead")
    assert judged(portal.facts(), drawn(portal, *[GALLERY] * 8)).verdict == "template-changed"
    layouts = [GALLERY, *[USUAL] * between, *series]
    assert judged(portal.facts(), drawn(portal, *layouts)).verdict == "ok"


def test_a_kind_of_special_articles_is_known_for_long(weeks, judged):
    portal = weeks()
    for ago in (100, *range(20, 92, 4), 8):
        portal.lose(ago, "authors", "lead", until=None if ago == 8 else 1 - ago)
    series = [*[USUAL] * 91, *[GALLERY] * 8]
    assert judged(portal.facts(), drawn(portal, USUAL, *series)).verdict == "template-changed"
    assert judged(portal.facts(), drawn(portal, GALLERY, *series)).verdict == "ok"


def test_as_long_as_the_old_layout_goes_on_nothing_was_redrawn(weeks, judged):
    portal = weeks()
    portal.lose(8, "authors", "lead")
    layouts = [*[GALLERY] * 4, USUAL, *[GALLERY] * 3]
    assert judged(portal.facts(), drawn(portal, *layouts)).verdict == "ok"


def test_a_few_unread_pages_are_enough_where_the_layout_changed_with_them(weeks, judged):
    portal = weeks()
    portal.announce(5, "rejected", "not-article")
    assert judged(portal.facts(), drawn(portal)).verdict == "ok"
    found = judged(portal.facts(), drawn(portal, *[NEW] * 5))
    assert found.verdict == "template-changed"
    assert "5 of the last 5 pages in a new layout (0 % like the old one) are not read" in found.reason
    assert found.evidence[0].layout_similarity == 0.0


@pytest.mark.parametrize("reason", ["tag-page", "listing", "search-page", "video-only"])
def test_a_few_pages_of_another_kind_look_different_anyway(weeks, judged, reason: str):
    portal = weeks()
    portal.announce(2, "rejected", "not-article")
    portal.announce(3, "rejected", reason)
    assert judged(portal.facts(), drawn(portal, *[NEW] * 5)).verdict == "ok"


def test_a_few_unread_pages_at_once_may_be_a_series(weeks, judged):
    portal = weeks()
    portal.announce(5, "rejected", "not-article", every=timedelta(minutes=1))
    assert judged(portal.facts(), drawn(portal, *[NEW] * 5)).verdict == "ok"


def test_many_unread_pages_at_once_are_a_changed_template_at_once(weeks, judged):
    portal = weeks()
    portal.announce(16, "rejected", "not-article", every=timedelta(seconds=1))
    assert judged(portal.facts(), drawn(portal)).verdict == "template-changed"


@pytest.mark.parametrize("before", [0, 1, 6])
def test_what_changed_within_the_first_crawl_is_no_change(weeks, judged, before: int):
    portal = weeks()
    portal.announce(6, "rejected", "not-article")
    watched_from = portal.pages[-7 + before].announced_at
    verdict = judged(portal.facts(watched_from=watched_from), drawn(portal, *[NEW] * 6)).verdict
    assert (verdict == "template-changed") is (before == 0)


def test_pages_that_are_not_kept_tell_nothing(weeks, judged):
    portal = weeks(per_day=10)
    portal.lose(4, "section")
    last = [each.id for each in portal.articles[-6:]]

    def layouts(*kept: bytes):
        of_id = dict(zip(last, kept, strict=True))
        return lambda fact: fingerprint(of_id.get(fact.id, USUAL))

    assert judged(portal.facts(), layouts(USUAL, USUAL, NEW, NEW, b"", b"")).verdict == "ok"
    found = judged(portal.facts(), layouts(b"", b"", NEW, NEW, b"", NEW))
    assert (found.verdict, found.evidence[0].article_id) == ("template-changed", last[2])
