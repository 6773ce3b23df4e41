"""Two crawls, an import, dumps, backups and searches on one archive at once, for minutes: nobody waits in vain."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import Ended, Zygote
from fault_lab import copy_whole, faults_of, rows

from icma_crawler.archive import open_archive
from icma_crawler.demo import Newsroom
from icma_crawler.exports.dump import manifest_path
from icma_crawler.system.files import digest_of_file

pytestmark = pytest.mark.faults

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
SECONDS = float(os.environ.get("ICMA_CROWD_SECONDS", "120"))


class Crowd:
    """Commands over and over, each kind in a thread of its own, until the time is over or one fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.times: Counter[str] = Counter()
        self.trouble: list[str] = []
        self.peak_bytes = 0
        self._end_at = time.monotonic() + SECONDS
        self._threads: list[threading.Thread] = []

    def repeat(self, name: str, *arguments: object, check: Callable[[Ended], None] = lambda _: None) -> None:
        (self.folder / name).mkdir()
        thread = threading.Thread(target=self._run, args=(name, arguments, check))
        self._threads.append(thread)
        thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _run(self, name: str, arguments: tuple[object, ...], check: Callable[[Ended], None]) -> None:
        try:
            with Zygote(self.folder / name) as zygote:
                while time.monotonic() < self._end_at and not self.trouble:
                    ended = zygote.run(*arguments)
                    assert ended.status == 0, ended
                    assert "locked" not in ended.stderr, ended
                    check(ended)
                    self.times[name] += 1
                    self.peak_bytes = max(self.peak_bytes, ended.peak_bytes)
        except Exception as error:  # noqa: BLE001 - told by the test, which waits for all
            self.trouble.append(f"{name}: {error!r}")


def test_many_programs_share_an_archive_for_minutes(middling: Path, large: Path, tmp_path: Path, note):
    archive = tmp_path / "archive.db"
    copy_whole(middling, archive)
    known = rows(archive, "SELECT count(*) FROM articles")[0][0]
    out, copy = tmp_path / "d.jsonl", tmp_path / "copy.db"
    ours = ("--archive", archive)

    def is_whole_dump(_: Ended) -> None:
        manifest = json.loads(manifest_path(out).read_bytes())
        lines = out.read_bytes().splitlines()
        assert manifest["sha256"] == digest_of_file(out)
        assert manifest["rows"] == len(lines)
        assert [line["seq"] for line in map(json.loads, lines)][-1] == manifest["cursor"]

    def finds(ended: Ended) -> None:
        hits = [json.loads(line) for line in ended.stdout.splitlines()]
        assert len(hits) == 20

    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        crowd = Crowd(tmp_path)
        crawl = ("crawl", "--recheck", "--portals", tmp_path / "portals", *ours)
        crowd.repeat("one crawl", *crawl, "cinar-demo", "xezri-demo")
        crowd.repeat("another crawl", *crawl, "korpu-demo", "hefte-demo")
        crowd.repeat("import", "import", large, *ours)
        crowd.repeat("dump", "dump", "jsonl", "-o", out, "--publisher", "Icma.az", *ours, check=is_whole_dump)
        crowd.repeat("backup", "backup", copy, "--keep", 1, *ours)
        crowd.repeat("search", "search", "park", "--json", *ours, check=finds)
        crowd.join()
        assert crowd.trouble == []
        assert min(crowd.times[name] for name in ("one crawl", "another crawl", "dump", "backup", "search")) > 1
        assert faults_of(archive) == faults_of(copy) == []
        published = len(newsroom.articles)
        imported = rows(large, "SELECT count(*) FROM articles")[0][0]
        assert rows(archive, "SELECT count(*) FROM articles") == [(max(known, imported) + published,)]
        assert rows(archive, "SELECT count(*) FROM frontier WHERE state = 'pending'") == [(0,)]
    figures = ", ".join(f"{count} x {name}" for name, count in crowd.times.items())
    note("six programs on one archive", "no lock, no torn read", figures, tries=1, peak_bytes=crowd.peak_bytes)


def test_a_backup_beside_a_busy_writer_ends(zygote: Zygote, large: Path, tmp_path: Path, note):
    """Each change of the archive starts a backup anew that does not hold on to one state."""
    archive, is_over, written = copy_whole(large, tmp_path / "archive.db"), threading.Event(), [0]

    def write() -> None:
        with open_archive(archive) as opened:
            while not is_over.is_set():
                with opened.write():
                    opened.hosts.pause("https://portal0.example", NOW + timedelta(seconds=written[0]))
                written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(5):
            before = written[0]
            assert zygote.run("backup", tmp_path / "copy.db", "--archive", archive).status == 0
            assert written[0] > before
    finally:
        is_over.set()
        writer.join()
    assert faults_of(tmp_path / "copy.db") == []
    note("backup beside a busy writer", "ended, whole", f"{written[0]} commits meanwhile", tries=5)
