from __future__ import annotations

import json
import re
from hashlib import sha256

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from icma_crawler.errors import ArchiveError
from icma_crawler.exports import Dispatch
from icma_crawler.exports.markup import story_html


def page_of(site, urn):
    (path,) = site.glob(f"article/*/{urn.removeprefix('urn:uuid:')}.html")
    return path.read_text()


def test_the_sentences_are_on_the_page_to_the_byte(stand, sentences):
    urn = stand.publish("a")
    statement, source, archived = sentences
    page = page_of(stand.sell("html"), urn)
    assert f"<p>{statement}</p>" in page
    assert f'<p><a href="https://sherg.az/a">{source}</a></p>\n<p>{archived}</p>\n</article>' in page
    assert '<link rel="canonical" href="https://sherg.az/a">' in page


def test_search_engines_are_told_whose_it_is(stand):
    urn = stand.publish("a", authors=("Əli",), published_at=stand.now)
    (data,) = html.fromstring(page_of(stand.sell("html"), urn)).xpath("//script")
    facts = json.loads(data.text)
    assert data.get("type") == "application/ld+json"
    assert (facts["@type"], facts["headline"], facts["isBasedOn"]) == (
        "NewsArticle",
        "Park açılıb",
        "https://sherg.az/a",
    )
    assert facts["publisher"]["name"] == "Sherg.az"
    assert facts["datePublished"] == "2026-01-18T09:30:00+00:00"


def test_every_link_leads_to_a_page(filled):
    site = filled.sell("html")
    for page in site.rglob("*.html"):
        for href in html.fromstring(page.read_text()).xpath("//a/@href | //link[@rel='stylesheet']/@href"):
            if not href.startswith("https://"):
                assert (page.parent / href).resolve().is_file(), (page, href)


def test_articles_are_listed_by_day_and_by_portal(stand, now):
    stand.publish("a", title="Birinci", published_at=now)
    stand.publish("b", title="İkinci", published_at=now.replace(hour=21))
    site = stand.sell("html")
    # Nine in the evening in UTC is the next day in Baku.
    assert "Birinci" in (site / "day/2026-01-18.html").read_text()
    assert "İkinci" in (site / "day/2026-01-19.html").read_text()
    assert "İkinci" in (site / "portal/sherg.az/2026-01-19.html").read_text()
    assert "19 Yanvar 2026" in (site / "portal/sherg.az/index.html").read_text()
    front = (site / "index.html").read_text()
    assert front.index("İkinci") < front.index("Birinci")


def test_a_page_tells_the_time_as_exactly_as_the_source_did(stand, now):
    stand.publish("minute", title="Dəqiqə", published_at=now, published_precision="minute")
    stand.publish("day", title="Gün", published_at=now, published_precision="day")
    stand.publish("never", title="Heç vaxt")
    site = stand.sell("html")
    facts = {
        item.xpath("string(a)"): item.xpath("string(small)")
        for item in html.fromstring((site / "day/2026-01-18.html").read_text()).xpath("//li")
    }
    assert facts == {
        "Dəqiqə": "Sherg.az · 18 Yanvar 2026, 13:30",
        "Gün": "Sherg.az · 18 Yanvar 2026",
        "Heç vaxt": "Sherg.az",
    }


def test_a_reader_goes_from_day_to_day_and_from_an_article_to_its_day(stand, now):
    for day in (15, 17, 18):
        urn = stand.publish(f"p{day}", published_at=now.replace(day=day))
    site = stand.sell("html")
    for folder, home in (("day", "../index.html"), ("portal/sherg.az", "../../index.html")):
        (links,) = html.fromstring((site / folder / "2026-01-17.html").read_text()).xpath("//nav")
        assert [(link.text, link.get("href").rpartition("/")[2]) for link in links.xpath("a")] == [
            ("← 15 Yanvar 2026", "2026-01-15.html"),
            ("18 Yanvar 2026 →", "2026-01-18.html"),
        ]
        assert home in (site / folder / "2026-01-17.html").read_text()
    trail = html.fromstring(page_of(site, urn)).xpath("//header/a/text()")
    assert trail == ["Icma.az", "Sherg.az", "18 Yanvar 2026"]


def test_the_words_around_an_article_are_in_its_sentences_language(stand, now):
    urn = stand.publish("a", language="ru", published_at=now, published_precision="minute")
    page = page_of(stand.sell("html"), urn)
    assert '<html lang="ru">' in page
    assert "18 января 2026, 13:30" in page


PICTURE = {
    "image_url": "https://sherg.az/park.jpg",
    "image_caption": "Park & <b>hovuz</b>",
    "image_credit": "Rəna Əliyeva",
}


def test_below_a_picture_stands_what_its_source_says_and_whom_it_is_by(stand):
    pictured, plain = stand.publish("a", **PICTURE), stand.publish("b", image_url="https://sherg.az/b.jpg")
    site = stand.sell("html")
    (figure,) = html.fromstring(page_of(site, pictured)).xpath("//figure")
    assert figure.xpath("string(img/@src)") == "https://sherg.az/park.jpg"
    assert figure.xpath("string(figcaption)") == "Park & <b>hovuz</b> · Foto: Rəna Əliyeva"
    assert "<figure" not in page_of(site, plain)


@pytest.mark.parametrize("reuse", ["excerpt", "link"])
def test_where_the_text_may_not_leave_whole_no_picture_is_shown(stand, reuse):
    urn = stand.publish("a", **PICTURE)
    stand.set_reuse(reuse)
    page = page_of(stand.sell("html"), urn)
    assert "hovuz" not in page
    assert "Rəna" not in page


ANY_TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r") | st.sampled_from("<>&\"'/= \n"), max_size=40
) | st.sampled_from(
    ["<script>x</script>", "<img src=x onerror=y>", "</p><style>*{}</style>", "<a href='javascript:x'>", "<!--", "]]>"]
)


@settings(max_examples=150, deadline=None)
@given(
    lead=ANY_TEXT,
    text=st.lists(ANY_TEXT, max_size=3).map("\n\n".join),
    url=st.sampled_from(["https://sherg.az/a?b=1&c='\"<x>", "javascript:alert(1)"]),
    change=st.sampled_from(["new", "gone", "withdrawn"]),
)
def test_a_sanitizer_finds_nothing_to_take_out_of_a_story(lead, text, url, change):
    """What the archive keeps is plain text, and every sign of it is escaped: nh3 is the judge of that."""
    sentences = {"statement": lead, "source": text, "archived": "Bu xəbər"}
    record = {"url": url, "lead": lead, "text": text, "reuse": "excerpt", "change": change, "attribution": sentences}
    story = story_html(Dispatch(record, "2026-01-18T09:30:00+00:00", "az"))
    kept = nh3.clean(story, tags={"p", "a", "strong", "br"}, attributes={"a": {"href"}}, link_rel=None)
    assert outline(kept) == outline(story)


def outline(markup):
    """The elements of a piece of HTML with their attributes and all text, however it is escaped."""
    tree = html.fragment_fromstring(markup, create_parent=True)
    return [(one.tag, dict(one.attrib), one.text, one.tail) for one in tree.iter()]


def test_a_hostile_article_carries_no_script(filled, urn):
    for page in filled.sell("html").rglob("*.html"):
        tree = html.fromstring(page.read_text())
        assert {script.get("type") for script in tree.xpath("//script")} <= {"application/ld+json"}
        assert not tree.xpath("//@*[starts-with(name(), 'on') or contains(., 'javascript:')]")
        assert not tree.xpath("//style | //iframe | //object | //@style")
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    page = page_of(filled.sell("html", name="again"), urn("hostile"))
    assert "</script> Bir" not in page
    assert json.loads(html.fromstring(page).xpath("//script")[0].text)["@type"] == "NewsArticle"


def test_what_was_taken_away_has_no_page_but_a_line(filled, urn):
    site = filled.sell("html")
    gone = (site / "410.txt").read_text().splitlines()
    assert sorted(line.rpartition("/")[2] for line in gone) == sorted(
        f"{urn(path).removeprefix('urn:uuid:')}.html" for path in ("gone", "withdrawn")
    )
    assert all(line.startswith("/article/2026-01-18/") for line in gone)
    assert not any((site / line[1:]).exists() for line in gone)
    assert "withdrawn" not in (site / "index.html").read_text()


def test_a_page_never_moves(stand, now):
    urn = stand.publish("a")
    before = [path.name for path in stand.sell("html").glob("article/*/*")]
    stand.desk.look_again("a", title="Düzəliş", published_at=now.replace(year=2025))
    site = stand.sell("html", now=now.replace(minute=31))
    assert [path.name for path in site.glob("article/*/*")] == before
    assert "Düzəliş" in page_of(site, urn)


def test_the_sitemap_has_every_page(filled, monkeypatch):
    monkeypatch.setattr("icma_crawler.exports.formats.html_site._IN_SITEMAP", 1)
    site = filled.sell("html")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    parts = [part.text for part in etree.parse(site / "sitemap.xml").findall(".//s:loc", names)]
    assert parts == ["https://icma.az/sitemap-1.xml", "https://icma.az/sitemap-2.xml"]
    pages = [etree.parse(site / part.rpartition("/")[2]).findtext(".//s:loc", None, names) for part in parts]
    assert {page.removeprefix("https://icma.az/") for page in pages} == {
        path.relative_to(site).as_posix() for path in site.glob("article/*/*")
    }


def test_without_a_site_there_is_no_sitemap(filled):
    assert not (filled.sell("html", site=None) / "sitemap.xml").exists()


def test_the_feed_has_the_newest(stand, now, monkeypatch):
    monkeypatch.setattr("icma_crawler.exports.formats.html_site._IN_FEED", 1)
    stand.publish("old", title="Köhnə", published_at=now.replace(year=2025))
    stand.publish("new", title="Yeni", published_at=now)
    assert re.findall("<title>(.*)</title>", (stand.sell("html") / "feed.atom").read_text()) == ["Icma.az", "Yeni"]


def test_the_link_is_swapped_to_a_new_folder(stand, now):
    stand.publish("a")
    site = stand.sell("html")
    first = site.readlink()
    stand.publish("b")
    for minute in (31, 32):
        stand.sell("html", now=now.replace(minute=minute))
    assert site.readlink() != first
    assert sum(path.is_dir() and not path.is_symlink() for path in stand.folder.iterdir()) == 2
    assert (site / "index.html").exists()


def test_two_sites_side_by_side_leave_each_other_alone(stand, now):
    stand.publish("a")
    other = stand.sell("html", name="site.en", language="en")
    for minute in (31, 32, 33):
        stand.sell("html", name="site", now=now.replace(minute=minute))
    assert (other / "index.html").exists()


def test_a_folder_that_is_not_ours_is_left_alone(stand):
    (stand.folder / "site").mkdir()
    with pytest.raises(ArchiveError, match="not as a link made by a dump"):
        stand.sell("html", name="site")
    assert [path.name for path in stand.folder.iterdir()] == ["site"]


def test_a_failed_site_leaves_the_old_one(stand, monkeypatch):
    stand.publish("a")
    site = stand.sell("html")
    before = site.readlink()
    monkeypatch.setattr("icma_crawler.exports.formats.html_site._write_sitemaps", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stand.sell("html", now=stand.now.replace(minute=31))
    assert site.readlink() == before
    assert len(list(stand.folder.glob("*.v"))) == 1


def test_the_manifest_proves_the_folder(stand):
    stand.publish("a")
    folder = stand.sell("html").resolve()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder)}\n" for file in files]
    manifest = json.loads((stand.folder / "dump.manifest.json").read_text())
    assert manifest["sha256"] == sha256("".join(lines).encode()).hexdigest()
    assert manifest["rows"] == 1
