from __future__ import annotations

import html

import feedparser
from lxml import etree


def items(out):
    return etree.parse(out).findall("./channel/item")


def test_feedparser_finds_no_fault(filled):
    feed = feedparser.parse(filled.sell("rss").read_bytes())
    assert not feed.bozo
    assert (feed.version, feed.feed.title, feed.feed.link) == ("rss20", "Icma.az", "https://icma.az/")
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == 4


def test_the_sentences_are_in_each_item_to_the_byte(stand, sentences):
    stand.publish("a")
    statement, source, archived = sentences
    data = html.unescape(stand.sell("rss").read_text())
    assert f"<description><p>{statement}</p>" in data
    assert f'<p><a href="https://sherg.az/a">{source}</a></p>\n<p>{archived}</p></description>' in data
    assert '<source url="https://sherg.az">Sherg.az</source>' in data
    assert "<archive:archivedAt>2026-01-18T09:30:00+00:00</archive:archivedAt>" in data
    assert "dc:source" not in data


def test_an_item_tells_the_article(stand):
    urn = stand.publish("a", authors=("Əli",), section="Siyasət", tags=("Bakı",), published_at=stand.now)
    (entry,) = feedparser.parse(stand.sell("rss").read_bytes()).entries
    assert (entry.title, entry.link, entry.id, entry.author) == ("Park açılıb", "https://sherg.az/a", urn, "Əli")
    assert [tag.term for tag in entry.tags] == ["Siyasət", "Bakı"]
    assert entry.published == "Sun, 18 Jan 2026 09:30:00 +0000"


def test_what_was_taken_away_is_replaced(filled, urn):
    told = {item.findtext("guid"): item for item in items(filled.sell("rss"))}
    for path, words in [("withdrawn", "Bu xəbər geri götürülmüşdür."), ("gone", "Bu xəbər mənbədə artıq yoxdur.")]:
        item = told[urn(path)]
        assert item.findtext("title") == words
        assert item.findtext("description").startswith(f"<p>{words}</p>\n<p><a href=")
        assert item.findtext("pubDate") == "Mon, 19 Jan 2026 09:30:00 +0000"


def test_a_hostile_article_stays_text(filled, urn):
    (item,) = [item for item in items(filled.sell("rss")) if item.findtext("guid") == urn("hostile")]
    assert "<script" not in item.findtext("description")
    assert item.findtext("title").startswith('=HYPERLINK("http://x") <script>')
    assert item.findtext("title").endswith("\ufffd\ufffd")


def test_without_a_site_the_feed_still_has_a_link(stand):
    feed = feedparser.parse(stand.sell("rss", site=None).read_bytes())
    assert feed.feed.link == f"urn:uuid:{stand.archive.meta.uuid}"


def test_a_portal_s_feed_is_named_after_it(stand):
    assert feedparser.parse(stand.sell("rss", portal_id="sherg.az").read_bytes()).feed.title == "Icma.az · Sherg.az"
