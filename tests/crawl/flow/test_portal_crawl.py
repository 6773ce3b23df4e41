"""One crawl of one portal, as the flow decides it."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from other_program import ask

from icma_crawler.config import Config
from icma_crawler.crawl.flow.planning import CrawlOrder
from icma_crawler.crawl.flow.portal_crawl import PortalCrawl
from icma_crawler.crawl.flow.services import Services


class Watched(Services):
    """It shows what was handed to the writer last."""

    last: Future[Any] = Future()

    def submit(self, work, /, *args, **kwargs):
        self.last = super().submit(work, *args, **kwargs)
        return self.last


@pytest.fixture
def services(tmp_path: Path):
    opened = Watched.open(Config(archive=tmp_path / "archive.db", workers=1))
    yield opened
    opened.close()


def runs(path: Path) -> list[tuple[str, str]]:
    return ask(path, "SELECT c.reason, coalesce(p.holder, '') FROM crawls c JOIN portals p ON p.id = c.portal")


def test_a_run_that_began_while_its_crawl_was_stopped_is_ended(services: Watched, portal, tmp_path: Path, wait_until):
    path = tmp_path / "archive.db"
    crawl = PortalCrawl(portal, services, CrawlOrder())

    def writing() -> bool:
        return services.last.running()

    async def stop_while_it_begins() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # the writer is in the midst of it, and waits
            beginning = asyncio.create_task(crawl.begin())
            await asyncio.to_thread(wait_until, writing)
            beginning.cancel()
            with pytest.raises(asyncio.CancelledError):
                await beginning
            other.execute("ROLLBACK")
        await crawl.end("interrupted", requests=0, size_bytes=0)

    asyncio.run(stop_while_it_begins())
    assert runs(path) == [("interrupted", "")]


def test_a_crawl_that_never_began_has_no_run_to_end(services: Watched, portal, tmp_path: Path):
    crawl = PortalCrawl(portal, services, CrawlOrder())
    assert asyncio.run(crawl.end("finished", requests=0, size_bytes=0)) is None
    assert runs(tmp_path / "archive.db") == []
