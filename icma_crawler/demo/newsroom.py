"""The sample newsroom: four invented portals, each served on a loopback address of its own while the ``with`` lasts."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from icma_crawler.demo.articles import PORTAL_IDS, DemoArticle, DemoEdition, OtherPage, load_edition
from icma_crawler.demo.phrases import BAKU
from icma_crawler.demo.server import bind_servers
from icma_crawler.demo.site import DemoPage, Site, build_site, missing_page
from icma_crawler.models import Portal
from icma_crawler.system.clock import utc_now


class Newsroom:
    """Serves the sample portals between ``__enter__`` and ``__exit__``.

    Ages of articles count back from *now*, or from the moment of entering; a given *now* also stops the portals'
    clock, so that the same pages come every time. The portals share *port* (0: any free one, which is also what they
    get when it is taken). Where the system knows only 127.0.0.1, each gets a port of its own there.

    Attributes:
        portals: the portals, with their homes; empty until entered.
        articles: what is true of each article, portal by portal, newest first.
        other_pages: the pages that are linked, but are no articles.
    """

    def __init__(self, now: datetime | None = None, port: int = 0) -> None:
        self._now = now
        self._port = port
        self._opened = ExitStack()
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self.portals: tuple[Portal, ...] = ()
        self.articles: tuple[DemoArticle, ...] = ()
        self.other_pages: tuple[OtherPage, ...] = ()

    def __enter__(self) -> Self:
        opened_at = self._clock().replace(second=0, microsecond=0)
        with ExitStack() as opened:
            servers = bind_servers(len(PORTAL_IDS), self._port, self._count)
            for server in servers:
                opened.callback(server.server_close)
            editions = [
                load_edition(portal_id, server.home, opened_at)
                for portal_id, server in zip(PORTAL_IDS, servers, strict=True)
            ]
            for server, edition in zip(servers, editions, strict=True):
                server.find_page = _Desk(edition, self._clock).find_page
                server.start()
                opened.callback(server.stop)
            self._opened = opened.pop_all()
        self.portals = tuple(edition.portal for edition in editions)
        self.articles = tuple(article for edition in editions for article in edition.articles)
        self.other_pages = tuple(page for edition in editions for page in edition.other_pages)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._opened.close()

    @property
    def requests(self) -> Counter[tuple[str, str, int]]:
        """How often (host with port, path with query, status) was answered until now."""
        with self._lock:
            return Counter(self._requests)

    def write_portal_files(self, folder: Path) -> tuple[Path, ...]:
        """Write one portal file per portal, as the registry reads them; *folder* is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = tuple(folder / f"{portal.id}.toml" for portal in self.portals)
        for path, portal in zip(paths, self.portals, strict=True):
            path.write_text(_format_portal_file(portal), encoding="utf-8")
        return paths

    def _clock(self) -> datetime:
        return self._now or utc_now()

    def _count(self, host: str, path: str, status: int) -> None:
        with self._lock:
            self._requests[host, path, status] += 1


class _Desk:
    """Keeps a portal's pages of the current day at hand."""

    def __init__(self, edition: DemoEdition, clock: Callable[[], datetime]) -> None:
        self._edition = edition
        self._clock = clock
        self._missing = missing_page(edition)
        self._today = clock().astimezone(BAKU).date()
        self._site: Site = build_site(edition, self._today)

    def find_page(self, address: str) -> DemoPage:
        """The page at *address* (path, perhaps with ``?page=N``), or the portal's "not found"."""
        today = self._clock().astimezone(BAKU).date()
        if today != self._today:
            # Two requests at midnight may both build it; they build the same.
            self._site, self._today = build_site(self._edition, today), today
        return self._site.get(address, self._missing)


def _format_portal_file(portal: Portal) -> str:
    facts = {
        "name": portal.name,
        "home": portal.home,
        "language": portal.language,
        "timezone": portal.timezone,
        "reuse": portal.reuse,
    }
    # A JSON string is a TOML string.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items()]
    crawl = ["[crawl]", f"delay_seconds = {portal.crawl.delay_seconds:g}", f"concurrency = {portal.crawl.concurrency}"]
    return "\n".join([*lines, "", *crawl, ""])
