"""Address forms times ways in: no private address is contacted, and each try has its reason."""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack
from pathlib import Path

import pytest
from hostile_lab import Crawl, RawServer, answer, feed, page, run_crawl, write_portal

from icma_crawler.archive import open_archive

CANARY = "127.0.0.2"
FORMS = [
    "127.0.0.2",
    "2130706434",
    "0x7f000002",
    "0X7F000002",
    "0x7f.0.0.2",
    "0x7f.0x0.0x0.0x2",
    "0177.0.0.2",
    "0177.0.0.02",
    "017700000002",
    "127.2",
    "127.0.2",
    "127.0.0.2.",
    "１２７.０.０.２",
    "127。0。0。2",
    "①②⑦.⓪.⓪.②",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "canary.localhost",
    "router",
    "printer.local",
    "db.internal",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "[64:ff9b::7f00:2]",
    "[64:ff9b::127.0.0.2]",
    "[64:ff9b:1::7f00:2]",
    "[2002:7f00:2::]",
    "[2002:7f00:2::1]",
    "[2001:0:102:304:0:0:80ff:fffd]",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "0",
    "[::]",
    "127.0.0.1",
    "127.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "2852039166",
    "100.64.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[2001:db8::1]",
]
# These are no urls at all: a user name in front, a host in percent signs.
MALFORMED = ["user@127.0.0.2", "user:secret@127.0.0.2", "@127.0.0.2", "%31%32%37.0.0.2"]
SCHEMES = ["file:///etc/hostname", "ftp://127.0.0.2/", "gopher://127.0.0.2/", "data:text/html,x", "javascript:alert(1)"]

WAYS = ["stored", "link", "feed", "sitemap", "redirect", "robots", "canonical", "image", "index", "refresh"]


def target(form: str, port: int) -> str:
    return f"http://{form}:{port}/canary"


@pytest.fixture(scope="module")
def canary():
    with RawServer(CANARY) as opened, RawServer("::1", opened.port) as other:
        yield opened, other


@pytest.fixture(scope="module")
def crawled(canary, tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """One crawl of a portal that tries every form in every way but robots.txt."""
    folder = tmp_path_factory.mktemp("private")
    port = canary[0].port
    forms = FORMS + MALFORMED
    with RawServer() as site:
        own = [
            f"/xeber/{way}-{number}"
            for way in ("redirect", "canonical", "image", "refresh")
            for number in range(len(forms))
        ]
        targets = [target(form, port) for form in forms]
        for number, url in enumerate(targets):
            raw = url.encode()
            site.routes[f"/xeber/redirect-{number}"] = answer(302).replace(
                b"\r\n\r\n", b"\r\nLocation: " + raw + b"\r\n\r\n"
            )
            heads = {
                "canonical": f'<link rel="canonical" href="{url}"><meta property="og:url" content="{url}">',
                "image": f'<meta property="og:image" content="{url}">',
                "refresh": f'<meta http-equiv="refresh" content="0; url={url}">',
            }
            for way, head in heads.items():
                body = page(
                    f"{way} {number}", f"Bakıda {number} nömrəli {way} parkı açılıb", head, f'<img src="{url}">'
                )
                site.routes[f"/xeber/{way}-{number}"] = answer(200, body, f"Refresh: 0; url={target(forms[0], port)}")
        links = "".join(
            f'<li><a href="{url}">Bakıda yeni park bu gün açılıb {n}</a></li>'
            for n, url in enumerate(targets + SCHEMES)
        )
        site.routes["/"] = answer(200, f"<html><body><ul>{links}</ul></body></html>".encode())
        site.routes["/rss"] = feed(targets + SCHEMES + [site.home + path[1:] for path in own])
        locs = "".join(f"<url><loc>{url}</loc></url>" for url in [*targets, *SCHEMES, site.home + "xeber/park-1"])
        site.routes["/sitemap.xml"] = answer(200, f"<urlset>{locs}</urlset>".encode(), kind="application/xml")
        locs = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in [*targets, site.home + "sitemap.xml"])
        site.routes["/index.xml"] = answer(200, f"<sitemapindex>{locs}</sitemapindex>".encode(), kind="application/xml")
        site.routes["/xeber/park-1"] = answer(200, page("park-1"))
        named = "".join(f"Sitemap: {url}\n" for url in targets)
        site.routes["/robots.txt"] = answer(200, f"User-agent: *\nDisallow:\n{named}".encode(), kind="text/plain")
        sources = (("feed", site.home + "rss"), ("sitemap", site.home + "index.xml"))
        write_portal(folder / "portals", "trap", site.home, sources=sources)
        plant_sources(folder, site.home, [*targets, *SCHEMES[:-1]])
        return run_crawl(folder)


def plant_sources(folder: Path, home: str, urls: list[str]) -> None:
    """Start urls that come from the archive, as an older version or another hand might have left them there."""
    with open_archive(folder / "archive.db"):
        pass
    connection = sqlite3.connect(folder / "archive.db")
    with connection:
        at = "2026-01-01T00:00:00+00:00"
        connection.execute(
            "INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at) VALUES ('trap', 'T', ?, 'az', 'Asia/Baku', 'full', ?)",
            [home, at],
        )
        connection.executemany(
            "INSERT INTO sources (portal, kind, url, is_configured, first_seen_at) VALUES ('trap', 'feed', ?, 1, ?)",
            [(url, at) for url in urls],
        )
    connection.close()


def test_nobody_is_called_but_the_portal(crawled: Crawl, canary):
    assert [one.connections for one in canary] == [0, 0]
    ports = {place for place in crawled.connected if place[1] not in (0, 53)}
    assert {host for host, _ in ports} == {"127.0.0.1"}
    assert len(ports) == 1
    assert "Traceback" not in crawled.stderr


@pytest.mark.parametrize("form", FORMS)
def test_a_redirect_has_its_reason(crawled: Crawl, form: str, note):
    assert crawled.outcomes()[f"/xeber/redirect-{FORMS.index(form)}"] == ("refused", "private-address")
    note(f"private address: {form}", "refused private-address", "by each way in", tries=len(WAYS), seconds=0)


@pytest.mark.parametrize("form", FORMS)
def test_a_stored_start_url_has_its_reason(crawled: Crawl, canary, form: str):
    assert crawled.source_reasons()[target(form, canary[0].port)] == "private-address"


@pytest.mark.parametrize("form", MALFORMED)
def test_what_is_no_url_has_its_reason(crawled: Crawl, canary, form: str):
    number = len(FORMS) + MALFORMED.index(form)
    reasons = {
        crawled.outcomes()[f"/xeber/redirect-{number}"][1],
        crawled.source_reasons()[target(form, canary[0].port)],
    }
    assert reasons <= {"bad-url", "off-portal", "private-address"}


@pytest.mark.parametrize("url", SCHEMES[:-1])
def test_another_scheme_is_never_asked(crawled: Crawl, url: str):
    assert crawled.source_reasons()[url] == "bad-url"


def test_announced_links_to_private_addresses_do_not_enter_the_frontier(crawled: Crawl):
    """Links, feed items, sitemap entries and sitemaps of an index: discovery drops what is not on the portal's hosts."""
    assert {path.split("-")[0] for path in crawled.outcomes()} == {
        f"/xeber/{way}" for way in ("redirect", "canonical", "image", "refresh", "park")
    }


@pytest.mark.parametrize("way", ["canonical", "image", "refresh"])
def test_a_page_that_names_private_addresses_is_archived_under_its_own(crawled: Crawl, way: str):
    outcomes = {outcome for path, outcome in crawled.outcomes().items() if path.startswith(f"/xeber/{way}-")}
    assert outcomes == {("archived", None)}
    urls = [str(url) for (url,) in crawled.rows("SELECT url FROM articles")]
    assert all("/xeber/" in url for url in urls)


@pytest.mark.hostile
def test_robots_txt_may_not_be_redirected_to_a_private_address(canary, tmp_path: Path, note):
    forms = FORMS + MALFORMED
    with ExitStack() as stack:
        for number, form in enumerate(forms):
            site = stack.enter_context(RawServer(f"127.0.3.{number + 1}"))
            location = b"\r\nLocation: " + target(form, canary[0].port).encode() + b"\r\n\r\n"
            site.routes["/robots.txt"] = answer(302).replace(b"\r\n\r\n", location)
            site.routes["/rss"] = feed([])
            write_portal(tmp_path / "portals", f"robots{number}", site.home, sources=(("feed", site.home + "rss"),))
        done = run_crawl(tmp_path)
        reasons = dict(done.rows("SELECT portal, group_concat(DISTINCT reason) FROM sources GROUP BY portal"))
    assert [one.connections for one in canary] == [0, 0]
    assert {host for host, _ in done.connected if host.startswith("127.0.0.")} == set()
    expected = {f"robots{number}": "private-address" for number in range(len(FORMS))}
    assert {name: reasons[name] for name in expected} == expected
    assert len(json.loads(done.stdout)) == len(forms)
    note(f"private address: {len(forms)} forms x {len(WAYS)} ways", "refused private-address", "0 connections")


def test_a_portal_on_ipv6_that_its_file_names_is_crawled(tmp_path: Path):
    with RawServer("::1") as site:
        site.routes["/rss"] = feed([site.home + "xeber/park-1"])
        site.routes["/xeber/park-1"] = answer(200, page("park-1"))
        write_portal(tmp_path / "portals", "six", site.home, sources=(("feed", site.home + "rss"),))
        done = run_crawl(tmp_path)
    assert done.outcomes() == {"/xeber/park-1": ("archived", None)}
    assert {host for host, _ in done.connected} == {"::1"}


def test_a_public_name_with_a_private_address_is_refused(tmp_path: Path):
    home = "http://evil.example/"
    write_portal(tmp_path / "portals", "evil", home, sources=(("feed", home + "rss"),))
    done = run_crawl(tmp_path, names="evil.example=127.0.0.1")
    assert done.connected == set()
    assert set(done.source_reasons().values()) == {"private-address"}
