"""A fault of this program costs the page or the source that met it, nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hostile_lab import RawServer, answer, feed, page, write_portal

from icma_crawler.demo import Newsroom
from icma_crawler.models import Article, Portal, Rejection
from icma_crawler.workers import ExtractionPool

# A zone that no machine has: no portal file with it can be loaded, so whoever reads a date with it meets a real fault.
ZONE = "Nowhere/Nowhere"

CRAWL = f"""
import sys
from dataclasses import replace
from pathlib import Path
from icma_crawler.config import Config
from icma_crawler.crawl import run_crawl
from icma_crawler.portals import load_portals
portals = load_portals(Path("portals"))
broken = replace(portals[sys.argv[1]], timezone={ZONE!r})
crawled = run_crawl(replace(Config.load(), archive=Path("archive.db")), [broken, portals[sys.argv[2]]])
assert crawled.trouble is None, crawled.trouble
"""


@pytest.fixture
def capture(newsroom: Newsroom, read_page, make_capture):
    url = newsroom.articles[0].url
    return make_capture(body=read_page(url), final_url=url)


def test_a_page_that_meets_a_fault_is_one_outcome_and_the_next_one_is_read(newsroom: Newsroom, capture):
    async def read() -> list[Article | Rejection]:
        pool = ExtractionPool(1, 30)
        try:
            return [await pool.extract(capture, portal) for portal in (replace(known, timezone=ZONE), known)]
        finally:
            await asyncio.to_thread(pool.close)

    known: Portal = newsroom.portals[0]
    fault, article = asyncio.run(read())
    assert fault.reason == "internal"
    assert "ZoneInfoNotFoundError" in fault.detail
    assert isinstance(article, Article)


def test_a_crawl_that_meets_faults_ends_and_tells_them(server: RawServer, tmp_path: Path, note):
    with RawServer("127.0.0.3") as other:
        for portal, site in (("broken", server), ("sound", other)):
            dated = feed([site.home + "xeber/park"]).replace(
                b"</item>", b"<pubDate>Sun, 18 Jan 2026 13:30</pubDate></item>"
            )
            site.routes["/rss"] = dated.replace(b"Content-Length", b"X-Length")
            site.routes["/news"] = feed([site.home + "xeber/park"])
            site.routes["/xeber/park"] = answer(200, page("park"))
            sources = (("feed", site.home + "rss"), ("feed", site.home + "news"))
            write_portal(tmp_path / "portals", portal, site.home, sources=sources)
        command = [sys.executable, "-c", CRAWL, "broken", "sound"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "archive.db")) as archive:
        reasons = dict(archive.execute("SELECT url, reason FROM sources"))
        outcomes = set(archive.execute("SELECT portal, state, reason FROM frontier"))
    assert (reasons[server.home + "rss"], reasons[other.home + "rss"]) == ("internal", None)
    assert outcomes == {("broken", "failed", "internal"), ("sound", "archived", None)}
    assert "source not read portal=broken" in done.stderr
    assert "page not read portal=broken" in done.stderr
    note("fault of this program: in a page, in a source", "failed internal", "the other portal is archived", tries=2)
