"""The dumps in an analyst's programs: Datasette, sqlite-utils, DuckDB."""

from __future__ import annotations

import json
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from icma_crawler.text import fold

pytestmark = pytest.mark.clients


@pytest.fixture
def dumped(crawled, run_in, tmp_path):
    """A dump of the crawled newsroom in one format."""

    def write(form: str, name: str) -> Path:
        done = run_in(tmp_path, "dump", form, "-o", name, "--publisher", "Icma.az", "--archive", crawled.archive)
        assert done.returncode == 0, done.stderr
        return tmp_path / name

    return write


@pytest.fixture
def articles(dumped) -> list[dict]:
    """What the JSON Lines dump of the same archive says."""
    return [json.loads(line) for line in dumped("jsonl", "articles.jsonl").read_text("utf-8").splitlines()]


def ask(*command: object) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_datasette_serves_and_searches_the_subset(tool, dumped, articles):
    file = dumped("sqlite", "news.db")

    def found(**query: str) -> list[dict]:
        asked = urlencode({"_size": "max", "_shape": "array", **query})
        return json.loads(ask(tool("datasette"), file, "--get", f"/news/articles.json?{asked}"))

    assert {row["id"] for row in found()} == {record["id"] for record in articles}
    word, of = next(pair for pair in words_of_one(articles) if "ə" in pair[0])
    for typed in (word, word.upper(), fold(word)):
        assert [row["id"] for row in found(_search=typed)] == [of]
    assert "record_sha256" in ask(tool("datasette"), file, "--get", "/news/articles")


def words_of_one(articles: list[dict]) -> Iterator[tuple[str, str]]:
    """Each word that only one article has, with that article's id."""
    of = defaultdict(set)
    for record in articles:
        text = f"{record['title_shown']} {record['lead']} {record['text']}"
        for word in re.findall(r"\w+", text):
            of[fold(word)].add((word, record["id"]))
    return (next(iter(found)) for found in of.values() if len(found) == 1)


def test_sqlite_utils_reads_the_subset(tool, dumped, articles):
    file = dumped("sqlite", "news.db")
    rows = json.loads(ask(tool("sqlite-utils"), "rows", file, "articles"))
    assert len(rows) == len(articles)
    tables = {row["table"] for row in json.loads(ask(tool("sqlite-utils"), "tables", file))}
    assert {"articles", "portals"} <= tables


def test_duckdb_reads_parquet_and_csv_with_their_types(tool, dumped, articles):
    parquet, csv = dumped("parquet", "news.parquet"), dumped("csv", "news.csv")
    script = f"""
import duckdb, json
kinds = dict(duckdb.sql("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{parquet}')").fetchall())
rows = duckdb.sql("SELECT id, title, len(tags), epoch(archived_at) FROM '{parquet}'").fetchall()
plain = duckdb.sql("SELECT id, title, text FROM read_csv('{csv}', header=true, all_varchar=true)").fetchall()
print(json.dumps([kinds, rows, plain]))
"""
    kinds, rows, plain = json.loads(ask(tool("python"), "-c", script))
    assert kinds["archived_at"] == kinds["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["tags"] == kinds["authors"] == "VARCHAR[]"
    by_id = {record["id"]: record for record in articles}
    assert len(rows) == len(plain) == len(articles)
    assert all(by_id[urn]["title"] == title and len(by_id[urn]["tags"]) == tags for urn, title, tags, _ in rows)
    assert all(by_id[urn]["text"] == text for urn, _, text in plain)
