"""The addresses of articles: one article each, whatever form an address is written in."""

from __future__ import annotations


def test_every_form_of_an_address_leads_to_its_article(desk):
    desk.publish("park")
    for url in ("http://www.sherg.az/park/", "https://sherg.az/park/amp"):
        assert desk.archive.aliases.article_at(url) == 1
    assert desk.archive.aliases.article_at("https://sherg.az/parklar") is None


def test_an_address_stays_with_the_article_that_had_it_first(desk, now):
    desk.publish("park")
    other = desk.publish("muzey")
    desk.archive.aliases.add(other, ["https://sherg.az/park", "https://sherg.az/sergi"], now)
    assert desk.archive.aliases.article_at("https://sherg.az/park") == 1
    assert desk.archive.aliases.urls_of(other) == ["https://sherg.az/muzey", "https://sherg.az/sergi"]


def test_an_article_parts_from_an_address_but_never_from_its_own(desk, now):
    article = desk.publish("park")
    muzey = desk.publish("muzey")
    aliases, own, second = desk.archive.aliases, "https://sherg.az/park", "https://sherg.az/bag"
    aliases.add(article, [second], now)
    aliases.remove(article, [own, second, "https://sherg.az/muzey"], but="http://www.sherg.az/park")
    assert aliases.urls_of(article) == [own]
    assert aliases.article_at("https://sherg.az/muzey") == muzey
