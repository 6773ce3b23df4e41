"""What becomes of a known article when its page is looked at again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.accept import accept
from icma_crawler.archive.transactions.observe import observe
from icma_crawler.archive.transactions.record_page import PageLook, mark_gone, record_miss, record_page, record_same
from icma_crawler.models import Rejection

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG = "\n\n".join(f"Bakıda {n} yeni park açılıb, sakinlər razıdır və gəzintiyə çıxırlar." for n in range(12))
SHORT = "Bakıda yeni park açılıb."


def changes_of(archive: Archive) -> list[tuple[str, str]]:
    return ask(archive.path, "SELECT change, cause FROM changes ORDER BY seq")


def body_of(archive: Archive, what: object = 1) -> str:
    article = archive.find(str(what)).article
    assert article is not None
    return article.body


def miss(desk, path: str, *, status: int | None, now: datetime, reason: str = "http-404") -> bool:
    """The page of a known article is not there; returns whether that makes it gone."""
    with desk.archive.write():
        entries = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=100, is_all=True), desk.crawl_id
        )
        (entry,) = [entry for entry in entries if entry.candidate.url.endswith("/" + path)]
        gone = record_miss(desk.archive, entry, reason=reason, status=status, now=now)
        if gone:
            mark_gone(desk.archive, entry, now=now)
    return gone


def test_410_says_at_once_that_an_article_is_gone(desk, now):
    desk.publish("park")
    assert miss(desk, "park", status=410, reason="http-410", now=now + HOUR)
    assert desk.archive.find("1").status == "gone"
    assert body_of(desk.archive) != ""
    assert changes_of(desk.archive) == [("new", "source"), ("gone", "source")]


@pytest.mark.parametrize("reason", ["http-404", "home-redirect"])
def test_404_counts_only_several_times_over_a_day(desk, now, reason):
    desk.publish("park")
    assert not miss(desk, "park", status=404, reason=reason, now=now + HOUR)
    assert not miss(desk, "park", status=404, reason=reason, now=now + 2 * HOUR)
    assert not miss(desk, "park", status=404, reason=reason, now=now + 3 * HOUR)
    assert miss(desk, "park", status=404, reason=reason, now=now + HOUR + DAY)
    assert changes_of(desk.archive) == [("new", "source"), ("gone", "source")]


def test_a_page_that_was_back_in_between_starts_the_count_anew(desk, now):
    desk.publish("park")
    assert not miss(desk, "park", status=404, now=now)
    desk.look_again("park", now=now + HOUR)
    assert not miss(desk, "park", status=404, now=now + 25 * HOUR)
    assert not miss(desk, "park", status=404, now=now + 26 * HOUR)
    assert desk.archive.find("1").status == "live"


def test_a_gone_article_that_is_back_is_restored(desk, now):
    desk.publish("park")
    miss(desk, "park", status=410, now=now + HOUR)
    assert desk.look_again("park", now=now + DAY) == "restored"
    assert desk.archive.find("1").status == "live"
    assert changes_of(desk.archive)[-1] == ("restored", "source")


def test_a_gone_article_that_is_back_at_another_address_is_kept_there(desk, now, make_article):
    desk.publish("park", body=LONG)
    miss(desk, "park", status=410, now=now + HOUR)
    (entry,) = desk.announce("park-yeni", now=now + DAY)
    assert desk.file(entry, make_article("park-yeni", body=LONG), now=now + DAY) == "restored"
    article = desk.archive.find("1")
    assert (article.status, article.article.url) == ("live", desk.portal.home + "park-yeni")
    assert desk.look_again("park-yeni", body=LONG, now=now + 2 * DAY) == "unchanged"
    assert changes_of(desk.archive) == [("new", "source"), ("gone", "source"), ("restored", "source")]


def test_what_the_old_address_answers_of_an_article_that_is_back_elsewhere_says_nothing(desk, now, make_article):
    """Both were asked in one crawl, and the old address was the slower."""
    desk.publish("park", body=LONG)
    miss(desk, "park", status=410, now=now + HOUR)
    with desk.archive.write():
        (asked,) = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
    (entry,) = desk.announce("park-yeni", now=now + DAY)
    desk.file(entry, make_article("park-yeni", body=LONG), now=now + DAY)
    with desk.archive.write():
        assert not record_miss(desk.archive, asked, reason="http-410", status=410, now=now + DAY)
    assert desk.archive.find("1").status == "live"
    assert desk.look_again("park-yeni", body=LONG, now=now + 2 * DAY) == "unchanged"


@pytest.mark.parametrize("body", [f"{LONG}\n\nGiriş pulsuzdur.", SHORT])
def test_an_article_that_is_met_edited_at_a_second_address_is_looked_at_once(
    desk, now, make_article, make_capture, body
):
    desk.publish("park", body=LONG)
    (entry,) = desk.announce("s/8rT2", now=now + HOUR)
    desk.file(entry, make_article("park", body=body), make_capture("s/8rT2", final_url=desk.portal.home + "park"))
    assert miss(desk, "park", status=410, now=now + DAY)
    assert changes_of(desk.archive)[-1:] == [("gone", "source")]


def test_two_entries_of_one_article_become_one_with_the_next_look(desk, now, make_article, make_capture):
    """Archives of before hold such."""
    desk.publish("park")
    (entry,) = desk.announce("s/8rT2")
    change(
        desk.archive.path,
        "UPDATE frontier SET state = 'archived', outcome = 'archived', article_id = 1 WHERE id = ?",
        entry.id,
    )
    with desk.archive.write():
        entries = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
        for each in entries:
            record_same(
                desk.archive, PageLook(portal=desk.portal, entry=each, capture=make_capture("park"), now=now + HOUR)
            )
    assert len(entries) == 2
    assert miss(desk, "park", status=410, now=now + DAY)
    assert changes_of(desk.archive) == [("new", "source"), ("gone", "source")]


def test_a_much_shorter_text_is_flagged_and_not_current(desk, now):
    article_id = desk.publish("park", body=LONG)
    assert desk.look_again("park", body=SHORT, now=now + HOUR) == "unchanged"
    assert body_of(desk.archive) == LONG
    assert changes_of(desk.archive) == [("new", "source")]
    flag = desk.archive.flags.find(article_id)
    assert (flag.reason, flag.detail) == ("much-shorter", "4 words")


def test_a_much_shorter_text_is_believed_after_two_equal_looks_a_day_apart(desk, now):
    article_id = desk.publish("park", body=LONG)
    desk.look_again("park", body=SHORT, now=now + HOUR)
    assert desk.look_again("park", body=SHORT, now=now + 5 * HOUR) == "unchanged"
    assert desk.look_again("park", body=SHORT, now=now + 26 * HOUR) == "revised"
    assert body_of(desk.archive) == SHORT
    assert desk.archive.flags.find(article_id) is None


def test_a_gone_article_that_is_back_shorter_has_not_vanished(desk, now):
    """Its short text waits under a flag, and it stays gone meanwhile; that is no trouble of the portal's."""
    desk.publish("park", body=LONG)
    for hours in (1, 2, 26):
        miss(desk, "park", status=404, now=now + hours * HOUR)
    desk.look_again("park", body=SHORT, now=now + 2 * DAY)
    assert desk.archive.find("1").status == "gone"
    assert observe(desk.archive, desk.portal.id, now + 2 * DAY).vanished == 0


def test_another_short_text_starts_the_waiting_anew(desk, now):
    desk.publish("park", body=LONG)
    desk.look_again("park", body=SHORT, now=now + HOUR)
    assert desk.look_again("park", body="Səhifə yenilənir.", now=now + 26 * HOUR) == "unchanged"
    assert body_of(desk.archive) == LONG


def test_the_operator_may_accept_a_flagged_text(desk, now, make_article):
    article_id = desk.publish("park", body=LONG)
    desk.look_again("park", body=SHORT, now=now + HOUR)
    with desk.archive.write():
        accept(desk.archive, article_id, make_article("park", body=SHORT), now=now + 2 * HOUR)
    assert body_of(desk.archive) == SHORT
    assert changes_of(desk.archive)[-1] == ("revised", "operator")
    assert desk.archive.flags.find(article_id) is None


@pytest.mark.parametrize("reason", ["login-wall", "soft-404", "challenge"])
def test_a_wall_where_an_article_was_is_flagged_and_its_text_kept(desk, now, reason):
    article_id = desk.publish("park")
    before = body_of(desk.archive)
    with desk.archive.write():
        (entry,) = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
    desk.file(entry, Rejection(reason=reason), now=now + HOUR)
    assert desk.archive.flags.find(article_id).reason == reason
    assert body_of(desk.archive) == before
    assert desk.archive.find("1").status == "live"
    assert desk.archive.balances.gaps() == []


def test_a_flag_goes_when_the_article_is_back(desk, now):
    article_id = desk.publish("park", body=LONG)
    desk.look_again("park", body=SHORT, now=now + HOUR)
    assert desk.look_again("park", body=LONG, now=now + 2 * HOUR) == "unchanged"
    assert desk.archive.flags.find(article_id) is None


@pytest.mark.parametrize("status", [200, 304])
def test_a_flag_goes_when_the_page_is_the_same_again(desk, now, make_capture, status):
    """Its text is not even read: then a later look at the short text must wait a day anew."""
    article_id = desk.publish("park", body=LONG)
    desk.look_again("park", body=SHORT, now=now + HOUR)
    with desk.archive.write():
        (entry,) = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
        record_same(
            desk.archive,
            PageLook(portal=desk.portal, entry=entry, capture=make_capture("park", status=status), now=now + 2 * HOUR),
        )
    assert desk.archive.flags.find(article_id) is None
    assert desk.look_again("park", body=SHORT, now=now + 100 * DAY) == "unchanged"
    assert body_of(desk.archive) == LONG


def test_a_page_that_shows_another_articles_text_is_flagged(desk, now):
    desk.publish("park")
    article_id = desk.publish("muzey", body=LONG, title="Muzey açılıb")
    other = desk.archive.find("1").article
    assert desk.look_again("muzey", body=other.body, title=other.title, now=now + HOUR) == "unchanged"
    assert desk.archive.flags.find(article_id).reason == "same-as-another"
    assert body_of(desk.archive, article_id) == LONG


def test_another_articles_text_is_not_believed_however_long_it_stays(desk, now):
    desk.publish("park")
    article_id = desk.publish("muzey", body=LONG, title="Muzey açılıb")
    other = desk.archive.find("1").article
    for days in (1, 3, 5):
        desk.look_again("muzey", body=other.body, title=other.title, now=now + days * DAY)
    assert body_of(desk.archive, article_id) == LONG
    assert desk.archive.flags.find(article_id).reason == "same-as-another"


def test_a_notice_below_every_headline_replaces_no_more_than_one_text(desk, now):
    """Which of two is the notice cannot be told by the first page that shows it."""
    notice = " ".join(f"Saytda texniki işlər aparılır {number}." for number in range(40))
    titles = {"park": "Park açılıb", "muzey": "Muzey açılıb", "stadion": "Stadion tikilir"}
    ids = [desk.publish(path, body=f"{LONG}\n\n{path}", title=title) for path, title in titles.items()]
    for days in (1, 3):
        at = now + days * DAY
        outcomes = [desk.look_again(path, body=notice, title=title, now=at) for path, title in titles.items()]
        assert outcomes == ["revised" if days == 1 else "unchanged", "unchanged", "unchanged"]
    assert [body_of(desk.archive, number) == notice for number in ids] == [True, False, False]
    assert desk.look_again("park", body=f"{LONG}\n\npark", title="Park açılıb", now=now + 4 * DAY) == "revised"
    assert desk.look_again("muzey", body=f"{LONG}\n\nmuzey", title="Muzey açılıb", now=now + 4 * DAY) == "unchanged"
    assert desk.archive.flags.find(ids[1]) is None


def test_an_article_that_leads_to_another_keeps_its_own_text(desk, now, make_article, make_capture):
    """Two reports were made one, and the one that stayed was edited before it was looked at again."""
    desk.publish("park", body=LONG)
    desk.publish("stadion", title="Stadion tikilir")
    with desk.archive.write():
        entry, _ = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
    edited = make_article("stadion", title="Stadion tikilir", body=f"{LONG}\n\nYeni.")
    led_there = make_capture("park", final_url=edited.url)
    assert desk.file(entry, edited, led_there, now=now + HOUR) == "unchanged"
    assert desk.file(entry, edited, led_there, now=now + 3 * DAY) == "unchanged"
    assert body_of(desk.archive) == LONG
    assert desk.archive.flags.find(1).reason == "same-as-another"


def test_a_teaser_does_not_replace_the_whole_text(desk, now):
    article_id = desk.publish("park", body=LONG)
    half = "\n\n".join(LONG.split("\n\n")[:8])
    assert desk.look_again("park", body=half, access="teaser", now=now + HOUR) == "unchanged"
    assert desk.archive.flags.find(article_id).reason == "teaser-now"


def test_our_own_upgrade_is_no_edit(desk, now, make_article, make_capture):
    desk.publish("park", extractor="1")
    today = make_article("park", body=f"{LONG}\n\nƏlavə.", extractor="2")
    with desk.archive.write():
        (entry,) = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
        outcome = record_page(
            desk.archive,
            PageLook(portal=desk.portal, entry=entry, capture=make_capture("park"), now=now + HOUR),
            today,
            today,
        )
    assert outcome == "revised"
    assert changes_of(desk.archive)[-1] == ("revised", "extraction")
    assert [past.kind for past in desk.archive.revisions.history_of(1)] == ["new", "extraction"]


def test_each_revision_says_what_kind_of_edit_it_is(desk, now):
    desk.publish("park", body=LONG)
    desk.look_again("park", body=f"{LONG}\n\nMərasimdə 40 nəfər iştirak edib.", now=now + HOUR)
    desk.look_again("park", body=f"{LONG}\n\nMərasimdə 45 nəfər iştirak edib.", now=now + 2 * HOUR)
    assert [past.kind for past in desk.archive.revisions.history_of(1)] == ["new", "addition", "correction"]
