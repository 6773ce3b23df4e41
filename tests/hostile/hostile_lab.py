"""A server that misbehaves byte by byte, a canary that nobody may call, and a watch over memory and connections."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

Respond = Callable[[socket.socket, "Asked"], None]

SENTENCES = [
    "Bakının mərkəzində yerləşən köhnə parkda əsaslı təmir işləri başa çatıb və park yenidən sakinlərə verilib.",
    "Təmir zamanı parkda iki yüzdən çox ağac əkilib, yeni oturacaqlar qoyulub və uşaq meydançası qurulub.",
    "İşıqlandırma sistemi də tamamilə dəyişdirilib, piyada yolları isə əhəmiyyətli dərəcədə genişləndirilib.",
    "Sakinlər deyirlər ki, park axşam saatlarında ən çox gəzilən yerlərdən birinə çevriləcək.",
    "Növbəti mərhələdə parkın yaxınlığında kiçik kitabxana tikiləcəyi və dayanacağın açılacağı bildirilib.",
]

# Written beside every crawl: each connection of each of its processes is noted, whoever makes it.
_WATCH = """
import os, socket, sys
_log = os.open(os.environ["WATCH_CONNECTIONS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def _note(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        os.write(_log, f"{arguments[1][0]} {arguments[1][1]}\\n".encode())
sys.addaudithook(_note)
_names = dict(pair.split("=") for pair in os.environ.get("WATCH_NAMES", "").split())
_ask = socket.getaddrinfo
def _answer(host, *rest, **more):
    return _ask(_names.get(host, host), *rest, **more)
socket.getaddrinfo = _answer
"""


@dataclass(frozen=True)
class Asked:
    path: str
    host: str
    headers: dict[str, str]


class RawServer:
    """Answers raw bytes by path on one loopback address; ``asked`` holds the requests, ``connections`` their count."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, port), family=family, backlog=200)
        self._tls = tls
        self.port: int = self._socket.getsockname()[1]
        self.netloc = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        self.home = f"{'https' if tls else 'http'}://{self.netloc}/"
        self.routes: dict[str, bytes | Respond] = {"/robots.txt": answer(404)}
        self.asked: list[str] = []
        self.connections = 0
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def paths(self) -> list[str]:
        return list(self.asked)

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError, IndexError), contextlib.closing(connection):
            connection.settimeout(60)
            with self._tls.wrap_socket(connection, server_side=True) if self._tls else connection as channel:
                self._answer(channel)

    def _answer(self, channel: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = channel.recv(65536)
            if not piece:
                return
            head += piece
        lines = head.decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.asked.append(path)
        route = self.routes.get(path, answer(404))
        if callable(route):
            route(channel, Asked(path, headers.get("host", ""), headers))
        else:
            channel.sendall(route)
        # Read to the end, so that closing does not reset what is still on its way.
        with contextlib.suppress(OSError):
            channel.shutdown(socket.SHUT_WR)
            channel.settimeout(1)
            channel.recv(1)


def answer(status: int | str = 200, body: bytes = b"", *headers: str, kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole answer; *headers* come after, and may contradict, the usual ones."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close"]
    stated = {line.partition(":")[0].lower() for line in headers}
    if "content-type" not in stated:
        lines.append(f"Content-Type: {kind}")
    if not stated & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def page(url: str, title: str = "Bakıda köhnə park açılıb", more_head: str = "", more_body: str = "") -> bytes:
    """An article that can be archived."""
    text = "".join(f"<p>{sentence} ({url})</p>" for sentence in SENTENCES)
    return (
        f'<!doctype html><html lang="az"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="2026-01-18T13:30:00+04:00">{more_head}</head>'
        f"<body><article><h1>{title}</h1>{text}{more_body}</article></body></html>"
    ).encode()


def feed(links: list[str]) -> bytes:
    escaped = (link.replace("&", "&amp;").replace("<", "&lt;") for link in links)
    items = "".join(f"<item><title>Xəbər</title><link>{link}</link></item>" for link in escaped)
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title>{items}</channel></rss>'.encode()
    return answer(200, body, kind="application/rss+xml")


@dataclass
class Crawl:
    """A crawl that is over: its archive, its talk, where it connected to, and its highest memory."""

    folder: Path
    returncode: int
    stdout: str
    stderr: str
    seconds: float
    peak_bytes: int = 0
    connected: set[tuple[str, int]] = field(default_factory=set)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with contextlib.closing(sqlite3.connect(self.folder / "archive.db")) as connection:
            return connection.execute(query, values).fetchall()

    @property
    def runs(self) -> list[dict[str, object]]:
        return json.loads(self.stdout)

    def outcomes(self) -> dict[str, tuple[object, object]]:
        """(state, reason) by path."""
        rows = self.rows("SELECT url, state, reason FROM frontier")
        return {"/" + str(url).split("/", 3)[3]: (state, reason) for url, state, reason in rows}

    def source_reasons(self) -> dict[str, object]:
        return dict(self.rows("SELECT url, reason FROM sources"))  # type: ignore[arg-type]


def write_portal(
    folder: Path, name: str, home: str, *, sources: tuple[tuple[str, str], ...] = (), crawl: str = "", more: str = ""
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tables = "".join(f'[[sources]]\nkind = "{kind}"\nurl = "{url}"\n' for kind, url in sources)
    (folder / f"{name}.toml").write_text(
        f'name = "{name}"\nhome = "{home}"\nlanguage = "az"\ntimezone = "Asia/Baku"\nreuse = "full"\n{more}\n{tables}'
        f"[crawl]\ndelay_seconds = 0\nconcurrency = 16\n{crawl}\n",
        "utf-8",
    )


def run_crawl(folder: Path, *arguments: str, timeout: float = 240, names: str = "", watch: bool = False) -> Crawl:
    """`icma crawl --json` in *folder*; with *watch* its memory is measured all along."""
    (folder / "watch").mkdir(exist_ok=True)
    (folder / "watch" / "sitecustomize.py").write_text(_WATCH)
    log = folder / "connections.log"
    log.unlink(missing_ok=True)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "SCRAPY_"))}
    settings = {"ICMA_CONTACT": "https://example.org/bot", "ICMA_WORKERS": "2", "PYTHONWARNINGS": "default"}
    path = os.pathsep.join(filter(None, [str(folder / "watch"), plain.get("PYTHONPATH")]))
    watching = {"PYTHONPATH": path, "WATCH_CONNECTIONS": str(log), "WATCH_NAMES": names}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "icma_crawler", "crawl", "--json", *arguments],
        cwd=folder,
        env=plain | settings | watching,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with MemoryWatch(process.pid if watch else None) as memory:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
    connected = (
        {(host, int(port)) for host, port in map(str.split, log.read_text().splitlines())} if log.exists() else set()
    )
    return Crawl(folder, process.returncode, stdout, stderr, time.monotonic() - began, memory.peak_bytes, connected)


class MemoryWatch:
    """While the ``with`` lasts: the highest sum of what a process and its descendants have (PSS), ten times a second."""

    def __init__(self, pid: int | None, *, only_below: bool = False) -> None:
        self._pid = pid
        self._only_below = only_below
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_bytes = 0

    def __enter__(self) -> Self:
        if self._pid is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._pid is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            below = _descendants(self._pid)
            self.peak_bytes = max(self.peak_bytes, sum(map(_pss, below if self._only_below else [self._pid, *below])))


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _descendants(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *_descendants(child)]
    return found
