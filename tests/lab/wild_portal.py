"""Portals on loopback that are built as others build them: any bytes at any path, and what was asked, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml; charset=utf-8"}

PARAGRAPHS = (
    "Bakının mərkəzində yerləşən köhnə parkda əsaslı təmir işləri başa çatıb və park yenidən sakinlərin istifadəsinə verilib.",
    "Təmir zamanı parkda iki yüzdən çox ağac əkilib, yeni oturacaqlar qoyulub və uşaq meydançası qurulub.",
    "İşıqlandırma sistemi də tamamilə dəyişdirilib, piyada yolları isə əhəmiyyətli dərəcədə genişləndirilib.",
    "Sakinlər deyirlər ki, park axşam saatlarında ən çox gəzilən yerlərdən birinə çevriləcək.",
)


@dataclass(frozen=True)
class Asked:
    """One request: when it had been read (seconds, monotonic), and what it asked for."""

    at: float
    path: str
    headers: Message


@dataclass(frozen=True)
class Answer:
    """What a path answers. As *raw*, the bytes are everything that is sent: status line, header lines and all."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HTML)
    raw: bool = False


Route = Answer | Callable[[Asked], Answer]


class WildPortal:
    """A server of its own; ``routes`` go by path and query, as requested. What has no route is a 404."""

    def __init__(self, portal_id: str) -> None:
        self.id = portal_id
        self.routes: dict[str, Route] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.home = f"http://127.0.0.1:{self._server.server_port}/"
        self.routes["/robots.txt"] = Answer(b"User-agent: *\nDisallow:\n", headers={"Content-Type": "text/plain"})

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
        return [each.path for each in self.asked]

    def url(self, path: str) -> str:
        return self.home + path.removeprefix("/")

    def html(self, path: str, body: str, **options: object) -> None:
        self.routes[path] = Answer(body.encode(), **options)

    def xml(self, path: str, body: str, **options: object) -> None:
        self.routes[path] = Answer(body.encode(), **{"headers": XML, **options})

    def article(self, path: str, title: str, *, text: str | None = None, head: str = "", at: str | None = None) -> None:
        """A page with a headline and a text of its own; *at* is its article:published_time."""
        self.html(path, article_page(title, text=text, head=head, at=at))

    def feed(self, path: str, items: str) -> None:
        """An RSS feed of *items*, which are written as they shall stand there."""
        self.xml(path, f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>')

    def write_portal_file(self, folder: Path, more: str = "") -> None:
        """The least a portal file has; *more* is added to it. No delay between requests unless *more* sets one."""
        folder.mkdir(exist_ok=True)
        crawl = "" if "[crawl]" in more else "\n[crawl]\ndelay_seconds = 0\nconcurrency = 4\n"
        (folder / f"{self.id}.toml").write_text(
            f'name = "{self.id.capitalize()}.demo"\nhome = "{self.home}"\nlanguage = "az"\ntimezone = "Asia/Baku"\n'
            f'reuse = "full"\n{more}\n{crawl}',
            "utf-8",
        )


def article_page(title: str, *, text: str | None = None, head: str = "", at: str | None = None) -> str:
    """An article as most systems write it; without *text*, four paragraphs that no other title has."""
    paragraphs = text if text is not None else "".join(f"<p>{title}: {paragraph}</p>" for paragraph in PARAGRAPHS)
    moment = f'<meta property="article:published_time" content="{at}">' if at else ""
    return (
        f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">{moment}{head}</head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


def _handler(portal: WildPortal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(time.monotonic(), self.path, self.headers)
            portal.asked.append(asked)
            route = portal.routes.get(self.path, Answer(b"<h1>404</h1>", status=404))
            answer = route(asked) if callable(route) else route
            if answer.raw:
                self.wfile.write(answer.body)
                self.close_connection = True
                return
            status, body, headers = answer.status, answer.body, answer.headers
            if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | dict(headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
