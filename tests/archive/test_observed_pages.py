"""The pages that facts were read from."""

from __future__ import annotations

from datetime import timedelta

from icma_crawler.models import Rejection


def test_an_article_and_its_entry_tell_of_the_page_it_was_first_read_from(desk, archive, now):
    (turned_away,) = desk.announce("haqqimizda")
    desk.file(turned_away, Rejection(reason="not-article"))
    desk.publish("park", title="Park açılıb")
    desk.look_again("park", title="Park bağlanıb", now=now + timedelta(days=1))
    facts = archive.observe("sherg.az", now + timedelta(days=1))
    (of_article,) = archive.pages_of("sherg.az", facts.articles)
    of_entries = dict(
        zip((page.url for page in facts.pages), archive.pages_of("sherg.az", facts.pages), strict=True),
    )
    assert "Park açılıb" in of_article.decode()
    assert of_entries == {
        "https://sherg.az/haqqimizda": b"Rejection(reason='not-article', detail='')",
        "https://sherg.az/park": of_article,
    }


def test_what_is_not_kept_is_left_out(desk, archive, now):
    desk.announce("gozleyir")
    facts = archive.observe("sherg.az", now)
    assert len(facts.pages) == 1
    assert list(archive.pages_of("sherg.az", facts.pages)) == []
