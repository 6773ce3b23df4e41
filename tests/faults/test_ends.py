"""A command that is told to end: it does so in order, and the next one goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from commands import Command, Zygote
from fault_lab import faults_of, rows, traceback_of
from promises import check_complete, check_promised, reported

from icma_crawler.demo import Newsroom

pytestmark = pytest.mark.faults

SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))
LONGEST_END_SECONDS = 30


def test_a_crawl_that_is_told_to_end_does_so_in_order(zygote: Zygote, tmp_path: Path, note):
    moments, archive, statuses, slowest, peak = random.Random(SEED), tmp_path / "archive.db", [], 0.0, 0  # noqa: S311
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        promised: set[str] = set()
        while len(statuses) < 40:
            command = zygote.start("crawl", "--log-json")
            wait_at_most(command, moments.uniform(0, 3.5))
            command.signal(signal.SIGTERM)
            ended = command.wait(LONGEST_END_SECONDS)
            assert ended.status in (0, 3), ended
            assert "Traceback" not in ended.stderr, traceback_of(ended)
            promised |= reported(ended.stderr)
            statuses.append(ended.status)
            slowest, peak = max(slowest, ended.seconds), max(peak, ended.peak_bytes)
            if not is_made(archive):
                continue
            check_promised(archive, promised)
            assert rows(archive, "SELECT id FROM portals WHERE holder IS NOT NULL") == []
            if ended.status == 0:
                check_complete(archive, newsroom)
                for file in tmp_path.glob("archive.db*"):
                    file.unlink()
                promised.clear()
        assert zygote.run("crawl").status in (0, 1)
        check_complete(archive, newsroom)
    figures = f"seed {SEED}, {statuses.count(3)} x exit 3, {statuses.count(0)} x exit 0, slowest run {slowest:.1f} s"
    note("SIGTERM: crawl", "ended in order, went on", figures, tries=len(statuses), peak_bytes=peak)


def is_made(archive: Path) -> bool:
    """Whether the first crawl came to make its tables."""
    return archive.exists() and rows(archive, "SELECT count(*) FROM sqlite_master WHERE name = 'portals'") == [(1,)]


def wait_at_most(command: Command, seconds: float) -> None:
    end_at = time.monotonic() + seconds
    while not command.has_ended() and time.monotonic() < end_at:
        time.sleep(0.002)


@pytest.mark.parametrize("what", ["dump", "backup", "import"])
def test_a_command_that_is_told_to_end_leaves_nothing_behind(
    zygote: Zygote, middling: Path, tmp_path: Path, note, what: str
):
    moments, target = random.Random(SEED), tmp_path / "target.db"  # noqa: S311
    command = {
        "dump": ("dump", "jsonl", "-o", tmp_path / "d.jsonl", "--publisher", "Icma.az", "--archive", middling),
        "backup": ("backup", tmp_path / "copy.db", "--archive", middling),
        "import": ("import", middling, "--archive", target),
    }[what]
    statuses = []
    for _ in range(20):
        running = zygote.start(*command)
        wait_at_most(running, moments.uniform(0, 0.5))
        running.signal(signal.SIGTERM)
        ended = running.wait(LONGEST_END_SECONDS)
        assert ended.status in (0, 3), ended
        assert list(tmp_path.glob(".*.part")) == []
        statuses.append(ended.status)
    assert zygote.run(*command).status == 0
    if target.exists():
        assert faults_of(target) == []
    note(f"SIGTERM: {what}", "ended, no part left", f"{statuses.count(3)} x exit 3", tries=20)
