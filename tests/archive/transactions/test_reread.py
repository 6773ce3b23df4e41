"""What today's extractor reads differently in a stored page, told apart from what the publisher changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.archive.transactions.reread import reread

HOUR = timedelta(hours=1)
LONG = "\n\n".join(f"Parkın {word} hissəsində iki yüz ağac əkilib." for word in ("ilk", "son", "sol", "sağ"))
CLOSING = "Hadisələri bizimlə izləyin."


def look_again(desk, make_capture, result, baseline, now):
    with desk.archive.write():
        (entry,) = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=now, budget=9, is_all=True), desk.crawl_id
        )
        return record_page(
            desk.archive,
            PageLook(portal=desk.portal, entry=entry, capture=make_capture("park"), now=now),
            result,
            baseline,
        )


def test_an_edit_and_our_own_upgrade_become_two_revisions(desk, now, make_article, make_capture):
    desk.publish("park", body=f"{LONG}\n\n{CLOSING}", extractor="1")
    ours = make_article("park", body=LONG, extractor="2")
    theirs = make_article("park", body=f"{LONG}\n\nMərasimdə 40 nəfər iştirak edib.", extractor="2")
    assert look_again(desk, make_capture, theirs, ours, now + HOUR) == "revised"
    assert [(past.kind, past.cause) for past in desk.archive.revisions.history_of(1)] == [
        ("new", "source"),
        ("extraction", "extraction"),
        ("addition", "source"),
    ]


def test_what_we_cut_ourselves_raises_no_doubt(desk, now, make_article, make_capture):
    desk.publish("park", body="\n\n".join([LONG, *(f"{CLOSING} {word}" for word in LONG.split())]), extractor="1")
    ours = make_article("park", body=LONG, extractor="2")
    theirs = make_article("park", body=LONG.replace("iki yüz", "üç yüz"), extractor="2")
    assert look_again(desk, make_capture, theirs, ours, now + HOUR) == "revised"
    assert desk.archive.flags.find(1) is None


def test_a_newer_revision_is_not_overwritten(desk, now, make_article):
    desk.publish("park", body=LONG)
    desk.look_again("park", body=f"{LONG}\n\nƏlavə.", now=now + HOUR)
    with desk.archive.write():
        assert not reread(desk.archive, 1, 1, make_article("park", body="Köhnə mətn."), now + HOUR)
    assert desk.archive.find("1").article.body.endswith("Əlavə.")


@pytest.mark.parametrize(("since", "found"), [(None, [1]), (HOUR, [])])
def test_only_what_another_extractor_read_is_stale(desk, now, since, found):
    desk.publish("park", extractor="1")
    moment = None if since is None else now + since
    assert desk.archive.articles.stale(desk.portal.id, "2", moment) == found
    assert desk.archive.articles.stale(desk.portal.id, "1", moment) == []
