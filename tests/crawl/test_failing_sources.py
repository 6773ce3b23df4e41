"""A portal whose sources fail after they answered: what is new is found elsewhere, and the status says what broke."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def crawl(site, tmp_path: Path, run_icma):
    site.write_portal_file(tmp_path / "portals")
    site.article("/xeber/park-acildi", "Bakıda yeni park açılıb")
    assert run_icma("crawl").returncode == 0
    return lambda *options: run_icma("crawl", *options)


@pytest.fixture
def titles(read_rows, tmp_path: Path):
    return lambda: [row[0] for row in read_rows(tmp_path / "archive.db", "SELECT title FROM articles ORDER BY id")]


@pytest.mark.parametrize("failing", ["/", "/rss"])
@pytest.mark.parametrize("status", [403, 404, 500])
def test_what_is_new_is_found_through_another_source(site, crawl, titles, failing: str, status: int):
    site.routes[failing] = (status, HTML, b"<h1>no</h1>")
    site.article("/xeber/stadion-tikilir", "Stadion tikilir")
    crawl()
    assert titles() == ["Bakıda yeni park açılıb", "Stadion tikilir"]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ((403, HTML, b"<h1>403</h1>"), "blocked"),
        ((429, HTML | {"Retry-After": "600"}, b"<h1>429</h1>"), "blocked"),
        ((500, HTML, b"<h1>500</h1>"), "down"),
    ],
)
def test_a_portal_that_answers_nothing_more_is_told_after_one_crawl(site, crawl, run_icma, answer, verdict: str):
    for path in ("/", "/rss"):
        site.routes[path] = answer
    for _ in range(2):  # in the second, a pause that was asked for lasts on
        assert crawl().returncode == 1
    done = run_icma("status", "--json")
    assert (json.loads(done.stdout)[0]["verdict"], done.returncode) == (verdict, 1)


def test_one_source_that_fails_is_no_verdict(site, crawl, run_icma):
    site.routes["/rss"] = (403, HTML, b"<h1>403</h1>")
    crawl()
    done = run_icma("status", "--json")
    assert (json.loads(done.stdout)[0]["verdict"], done.returncode) == ("new", 0)
    assert "refuses to answer" in json.loads(done.stdout)[0]["reason"]
