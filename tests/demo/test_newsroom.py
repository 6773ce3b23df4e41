from __future__ import annotations

import errno
import gzip
import http.client
import re
import socket
import threading
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from socketserver import TCPServer
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from icma_crawler.demo import DemoArticle, Newsroom
from icma_crawler.demo.articles import PORTAL_IDS, load_edition
from icma_crawler.demo.phrases import BAKU
from icma_crawler.demo.site import build_site
from icma_crawler.models import Portal

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)  # 13:30 in Baku
NEWS = {
    "sitemap": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(now=NOW) as opened:
        yield opened


class Response:
    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(url: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> Response:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers=dict(headers or {}))
        return Response(connection.getresponse())
    finally:
        connection.close()


def words_of(html: str) -> str:
    """The visible text, in one line."""
    without = re.sub(r"(?s)<(style|script).*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", without)).split())


def portal_of(newsroom: Newsroom, portal_id: str) -> Portal:
    return next(portal for portal in newsroom.portals if portal.id == portal_id)


def links_of(url: str) -> list[str]:
    html = ask(url).text
    return [urljoin(url, unescape(link)) for link in re.findall(r'<a[^>]* href="([^"#]+)"', html)]


def follow_links(home: str) -> set[str]:
    """Every address on the portal that its links lead to, robots.txt obeyed."""
    seen, waiting = {home}, [home]
    while waiting:
        for link in links_of(waiting.pop()):
            if link not in seen and link.startswith(home) and "/private/" not in link:
                seen.add(link)
                waiting.append(link)
    return seen


def test_four_portals_have_a_host_each(newsroom: Newsroom):
    assert [portal.id for portal in newsroom.portals] == list(PORTAL_IDS)
    assert len({domain for portal in newsroom.portals for domain in portal.domains}) == 4
    for portal in newsroom.portals:
        assert (portal.reuse, portal.timezone, portal.language) == ("full", "Asia/Baku", "az")
        assert (portal.crawl.delay_seconds, portal.crawl.concurrency) == (0, 8)
        assert all(portal.owns(article.url) for article in newsroom.articles if article.portal == portal.id)


def test_there_is_enough_to_read(newsroom: Newsroom):
    assert len(newsroom.articles) >= 60
    assert Counter(a.language for a in newsroom.articles) == {"az": 53, "ru": 4, "en": 4}
    assert len({article.url for article in newsroom.articles}) == len(newsroom.articles)
    assert all(3 <= len(article.paragraphs) <= 7 for article in newsroom.articles)
    text = " ".join(" ".join((a.title, *a.paragraphs)) for a in newsroom.articles)
    for word in ("Azərbaycan", "Bakıda", "BAKIDA", "Qazaxıstanla"):
        assert word in text
    assert len([a for a in newsroom.articles if a.kicker]) >= 8


def test_each_article_is_served_with_its_facts(newsroom: Newsroom):
    for article in newsroom.articles:
        page = ask(article.url)
        assert page.status == 200
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        text = words_of(page.text)
        for fact in (article.title_shown, article.section, *article.paragraphs):
            assert fact in text, article.url
        assert f'<html lang="{article.language}">' in page.text
        assert article.lead in unescape(page.text)
        assert all(name in page.text for name in article.authors)
        assert f"{article.published_at.astimezone(BAKU):%H:%M}" in text
        assert article.title_shown.startswith(article.title)
        assert article.kicker is None or article.title_shown.endswith(article.kicker)


def test_publication_times_are_whole_minutes_before_now(newsroom: Newsroom):
    for article in newsroom.articles:
        assert article.published_at.tzinfo is not None
        assert article.published_at < NOW
        assert article.published_at.second == 0
    assert max(a.published_at for a in newsroom.articles) > NOW - timedelta(minutes=15)


def test_without_a_given_moment_the_news_is_fresh():
    with Newsroom() as opened:
        newest = max(article.published_at for article in opened.articles)
    assert timedelta(0) < datetime.now(UTC) - newest < timedelta(minutes=15)
    assert (newest.second, newest.microsecond) == (0, 0)


def test_links_lead_to_every_article(newsroom: Newsroom):
    for portal in newsroom.portals:
        reached = follow_links(portal.home)
        missed = [a.url for a in newsroom.articles if a.portal == portal.id and a.url not in reached]
        assert missed == []
        assert {page.url for page in newsroom.other_pages if page.portal == portal.id} <= reached


def test_section_pages_page_through_all_articles_newest_first(newsroom: Newsroom):
    articles = [a for a in newsroom.articles if a.section == "Cəmiyyət"]
    url, seen = articles[0].section_url, []
    for path in ("", "?page=2"):
        main = ask(url + path).text.split("<main>")[1].split("</main>")[0]
        seen += [urljoin(url, link) for link in re.findall(r'class="row[^"]*"><a href="([^"]+)"', main)]
    assert seen == [article.url for article in articles]
    assert ask(url + "?page=1").text == ask(url).text
    assert ask(url + "?page=3").status == 404


@pytest.mark.parametrize(
    ("portal_id", "path", "language"),
    [
        ("xezri-demo", "feed.php", "az"),
        ("korpu-demo", "rss/", "az"),
        ("korpu-demo", "ru/rss/", "ru"),
        ("korpu-demo", "en/rss/", "en"),
    ],
)
def test_feeds_hold_the_newest_articles_of_their_language(newsroom, portal_id, path, language):
    page = ask(portal_of(newsroom, portal_id).home + path)
    assert page.headers["Content-Type"].startswith("application/rss+xml")
    items = ET.fromstring(page.body).findall("channel/item")  # noqa: S314 - our own feed
    articles = [a for a in newsroom.articles if a.portal == portal_id and a.language == language][:10]
    assert [item.findtext("title") for item in items] == [a.title_shown for a in articles]
    assert [item.findtext("link", "").split("?")[0] for item in items] == [a.url for a in articles]
    dates = [parsedate_to_datetime(item.findtext("pubDate", "")) for item in items]
    assert dates == [a.published_at for a in articles]


def test_tracking_parameters_lead_to_the_same_article(newsroom: Newsroom):
    feed = ET.fromstring(ask(portal_of(newsroom, "korpu-demo").home + "rss/").body)  # noqa: S314 - our own feed
    link = feed.findtext("channel/item/link", "")
    assert "?utm_source=rss&utm_medium=feed" in link
    assert ask(link).body == ask(link.split("?")[0]).body


def test_robots_name_the_sitemaps_and_close_a_folder(newsroom: Newsroom):
    sitemaps = {"xezri-demo": "sitemap_latest.php", "korpu-demo": "news-sitemap.xml"}
    for portal in newsroom.portals:
        robots = ask(portal.home + "robots.txt")
        assert robots.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert "User-agent: *\nDisallow: /private/\n" in robots.text
        named = re.findall(r"(?m)^Sitemap: (.+)$", robots.text)
        assert named == ([portal.home + sitemaps[portal.id]] if portal.id in sitemaps else [])
        assert portal.home + "private/" in links_of(portal.home)


def test_sitemaps_are_well_formed(newsroom: Newsroom):
    xezri = ET.fromstring(ask(portal_of(newsroom, "xezri-demo").home + "sitemap_latest.php").body)  # noqa: S314
    listed = [loc.text for loc in xezri.iterfind("sitemap:url/sitemap:loc", NEWS)]
    assert listed == [a.url for a in newsroom.articles if a.portal == "xezri-demo"]
    korpu = ET.fromstring(ask(portal_of(newsroom, "korpu-demo").home + "news-sitemap.xml").body)  # noqa: S314
    languages = {entry.text for entry in korpu.iterfind(".//news:language", NEWS)}
    assert languages == {"az", "ru", "en"}
    for entry in korpu.iterfind(".//news:publication_date", NEWS):
        assert NOW - datetime.fromisoformat(entry.text or "") < timedelta(hours=49)


def test_only_one_portal_links_to_its_feeds(newsroom: Newsroom):
    linking = [p.id for p in newsroom.portals if 'rel="alternate"' in ask(p.home).text]
    assert linking == ["korpu-demo"]
    assert ask(portal_of(newsroom, "cinar-demo").home + "feed.php").status == 404


def test_the_weekly_lists_relative_dates_and_stops_being_relative_after_yesterday(newsroom: Newsroom):
    text = words_of(ask(portal_of(newsroom, "hefte-demo").home).text)
    assert "Bu gün / 12:57" in text  # 33 minutes before 13:30
    assert "Dünən / 10:40" in text
    assert "16 Yanvar 2026 / 10:40" in text


def test_icon_words_stand_before_their_values(newsroom: Newsroom):
    html = ask(newsroom.articles[0].url).text
    assert re.search(r'<i class="material-icons">see</i>Baxış sayı:\d+', html)
    assert "<h4>0 Şərh</h4>" in html
    assert "18 Yanvar 2026 13:16" in html  # the article's own date, beside those of the most-read list


def test_the_weekly_links_to_pages_that_are_no_articles(newsroom: Newsroom):
    pages = {page.kind: ask(page.url) for page in newsroom.other_pages}
    assert set(pages) == {"soft-404", "login-wall", "about", "contact"}
    assert all(page.status == 200 for page in pages.values())
    assert "Səhifə tapılmadı" in pages["soft-404"].text
    assert 'type="password"' in pages["login-wall"].text


def test_one_article_cites_another_portal_of_the_newsroom(newsroom: Newsroom):
    (citing,) = [article for article in newsroom.articles if article.origin]
    assert citing.origin in {portal.name for portal in newsroom.portals}
    assert f"{citing.origin} portalına istinadən" in citing.paragraphs[0]
    originals = [a for a in newsroom.articles if a is not citing and set(a.paragraphs) & set(citing.paragraphs)]
    assert [portal_of(newsroom, a.portal).name for a in originals] == [citing.origin]
    assert originals[0].published_at > citing.published_at - timedelta(days=1)


def test_a_moved_article_redirects_from_its_old_address(newsroom: Newsroom):
    (moved,) = [article for article in newsroom.articles if article.old_url]
    assert moved.old_url is not None
    answer = ask(moved.old_url)
    assert (answer.status, answer.headers["Location"]) == (301, moved.url)
    assert moved.old_url in links_of(portal_of(newsroom, moved.portal).home)


def test_images_are_there(newsroom: Newsroom):
    image = ask(newsroom.articles[0].image_url)
    assert image.headers["Content-Type"] == "image/svg+xml"
    ET.fromstring(image.body)  # noqa: S314 - our own image


@pytest.mark.parametrize("path", ["", "robots.txt", "cemiyyet"])
def test_what_is_known_already_is_answered_with_304(newsroom: Newsroom, path: str):
    url = newsroom.portals[0].home + path
    first = ask(url)
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", {first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = ask(url, headers=condition)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert ask(url, headers={"If-None-Match": '"other"'}).status == 200
    assert ask(url, headers={"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}).status == 200
    assert ask(url, headers={"If-Modified-Since": "yesterday"}).status == 200


def test_an_unknown_tag_outweighs_a_known_time(newsroom: Newsroom):
    home = newsroom.portals[0].home
    headers = {"If-None-Match": '"other"', "If-Modified-Since": ask(home).headers["Last-Modified"]}
    assert ask(home, headers=headers).status == 200


def test_pages_are_gzipped_where_that_is_accepted(newsroom: Newsroom):
    home = newsroom.portals[0].home
    packed = ask(home, headers={"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == ask(home).body
    assert "Content-Encoding" not in ask(home).headers


def test_head_has_the_headers_without_the_body(newsroom: Newsroom):
    home = newsroom.portals[0].home
    head = ask(home, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(ask(home).body)


def test_a_missing_page_is_404_and_other_methods_are_refused(newsroom: Newsroom):
    for portal in newsroom.portals:
        missing = ask(portal.home + "yoxdur")
        assert missing.status == 404
        assert "Səhifə tapılmadı" in missing.text
    assert ask(newsroom.portals[0].home, method="POST").status == 501


def test_requests_are_counted():
    with Newsroom(now=NOW) as opened:
        home = opened.portals[0].home
        etag = ask(home).headers["ETag"]
        ask(home, headers={"If-None-Match": etag})
        ask(home + "yoxdur?page=2")
        host = urlsplit(home).netloc
    assert opened.requests == {(host, "/", 200): 1, (host, "/", 304): 1, (host, "/yoxdur?page=2", 404): 1}


def test_a_fixed_moment_gives_the_same_pages_every_time(newsroom: Newsroom):
    def pages() -> dict[str, dict[str, tuple[int, bytes]]]:
        return {
            portal_id: {
                address: (page.status, page.body)
                for address, page in build_site(
                    load_edition(portal_id, "http://127.0.2.9/", NOW), NOW.astimezone(BAKU).date()
                ).items()
            }
            for portal_id in PORTAL_IDS
        }

    assert pages() == pages()
    with Newsroom(now=NOW) as other:

        def at_home(article: DemoArticle) -> tuple[str, str, datetime]:
            parts = urlsplit(article.url)
            return article.portal, parts.path, article.published_at

        assert [at_home(a) for a in other.articles] == [at_home(a) for a in newsroom.articles]
        for ours, theirs in zip(newsroom.portals, other.portals, strict=True):
            own = ask(ours.home).text.replace(urlsplit(ours.home).netloc, "host")
            assert own == ask(theirs.home).text.replace(urlsplit(theirs.home).netloc, "host")


def test_lists_with_relative_dates_change_at_midnight_and_articles_do_not():
    edition = load_edition("hefte-demo", "http://127.0.2.9/", NOW)
    today = NOW.astimezone(BAKU).date()
    before, after = build_site(edition, today), build_site(edition, today + timedelta(days=1))
    changed = {address for address in before if before[address].etag != after[address].etag}
    assert changed == {"/", "/bolme/heyat", "/bolme/seher"}
    assert all(after[address].modified_at > before[address].modified_at for address in changed)


def test_the_served_lists_follow_the_clock(monkeypatch: pytest.MonkeyPatch):
    with Newsroom(now=NOW) as opened:
        home = portal_of(opened, "hefte-demo").home
        assert "Bu gün / 12:57" in ask(home).text
        monkeypatch.setattr(opened, "_now", NOW + timedelta(days=1))
        assert "Dünən / 12:57" in ask(home).text


def test_portal_files_say_what_the_portals_are(newsroom: Newsroom, tmp_path):
    paths = newsroom.write_portal_files(tmp_path / "portals")
    assert [path.name for path in paths] == [f"{portal_id}.toml" for portal_id in PORTAL_IDS]
    for path, portal in zip(paths, newsroom.portals, strict=True):
        assert tomllib.loads(path.read_text("utf-8")) == {
            "name": portal.name,
            "home": portal.home,
            "language": "az",
            "timezone": "Asia/Baku",
            "reuse": "full",
            "crawl": {"delay_seconds": 0, "concurrency": 8},
        }


def test_a_taken_port_gives_way_to_a_free_one():
    with Newsroom(now=NOW) as first:
        port = urlsplit(first.portals[0].home).port
        assert port is not None
        with Newsroom(now=NOW, port=port) as second:
            other = {urlsplit(portal.home).port for portal in second.portals}
            assert len(other) == 1
            assert other != {port}
            assert ask(second.portals[0].home).status == 200
    with Newsroom(now=NOW, port=port) as again:
        assert {urlsplit(portal.home).port for portal in again.portals} == {port}


def test_where_only_one_loopback_address_exists_each_portal_has_a_port(monkeypatch: pytest.MonkeyPatch):
    """macOS gives its loopback interface 127.0.0.1 alone."""
    bind = TCPServer.server_bind

    def bind_on_macos(server: TCPServer) -> None:
        if server.server_address[0] != "127.0.0.1":
            raise OSError(errno.EADDRNOTAVAIL, "Can't assign requested address")
        bind(server)

    monkeypatch.setattr(TCPServer, "server_bind", bind_on_macos)
    with Newsroom(now=NOW) as opened:
        assert {urlsplit(portal.home).hostname for portal in opened.portals} == {"127.0.0.1"}
        assert len({domain for portal in opened.portals for domain in portal.domains}) == 4
        assert all(ask(article.url).status == 200 for article in opened.articles)


def test_closing_ends_idle_connections_and_threads_and_says_nothing(capfd: pytest.CaptureFixture[str]):
    before = threading.active_count()
    with Newsroom(now=NOW) as opened:
        address = urlsplit(opened.portals[0].home)
        # A browser opens connections before it needs them; this one never asks anything.
        silent = socket.create_connection((address.hostname, address.port), timeout=5)
        kept = http.client.HTTPConnection(address.netloc, timeout=5)
        kept.request("GET", "/")
        assert kept.getresponse().read()
        hasty = socket.create_connection((address.hostname, address.port), timeout=5)
        hasty.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        hasty.close()
    assert silent.recv(1) == b""
    silent.close()
    kept.close()
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        ask(opened.portals[0].home)
    assert capfd.readouterr() == ("", "")
