from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive, Writer, open_archive
from icma_crawler.archive.values import from_stamp
from icma_crawler.errors import ArchiveError

SECONDS = 30

# Writes rows for ever and says, one number a line, which of them are promised to stay.
LOOP = """
import sys
from icma_crawler.archive import Writer
writer = Writer(sys.argv[1])
writer.submit(lambda a: a.engine.database.run("CREATE TABLE IF NOT EXISTS notes (n INTEGER)")).result()
last = writer.submit(lambda a: a.engine.database.value("SELECT coalesce(max(n), 0) FROM notes")).result()
def note(n):
    return lambda a: a.engine.database.run("INSERT INTO notes VALUES (:n)", {"n": n}) and n
n = last
while True:
    futures = [writer.submit(note(n + i)) for i in range(1, 8)]
    n += 7
    for future in futures:
        print(future.result(), flush=True)
"""

# Fills a disk that has room for little more than the archive itself.
FULL_DISK = """
import resource, signal, sys
from icma_crawler.archive import Writer
from icma_crawler.errors import ArchiveError
path, limit = sys.argv[1], int(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
writer = Writer(path)
def note(n):
    return lambda a: a.engine.database.run("INSERT INTO notes VALUES (:n, :text)", {"n": n, "text": "x" * 5000}) and n
kept = 0
try:
    for n in range(1, 5000):
        kept = writer.submit(note(n)).result()
except ArchiveError as error:
    print(kept, error)
try:
    writer.submit(note(0)).result()
except ArchiveError as error:
    print(error)
writer.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with open_archive(tmp_path / "archive.db") as archive:
        change(archive.path, "CREATE TABLE notes (n INTEGER UNIQUE, text TEXT)")
    return tmp_path / "archive.db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    opened = Writer(path)
    yield opened
    opened.close()


def note(number: int) -> Callable[[Archive], int]:
    def work(archive: Archive) -> int:
        archive.engine.database.run("INSERT INTO notes (n) VALUES (:n)", {"n": number})
        return number

    return work


def large_note(archive: Archive) -> None:
    archive.engine.database.run("INSERT INTO notes VALUES (3, :text)", {"text": "x" * 100_000})


def notes_in(path: Path) -> list[int]:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("SELECT n FROM notes ORDER BY rowid")]
    finally:
        connection.close()


def test_what_is_done_is_on_the_disk(writer: Writer, path: Path):
    assert writer.submit(note(1)).result(SECONDS) == 1
    assert notes_in(path) == [1]


def test_work_is_done_in_its_order(writer: Writer, path: Path):
    futures = [writer.submit(note(number)) for number in range(500)]
    assert [future.result(SECONDS) for future in futures] == list(range(500))
    assert notes_in(path) == list(range(500))


def test_closing_writes_what_was_submitted(path: Path):
    writer = Writer(path)
    futures = [writer.submit(note(number)) for number in range(250)]
    writer.close()
    assert all(future.done() for future in futures)
    assert len(notes_in(path)) == 250


def held(writer: Writer) -> threading.Event:
    """Keep the writer busy until the event is set, so that what follows is one group."""
    go = threading.Event()
    writer.submit(lambda _: go.wait(SECONDS))
    return go


def test_one_that_fails_is_undone_alone(writer: Writer, path: Path):
    def half(archive: Archive) -> None:
        note(2)(archive)
        raise LookupError("half done")

    go = held(writer)
    first, failing, last = writer.submit(note(1)), writer.submit(half), writer.submit(note(3))
    go.set()
    assert (first.result(SECONDS), last.result(SECONDS)) == (1, 3)
    with pytest.raises(LookupError, match="half done"):
        failing.result(SECONDS)
    assert notes_in(path) == [1, 3]


def test_one_that_breaks_a_rule_of_the_table_is_undone_alone(writer: Writer, path: Path):
    go = held(writer)
    futures = [writer.submit(note(number)) for number in (1, 1, 2)]
    go.set()
    with pytest.raises(sqlite3.IntegrityError):
        futures[1].result(SECONDS)
    assert futures[2].result(SECONDS) == 2
    assert notes_in(path) == [1, 2]


def test_one_that_fails_takes_along_what_it_had_written_together(writer: Writer, path: Path):
    def several(archive: Archive) -> None:
        with archive.write():
            note(2)(archive)
        with archive.write():
            note(3)(archive)
            raise LookupError("half done")

    go = held(writer)
    futures = [writer.submit(work) for work in (note(1), several, note(4))]
    go.set()
    with pytest.raises(LookupError, match="half done"):
        futures[1].result(SECONDS)
    assert (futures[0].result(SECONDS), futures[2].result(SECONDS)) == (1, 4)
    assert notes_in(path) == [1, 4]


def test_one_that_gets_over_a_failure_of_its_own_is_kept(writer: Writer, path: Path):
    def careful(archive: Archive) -> str:
        note(1)(archive)
        try:
            with archive.write():
                note(2)(archive)
                note(1)(archive)
        except sqlite3.IntegrityError:
            return "left out"
        return "written"

    assert writer.submit(careful).result(SECONDS) == "left out"
    assert notes_in(path) == [1]


def test_one_that_meets_a_row_nobody_wrote_tells_of_damage_for_all(writer: Writer, path: Path):
    """What is not as it was written is the file's trouble, and not that of the one who met it."""

    def read(archive: Archive) -> None:
        note(2)(archive)
        from_stamp("yesterday")

    go = held(writer)
    futures = [writer.submit(work) for work in (note(1), read, note(3))]
    go.set()
    for future in futures:
        with pytest.raises(ArchiveError, match="is damaged"):
            future.result(SECONDS)
    assert notes_in(path) == []


def test_one_that_the_disk_fails_takes_the_group_along_and_the_next_is_written(writer: Writer, path: Path):
    def locked(archive: Archive) -> None:
        raise sqlite3.OperationalError("database is locked")

    go = held(writer)
    futures = [writer.submit(work) for work in (note(1), locked, note(3))]
    go.set()
    for future in futures:
        with pytest.raises(ArchiveError, match="held by another program"):
            future.result(SECONDS)
    assert writer.submit(note(4)).result(SECONDS) == 4
    assert notes_in(path) == [4]


def test_one_that_nobody_waits_for_any_more_is_left_out(writer: Writer, path: Path):
    go = held(writer)
    first, cancelled, last = [writer.submit(note(number)) for number in (1, 2, 3)]
    assert cancelled.cancel()
    go.set()
    assert (first.result(SECONDS), last.result(SECONDS)) == (1, 3)
    assert notes_in(path) == [1, 3]


def test_another_writer_is_waited_for(writer: Writer, path: Path):
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO notes (n) VALUES (1)")
    future = writer.submit(note(2))
    with pytest.raises(TimeoutError):
        future.result(0.2)
    other.commit()
    other.close()
    assert future.result(SECONDS) == 2
    assert notes_in(path) == [1, 2]


def test_a_full_database_is_an_archive_error(writer: Writer, path: Path):
    def limit(archive: Archive) -> None:
        pages = archive.engine.database.value("PRAGMA page_count")
        archive.engine.database.run(f"PRAGMA max_page_count = {pages + 2}")

    writer.submit(note(1)).result(SECONDS)
    writer.submit(limit).result(SECONDS)
    go = held(writer)
    futures = [
        writer.submit(note(2)),
        writer.submit(large_note),
        writer.submit(note(4)),
    ]
    go.set()
    for future in futures:
        with pytest.raises(ArchiveError, match="make room on the disk and run again: nothing archived so far is lost"):
            future.result(SECONDS)
    with pytest.raises(ArchiveError, match="make room"):
        writer.submit(note(5)).result(SECONDS)
    assert notes_in(path) == [1]


def test_a_damaged_file_is_an_archive_error(writer: Writer, path: Path):
    def damaged(archive: Archive) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    with pytest.raises(ArchiveError, match="restore a backup"):
        writer.submit(damaged).result(SECONDS)


def test_a_full_disk_leaves_the_archive_whole(path: Path):
    limit = path.stat().st_size + 300_000
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path, str(limit)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    first, again = done.stdout.splitlines()
    kept, _, message = first.partition(" ")
    assert message.startswith(f"{path}: cannot be written (")
    assert again == message
    assert int(kept) > 0
    assert notes_in(path) == list(range(1, int(kept) + 1))
    with open_archive(path) as archive:
        assert archive.engine.complaint() is None


def test_a_kill_loses_nothing_that_was_promised(tmp_path: Path):
    path = tmp_path / "archive.db"
    open_archive(path).close()
    promised: list[int] = []
    moments = random.Random(2026)  # noqa: S311 - any moment will do
    for _ in range(4):
        with subprocess.Popen([sys.executable, "-c", LOOP, path], stdout=subprocess.PIPE, text=True) as process:
            promised += [int(process.stdout.readline()) for _ in range(moments.randrange(1, 300))]
            os.kill(process.pid, signal.SIGKILL)
            promised += [int(line) for line in process.stdout if line.endswith("\n")]
        kept = notes_in(path)
        assert set(promised) <= set(kept)
        assert len(kept) == len(set(kept))
        with open_archive(path) as archive:
            assert ask(archive.path, "PRAGMA integrity_check")[0] == ("ok",)
    assert len(promised) > 100
