from __future__ import annotations

from datetime import UTC, datetime

import pytest

pq = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")


def test_pyarrow_reads_typed_columns(stand, sentences):
    stand.publish("a", authors=("Əli",), published_at=stand.now)
    (row,) = pq.read_table(stand.sell("parquet")).to_pylist()
    assert tuple(row[f"attribution_{name}"] for name in ("statement", "source", "archived")) == sentences
    assert (row["source_url"], row["url"]) == ("https://sherg.az", "https://sherg.az/a")
    assert row["archived_at"] == row["published_at"] == datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
    assert (row["authors"], row["revision"], row["kicker"]) == (["Əli"], 1, None)


def test_the_file_says_what_it_is(stand):
    about = pq.read_schema(stand.sell("parquet")).metadata
    assert about[b"archive"].decode() == stand.archive.meta.uuid
    assert about[b"publisher"] == b"Icma.az"


def test_a_tombstone_is_a_row(filled):
    told = {row["change"]: row for row in pq.read_table(filled.sell("parquet")).to_pylist()}
    assert (told["withdrawn"]["title"], told["withdrawn"]["authors"]) == (None, None)
    assert told["gone"]["url"] == "https://sherg.az/gone"


def test_rows_are_written_group_by_group(stand, monkeypatch):
    monkeypatch.setattr("icma_crawler.exports.formats.parquet._ROWS_AT_ONCE", 2)
    for number in range(5):
        stand.publish(f"p{number}")
    assert pq.ParquetFile(stand.sell("parquet")).num_row_groups == 3
