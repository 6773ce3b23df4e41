"""Feeds as portals really write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from icma_crawler.errors import SourceError

LONG = "https://sherg.az/siyaset/yeni-sazis-imzalandi"


def rss(*items, channel="", root='<rss version="2.0">', prolog='<?xml version="1.0" encoding="utf-8"?>\n'):
    body = "".join(f"<item>{item}</item>" for item in items)
    return f"{prolog}{root}<channel><title>Şərq</title>{channel}{body}</channel></rss>"


def only(listing):
    assert len(listing.candidates) == 1, listing.candidates
    return listing.candidates[0]


def test_rss_2_item_gives_link_title_and_date_in_utc(read):
    item = f"<title>Yeni saziş imzalandı</title><link>{LONG}</link><pubDate>Mon, 20 Oct 2025 14:02:00 +0400</pubDate>"
    listing = read(rss(item, channel="<ttl>15</ttl>"))
    assert (listing.kind, listing.title, listing.ttl_minutes, listing.truncated) == ("feed", "Şərq", 15, False)
    candidate = only(listing)
    assert candidate.url == LONG
    assert candidate.title == "Yeni saziş imzalandı"
    assert candidate.published_at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
    assert candidate.source_url == "https://sherg.az/rss"


def test_date_without_zone_is_read_in_the_portals_timezone(read):
    candidate = only(read(rss(f"<link>{LONG}</link><pubDate>2025-10-20 14:02:00</pubDate>")))
    assert candidate.published_at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize("date", ["yesterday", "2025-13-45T00:00:00Z", "9999-12-31T23:59:59-14:00", "", "0" * 100_000])
def test_unreadable_date_leaves_the_item(read, date):
    assert only(read(rss(f"<link>{LONG}</link><pubDate>{date}</pubDate>"))).published_at is None


def test_one_guid_for_all_items_does_not_merge_them(read):
    guid = '<guid isPermaLink="false">https://sherg.az/rss</guid>'
    listing = read(rss(*(f"<link>https://sherg.az/news/detail/xeber-{n}</link>{guid}" for n in range(5))))
    assert [c.url[-1] for c in listing.candidates] == list("01234")


def test_guid_is_the_link_only_where_it_is_a_permalink_and_there_is_no_other(read):
    assert only(read(rss(f"<guid>{LONG}</guid>"))).url == LONG
    both = f"<guid>https://sherg.az/?p=12345</guid><link>{LONG}</link>"
    assert only(read(rss(both))).url == LONG
    with pytest.raises(SourceError, match="nothing-listed"):
        read(rss(f'<guid isPermaLink="false">{LONG}</guid>'))


def test_tracking_parameters_vanish(read):
    assert only(read(rss(f"<link>{LONG}?utm_source=rss&amp;utm_medium=feed</link>"))).url == LONG


def test_feedburner_origlink_wins(read):
    root = '<rss version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
    link = "<link>https://feedproxy.example/~r/1</link>"
    assert only(read(rss(f"{link}<feedburner:origLink>{LONG}</feedburner:origLink>", root=root))).url == LONG


def test_items_on_foreign_hosts_are_dropped(read):
    listing = read(
        rss(f"<link>{LONG}</link>", "<link>https://evil.example/siyaset/yeni</link>", "<link>file:///x</link>")
    )
    assert only(listing).url == LONG
    with pytest.raises(SourceError, match="nothing-listed"):
        read(rss("<link>https://evil.example/a</link>"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("<![CDATA[A &amp; B]]>", "A & B"),
        ("&amp;ldquo;Neft&amp;rdquo;&amp;nbsp;bahalaşdı", "“Neft” bahalaşdı"),
        ("&amp;amp;quot;Neft&amp;amp;quot; bahalaşdı", '"Neft" bahalaşdı'),
        ("&ldquo;Neft&rdquo;&nbsp;bahalaşdı", "“Neft” bahalaşdı"),
        ("<![CDATA[<![CDATA[Neft bahalaşdı]]]]><![CDATA[>]]>", "Neft bahalaşdı"),
        ("Neft &lt;b&gt;bahalaşdı&lt;/b&gt;", "Neft bahalaşdı"),
        ("\n  Neft\n bahalaşdı\t", "Neft bahalaşdı"),
        ("Qiymət 5 &lt; 7 AZN & artır", "Qiymət 5 < 7 AZN & artır"),
        ("2026", "2026"),
        ("", None),
    ],
)
def test_titles_come_out_as_plain_lines(read, title, expected):
    assert only(read(rss(f"<title>{title}</title><link>{LONG}</link>"))).title == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://sherg.az/x.php?id=1234&b=2",
        "https://sherg.az/x.php?id=1234&amp;b=2",
        "https://sherg.az/x.php?id=1234&amp;amp;b=2",
        "<![CDATA[https://sherg.az/x.php?id=1234&b=2]]>",
        "\n  https://sherg.az/x.php?id=1234&amp;b=2\n",
        "/x.php?id=1234&b=2",
    ],
)
def test_links_survive_any_escaping(read, link):
    assert only(read(rss(f"<link>{link}</link>"))).url == "https://sherg.az/x.php?id=1234&b=2"


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        "\n\n  ",
        "\ufeff",
        "<br />\n<b>Warning</b>: mysql in <b>x.php</b> on line <b>2</b><br />\n<?xml version='1.0'?>",
        '<?xml version="1.0" encoding="no-such"?>',
        '<?xml version="1.0" encoding="utf-16"?>',
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/rss.dtd">',
    ],
)
def test_whatever_stands_before_the_feed(read, prolog):
    item = f"<title>Bakıda yağış yağır</title><link>{LONG}</link>"
    assert only(read(rss(item, prolog=prolog))).title == "Bakıda yağış yağır"


@pytest.mark.parametrize(
    ("codec", "declared", "header"),
    [
        ("windows-1254", "windows-1254", None),
        ("windows-1254", "iso-8859-9", None),
        ("windows-1254", "utf-8", None),
        ("windows-1254", None, "application/rss+xml; charset=windows-1254"),
        ("utf-16", "utf-16", None),
        ("utf-16-le", None, None),
        ("utf-8", "iso-8859-1", "text/xml; charset=iso-8859-1"),
    ],
)
def test_encodings_declared_rightly_wrongly_or_not_at_all(read, codec, declared, header):
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = rss(f"<title>Çörək bahalaşıb, süd yox</title><link>{LONG}</link>".replace("ə", "e"), prolog=prolog)
    candidate = only(read(body.replace("Şərq", "Serq").encode(codec), content_type=header))
    assert candidate.title == "Çörek bahalaşıb, süd yox"


def test_undeclared_prefixes_and_control_bytes_do_no_harm(read):
    item = (
        f"<media:title>Foto</media:title><title>Əsl\x00 başlıq</title><link>{LONG}</link><dc:date>2025-10-20</dc:date>"
    )
    candidate = only(read(rss(item)))
    assert candidate.title == "Əsl başlıq"
    assert candidate.published_at is not None


def test_cut_feed_gives_what_came(read):
    body = rss(*(f"<link>https://sherg.az/x/some-long-slug-{n}</link>" for n in range(9)))
    assert len(read(body[: len(body) // 2]).candidates) >= 3


def test_rdf_and_atom_and_relative_links(read):
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
      xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Şərq</title></channel>
      <item rdf:about="{LONG}"><title>Bir iki üç</title><dc:date>2025-10-20T14:02:00+04:00</dc:date></item></rdf:RDF>"""
    assert only(read(rdf)).published_at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://sherg.az/siyaset/"><title>Şərq</title>
      <entry><title type="xhtml"><div>Yeni <b>saziş</b></div></title><id>tag:sherg.az,2025:1</id>
      <link rel="self" href="/atom/1"/><link rel="enclosure" href="/a.mp3"/><link href="yeni-sazis-imzalandi"/>
      <published>2025-10-20T14:02:00+04:00</published><updated>2025-10-20T15:02:00+04:00</updated></entry></feed>"""
    listing = read(atom, "section")
    candidate = only(listing)
    assert (listing.kind, candidate.url, candidate.title) == ("feed", LONG, "Yeni saziş")
    assert candidate.modified_at == datetime(2025, 10, 20, 11, 2, tzinfo=UTC)
    assert candidate.guid == "tag:sherg.az,2025:1"


def test_json_feed(read):
    items = [
        {
            "id": "1",
            "url": "/siyaset/yeni-sazis-imzalandi",
            "title": "Yeni",
            "date_published": "2025-10-20T14:02:00+04:00",
        },
        {"id": "https://sherg.az/siyaset/basqa-xeber", "title": 7, "url": None},
        {"id": 3, "external_url": "https://evil.example/"},
        "junk",
    ]
    listing = read(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Şərq", "items": items}))
    assert [c.url for c in listing.candidates] == [LONG, "https://sherg.az/siyaset/basqa-xeber"]
    assert listing.candidates[0].published_at == datetime(2025, 10, 20, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", ["{", '{"items": []}', '{"a":' * 100_000, '{"version": "https://jsonfeed.org/version/1"}']
)
def test_other_json_is_not_a_source(read, body):
    with pytest.raises(SourceError, match="not-a-source"):
        read(body)


def test_more_than_a_thousand_entries_are_cut(read):
    listing = read(rss(*(f"<link>https://sherg.az/x/{10_000 + n}</link>" for n in range(1001))))
    assert (len(listing.candidates), listing.truncated) == (1000, True)


@pytest.mark.parametrize("fault", ["", "<p>heç vaxt bağlanmır", "<a></b>", "\ufffe"])
def test_after_a_fault_in_the_xml_escaped_signs_are_still_signs(read, fault):
    item = (
        "<title>&quot;Neftçi&quot; &lt; &apos;Zirə&apos;</title><link>https://sherg.az/?a=idman&amp;newsid=12345</link>"
    )
    candidate = only(read(rss(item, channel=f"<description>{fault}</description>")))
    assert candidate.title == "\"Neftçi\" < 'Zirə'"
    assert candidate.url == "https://sherg.az/?a=idman&newsid=12345"


def test_character_data_sections_are_taken_as_they_stand(read):
    item = f"<title><![CDATA[\"Neftçi\" & 'Zirə' > 1]]></title><link><![CDATA[{LONG}]]></link>"
    assert only(read(rss(item, channel="<p></q>"))).title == "\"Neftçi\" & 'Zirə' > 1"
