"""Sitemaps, their index, the news extension, plain text and gzip."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from icma_crawler.discovery import AnnouncedSource, learn_shapes
from icma_crawler.discovery.markup import MAX_UNPACKED_BYTES
from icma_crawler.errors import SourceError

NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def urlset(*entries, namespaces=NAMESPACES):
    urls = "".join(f"<url>{entry}</url>" if "<" in entry else f"<url><loc>{entry}</loc></url>" for entry in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {namespaces}>{urls}</urlset>'


def urls(listing):
    return [candidate.url.removeprefix("https://sherg.az") for candidate in listing.candidates]


def test_sitemap_gives_articles_and_their_lastmod(read):
    entry = (
        "<loc>https://sherg.az/siyaset/yeni-sazis-imzalandi-bu-gun</loc><lastmod>2025-10-20T14:02:00+04:00</lastmod>"
    )
    listing = read(urlset("https://sherg.az/", "https://sherg.az/siyaset", entry, "https://sherg.az/elaqe"), "sitemap")
    assert listing.kind == "sitemap"
    assert urls(listing) == ["/siyaset/yeni-sazis-imzalandi-bu-gun"]
    assert listing.candidates[0].modified_at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
    assert listing.candidates[0].published_at is None


def test_short_slugs_are_articles_where_the_sitemap_lists_articles_of_their_form(read):
    listed = [
        "/siyaset/yeni-sazis-imzalandi-bu-gun",
        "/idman/qarabag-finalda-qalib-gelib",
        "/siyaset",
        "/hadise/agir-qeza",
        "/idman/kepez",
        "/tag/neft",
        "/idman/futbol",
        "/idman/futbol/zire-sebaile-uduzdu-amma",
        "/mexfilik-siyaseti",
        "/private/kohne-bir-yazi-burada",
    ]
    found = urls(read(urlset(*(f"https://sherg.az{path}" for path in listed)), "sitemap"))
    assert found == [listed[0], listed[1], listed[3], listed[4], listed[7]]


def test_news_sitemap_entries_are_always_articles(read):
    news = """<loc>https://sherg.az/qisa</loc><news:news><news:publication><news:name>Şərq</news:name></news:publication>
      <news:publication_date>2025-10-20</news:publication_date><news:title>&amp;quot; Qısa xəbər</news:title></news:news>"""
    listing = read(urlset(news), "sitemap")
    assert (listing.kind, urls(listing)) == ("news_sitemap", ["/qisa"])
    assert listing.candidates[0].published_at == datetime(2025, 10, 19, 20, tzinfo=UTC)
    assert listing.candidates[0].title == '" Qısa xəbər'


def test_a_news_sitemap_without_news_is_no_fault_but_an_empty_sitemap_is(read):
    assert read(urlset(), "news_sitemap").candidates == ()
    with pytest.raises(SourceError, match="nothing-listed"):
        read(urlset(namespaces='xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'), "sitemap")


@pytest.mark.parametrize(
    "loc",
    [
        "https://sherg.az/x.php?newsid=12345&lang_id=2",
        "https://sherg.az/x.php?newsid=12345&amp;lang_id=2",
        "<![CDATA[https://sherg.az/x.php?newsid=12345&lang_id=2]]>",
        "\n\t https://sherg.az/x.php?newsid=12345&amp;lang_id=2 \n",
        "/x.php?newsid=12345&lang_id=2",
    ],
)
def test_loc_survives_bad_escaping(read, loc):
    assert urls(read(urlset(f"<loc>{loc}</loc>"), "sitemap")) == ["/x.php?newsid=12345&lang_id=2"]


def test_index_names_its_children_with_their_lastmod_but_not_those_of_tags_and_authors(read):
    children = ["sitemap-2026-11.xml", "sitemap-news.xml", "post_tag-sitemap.xml", "author-sitemap2.xml", "sitemap.xml"]
    maps = "".join(
        f"<sitemap><loc>https://sherg.az/{c}</loc><lastmod>2026-11-22T10:00:00Z</lastmod></sitemap>" for c in children
    )
    foreign = "<sitemap><loc>https://evil.example/sitemap.xml</loc></sitemap>"
    listing = read(f"<sitemapindex {NAMESPACES}>{maps}{foreign}</sitemapindex>", "sitemap")
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert listing.candidates == ()
    assert listing.sources == (
        AnnouncedSource(kind="sitemap", url="https://sherg.az/sitemap-2026-11.xml", modified_at=at),
        AnnouncedSource(kind="news_sitemap", url="https://sherg.az/sitemap-news.xml", modified_at=at),
    )


def test_plain_text_and_gzip_in_two_layers(read):
    text = b"https://sherg.az/siyaset/yeni-sazis-imzalandi-bu-gun\r\nhttps://sherg.az/\r\n"
    listing = read(gzip.compress(gzip.compress(text)), "sitemap")
    assert (listing.kind, urls(listing)) == ("sitemap", ["/siyaset/yeni-sazis-imzalandi-bu-gun"])


def test_cut_gzip_is_read_as_far_as_it_goes_and_marked(read):
    body = gzip.compress(urlset(*(f"https://sherg.az/news/{n * 7919 + 10**9}" for n in range(3000))).encode())
    listing = read(body[: len(body) // 2], "sitemap")
    assert listing.truncated
    assert 500 < len(listing.candidates) < 3000


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (gzip.compress(b" " * (MAX_UNPACKED_BYTES + 1), 1, mtime=0), "too-big"),
        (b" " * 16_000_001, "too-big"),
        (b"\x1f\x8bthis is no gzip", "encoding"),
        (gzip.compress(gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), mtime=0), "not-a-source"),
    ],
)
def test_bombs_and_fakes_are_refused(read, body, reason):
    with pytest.raises(SourceError) as caught:
        read(body, "sitemap")
    assert caught.value.reason == reason


def test_the_portals_pattern_decides_and_known_shapes_after_it(read, make_portal):
    body = urlset("https://sherg.az/elaqe", "https://sherg.az/siyaset/yeni-sazis-imzalandi-bu-gun")
    assert urls(read(body, "sitemap", portal=make_portal(pattern="/elaqe$"))) == ["/elaqe"]
    shapes = learn_shapes(f"https://sherg.az/news/{n}" for n in range(10_000, 10_010))
    body = urlset("https://sherg.az/news/12345", "https://sherg.az/siyaset/yeni-sazis-imzalandi-bu-gun")
    assert urls(read(body, "sitemap", shapes=shapes)) == ["/news/12345"]


def test_more_than_fifty_thousand_urls_are_cut(read):
    entries = "".join(f"<url><loc>/n/{n}</loc></url>" for n in range(10_000, 60_001))
    listing = read(f"<urlset>{entries}</urlset>", "sitemap")
    assert (len(listing.candidates), listing.truncated) == (50_000, True)
