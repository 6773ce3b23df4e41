"""An archive as large as a small newsroom's year, in every format, counted by other programs than ours."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lxml import etree
from warcio.archiveiterator import ArchiveIterator

pytestmark = pytest.mark.clients

ARTICLES = 10_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
    from archive_builder import build_archive

    path = tmp_path_factory.mktemp("many") / "archive.db"
    build_archive(path, ARTICLES, "full", with_pages=True)
    return path


def count_lines(out: Path) -> int:
    with out.open("rb") as lines:
        return len({json.loads(line).get("id") or json.loads(line)["uri"] for line in lines})


def count_csv(out: Path) -> int:
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return len({row["id"] for row in csv.DictReader(lines)})


def count_elements(name: str) -> Callable[[Path], int]:
    return lambda out: len(etree.parse(out).findall(f".//{name}"))


def count_rows(out: Path) -> int:
    with closing(sqlite3.connect(out)) as conn:
        conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        return conn.execute("SELECT count(*) FROM articles").fetchone()[0]


def count_responses(out: Path) -> int:
    with out.open("rb") as file:
        return sum(record.rec_type == "response" for record in ArchiveIterator(file))


def count_pages(out: Path) -> int:
    with zipfile.ZipFile(out) as package:
        return package.read("pages/pages.jsonl").count(b"\n") - 1


READERS: dict[str, Callable[[Path], int]] = {
    "jsonl": count_lines,
    "csv": count_csv,
    "parquet": lambda out: pq.ParquetFile(out).metadata.num_rows,
    "rss": count_elements("item"),
    "atom": count_elements("{http://www.w3.org/2005/Atom}entry"),
    "jsonfeed": lambda out: len(json.loads(out.read_bytes())["items"]),
    "ninjs": count_lines,
    "wxr": count_elements("item"),
    "sqlite": count_rows,
    "warc": count_responses,
    "wacz": count_pages,
    "html": lambda out: sum(1 for _ in out.glob("article/*/*.html")),
}


def test_no_format_is_left_out(run_icma):
    assert {line.split()[0] for line in run_icma("dump", "--list").stdout.splitlines()} == {*READERS, "opml"}


@pytest.mark.parametrize("form", READERS)
def test_every_article_is_there_once(form, archive, run_icma, tmp_path):
    out = tmp_path / f"out.{form}"
    done = run_icma("dump", form, "-o", out, "--archive", archive, "--publisher", "Icma.az", timeout=300)
    assert done.returncode == 0, done.stderr
    assert READERS[form](out) == ARTICLES
    manifest = json.loads((tmp_path / f"out.{form}.manifest.json").read_text())
    assert (manifest["rows"], manifest["skipped"]) == (ARTICLES, {})
