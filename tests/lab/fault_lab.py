"""What the fault tests share: commands that are killed at random moments, and what an archive must be afterwards."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from commands import ENOUGH_SECONDS, Command, Ended

from icma_crawler.archive import open_archive


@dataclass
class Kills:
    """The kills of one hazard: how many hit a living process, how many commands were done before, the memory seen."""

    seed: int
    hits: int = 0
    finished: int = 0
    peak_bytes: int = 0
    began_at: float = field(default_factory=time.monotonic)
    moments: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.moments = random.Random(self.seed)  # noqa: S311 - any moment will do

    def strike(self, command: Command, after_seconds: float) -> bool:
        """Kill *command* after so long; returns whether it was still at work."""
        strike_at = time.monotonic() + after_seconds
        while not command.has_ended() and time.monotonic() < strike_at:
            time.sleep(0.001)
        return self.take(command)

    def take(self, command: Command) -> bool:
        """Kill *command* now."""
        ended = command.kill()
        is_hit = ended.status == -signal.SIGKILL
        assert is_hit or ended.status in (0, 1), ended
        self.hits += is_hit
        self.finished += not is_hit
        self.peak_bytes = max(self.peak_bytes, command.pss_bytes)
        return is_hit

    def until(self, wanted: int) -> Iterator[int]:
        """Numbers of rounds, until so many kills have hit."""
        number = 0
        while self.hits < wanted:
            assert number < 10 * wanted, f"{self.hits} of {number} kills hit"
            yield number
            number += 1

    def row(self) -> tuple[str, dict[str, float]]:
        """The figures of the hazard table."""
        figures = f"seed {self.seed}, {self.finished} ended before the kill"
        more = {"tries": self.hits, "seconds": time.monotonic() - self.began_at, "peak_bytes": self.peak_bytes}
        return figures, more


def traceback_of(ended: Ended) -> str:
    """The first traceback of a log, with what stands before it."""
    return ended.stderr[max(0, ended.stderr.find("Traceback") - 300) :][:3000]


def faults_of(archive: Path) -> list[str]:
    """What `icma verify` would say of an archive, asked of a copy, so that the file stays as a kill has left it."""
    with crash_copy(archive) as copy, open_archive(copy) as opened:
        return [f"{fault.where}: {fault.problem}" for fault in opened.find_faults(lambda *_: None)]


@contextlib.contextmanager
def crash_copy(archive: Path) -> Iterator[Path]:
    """The file and its log as they are on the disk, in a folder of their own."""
    folder = archive.parent / f"{archive.name}.examined"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for suffix in ("", "-wal"):
        file = archive.with_name(archive.name + suffix)
        if file.exists():
            shutil.copyfile(file, folder / file.name)
    yield folder / archive.name
    shutil.rmtree(folder)


def rows(archive: Path, sql: str, *values: object) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(archive)) as connection:
        return connection.execute(sql, values).fetchall()


def copy_whole(archive: Path, target: Path) -> Path:
    """An archive of the test's own, made anew over what an earlier round left."""
    for file in target.parent.glob(f"{target.name}*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    with open_archive(archive, readonly=True) as opened:
        opened.engine.copy_to(target)
    return target


def wait_for(is_so: Callable[[], bool], seconds: float = ENOUGH_SECONDS) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not come to be"
        time.sleep(0.003)
