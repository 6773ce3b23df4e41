"""A disk that is full or may not be written: a clean stop with one line, nothing lost, and on it goes with room."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Ended, Zygote
from fault_lab import copy_whole, faults_of, rows, traceback_of
from older_archives import make_older
from promises import check_complete, check_promised, reported

from icma_crawler.archive import open_archive
from icma_crawler.demo import Newsroom

pytestmark = pytest.mark.faults

SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))


class Disk:
    """A small disk of the test's own, in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._mount("size=64m")

    def _mount(self, options: str) -> None:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.folder], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")

    def remount(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.folder], check=True)

    def leave_free(self, size_bytes: int) -> None:
        """Fill the disk up to so much."""
        usage = shutil.disk_usage(self.folder)
        with (self.folder / "filler").open("ab") as filler:
            filler.write(bytes(max(0, usage.free - size_bytes)))

    def make_room(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    made = Disk(tmp_path / "disk")
    yield made
    subprocess.run(["umount", "-l", made.folder], check=True)


def failed_cleanly(ended: Ended) -> str:
    """Exit status 1 and one line that says what to do."""
    assert ended.status == 1, ended
    lines = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, ended
    assert lines[0].startswith("icma: "), ended
    return lines[0]


def test_a_crawl_on_a_disk_that_fills_up_goes_on_when_there_is_room(zygote: Zygote, disk: Disk, tmp_path: Path, note):
    moments, archive, peak, times = random.Random(SEED), disk.folder / "archive.db", 0, 20  # noqa: S311
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        command = ("crawl", "--log-json", "--archive", archive, "--portals", tmp_path / "portals")
        promised: set[str] = set()
        for number in range(times):
            disk.leave_free(moments.randrange(300_000, 1_500_000))
            ended = zygote.run(*command)
            promised |= reported(ended.stderr)
            assert ended.status == 1, (number, ended)
            assert "make room on the disk and run again" in ended.stderr, ended
            assert "Traceback" not in ended.stderr, traceback_of(ended)
            disk.make_room()
            check_promised(archive, promised) if archive.exists() and archive.stat().st_size else None
            peak = max(peak, ended.peak_bytes)
            if number % 4 == 3:
                assert zygote.run(*command).status in (0, 1)
                check_complete(archive, newsroom)
                for file in disk.folder.glob("archive.db*"):
                    file.unlink()
                promised.clear()
    note("disk full: crawl", "exit 1, said so, went on with room", f"seed {SEED}", tries=times, peak_bytes=peak)


Setup = Callable[[Path, Path], tuple[object, ...]]


def _withdraw(crawled: Path, folder: Path) -> tuple[object, ...]:
    copy_whole(crawled, folder / "archive.db")
    return "withdraw", "--portal", "xezri-demo", "--reason", "x", "--archive", folder / "archive.db"


def _backup(crawled: Path, folder: Path) -> tuple[object, ...]:
    return "backup", folder / "copy.db", "--keep", "2", "--archive", crawled


def _restore(crawled: Path, folder: Path) -> tuple[object, ...]:
    return "restore", crawled, "--force", "--archive", copy_whole(crawled, folder / "archive.db")


def _dump(form: str) -> Setup:
    return lambda crawled, folder: (
        *("dump", form, "-o", folder / f"d.{form}", "--publisher", "Icma.az", "--archive", crawled),
    )


def _import(crawled: Path, folder: Path) -> tuple[object, ...]:
    return "import", crawled, "--archive", folder / "archive.db"


def _update(crawled: Path, folder: Path) -> tuple[object, ...]:
    return "search", "park", "--archive", make_older(crawled, folder / "archive.db", "m001_the_archive")


COMMANDS: dict[str, Setup] = {
    "withdraw": _withdraw,
    "backup": _backup,
    "restore": _restore,
    "dump jsonl": _dump("jsonl"),
    "dump html": _dump("html"),
    "dump sqlite": _dump("sqlite"),
    "dump parquet": _dump("parquet"),
    "import": _import,
    "update of an older archive": _update,
}


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_on_a_full_disk_changes_nothing_and_works_with_room(
    zygote: Zygote, disk: Disk, crawled, what: str, note
):
    command = COMMANDS[what](crawled.archive, disk.folder)
    before = state_of(disk.folder)
    peak = 0
    for free in (0, 4096, 50_000):
        disk.leave_free(free)
        ended = zygote.run(*command)
        peak = max(peak, ended.peak_bytes)
        assert "Traceback" not in ended.stderr
        line = failed_cleanly(ended)
        assert any(sign in line for sign in ("full", "No space", "disk I/O")), line
        assert f"icma: {disk.folder}" in line  # where there is no room, and not what was read
        disk.make_room()
        assert state_of(disk.folder) == before
    assert zygote.run(*command).status == 0
    for archive in disk.folder.glob("*.db"):
        assert faults_of(archive) == []
    note(f"disk full: {what}", "exit 1, one line, nothing changed", tries=3, peak_bytes=peak)


@pytest.mark.parametrize("what", COMMANDS)
def test_a_command_on_a_disk_that_may_not_be_written_says_so(zygote: Zygote, disk: Disk, crawled, what: str, note):
    command = COMMANDS[what](crawled.archive, disk.folder)
    before = state_of(disk.folder)
    disk.remount("ro")
    ended = zygote.run(*command)
    line = failed_cleanly(ended)
    disk.remount("rw")
    assert any(sign in line.lower() for sign in ("read-only", "readonly", "cannot be")), line
    assert state_of(disk.folder) == before
    assert zygote.run(*command).status == 0
    note(f"read-only disk: {what}", "exit 1, one line, nothing changed", peak_bytes=ended.peak_bytes)


def test_a_crawl_on_a_disk_that_may_not_be_written_says_so(zygote: Zygote, disk: Disk, crawled, note):
    archive = copy_whole(crawled.archive, disk.folder / "archive.db")
    disk.remount("ro")
    ended = zygote.run("crawl", "--archive", archive, "--portals", crawled.portals)
    disk.remount("rw")
    assert ended.status == 1
    assert len(ended.stderr.splitlines()) == 1, ended
    assert faults_of(archive) == []
    note("read-only disk: crawl", "exit 1, one line, nothing changed", peak_bytes=ended.peak_bytes)


def test_an_archive_on_a_disk_that_may_not_be_written_can_be_read(zygote: Zygote, disk: Disk, crawled, note):
    assert zygote.run("backup", disk.folder / "copy.db", "--archive", crawled.archive).status == 0
    with open_archive(crawled.archive, readonly=True) as archive:
        archive.engine.copy_to(disk.folder / "archive.db")
    open_archive(disk.folder / "archive.db").close()  # in WAL mode, as one that was crawled into
    disk.remount("ro")
    for command in (("search", "park"), ("show", "3"), ("status",), ("dump", "jsonl", "--publisher", "Icma.az")):
        for name in ("copy.db", "archive.db"):
            ended = zygote.run(*command, "--archive", disk.folder / name)
            assert ended.status == 0, ended
            assert ended.stdout
    note("read-only disk: reading an archive", "search, show, status and dump work", tries=8)


def state_of(folder: Path) -> dict[str, object]:
    """What stands in a folder under its own name: the rows of archives, the bytes of other files."""
    return {
        file.name: rows(file, "SELECT urn, status, body FROM articles ORDER BY id")
        if file.suffix == ".db"
        else file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and file.name != "filler" and not file.name.endswith(("-wal", "-shm"))
    }


def test_a_crawl_whose_files_may_not_grow_stops_cleanly(zygote: Zygote, tmp_path: Path, note):
    """Where no disk can be mounted, the limit on the size of a file does the same."""
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        for limit in (400_000, 700_000, 1_000_000):
            ended = zygote.run("crawl", max_file_bytes=limit)
            assert ended.status == 1, ended
            assert "make room on the disk" in ended.stderr, ended
            assert "Traceback" not in ended.stderr, traceback_of(ended)
            assert faults_of(tmp_path / "archive.db") == []
        assert zygote.run("crawl").status in (0, 1)
        check_complete(tmp_path / "archive.db", newsroom)
    note("disk full (file size limit): crawl", "exit 1, said so, went on with room", tries=3)
