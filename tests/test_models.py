"""What the nouns promise each other."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

from icma_crawler.archive import open_archive
from icma_crawler.models import OUTCOMES, CrawlRun

NO_OUTCOMES = ["portal", "started_at", "finished_at", "reason", "announced", "due"]
BEHIND = ["source_answers", "source_failures", "requests", "bytes"]


def test_a_crawl_run_counts_each_outcome_in_their_order():
    assert [field.name for field in fields(CrawlRun)] == [*NO_OUTCOMES, *OUTCOMES, *BEHIND]


def test_the_table_of_crawls_has_a_column_for_each_of_its_fields(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_archive(path).close()
    with closing(sqlite3.connect(path)) as connection:
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info (crawls)")]
    assert set(columns) == {"id", *(field.name for field in fields(CrawlRun))}
    assert len(columns) == 1 + len(fields(CrawlRun))
