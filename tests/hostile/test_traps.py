"""Sites without end: calendars, paths that repeat, sitemaps of sitemaps, sessions. And log lines that lie."""

# ruff: noqa: ARG005, PLR0917 - rows of one table share a signature

from __future__ import annotations

import gzip
import re
import socket
from pathlib import Path

import pytest
from hostile_lab import Asked, RawServer, answer, feed, page, run_crawl, write_portal

pytestmark = pytest.mark.hostile

MEGABYTE = 1024 * 1024


def write(folder: Path, site: RawServer, *sources: tuple[str, str], crawl: str = "") -> None:
    write_portal(folder / "portals", "trap", site.home, sources=sources, crawl=crawl)


class Everything(dict):
    """Routes in which every path leads somewhere."""

    def __init__(self, respond) -> None:
        super().__init__({"/robots.txt": answer(404)})
        self._respond = respond

    def get(self, path, default=None):  # noqa: ARG002 - the signature of dict
        return super().get(path, self._respond)


def links(*paths: str) -> bytes:
    items = "".join(f'<li><a href="{path}">Bölmə</a></li>' for path in paths)
    return answer(200, f"<html><body><nav><ul>{items}</ul></nav></body></html>".encode())


TRAPS = {
    "calendar": lambda path, n: links(
        *(f"/teqvim/{2026 + n // 12}/{n % 12 + 1}", f"/teqvim/{2027 + n // 12}/{n % 12 + 1}")
    ),
    "deeper": lambda path, n: links(path.rstrip("/") + "/daha", "/"),
    "repeats": lambda path, n: links(path.rstrip("/") + "/a/b/a", path.rstrip("/") + "/b"),
    "sections": lambda path, n: links(
        *(
            f"/bolme-{'abcdefghij'[k]}{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10 % 10]}{'abcdefghij'[n // 100 % 10]}/"
            for k in range(10)
        )
    ),
    "session-in-query": lambda path, n: links(f"/xeberler?PHPSESSID={n}", f"/idman?sid={n}&sessionid={n}"),
    "session-in-path": lambda path, n: links(f"/xeberler;jsessionid={n}x", f"/(S(abc{n}))/idman"),
    "facets": lambda path, n: links(*(f"/axtar?rubrika={n}&sira={k}" for k in range(20))),
    "next-for-ever": lambda path, n: links(f"/?page={n + 2}", f"/?page={n + 3}"),
    "tracking": lambda path, n: links(*(f"/idman?utm_source={n}-{k}" for k in range(20))),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_has_an_end(server: RawServer, tmp_path: Path, name: str, note):
    def respond(channel: socket.socket, asked: Asked) -> None:
        channel.sendall(TRAPS[name](asked.path.partition("?")[0], len(server.asked)))

    server.routes = Everything(respond)
    write(tmp_path, server)
    done = run_crawl(tmp_path, timeout=200)
    note(f"trap: {name}", "ended", f"{len(server.asked)} requests, {done.seconds:.0f} s")
    assert len(server.asked) <= 400
    assert {run["reason"] for run in done.runs} == {"finished"}


@pytest.mark.parametrize("width", [1, 30])
def test_sitemaps_of_sitemaps_have_an_end(server: RawServer, tmp_path: Path, width: int, note):
    def respond(channel: socket.socket, asked: Asked) -> None:
        number = len(server.asked)
        locs = "".join(f"<sitemap><loc>{server.home}s{number}-{k}.xml</loc></sitemap>" for k in range(width))
        channel.sendall(answer(200, f"<sitemapindex>{locs}</sitemapindex>".encode(), kind="application/xml"))

    server.routes = Everything(respond)
    write(tmp_path, server, ("sitemap", server.home + "sitemap.xml"), crawl="")
    server.routes["/"] = links("/")
    done = run_crawl(tmp_path, timeout=230)
    note(f"trap: sitemap index, {width} wide", "ended", f"{len(server.asked)} requests, {done.seconds:.0f} s")
    assert len(server.asked) <= 5_100
    assert {run["reason"] for run in done.runs} == {"finished"}


def urlset(server: RawServer, count: int) -> bytes:
    return (
        "<urlset>" + "".join(f"<url><loc>{server.home}xeber/x-{n}</loc></url>" for n in range(count)) + "</urlset>"
    ).encode()


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("gz", lambda s: gzip.compress(urlset(s, 3)), None),
        ("gz-twice", lambda s: gzip.compress(gzip.compress(urlset(s, 3))), None),
        ("gz-bomb", lambda s: gzip.compress(b"<urlset>" + bytes(80 * MEGABYTE)), "too-big"),
        ("gz-bomb-nested", lambda s: gzip.compress(gzip.compress(bytes(300 * MEGABYTE))), "too-big"),
        ("gz-noise", lambda s: b"\x1f\x8b\x08\x00" + bytes(range(256)), "encoding"),
        (
            "entities",
            lambda s: b'<!DOCTYPE u [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
            "xml-entities",
        ),
        ("html", lambda s: b"<html><body>404</body></html>", "html-not-feed"),
        ("empty", lambda s: b"", "not-a-source"),
        ("cut-xml", lambda s: urlset(s, 3)[:-30], None),
        ("60000-urls", lambda s: urlset(s, 60_000), None),
    ],
)
def test_sitemaps_that_are_not_what_they_should_be(server: RawServer, tmp_path: Path, name: str, make, reason, note):
    server.routes = Everything(answer(404))
    server.routes["/"] = links("/")
    server.routes["/sitemap.xml.gz"] = answer(200, make(server), kind="application/octet-stream")
    write(tmp_path, server, ("sitemap", server.home + "sitemap.xml.gz"), crawl="max_pages = 20")
    done = run_crawl(tmp_path, watch=True)
    assert done.source_reasons()[server.home + "sitemap.xml.gz"] == reason
    assert done.peak_bytes < 512 * MEGABYTE
    assert len(done.outcomes()) <= 50_000
    assert len(server.asked) <= 60
    note(f"sitemap: {name}", reason or "read", f"{done.peak_bytes / MEGABYTE:.0f} MB, {len(done.outcomes())} urls")


def test_no_more_pages_than_the_portal_file_allows(server: RawServer, tmp_path: Path):
    for number in range(60):
        server.routes[f"/xeber/park-{number}"] = answer(200, page(str(number), f"Bakıda {number} saylı park açılıb"))
    server.routes["/rss"] = feed([f"{server.home}xeber/park-{number}" for number in range(60)])
    write(tmp_path, server, ("feed", server.home + "rss"), crawl="max_pages = 25")
    (run,) = run_crawl(tmp_path).runs
    assert (run["archived"], run["pending"]) == (25, 35)


def test_a_log_line_cannot_be_forged(server: RawServer, tmp_path: Path):
    title = "Park\r\n2026-01-01 00:00:00 [icma] ERROR: forged\x1b[31m\u2028forged\u202e"
    server.routes["/xeber/park"] = answer(200, page("park", title))
    server.routes["/xeber/away"] = answer(302, b"", "Location: http://admin:hunter2@127.0.0.2/%0d%0aforged")
    server.routes["/rss"] = feed(
        [server.home + "xeber/park", server.home + "xeber/away", server.home + "xeber/%0d%0aforged"]
    )
    write(tmp_path, server, ("feed", server.home + "rss"))
    done = run_crawl(tmp_path, "--log-level", "DEBUG")
    assert "hunter2" not in done.stderr
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", done.stderr)
    assert not any(line.lstrip().startswith(("forged", "2026-01-01")) for line in done.stderr.splitlines())
