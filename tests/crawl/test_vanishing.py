"""Articles that are no longer there: one by one they are gone, many at once are the portal's trouble."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ARTICLES = 20


@pytest.fixture
def portal(site, tmp_path: Path, run_icma):
    for number in range(ARTICLES):
        site.article(f"/xeber/{number}", f"Şəhərdə {number} nömrəli xəbər")
    site.write_portal_file(tmp_path / "portals")
    assert run_icma("crawl").returncode == 0
    return site


def take_down(site, count: int) -> None:
    for number in range(count):
        site.routes[f"/xeber/{number}"] = (410, {}, b"")


def status(run_icma) -> dict[str, object]:
    return json.loads(run_icma("status", "--json").stdout)[0]


def test_a_few_articles_that_are_taken_down_are_gone(portal, run_icma, read_rows, tmp_path: Path):
    take_down(portal, ARTICLES // 5)
    run_icma("crawl", "--recheck")
    rows = read_rows(tmp_path / "archive.db", "SELECT status, count(*) FROM articles GROUP BY status ORDER BY status")
    assert rows == [("gone", 4), ("live", 16)]
    assert status(run_icma)["verdict"] == "new"


def test_an_article_that_leads_to_the_front_page_is_missing_also_where_that_leads_on(
    portal, run_icma, read_rows, tmp_path: Path
):
    portal.routes["/xeber/0"] = (302, {"Location": "/"}, b"")
    portal.routes |= {"/": (302, {"Location": "/az/"}, b""), "/az/": portal.routes["/"]}
    run_icma("crawl", "--recheck")
    missed = "SELECT a.url, f.reason FROM frontier f JOIN articles a ON a.id = f.article_id WHERE f.misses > 0"
    assert read_rows(tmp_path / "archive.db", missed) == [(f"{portal.home}xeber/0", "home-redirect")]
    assert read_rows(tmp_path / "archive.db", "SELECT count(*) FROM flags") == [(0,)]


def test_where_more_than_a_fifth_vanishes_at_once_the_portal_is_flagged_and_nothing_is_gone(
    portal, run_icma, read_rows, tmp_path: Path
):
    take_down(portal, ARTICLES // 5 + 1)
    run_icma("crawl", "--recheck")
    archive = tmp_path / "archive.db"
    assert read_rows(archive, "SELECT DISTINCT status FROM articles") == [("live",)]
    assert read_rows(archive, "SELECT DISTINCT change FROM changes") == [("new",)]
    found = status(run_icma)
    assert (found["verdict"], found["is_broken"]) == ("incomplete", True)
    assert str(found["reason"]).startswith("5 known articles vanished at once")
    for number in range(ARTICLES):  # the portal mended it
        portal.routes.pop(f"/xeber/{number}", None)
        portal.article(f"/xeber/{number}", f"Şəhərdə {number} nömrəli xəbər")
    run_icma("crawl", "--recheck")
    assert status(run_icma)["verdict"] == "new"
    assert read_rows(archive, "SELECT DISTINCT change FROM changes") == [("new",)]
