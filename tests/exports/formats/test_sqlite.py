from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
import sqlite_utils


def test_sqlite_reads_the_subset(stand, sentences):
    urn = stand.publish("a", tags=("bir", "iki"))
    with closing(sqlite3.connect(stand.sell("sqlite"))) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        columns = "attribution_statement, attribution_source, attribution_archived"
        assert conn.execute(f"SELECT {columns} FROM articles").fetchone() == sentences
        row = conn.execute("SELECT id, url, source_url, archived_at, tags FROM articles").fetchone()
    assert row[:4] == (urn, "https://sherg.az/a", "https://sherg.az", "2026-01-18T09:30:00+00:00")
    assert json.loads(row[4]) == ["bir", "iki"]


def test_sqlite_utils_finds_articles_by_their_key(filled, urn):
    with closing(sqlite3.connect(filled.sell("sqlite"))) as conn:
        db = sqlite_utils.Database(conn)
        assert db["articles"].pks == ["id"]
        assert db["articles"].get(urn("withdrawn"))["text"] is None
        assert db["articles"].get(urn("gone"))["change"] == "gone"
        assert [row["name"] for row in db["portals"].rows] == ["Sherg.az"]
        assert {row["name"]: row["value"] for row in db["about"].rows}["archive"] == filled.archive.meta.uuid


def test_nothing_but_the_dump_is_in_the_file(stand):
    """No page, no history, and no leftover of what an excerpt cuts off."""
    stand.publish("a", body="Birinci cümlə budur.\n\nGizli cümlə budur. Gizli cümlə də budur.")
    stand.set_reuse("excerpt")
    out = stand.sell("sqlite")
    with closing(sqlite3.connect(out)) as conn:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {name for name in tables if not name.startswith("articles_fts")} == {"articles", "portals", "about"}
    assert b"Gizli" not in out.read_bytes()


@pytest.mark.parametrize("typed", ["Şərqdə", "şərqdə", "serqde", "SERQDE", "açılıb", "acilib"])
def test_any_program_finds_an_article_however_its_letters_are_typed(stand, typed):
    urn = stand.publish("a", title="Şərqdə park", lead="Bu gün açılıb.", body="Bir.")
    stand.publish("b", title="Qərb", lead="Sabah.", body="İki.")
    with closing(sqlite3.connect(stand.sell("sqlite"))) as conn:
        found = conn.execute(
            "SELECT id FROM articles WHERE rowid IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)",
            [typed],
        ).fetchall()
    assert found == [(urn,)]


def test_a_withdrawn_article_leaves_no_word_to_find(filled):
    with closing(sqlite3.connect(filled.sell("sqlite"))) as conn:
        rows = conn.execute("SELECT folded FROM articles WHERE change = 'withdrawn'").fetchall()
    assert rows == [(None,)]
