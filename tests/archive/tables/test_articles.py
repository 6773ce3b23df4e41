"""The articles in their present state."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

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


def test_a_minute_in_which_a_crowd_came_out_says_nothing(desk, archive: Archive, now: datetime):
    known = archive.articles
    for number in range(5):
        desk.publish(f"x{number}", published_at=now, published_precision="minute")
        found = known.known_of_minute("sherg.az", now)
        assert known.is_crowd(found) == (number >= 3)
    assert [each.id for each in found] == [5, 4, 3, 2]
    assert known.known_of_minute("sherg.az", now + timedelta(minutes=1)) == []


def test_of_a_wiped_article_the_tombstone_stays(desk, archive: Archive, now: datetime):
    desk.publish(
        "park",
        published_at=now,
        published_precision="minute",
        authors=("Rəna",),
        section="İdman",
        image_url="https://sherg.az/a.jpg",
    )
    kept = ("url", "published_at", "published_precision", "language", "access")
    before = archive.articles.row_of(1)
    archive.articles.wipe(1)
    row = archive.articles.row_of(1)
    assert row["status"] == "withdrawn"
    assert [row[name] for name in kept] == [before[name] for name in kept]
    words = ("title", "title_shown", "kicker", "lead", "body", "section", "image_url", "origin_name", "origin_url")
    assert {row[name] for name in words} == {None}
    assert (row["authors"], row["tags"], row["word_count"], row["content_sha256"]) == ("[]", "[]", 0, "")
    assert list(archive.articles.iter_texts("sherg.az")) == list(archive.articles.iter_titles("sherg.az")) == []


def test_only_a_live_article_goes(desk, archive: Archive):
    desk.publish("park")
    assert archive.articles.mark_gone(1)
    assert not archive.articles.mark_gone(1)
    assert archive.articles.newest() is None
    archive.articles.mark_live(1)
    assert archive.articles.status_of(1) == "live"


def test_what_others_share_with_an_article_is_told(desk, archive: Archive):
    logo = "https://sherg.az/logo.png"
    desk.publish("a", body="Bir mətn.", image_url=logo)
    desk.publish("b", body="Başqa mətn.", image_url=logo)
    first = archive.find("1")
    assert archive.articles.has_other_with_image(logo, but=1)
    assert not archive.articles.has_other_with_image("https://sherg.az/own.png", but=1)
    desk.publish("c", image_url="https://sherg.az/own.png")
    assert not archive.articles.has_other_with_image("https://sherg.az/own.png", but=3)
    assert not archive.articles.has_other_with_content("sherg.az", first.content_sha256, but=1)
    assert archive.articles.has_other_with_content("sherg.az", first.content_sha256, but=2)
    assert archive.articles.has_other_with_body("sherg.az", "Bir mətn.", 2, but=2)
    assert not archive.articles.has_other_with_body("sherg.az", "Bir mətn.", 2, but=1)


def test_an_article_that_is_not_there_is_none_or_an_error(archive: Archive):
    articles = archive.articles
    assert (articles.known(None), articles.known(7), articles.load(7), articles.url_of(7)) == (None,) * 4
    for ask in (articles.row_of, articles.portal_of, articles.limited):
        with pytest.raises(LookupError, match="no article 7"):
            ask(7)


def test_a_step_through_a_portal_goes_on_behind_the_one_before(desk, archive: Archive, now: datetime):
    desk.publish("b", now=now + LATER)
    desk.publish("a", now=now)
    desk.publish("c", now=now + LATER)
    first = archive.articles.reuse_step("sherg.az", ("", 0), 2)
    assert [article_id for _, article_id in first] == [2, 1]
    assert [article_id for _, article_id in archive.articles.reuse_step("sherg.az", first[-1], 2)] == [3]
