"""HTTP on loopback: one small threading server per portal, which answers from a page table and stops cleanly."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from icma_crawler.demo.answers import answer
from icma_crawler.demo.site import DemoPage

_IDLE_SECONDS = 30.0
_POLL_SECONDS = 0.05

Count = Callable[[str, str, int], None]


def bind_servers(number: int, port: int, count: Count) -> list[PortalServer]:
    """Listen on *port* of 127.0.2.1, 127.0.2.2 and so on; on a free port where it is 0 or taken.

    Where the system has no loopback address but 127.0.0.1 (macOS), the servers get a free port each there.

    Raises:
        OSError: not even a free port can be had.
    """
    hosts = [f"127.0.2.{n}" for n in range(1, number + 1)]
    try:
        return _bind(hosts, port, count)
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            return [PortalServer(("127.0.0.1", 0), count) for _ in hosts]
        if port == 0 or error.errno != errno.EADDRINUSE:
            raise
    return _bind(hosts, 0, count)


class PortalServer(ThreadingHTTPServer):
    """A portal at an address of its own; ``find_page`` is set before it starts."""

    request_queue_size = 128
    find_page: Callable[[str], DemoPage]

    def __init__(self, address: tuple[str, int], count: Count) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._connections: dict[Any, threading.Thread] = {}
        super().__init__(address, _Handler)

    @property
    def host(self) -> str:
        """Address and port: "127.0.2.1:8000"."""
        return f"{self.server_name}:{self.server_port}"

    @property
    def home(self) -> str:
        """The address of the front page."""
        return f"http://{self.host}/"

    def start(self) -> None:
        """Serve in a thread until `stop`."""
        self._thread = threading.Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name=f"newsroom {self.host}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, end open connections (idle ones too), and wait for all threads."""
        self.shutdown()
        self._thread.join()
        with self._lock:
            open_connections = dict(self._connections)
        for connection, thread in open_connections.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self.server_close()

    def count(self, path: str, status: int) -> None:
        """Note an answer."""
        self._count(self.host, path, status)

    def server_bind(self) -> None:
        """Bind without the look-up of a host name, which can take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that `stop` knows of."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, and forget it."""
        with self._lock:
            self._connections.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """An asker who hangs up is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: PortalServer
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    timeout = _IDLE_SECONDS
    # Headers and body leave together; otherwise each page waits for a delayed acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Say nothing: the newsroom counts instead."""

    def _send(self, *, with_body: bool) -> None:
        response = answer(self.server.find_page(_address(self.path)), dict(self.headers.items()))
        # Counted first, so that whoever has the answer also finds it counted.
        self.server.count(self.path, response.status)
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)


def _address(target: str) -> str:
    """Path and page number; other parameters change nothing, as on the portals that tag their links."""
    parts = urlsplit(target)
    page = parse_qs(parts.query).get("page", ["1"])[0]
    return parts.path if page == "1" else f"{parts.path}?page={page}"


def _bind(hosts: Sequence[str], port: int, count: Count, attempts: int = 20) -> list[PortalServer]:
    """Listen on one port of all *hosts*; where it is 0, the first free one that is free on all."""
    wanted = port
    with contextlib.ExitStack() as opened:
        servers: list[PortalServer] = []
        try:
            for host in hosts:
                servers.append(PortalServer((host, port), count))
                opened.callback(servers[-1].server_close)
                port = servers[-1].server_port
        except OSError as error:
            if wanted or attempts == 1 or error.errno != errno.EADDRINUSE:
                raise
        else:
            opened.pop_all()
            return servers
    return _bind(hosts, 0, count, attempts - 1)
