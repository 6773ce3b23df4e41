"""Single bits of the file turned over, anywhere: named, refused, or without any effect on what the archive says."""

from __future__ import annotations

import contextlib
import io
import os
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from fault_lab import copy_whole
from other_program import ask

from icma_crawler.archive import Archive, open_archive
from icma_crawler.archive.engines.sqlite.checksums import SEALED
from icma_crawler.archive.transactions.pages import iter_captures_of
from icma_crawler.errors import ArchiveError
from icma_crawler.exports.dump import dump

pytestmark = pytest.mark.faults

SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))
FLIPS = 800


def content_of(archive: Archive) -> list[object]:
    """All that an archive says: every record, every page to the byte, and the whole dump."""
    out = io.StringIO()
    dump(archive, "jsonl", out, publisher="Icma.az")
    tables = [ask(archive.path, f"SELECT {sealed.values('t')} FROM {table} t") for table, sealed in SEALED.items()]
    records = [sorted(map(repr, rows)) for rows in tables]
    pages = [capture.body for urn in archive.articles.urns() for capture in iter_captures_of(archive, urn)]
    return [out.getvalue(), records, pages]


def notes_of(path: Path) -> list[list[tuple]]:
    """Everything else, byte by byte: how often sources were asked, and the like."""
    with contextlib.closing(sqlite3.connect(path)) as conn:
        conn.text_factory = bytes
        tables = [row[0].decode() for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [conn.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def outcome_of(path: Path, content: list[object], notes: list[list[tuple]]) -> str:
    try:
        with open_archive(path) as archive:
            if list(archive.find_faults(lambda *_: None)):
                return "named"
            if content_of(archive) != content:
                return "silently wrong"
    except ArchiveError:
        return "refused"
    return "nothing" if notes_of(path) == notes else "a note of the crawl"


def test_a_flipped_bit_is_named_or_changes_nothing(crawled, tmp_path: Path, note):
    moments, whole = random.Random(SEED), copy_whole(crawled.archive, tmp_path / "whole.db")  # noqa: S311
    with open_archive(whole) as archive:
        content = content_of(archive)
        archive.engine.close_log()
    notes, data = notes_of(whole), whole.read_bytes()
    outcomes: Counter[str] = Counter()
    wrong = []
    flipped = tmp_path / "flipped.db"
    for _ in range(FLIPS):
        bit = moments.randrange(len(data) * 8)
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        for file in tmp_path.glob("flipped.db*"):
            file.unlink()
        flipped.write_bytes(damaged)
        outcome = outcome_of(flipped, content, notes)
        outcomes[outcome] += 1
        wrong += [bit] if outcome == "silently wrong" else []
    assert wrong == []
    assert outcomes["named"] > FLIPS // 3
    figures = f"seed {SEED}: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    note("a flipped bit", "named, refused or without effect", figures, tries=FLIPS)


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_an_archive_that_was_cut_is_told_as_damaged(crawled, tmp_path: Path, run_icma, note, part: float):
    archive = copy_whole(crawled.archive, tmp_path / "archive.db")
    os.truncate(archive, int(archive.stat().st_size * part))
    done = run_icma("verify")
    assert done.returncode == 1
    assert "restore a backup" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    note(f"archive cut to {part:.0%}", "named: restore a backup")
