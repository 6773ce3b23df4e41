"""A portal on loopback that answers as it is told and remembers who asked."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest

Answer = tuple[int, dict[str, str], bytes]

PARAGRAPHS = """\
Bakının mərkəzində yerləşən köhnə parkda əsaslı təmir işləri başa çatıb və park yenidən sakinlərin istifadəsinə verilib.
Təmir zamanı parkda iki yüzdən çox ağac əkilib, yeni oturacaqlar qoyulub və uşaq meydançası qurulub.
İşıqlandırma sistemi də tamamilə dəyişdirilib, piyada yolları isə əhəmiyyətli dərəcədə genişləndirilib.
Sakinlər deyirlər ki, park axşam saatlarında ən çox gəzilən yerlərdən birinə çevriləcək.
Növbəti mərhələdə parkın yaxınlığında kiçik kitabxana tikiləcəyi və iki yeni dayanacağın açılacağı da bildirilib.
""".splitlines()


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with FakeSite() as opened:
        yield opened


@pytest.fixture(scope="module")
def module_site() -> Iterator[FakeSite]:
    """One that several tests look at after a single crawl."""
    with FakeSite() as opened:
        yield opened


@pytest.fixture(scope="session")
def wait_until() -> Callable[..., None]:
    return _wait_until


@pytest.fixture(scope="session")
def read_rows() -> Callable[..., list[tuple[object, ...]]]:
    """What an SQL query finds in an archive file, read from outside."""

    def read(path: Path, query: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(path)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    return read


def _wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    """Look until it is so; a test that waits in vain fails."""
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not come to be"
        time.sleep(0.005)


class FakeSite:
    """Routes by path; each is an answer, or a function that gives one. A feed lists what `article` and `link` add."""

    def __init__(self) -> None:
        self.routes: dict[str, Answer | Callable[[], Answer | None]] = {}
        self.asked: list[tuple[str, Message]] = []
        self._listed: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.home = f"http://127.0.0.1:{self._server.server_port}/"
        self.routes |= {
            "/": self._page,
            "/rss": self._feed,
            "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /secret/\n"),
        }

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]

    def link(self, path: str, answer: Answer | Callable[[], Answer | None]) -> None:
        self._listed.append(path)
        self.routes[path] = answer

    def article(self, path: str, title: str) -> None:
        self.link(path, _html(_article_page(self.home + path[1:], title)))

    def write_portal_file(self, folder: Path, more: str = "") -> Path:
        folder.mkdir(exist_ok=True)
        path = folder / "fake.toml"
        path.write_text(
            f'name = "Fake.demo"\nhome = "{self.home}"\nlanguage = "az"\ntimezone = "Asia/Baku"\nreuse = "full"\n{more}\n'
            f'[[sources]]\nkind = "feed"\nurl = "{self.home}rss"\n\n[crawl]\ndelay_seconds = 0\nconcurrency = 4\n',
            "utf-8",
        )
        return path

    def _feed(self) -> Answer:
        items = "".join(
            f"<item><title>{path}</title><link>{self.home}{path[1:]}</link></item>" for path in self._listed
        )
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'
        return 200, {"Content-Type": "application/rss+xml", "ETag": f'"{len(self._listed)}"'}, body.encode()

    def _page(self) -> Answer:
        links = "".join(f'<li><a href="{path}">Xəbər {path}: bu gün nə baş verdi</a></li>' for path in self._listed)
        return _html(f"<html><body><h1>Fake.demo</h1><ul>{links}</ul></body></html>")


def _html(body: str) -> Answer:
    return 200, {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": "seen=1"}, body.encode()


def _article_page(url: str, title: str) -> str:
    text = "".join(f"<p>{title}: {paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>{title} - Fake.demo</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<link rel="canonical" href="{url}">'
        '<meta property="article:published_time" content="2026-01-18T13:30:00+04:00"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def _handler(site: FakeSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers))
            answer = site.routes.get(self.path, (404, {"Content-Type": "text/html"}, b"<h1>404</h1>"))
            answer = answer() if callable(answer) else answer
            if answer is None:  # hang up without a word
                return
            status, headers, body = answer
            if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
