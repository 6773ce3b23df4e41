from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from icma_crawler.archive import open_archive
from icma_crawler.errors import ArchiveError

COLUMNS = (
    "id, urn, portal, url, source_name, source_url, title, title_shown, kicker, lead, body, authors, section, tags, "
    "image_url, language, published_at, published_precision, modified_at, archived_at, revision, status, access, reuse, "
    "origin_name, origin_url, word_count, charset, content_sha256, extractor"
)


def refused(path: Path, *, readonly: bool = False) -> str:
    """The one line that opening *path* is answered with, without the path."""
    with pytest.raises(ArchiveError) as caught:
        open_archive(path, readonly=readonly)
    text = str(caught.value)
    assert "\n" not in text
    assert caught.value.path == str(path)
    return text.removeprefix(f"{path}: ")


def test_a_new_file_becomes_an_archive(tmp_path: Path):
    path = tmp_path / "archive.db"
    with open_archive(path) as archive:
        assert archive.changes.head == 0
        assert archive.articles.count() == 0
        assert archive.engine.complaint() is None
        uuid = archive.meta.uuid
    assert path.read_bytes()[68:72] == b"ICMA"  # the application id, in SQLite's header
    with open_archive(path) as archive:
        assert archive.meta.uuid == uuid


def test_two_archives_have_two_names(tmp_path: Path):
    with open_archive(tmp_path / "a.db") as one, open_archive(tmp_path / "b.db") as other:
        assert one.meta.uuid != other.meta.uuid


def test_the_columns_of_articles_are_as_promised(tmp_path: Path):
    open_archive(tmp_path / "archive.db").close()
    connection = sqlite3.connect(tmp_path / "archive.db")
    columns = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
    connection.close()
    assert ", ".join(columns) == COLUMNS


WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
"""What each connection is told; 2 is FULL."""


def test_what_is_committed_is_on_the_disk(tmp_path: Path):
    with open_archive(tmp_path / "archive.db") as archive:
        told = {name: archive.engine.database.value(f"PRAGMA {name}") for name in WANTED}
    assert told == WANTED


def test_readonly_needs_an_archive(tmp_path: Path):
    assert refused(tmp_path / "no.db", readonly=True).startswith("no archive here yet; icma crawl makes one")
    assert list(tmp_path.iterdir()) == []


def test_readonly_cannot_write(tmp_path: Path):
    open_archive(tmp_path / "archive.db").close()
    with (
        pytest.raises(ArchiveError, match="cannot be written"),
        open_archive(tmp_path / "archive.db", readonly=True) as archive,
    ):
        archive.meta.rename()


def test_an_empty_file_is_no_archive_to_read(tmp_path: Path):
    (tmp_path / "empty.db").touch()
    assert refused(tmp_path / "empty.db", readonly=True).startswith("the file is empty; restore a backup")
    assert (tmp_path / "empty.db").stat().st_size == 0


def test_an_empty_file_can_become_an_archive(tmp_path: Path):
    (tmp_path / "archive.db").touch()
    with open_archive(tmp_path / "archive.db") as archive:
        assert archive.changes.head == 0


def test_a_file_that_has_been_empty_for_long_is_told_of(tmp_path: Path, caplog):
    (tmp_path / "archive.db").touch()
    os.utime(tmp_path / "archive.db", (0, 0))
    open_archive(tmp_path / "archive.db").close()
    assert "the file was empty, a new archive begins in it; restore a backup if one was lost" in caplog.text


def test_a_folder_is_no_archive(tmp_path: Path):
    assert refused(tmp_path) == "this is a folder; --archive takes a file"


def test_the_folder_of_an_archive_is_not_made(tmp_path: Path):
    assert refused(tmp_path / "no" / "archive.db") == f"the folder {tmp_path / 'no'} does not exist"


@pytest.mark.parametrize("readonly", [True, False])
def test_the_database_of_another_program_is_left_alone(tmp_path: Path, readonly: bool):
    path = tmp_path / "foreign.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    assert refused(path, readonly=readonly).startswith("an SQLite file, but not an archive of icma")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"<html>not a database, but long enough to be one</html>" * 200, b"short", b"S"])
def test_a_file_of_another_kind_is_left_alone(tmp_path: Path, content: bytes):
    path = tmp_path / "page.db"
    path.write_bytes(content)
    assert "damaged or not an archive" in refused(path)
    assert path.read_bytes() == content


def test_a_truncated_archive_is_told_as_damaged(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_archive(path).close()
    os.truncate(path, path.stat().st_size // 3)
    with pytest.raises(ArchiveError, match="damaged"), open_archive(path) as archive:
        archive.search.find("park")


def test_an_overwritten_page_is_told_as_damaged(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_archive(path).close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged"), open_archive(path) as archive:
        archive.search.find("park")


def test_an_archive_of_a_newer_program_is_left_alone(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_archive(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('icma_crawler', 'm999_far_ahead', '')"
        )
    connection.close()
    assert refused(path) == "written by a newer version of icma (it has m999_far_ahead); update this program"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    assert refused(folder / "archive.db")


def test_an_archive_that_someone_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("icma_crawler.archive.engines.sqlite.opening.BUSY_SECONDS", 0.1)
    path = tmp_path / "archive.db"
    open_archive(path).close()
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ArchiveError, match="held by another program"), open_archive(path) as archive, archive.write():
        pass
    holder.close()


def test_processes_that_meet_at_a_new_file_make_one_archive(tmp_path: Path):
    code = (
        "import sys\nfrom icma_crawler.archive import open_archive\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        "with open_archive(sys.argv[1]) as archive: print(archive.meta.uuid)"
    )
    openers = [
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path / "archive.db"],
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
    told = [opener.communicate(timeout=30) for opener in openers]
    assert [error for _, error in told if error] == []
    assert len({uuid for uuid, _ in told}) == 1


def test_who_only_reads_does_not_wait_for_the_library_that_writes(archive):
    """It would be a third of the time of a dump that finds nothing new."""
    code = (
        "import sys; from icma_crawler.archive import open_archive\n"
        f"with open_archive({str(archive.path)!r}, readonly=True) as archive: archive.changes.head, archive.meta.uuid\n"
        "print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
