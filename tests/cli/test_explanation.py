"""`icma extract --explain`: why a page was read as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "extraction" / "pages" / "korpu.example" / "kitabxana" / "page.html"
URL = "https://korpu.example/medeniyyet/kitabxana-elyazmalari"


def test_the_table_names_the_winner_and_its_rivals(run_icma):
    done = run_icma("extract", PAGE, "--url", URL, "--explain")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    (title,) = [line for line in lines if line.startswith("title ")]
    assert "✓" in title
    assert "json-ld headline" in title
    assert any("h1" in line and "✓" not in line for line in lines)
    assert any(line.startswith("published_at") and "2025-09-14T12:20:00+00:00" in line for line in lines)
    assert any(line.startswith("kicker") and "(not stated)" in line for line in lines)


def test_programs_get_the_evidence_as_json(run_icma):
    line = json.loads(run_icma("extract", PAGE, "--url", URL, "--explain", "--json").stdout)
    assert line["article"]["title"] == "Kitabxana əlyazmaları rəqəmsallaşdırdı"
    for name in ("title", "published_at", "authors", "section", "url", "language", "body"):
        assert [one["won"] for one in line["evidence"][name]].count(True) == 1, name
        assert all(0 <= one["confidence"] <= 1 for one in line["evidence"][name])


def test_without_explain_no_evidence_is_printed(run_icma):
    assert "evidence" not in json.loads(run_icma("extract", PAGE, "--url", URL).stdout)


@pytest.mark.parametrize("option", [[], ["--url", URL]])
def test_a_page_of_no_known_portal_is_no_front_page(run_icma, option: list[str]):
    assert "article" in json.loads(run_icma("extract", PAGE, *option).stdout)


def test_a_rejection_says_why(run_icma, tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<html><title>Səhifə tapılmadı</title><h1>Səhifə tapılmadı</h1><p>404</p></html>", "utf-8")
    done = run_icma("extract", page, "--explain")
    assert done.stdout.splitlines()[1].startswith("rejected")
