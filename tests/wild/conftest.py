"""Many small portals in one crawl: each test of a kind has its variants as portals of their own, crawled together."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from wild_portal import WildPortal


@dataclass
class Wild:
    """A folder with portal files and an archive, and the portals behind them."""

    folder: Path
    run_icma: object
    _stack: ExitStack
    portals: dict[str, WildPortal] = field(default_factory=dict)

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"

    def portal(self, portal_id: str, more: str = "") -> WildPortal:
        """A new portal, crawled from the next crawl on; *more* is added to its file."""
        portal = self._stack.enter_context(WildPortal(portal_id))
        portal.write_portal_file(self.folder / "portals", more)
        self.portals[portal_id] = portal
        return portal

    def icma(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.run_icma(self.folder, *arguments, timeout=120)

    def crawl(self, *options: object, status: int = 0) -> dict[str, dict[str, object]]:
        """Crawl all portals at once; returns the runs that `--json` prints, by portal."""
        for portal in self.portals.values():
            portal.asked.clear()
        done = self.icma("crawl", "--json", *options)
        assert done.returncode == status, done.stderr
        return {run["portal"]: run for run in json.loads(done.stdout)}

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.archive)) as connection:
            return connection.execute(query, values).fetchall()

    def titles(self, portal_id: str) -> list[str]:
        """The titles of what is archived of a portal and stands, sorted."""
        query = "SELECT title FROM articles WHERE portal = ? AND status = 'live' ORDER BY title"
        return [title for (title,) in self.rows(query, portal_id)]

    def json_of(self, *arguments: object) -> list[dict[str, object]]:
        """What a command prints with `--json`: one document, or an object a line."""
        done = self.icma(*arguments, "--json")
        text = done.stdout.strip()
        return json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def wild(tmp_path: Path, run_in) -> Iterator[Wild]:
    with ExitStack() as stack:
        yield Wild(tmp_path, run_in, stack)
