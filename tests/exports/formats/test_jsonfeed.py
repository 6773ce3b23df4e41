from __future__ import annotations

import json


def items(out):
    return json.loads(out.read_text())["items"]


def test_the_feed_is_a_json_feed(filled):
    feed = json.loads(filled.sell("jsonfeed").read_text())
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Icma.az")
    assert feed["home_page_url"] == "https://icma.az/"
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"]) == 4
    assert all(item["content_html"] and item["url"].startswith("https://") for item in feed["items"])


def test_the_sentences_are_in_each_item_as_data_and_as_text(stand, sentences):
    stand.publish("a")
    (item,) = items(stand.sell("jsonfeed"))
    statement, source, archived = sentences
    assert item["content_html"].startswith(f"<p>{statement}</p>\n")
    assert item["content_html"].endswith(f'<p><a href="https://sherg.az/a">{source}</a></p>\n<p>{archived}</p>')
    assert item["_archive"] == {
        "change": "new",
        "source": {"name": "Sherg.az", "url": "https://sherg.az"},
        "archived_at": "2026-01-18T09:30:00+00:00",
        "attribution": {"statement": statement, "source": source, "archived": archived},
    }


def test_what_was_taken_away_is_replaced(filled, urn):
    withdrawn = next(item for item in items(filled.sell("jsonfeed")) if item["id"] == urn("withdrawn"))
    assert withdrawn["title"] == "Bu xəbər geri götürülmüşdür."
    assert withdrawn["date_modified"] == "2026-01-19T09:30:00+00:00"
    assert "authors" not in withdrawn


def test_a_hostile_article_stays_text(filled, urn):
    hostile = next(item for item in items(filled.sell("jsonfeed")) if item["id"] == urn("hostile"))
    assert "<script" not in hostile["content_html"]
    assert "image" not in hostile
