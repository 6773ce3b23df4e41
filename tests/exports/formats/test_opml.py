from __future__ import annotations

from dataclasses import replace

from lxml import etree

from icma_crawler.exports.formats.opml import outline_of
from icma_crawler.models import Source


def test_a_portal_is_a_subscription(portal):
    one = replace(portal, sources=(Source(kind="feed", url="https://sherg.az/rss?a=1&b=2"),))
    outline = etree.fromstring(outline_of(one))
    assert dict(outline.attrib) == {
        "type": "rss",
        "xmlUrl": "https://sherg.az/rss?a=1&b=2",
        "text": "Sherg.az",
        "title": "Sherg.az",
        "htmlUrl": "https://sherg.az",
        "language": "az",
    }


def test_several_feeds_are_a_folder_and_none_is_a_link(portal):
    feeds = tuple(Source(kind="feed", url=f"https://sherg.az/{name}") for name in ("a", "b"))
    folder = etree.fromstring(outline_of(replace(portal, sources=feeds)))
    assert [one.get("xmlUrl") for one in folder] == ["https://sherg.az/a", "https://sherg.az/b"]
    assert etree.fromstring(outline_of(portal)).get("type") == "link"


def test_the_list_has_every_portal_of_the_archive(stand):
    with stand.archive.write():
        stand.archive.portals.save(replace(stand.desk.portal, id="b.az", name="B & <C>"), stand.now)
    listed = etree.parse(stand.sell("opml")).findall("./body/outline")
    assert [one.get("text") for one in listed] == ["B & <C>", "Sherg.az"]
    assert len(etree.parse(stand.sell("opml", portal_id="b.az")).findall("./body/outline")) == 1
