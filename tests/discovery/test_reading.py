"""Telling sources apart by content, refusing what is hostile, and links that need no canonical form."""

from __future__ import annotations

from contextlib import suppress

import pytest
from counting import LINEAR, give_up_after, growth_of
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.discovery import USUAL_PLACES, read_source, sources_from_robots
from icma_crawler.discovery.results import Context
from icma_crawler.errors import SourceError, UrlError
from icma_crawler.models import Capture, Source
from icma_crawler.urls import canonical_url

HTML = (
    "<!DOCTYPE html><html><body><a href='/siyaset/yeni-sazis-imzalandi-bu-gun'>Yeni saziş imzalandı</a></body></html>"
)
RSS = "<rss><channel><item><link>https://sherg.az/siyaset/yeni</link></item></channel></rss>"


@pytest.mark.parametrize("kind", ["feed", "sitemap", "news_sitemap"])
@pytest.mark.parametrize("body", [HTML, '<?xml version="1.0"?>\n' + HTML, "<div><a href='/x'>x</a></div>"])
def test_html_where_a_feed_should_be(read, kind, body):
    with pytest.raises(SourceError) as caught:
        read(body, kind, content_type="application/rss+xml")
    assert caught.value.reason == "html-not-feed"


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", None])
def test_feed_is_a_feed_whatever_the_content_type(read, content_type):
    assert read(RSS, "section", content_type=content_type).kind == "feed"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not-a-source"),
        (b"%PDF-1.7 \xff\xfe", "not-a-source"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100, "not-a-source"),
        (b"Not found", "not-a-source"),
        (b"<?xml version='1.0'?><opml></opml>", "broken-xml"),
        (b"<rss", "not-a-source"),
        (b"<rss>", "nothing-listed"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]>' + RSS.encode(), "xml-entities"),
        (
            b'<?xml version="1.0"?><!-- < --><!doctype rss [\n<!entity % a SYSTEM "file:///etc/passwd">%a;]>'
            + RSS.encode(),
            "xml-entities",
        ),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "<rss>">]>'.encode("utf-16"), "xml-entities"),
    ],
)
def test_reasons(read, body, reason):
    with pytest.raises(SourceError) as caught:
        read(body, "feed")
    assert caught.value.reason == reason


HOSTILE = {
    "deep feed": lambda size: "<rss>" + "<a>" * size + RSS,
    "deep page": lambda size: "<html><body>" + "<div>" * size + HTML,
    "attributes": lambda size: f"<html><body><a {' '.join(f'a{n}=1' for n in range(size))} href=x>x</a>{HTML}",
    "links": lambda size: "<html><body>" + "<a href='/a/b'></a>" * size,
    "open tags": lambda size: "<html>" + "<" * size + HTML,
    "open anchors": lambda size: "<html>" + "<a href='/siyaset/yeni-sazis-imza'><span class='title'>" * size,
    "entities": lambda size: "<rss>" + "&l9;" * size + RSS,
    "comments": lambda size: "<!--" * size + RSS,
    "long title": lambda size: (
        f"<rss><item><title>{'&amp;' * size}</title><link>https://sherg.az/a/b</link></item></rss>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["feed", "section"])
def test_hostile_bodies_end_as_a_value(read, name, kind):
    body = HOSTILE[name](200_000)
    with give_up_after(60), suppress(SourceError):
        assert all(len(candidate.title or "") <= 1000 for candidate in read(body, kind).candidates)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["feed", "section"])
def test_no_body_takes_the_square_of_its_length(read, name, kind):
    def work(size):
        body = HOSTILE[name](size)

        def read_it():
            with suppress(SourceError):
                read(body, kind)

        return read_it

    assert growth_of(work, 1_000) < LINEAR


def test_partial_answer_is_marked(portal, make_capture):
    url = "https://sherg.az/rss"
    whole = make_capture(url, RSS.encode())
    partial = Capture(**{**whole.__dict__, "is_partial": True})
    source = Source(kind="feed", url=url)
    assert read_source(source, partial, portal).truncated
    assert not read_source(source, whole, portal).truncated


@given(st.from_regex(r"https?://(www\.)?sherg\.az(:\d{2,5})?/[\w/~.%;-]{0,20}", fullmatch=True))
def test_links_taken_as_they_are_are_canonical(make_portal, link):
    context = Context(
        source=Source(kind="feed", url="https://sherg.az/"), base_url="https://sherg.az/", portal=make_portal()
    )
    try:
        expected = canonical_url(link)
    except UrlError:
        expected = None
    found = context.own_url(link)
    assert found is None or found == expected


@given(st.binary(max_size=300))
def test_random_bytes_give_a_listing_or_a_source_error(make_portal, make_capture, body):
    source = Source(kind="section", url="https://sherg.az/")
    with suppress(SourceError):
        read_source(source, make_capture(source.url, body), make_portal())


def test_robots_names_sitemaps_in_any_case_on_the_portals_hosts_only(portal):
    robots = """User-agent: *\r\nDisallow: /private\r\nSitemap: https://sherg.az/sitemap.xml\rSITEMAP:/news-sitemap.xml
      sitemap : https://evil.example/sitemap.xml\nSitemap: https://sherg.az/sitemap.xml # twice\n# Sitemap: /old.xml\nSitemap:\n"""
    assert sources_from_robots(robots, portal) == (
        Source(kind="sitemap", url="https://sherg.az/sitemap.xml"),
        Source(kind="news_sitemap", url="https://sherg.az/news-sitemap.xml"),
    )


def test_usual_places_are_few():
    assert len(USUAL_PLACES) <= 8
    assert all(path.startswith("/") for _, path in USUAL_PLACES)


@pytest.mark.parametrize("label", ["idna", "undefined", "punycode", "unicode_escape", "base64", "utf-7", "klingon"])
def test_a_label_that_is_no_charset_is_not_believed(read, label):
    body = f'<?xml version="1.0" encoding="{label}"?>{RSS}'.encode().replace(
        b"<link>", b"<title>Park\xff</title><link>"
    )
    (candidate,) = read(body, "feed").candidates
    assert candidate.title.startswith("Park")


@pytest.mark.parametrize("number", ["#xD800", "#55296", "#xDFFF", "#0", "#x1F", "#xFFFE", "#x110000", "#9999999"])
def test_a_reference_to_no_character_is_the_replacement_character(read, number):
    body = RSS.replace("<link>", f"<title>Park &{number}; açıldı &#601; &#x130;</title><link>")
    assert read(body, "feed").candidates[0].title == "Park \ufffd açıldı ə İ"


def test_links_behind_the_end_of_a_page_are_links(read):
    paths = [f"/siyaset/{number}-yeni-sazis-imzalandi-bu-gun" for number in ("birinci", "ikinci")]
    first, second = (f"<p><a href='{path}'>Yeni saziş imzalandı bu gün</a></p>" for path in paths)
    listing = read(f"<html><body>{first}</body></html><html><body>{second}</body></html>", "section")
    assert [one.url for one in listing.candidates] == [f"https://sherg.az{path}" for path in paths]
