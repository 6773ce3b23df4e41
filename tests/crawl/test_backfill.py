"""Backfill: back to a day along a section's pages, no farther, and on from where it was interrupted."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

A_PAGE = 10
PAGES = 30
NEWEST = datetime(2026, 1, 30, 8, tzinfo=UTC)
PUBLISHED = re.compile(r"2026-01-18T13:30:00\+04:00")


@pytest.fixture
def paged(site, tmp_path: Path) -> Path:
    """A section of 30 pages, ten articles a day and page, with a pinned one on each; no delay."""
    for page in range(PAGES):
        paths = [f"/xeber/{page}-{number}" for number in range(A_PAGE)]
        for path in paths:
            site.article(path, f"Şəhərdə nə yenilik var {path[7:]}")
            status, headers, body = site.routes[path]
            day = (NEWEST - timedelta(days=page)).isoformat()
            site.routes[path] = (status, headers, PUBLISHED.sub(day, body.decode()).encode())
        links = "".join(
            f'<li><a href="{path}">Xəbər {path}: bu gün nə baş verdi</a></li>' for path in (*paths, "/xeber/0-0")
        )
        following = f'<a rel="next" href="/p/{page + 1}">Növbəti</a>' if page + 1 < PAGES else ""
        body = f"<html><body><h1>Fake.demo</h1><ul>{links}</ul>{following}</body></html>"
        answer = (200, {"Content-Type": "text/html; charset=utf-8"}, body.encode())
        site.routes["/" if page == 0 else f"/p/{page}"] = answer
    site.routes["/rss"] = (404, {}, b"")
    site.write_portal_file(tmp_path / "portals")
    return tmp_path


def pages_asked(site) -> list[int]:
    return sorted({int(path[3:]) for path in site.paths() if path.startswith("/p/")})


def test_a_backfill_stops_at_its_day_on_a_portal_without_delay(site, paged, run_icma, read_rows):
    """It asks the first page that lies before the day, and none after it."""
    done = run_icma("crawl", "--since", (NEWEST - timedelta(days=15)).date().isoformat())
    assert done.returncode in (0, 1), done.stderr
    assert pages_asked(site) == list(range(1, 17))
    archived = read_rows(paged / "archive.db", "SELECT count(*) FROM articles WHERE published_at >= '2026-01-15'")
    assert archived == [(16 * A_PAGE,)]
    assert read_rows(paged / "archive.db", "SELECT DISTINCT backfill_url FROM sources") == [(None,)]


def test_a_backfill_to_a_day_that_is_known_already_goes_no_farther(site, paged, run_icma, read_rows):
    run_icma("crawl")
    assert len(pages_asked(site)) >= 9
    site.asked.clear()
    run_icma("crawl", "--since", (NEWEST - timedelta(days=4)).date().isoformat())
    assert pages_asked(site) == list(range(1, 6))


def test_a_backfill_says_how_far_it_has_come_and_how_long_it_will_take(site, paged, run_icma):
    done = run_icma("crawl", "--since", "2026-01-01")
    told = [line for line in done.stderr.splitlines() if line.startswith("icma: fake: back to ")]
    assert 2 <= len(told) <= 12, done.stderr
    assert re.fullmatch(r"icma: fake: back to \d{4}-\d\d-\d\d; about \d+ (seconds|minutes|hours) to go", told[-1])


@pytest.mark.usefixtures("paged")
def test_a_backfill_that_is_killed_goes_on_where_it_was(site, start_icma, run_icma, wait_until):
    go, answer = threading.Event(), site.routes["/p/8"]

    def wait() -> object:
        go.wait(60)
        return answer

    site.routes["/p/8"] = wait
    first = start_icma("crawl", "--since", "2026-01-10")
    wait_until(lambda: "/p/8" in site.paths())
    first.kill()
    first.wait()
    go.set()
    site.asked.clear()
    run_icma("crawl", "--since", "2026-01-10")
    assert (min(pages_asked(site)), max(pages_asked(site))) == (8, 21)
    (portal,) = json.loads(run_icma("status", "--json").stdout)
    assert portal["articles"] == 22 * A_PAGE  # the last page lies before the day
