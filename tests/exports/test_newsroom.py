"""All that a crawl of the sample newsroom found, in the formats that have a judge of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import feedparser
import jsonschema
import pytest

SCHEMA = Path(os.environ.get("ICMA_SHARED", "../shared")) / "data" / "ninjs-schema_3.1.json"


@pytest.fixture
def dumped(crawled, run_in, tmp_path):
    def write(form):
        out = tmp_path / form
        done = run_in(tmp_path, "dump", form, "-o", out, "--publisher", "Icma.az", "--archive", crawled.archive)
        assert done.returncode == 0, done.stderr
        return out

    return write


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feedparser_finds_no_fault_and_every_article_once(dumped, form):
    feed = feedparser.parse(dumped(form).read_bytes())
    listed = [json.loads(line) for line in dumped("jsonl").read_text("utf-8").splitlines()]
    assert not feed.bozo
    assert sorted(entry.id for entry in feed.entries) == sorted(record["id"] for record in listed)
    assert {entry.link for entry in feed.entries} == {record["url"] for record in listed}


def test_the_official_ninjs_schema_passes_every_article(dumped):
    if not SCHEMA.exists():
        pytest.skip(f"the official ninjs 3.1 schema is not at {SCHEMA} (ICMA_SHARED)")
    kind = jsonschema.Draft202012Validator
    judge = kind(json.loads(SCHEMA.read_text()), format_checker=kind.FORMAT_CHECKER)
    found = [json.loads(line) for line in dumped("ninjs").read_text("utf-8").splitlines()]
    assert len(found) > 50
    for one in found:
        judge.validate(one)
