"""Of each feed and section the latest answer is kept, and none that still tells of what was withdrawn."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from icma_crawler.archive import open_archive
from icma_crawler.discovery.feeds import MAX_ENTRIES

FIRST, SECOND, THIRD = "/xeber/park-1", "/xeber/park-2", "/xeber/muzey-3"


@pytest.fixture
def listings(tmp_path: Path):
    """By path, the body of each listing that the archive keeps."""

    def read() -> dict[str, str]:
        with closing(sqlite3.connect(tmp_path / "archive.db")) as conn:
            ids = conn.execute("SELECT id FROM captures WHERE kind = 'listing'").fetchall()
        with open_archive(tmp_path / "archive.db", readonly=True) as archive:
            kept = [archive.captures.load(number) for (number,) in ids]
        assert len({capture.url for capture in kept}) == len(kept)
        return {capture.url.partition("/rss")[1] or "/": capture.body.decode() for capture in kept}

    return read


def test_the_latest_answer_of_each_source_is_kept_until_something_it_tells_of_is_withdrawn(
    site, tmp_path: Path, run_icma, listings
):
    site.write_portal_file(tmp_path / "portals")
    site.article(FIRST, "Bakıda birinci park açılıb")
    run_icma("crawl")
    assert FIRST in listings()["/rss"]
    site.article(SECOND, "Bakıda ikinci park açılıb")
    run_icma("crawl")
    assert SECOND in listings()["/rss"]
    assert run_icma("withdraw", "1", "--reason", "şikayət").returncode == 0
    assert listings() == {}
    site.article(THIRD, "Bakıda muzey açılıb")
    run_icma("crawl")
    assert listings() == {}, "the feed still tells of the first"


def test_a_feed_that_was_not_read_to_its_end_is_not_kept(site, tmp_path: Path, run_icma, listings):
    """What stands behind the end may tell of something that is withdrawn."""
    site.write_portal_file(tmp_path / "portals")
    site.article(FIRST, "Bakıda birinci park açılıb")
    run_icma("crawl")
    items = "".join(f"<item><title>Park {n}</title><link>/xeber/park-{n}</link></item>" for n in range(MAX_ENTRIES + 1))
    site.routes["/rss"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss><channel>{items}</channel></rss>".encode(),
    )
    run_icma("crawl", "--limit", "1")
    assert dict(site.asked)["/xeber/park-0"]
    assert "park-0" not in listings()["/rss"]
