from __future__ import annotations

import html
import json

from lxml import etree

from icma_crawler.exports.dump import manifest_path

NAMES = {
    "wp": "http://wordpress.org/export/1.2/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


def posts(out):
    return etree.parse(out).findall("./channel/item")


def meta_of(post):
    pairs = post.findall("wp:postmeta", NAMES)
    return {one.findtext("wp:meta_key", None, NAMES): one.findtext("wp:meta_value", None, NAMES) for one in pairs}


def test_the_sentences_are_in_each_post_to_the_byte(stand, sentences):
    stand.publish("a")
    statement, source, archived = sentences
    data = stand.sell("wxr").read_text()
    assert f"<content:encoded><![CDATA[<p>{statement}</p>\n" in data
    assert f'<p><a href="https://sherg.az/a">{source}</a></p>\n<p>{archived}</p>]]></content:encoded>' in data


def test_a_post_has_what_wordpress_reads(stand):
    urn = stand.publish("a", section="Siyasət", tags=("Bakı",), published_at=stand.now)
    (post,) = posts(stand.sell("wxr"))
    assert (post.findtext("title"), post.findtext("guid")) == ("Park açılıb", urn)
    assert post.findtext("wp:post_date", None, NAMES) == "2026-01-18 13:30:00"
    assert post.findtext("wp:post_date_gmt", None, NAMES) == "2026-01-18 09:30:00"
    number = stand.archive.find("1").urn.removeprefix("urn:uuid:")[:8]
    assert post.findtext("wp:post_name", None, NAMES) == f"park-acilib-{number}"
    assert post.findtext("wp:status", None, NAMES) == "publish"
    assert post.findtext("dc:creator", None, NAMES) == "sherg.az"
    assert [(one.get("domain"), one.get("nicename"), one.text) for one in post.findall("category")] == [
        ("category", "siyaset", "Siyasət"),
        ("post_tag", "baki", "Bakı"),
    ]
    assert meta_of(post)["icma_url"] == meta_of(post)["_yoast_wpseo_canonical"] == "https://sherg.az/a"
    assert meta_of(post)["icma_archived_at"] == "2026-01-18T09:30:00+00:00"


def test_each_portal_is_an_author(stand):
    authors = etree.parse(stand.sell("wxr")).findall(".//wp:author", NAMES)
    assert [one.findtext("wp:author_display_name", None, NAMES) for one in authors] == ["Sherg.az"]


def test_what_was_taken_away_is_left_out_and_counted(filled):
    out = filled.sell("wxr")
    assert len(posts(out)) == 2
    assert json.loads(manifest_path(out).read_text())["skipped"] == {"gone": 1, "withdrawn": 1}


def test_a_hostile_article_stays_text(filled, urn):
    (post,) = [post for post in posts(filled.sell("wxr")) if post.findtext("guid") == urn("hostile")]
    assert "<script" not in post.findtext("content:encoded", None, NAMES)
    assert "]]&gt;" in post.findtext("content:encoded", None, NAMES)
    assert "<script" not in post.findtext("title")
    assert "<script" not in post.findtext("excerpt:encoded", None, NAMES)
    assert html.unescape(post.findtext("title")).startswith('=HYPERLINK("http://x") <script>alert(1)</script> ]]> &')
