"""What of a withdrawn article is found inside other pages, and what is left alone there."""

from __future__ import annotations

import pytest

from icma_crawler.archive.transactions.redact import find_wording
from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.operations.maintenance.takedown import withdraw

PASSAGE = "Sənədin sahibi Filankəs Filankəsov Nizami küçəsində yaşayır və heç kim ilə danışmır."
PICTURE = "https://sherg.az/media/2026/sened-12345.jpg"


@pytest.fixture
def beside(desk, make_article, make_capture):
    """An article with a picture, another whose page shows both, and a third with the same logo."""
    named, other = desk.announce("sened", "park")
    desk.file(named, make_article("sened", body=PASSAGE, image_url=PICTURE))
    teaser = f'<p>Park.</p><li><img src="/media/2026/sened-12345.jpg">{PASSAGE[:58]}...</li>'.encode()
    desk.file(other, make_article("park", body="Park."), make_capture("park", body=teaser))

    def read():
        return desk.archive.captures.load(2).body.decode()

    return read


def test_the_teaser_and_the_picture_beside_another_article_go(desk, now, beside):
    withdraw(desk.archive, ["1"], "şikayət", now=now)
    assert beside() == '<p>Park.</p><li><img src="█">█...</li>'


def test_a_picture_that_another_article_has_too_stays(desk, now, beside):
    desk.publish("logo", image_url=PICTURE)
    withdraw(desk.archive, ["1"], "şikayət", now=now)
    assert 'src="/media/2026/sened-12345.jpg"' in beside()


def test_a_page_that_came_in_between_is_looked_at_too(desk, now, beside, make_article, make_capture):
    found = find_wording(desk.archive, 1)
    (late,) = desk.announce("gec")
    desk.file(late, make_article("gec", body="Gec."), make_capture("gec", body=f"<p>{PASSAGE}</p>".encode()))
    with desk.archive.write():
        assert withdraw_article(desk.archive, 1, "şikayət", now, found)
    assert desk.archive.captures.load(3).body.decode() == "<p>█</p>"


def test_words_that_came_in_between_are_looked_for_everywhere(desk, now, beside, make_article, make_capture):
    (old,) = desk.announce("kohne")
    later = "Sonradan əlavə olunmuş cümlə burada dayanır."
    desk.file(old, make_article("kohne", body="Köhnə."), make_capture("kohne", body=f"<p>{later}</p>".encode()))
    found = find_wording(desk.archive, 1)
    desk.look_again("sened", body=f"{PASSAGE}\n\n{later}", now=now.replace(hour=20))
    with desk.archive.write():
        assert withdraw_article(desk.archive, 1, "şikayət", now, found)
    assert desk.archive.captures.load(3).body.decode() == "<p>█</p>"
