from __future__ import annotations

import feedparser
from lxml import etree

NAMES = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


def test_feedparser_finds_no_fault(filled):
    feed = feedparser.parse(filled.sell("atom").read_bytes())
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.id == f"urn:uuid:{filled.archive.meta.uuid}"
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == 4


def test_the_sentences_are_in_each_entry_to_the_byte(stand, sentences):
    stand.publish("a")
    statement, source, archived = sentences
    content = etree.parse(stand.sell("atom")).findtext(".//a:content", namespaces=NAMES)
    assert content.startswith(f"<p>{statement}</p>\n")
    assert content.endswith(f'\n<p><a href="https://sherg.az/a">{source}</a></p>\n<p>{archived}</p>')
    data = stand.sell("atom").read_text()
    assert '<link rel="via" href="https://sherg.az" title="Sherg.az"/>' in data
    assert "<archive:archivedAt>2026-01-18T09:30:00+00:00</archive:archivedAt>" in data


def test_an_entry_tells_the_article(stand):
    urn = stand.publish("a", authors=("Əli",), tags=("Bakı",), published_at=stand.now)
    (entry,) = feedparser.parse(stand.sell("atom").read_bytes()).entries
    assert (entry.title, entry.link, entry.id, entry.author) == ("Park açılıb", "https://sherg.az/a", urn, "Əli")
    assert entry.published == entry.updated == "2026-01-18T09:30:00+00:00"


def test_what_was_taken_away_is_deleted_and_replaced(filled, urn):
    feed = etree.parse(filled.sell("atom"))
    deleted = {one.get("ref"): one.get("when") for one in feed.findall("at:deleted-entry", NAMES)}
    assert deleted == dict.fromkeys([urn("gone"), urn("withdrawn")], "2026-01-19T09:30:00+00:00")
    entries = {one.findtext("a:id", namespaces=NAMES): one for one in feed.findall("a:entry", NAMES)}
    withdrawn = entries[urn("withdrawn")]
    assert withdrawn.findtext("a:title", namespaces=NAMES) == "Bu xəbər geri götürülmüşdür."
    assert withdrawn.findtext("a:updated", namespaces=NAMES) == deleted[urn("withdrawn")]
    assert "park" not in withdrawn.findtext("a:content", namespaces=NAMES).lower()


def test_a_hostile_article_stays_text(filled):
    for content in etree.parse(filled.sell("atom")).findall(".//a:content", NAMES):
        assert "<script" not in content.text
