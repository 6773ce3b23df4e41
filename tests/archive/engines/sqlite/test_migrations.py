"""Archives of every version that ever was: brought up to date with nothing lost, and kept beside as they were."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from older_archives import SCHEMAS, fingerprint, make_older
from other_program import ask, change

from icma_crawler.archive import open_archive
from icma_crawler.errors import ArchiveError
from icma_crawler.exports.dump import dump

RELEASED = {
    "m001_the_archive": "d4f6036f0cd5a8ae",
    "m002_observed": "ba5ab5ca5a054a7c",
    "m003_boilerplate": "10a9ed31eb39ef37",
    "m004_notices": "eca0a8302dc5918e",
    "m005_signals": "128273870434d3a7",
    "m006_imports": "1cb1ea5e6ecca552",
    "m007_published": "67644d0eabf5acaa",
    "m008_rest": "c87dbc67513e63a7",
    "m009_seals": "eec1fab22e98a4c9",
    "m010_pictures": "01b257f8c42b2663",
}


def dumped(path: Path) -> str:
    """Everything an archive hands on, whatever its own name is."""
    out = io.StringIO()
    with open_archive(path) as archive:
        dump(archive, "jsonl", out, publisher="Icma.az")
        assert list(archive.find_faults(lambda *_: None)) == []
    return out.getvalue()


@pytest.mark.parametrize("newest", SCHEMAS)
def test_an_archive_of_an_earlier_version_hands_on_the_same(crawled, tmp_path: Path, newest: str):
    older = make_older(crawled.archive, tmp_path / "archive.db", newest)
    assert dumped(older) == dumped(crawled.archive)


@pytest.mark.parametrize("newest", RELEASED)
def test_a_released_migration_is_never_edited(tmp_path: Path, newest: str):
    assert fingerprint(newest, tmp_path) == RELEASED[newest]


def test_an_older_archive_is_kept_as_it_was(crawled, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    older = make_older(crawled.archive, tmp_path / "archive.db", "m003_boilerplate")
    before = contents(older)
    open_archive(older).close()
    kept = tmp_path / "archive.db.before-m004"
    assert contents(kept) == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["archive.db", "archive.db.before-m004"]
    assert "kept in archive.db.before-m004" in caplog.text
    open_archive(older).close()
    assert contents(kept) == before


def contents(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_an_older_archive_stays_as_it_is_where_it_cannot_be_kept(crawled, tmp_path: Path):
    older = make_older(crawled.archive, tmp_path / "archive.db", "m003_boilerplate")
    before = contents(older)
    (tmp_path / "archive.db.before-m004").mkdir()
    with pytest.raises(ArchiveError, match="the copy before the update cannot be written"):
        open_archive(older)
    assert contents(older) == before


def test_programs_that_meet_at_an_older_archive_bring_it_up_to_date_once(crawled, tmp_path: Path):
    older = make_older(crawled.archive, tmp_path / "archive.db", "m001_the_archive")
    code = (
        "import sys\nfrom icma_crawler.archive import open_archive\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        "with open_archive(sys.argv[1]) as archive: print(archive.articles.count())"
    )
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", code, older],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for opener in openers:
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        opener.stdin.write("\n")
        opener.stdin.flush()
    told = [opener.communicate(timeout=60) for opener in openers]
    assert {counted for counted, _ in told} == {"61\n"}
    assert sum("brought up to date" in error for _, error in told) == 1


def test_a_backup_of_an_earlier_version_can_be_restored(crawled, tmp_path: Path, run_icma):
    backup = make_older(crawled.archive, tmp_path / "copy.db", "m002_observed")
    before = contents(backup)
    done = run_icma("restore", "copy.db")
    assert done.returncode == 0, done.stderr
    assert run_icma("verify").returncode == 0
    assert contents(backup) == before


def test_an_archive_and_its_copies_are_their_owners_to_read(crawled, tmp_path: Path, run_icma):
    os.umask(0o022)
    open_archive(tmp_path / "archive.db").close()
    run_icma("backup", "copy.db")
    for name in ("archive.db", "copy.db"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    (tmp_path / "archive.db").chmod(0o640)
    run_icma("backup", "copy.db", "--keep", 1)
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o640


BEFORE_DUPLICATES = [name for name in SCHEMAS if name < "m011"]


@pytest.fixture
def with_duplicates(desk, make_article, make_capture, now) -> Path:
    """An archive of today in which one url leads to an article by a redirect, and another shows the same text."""
    article, moved, copy = desk.announce("park", "kohne-park", "kopya")
    desk.file(article, make_article("park"))
    desk.file(moved, make_article("park"), make_capture("kohne-park", final_url="https://sherg.az/park"))
    desk.file(copy, make_article("kopya"))
    desk.end()
    return desk.archive.path


def urls_in(path: Path) -> list[tuple[object, ...]]:
    """What the frontier has of each url, and when it is looked at."""
    return ask(path, "SELECT url, state, reason, article_id, duplicate_of, next_due_at FROM frontier ORDER BY id")


@pytest.mark.parametrize("newest", BEFORE_DUPLICATES)
def test_duplicates_of_an_earlier_version_are_still_duplicates(with_duplicates: Path, tmp_path: Path, newest: str):
    older = make_older(with_duplicates, tmp_path / "older.db", newest)
    was = ask(older, "SELECT state, reason, article_id FROM frontier ORDER BY id")
    assert was == [("archived", None, 1), ("unchanged", "duplicate", 1), ("unchanged", "duplicate", 1)]
    assert dumped(older) == dumped(with_duplicates)
    assert urls_in(older) == urls_in(with_duplicates)
    assert [row[1:5] for row in urls_in(older)] == [
        ("archived", None, 1, None),
        ("unchanged", None, None, 1),
        ("unchanged", None, None, 1),
    ]
    with open_archive(older) as archive:
        (day,) = archive.balances.by_day()
        assert (day.announced, day.archived, day.duplicate) == (3, 1, 2)


@pytest.mark.parametrize("state", ["archived", "gone"])
@pytest.mark.parametrize("newest", ["m001_the_archive", "m008_rest"])
def test_a_duplicate_that_an_older_program_called_an_article_becomes_one(
    with_duplicates: Path, tmp_path: Path, newest: str, state: str
):
    older = make_older(with_duplicates, tmp_path / "older.db", newest)
    change(older, "UPDATE frontier SET state = ? WHERE reason = 'duplicate'", state)
    with open_archive(older) as archive:
        (day,) = archive.balances.by_day()
        assert (day.archived, day.duplicate, day.gone) == (1, 2, 0)
        assert archive.frontier.rechecks("sherg.az", now=datetime.now(UTC), budget=9, is_all=True) == [1]
    assert [row[1] for row in urls_in(older)] == ["archived", "unchanged", "unchanged"]


@pytest.mark.parametrize("state", ["pending", "withdrawn"])
def test_a_duplicate_in_any_other_state_keeps_it(with_duplicates: Path, tmp_path: Path, state: str):
    older = make_older(with_duplicates, tmp_path / "older.db", "m001_the_archive")
    change(older, "UPDATE frontier SET state = ? WHERE reason = 'duplicate'", state)
    open_archive(older).close()
    assert [row[1:5] for row in urls_in(older)][1:] == [(state, None, None, 1)] * 2
