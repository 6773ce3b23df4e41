from __future__ import annotations

import csv
import json

import pytest

from icma_crawler.exports.columns import COLUMNS


def rows(out):
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_sentences_have_their_columns(stand, sentences):
    stand.publish("a")
    (row,) = rows(stand.sell("csv"))
    assert tuple(row[f"attribution_{name}"] for name in ("statement", "source", "archived")) == sentences
    assert (row["source_name"], row["source_url"], row["url"]) == (
        "Sherg.az",
        "https://sherg.az",
        "https://sherg.az/a",
    )
    assert row["archived_at"] == "2026-01-18T09:30:00+00:00"
    assert ",".join(sentences).encode() in stand.sell("csv").read_bytes().replace(b'"', b"")


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
def test_no_cell_runs_as_a_formula(stand, start):
    stand.publish("a", title=start)
    (row,) = rows(stand.sell("csv"))
    assert row["title"] == f"'{start}"


def test_json_keeps_what_csv_defuses(stand):
    stand.publish("a", title="=1+1")
    assert json.loads(stand.sell("jsonl").read_text())["title"] == "=1+1"


def test_every_letter_comes_back(filled):
    hostile = next(row for row in rows(filled.sell("csv")) if row["url"].endswith("hostile"))
    assert hostile["text"] == "Birinci \x1b ]]> <b>cümlə</b> & </content>.\n\nİkinci “cümlə” 😀.\nSətir."
    assert json.loads(hostile["authors"]) == ["@SUM(A1) <x>", "Əli & Vəli"]


def test_a_tombstone_is_a_row(filled):
    told = {row["change"]: row for row in rows(filled.sell("csv"))}
    assert set(told["new"]) == set(COLUMNS)
    assert told["withdrawn"]["url"] == "https://sherg.az/withdrawn"
    assert told["withdrawn"]["title"] == told["withdrawn"]["text"] == ""
    assert told["gone"]["changed_at"] == "2026-01-19T09:30:00+00:00"
