"""A portal goes on printing headline and teaser of a withdrawn article beside its others; the archive does not keep them."""

from __future__ import annotations

import pytest
from other_program import ask

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.store_page import keep_listing
from icma_crawler.operations.maintenance.takedown import withdraw

HEADLINE = "Filankəs Filankəsov Nizami küçəsində görünüb"
TEASER = "Qonşular onun dünən axşam evdən çıxdığını və hələ qayıtmadığını deyir."
REST_OF_CARD = f'<h3>{HEADLINE}</h3><a href="/siyaset">Siyasət</a><p>{TEASER[:40]}…</p>'
OWN = "Şəhər parkında yeni ağaclar əkilib, sakinlər buna sevinir."


@pytest.fixture
def stored(desk, now, make_article, make_capture):
    """Withdraw an article, record a page that is read later, and give back what is stored of that."""
    desk.publish("sened")
    withdraw(desk.archive, ["1"], "şikayət", now=now)

    def store(markup: str, charset: str = "utf-8") -> str:
        (entry,) = desk.announce("park")
        page = make_capture("park", body=f'<meta charset="{charset}"><p>Park.</p>{markup}'.encode(charset))
        desk.file(entry, make_article("park", body=OWN), page)
        newest = ask(desk.archive.path, "SELECT max(id) FROM captures")[0][0]
        body = desk.archive.captures.load(newest).body
        return body.replace("█".encode(), b"#").decode(charset).split("</p>", 1)[1]

    return store


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        (f'<a href="/sened">{HEADLINE}</a>', '<a href="/sened">#</a>'),
        (f'<a href="https://m.sherg.az/sened/?utm_source=x">{HEADLINE}</a>', None),
        (f'<li><a href="/sened">{HEADLINE}</a><p>{TEASER}</p></li>', '<li><a href="/sened">#</a><p>#</p></li>'),
        (
            f'<div><div><a href="/sened"><img src="/media/2026/1.jpg" alt="{HEADLINE}"></a></div>{REST_OF_CARD}</div>',
            '<div><div><a href="/sened"><img src="#" alt="#"></a></div><h3>#</h3><a href="/siyaset">Siyasət</a><p>#</p></div>',
        ),
        (
            f'<ul><li><a href="/sened">{HEADLINE}</a></li><li><a href="/liman">Limanda yeni gəmi suya salındı</a></li></ul>',
            '<ul><li><a href="/sened">#</a></li><li><a href="/liman">Limanda yeni gəmi suya salındı</a></li></ul>',
        ),
        (f'<p>Daha əvvəl <a href="/sened">{HEADLINE}</a>. {TEASER}', f'<p>Daha əvvəl <a href="/sened">#</a>. {TEASER}'),
    ],
)
def test_headline_teaser_and_picture_beside_its_link_go(stored, shown, left):
    found = stored(shown)
    assert HEADLINE not in found
    assert left is None or found == left


def test_a_page_without_such_a_link_is_stored_byte_for_byte(stored, desk):
    shown = f'<a href="/liman">{HEADLINE}</a>'
    assert stored(shown) == shown
    assert ask(desk.archive.path, "SELECT redacted_at FROM captures ORDER BY id DESC")[0] == (None,)


def test_in_another_charset_too(stored):
    headline = "Иван Петров замечен на улице Низами"
    assert stored(f'<a href="/sened">{headline}</a>', "windows-1251") == '<a href="/sened">#</a>'


def test_what_was_blanked_is_sealed_as_it_stands(stored, desk):
    stored(f'<a href="/sened">{HEADLINE}</a>')
    assert not list(desk.archive.find_faults(lambda *_: None))


def test_of_a_source_the_latest_listing_is_kept(desk, archive: Archive, make_capture):
    with archive.write():
        for body in (b"<rss/>", b"<rss><item/></rss>", b" " * 1_000_001):
            keep_listing(archive, "sherg.az", make_capture("rss", body))
        keep_listing(archive, "sherg.az", make_capture("", b"<html/>"))
    kept = ask(archive.path, "SELECT url, size_bytes FROM captures WHERE kind = 'listing' ORDER BY url")
    assert kept == [("https://sherg.az/", 7), ("https://sherg.az/rss", 18)]
