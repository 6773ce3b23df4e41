"""The pages that facts were read from."""

from __future__ import annotations

from datetime import timedelta

from icma_crawler.archive.transactions.observe import observe, page_of
from icma_crawler.archive.transactions.store_page import keep_listing
from icma_crawler.models import Rejection


def test_an_article_and_its_entry_tell_of_the_page_it_was_first_read_from(desk, archive, now):
    (turned_away,) = desk.announce("haqqimizda")
    desk.file(turned_away, Rejection(reason="not-article"))
    desk.publish("park", title="Park açılıb")
    desk.look_again("park", title="Park bağlanıb", now=now + timedelta(days=1))
    facts = observe(archive, "sherg.az", now + timedelta(days=1))
    (article,) = facts.articles
    first_read = page_of(archive, "sherg.az", article)
    assert first_read is not None
    assert "Park açılıb" in first_read.decode()
    assert {page.url: page_of(archive, "sherg.az", page) for page in facts.pages} == {
        "https://sherg.az/haqqimizda": b"Rejection(reason='not-article', detail='')",
        "https://sherg.az/park": first_read,
    }


def test_what_a_source_answered_at_the_same_address_is_no_page(desk, archive, make_capture, now):
    (turned_away,) = desk.announce("bolme")
    desk.file(turned_away, Rejection(reason="listing"))
    with archive.write():
        keep_listing(archive, "sherg.az", make_capture("bolme", b"<p>listing</p>"))
    (page,) = observe(archive, "sherg.az", now).pages
    assert page_of(archive, "sherg.az", page) == b"Rejection(reason='listing', detail='')"


def test_what_is_not_kept_is_none(desk, archive, now):
    desk.announce("gozleyir")
    (page,) = observe(archive, "sherg.az", now).pages
    assert page_of(archive, "sherg.az", page) is None
