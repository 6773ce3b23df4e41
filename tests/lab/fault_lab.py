"""What the fault tests share: commands that are killed at random moments, and what an archive must be afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from icma_crawler.archive import open_archive

ZYGOTE = Path(__file__).with_name("zygote.py")
ENOUGH_SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """How a command ended; *status* is negative where a signal ended it."""

    status: int
    stdout: str
    stderr: str
    peak_bytes: int
    seconds: float

    def __str__(self) -> str:
        return f"exit {self.status}: {self.stdout[-1500:]}{self.stderr[-1500:]}"


class Command:
    """An `icma …` under way, in a process group of its own."""

    def __init__(self, zygote: Zygote, pid: int, stdout: Path, stderr: Path) -> None:
        self._zygote = zygote
        self._stdout, self._stderr = stdout, stderr
        self._began_at = time.monotonic()
        self.pid = pid
        self.pss_bytes = 0

    def told(self) -> str:
        """What it has said on stderr so far."""
        return self._stderr.read_text("utf-8", "replace")

    def has_ended(self) -> bool:
        return _state(self.pid) in ("Z", None)

    def kill(self) -> Ended:
        """Kill -9 for the whole group, whatever it is doing."""
        self.pss_bytes = group_pss(self.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return self.wait()

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, seconds: float = ENOUGH_SECONDS) -> Ended:
        answer = self._zygote.ask({"wait": self.pid, "seconds": seconds})
        if answer["status"] is None:
            self.kill()
            raise AssertionError(f"did not end in {seconds:g} s: {self.told()[-2000:]}")
        return Ended(
            status=answer["status"],
            stdout=self._stdout.read_text("utf-8", "replace"),
            stderr=self.told(),
            peak_bytes=answer["peak_bytes"],
            seconds=time.monotonic() - self._began_at,
        )


class Zygote:
    """Starts commands in *folder*, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, ZYGOTE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=_plain_environment() | {"PYTHONWARNINGS": "ignore"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            process.stdin.close()

    def ask(self, request: dict[str, object]) -> dict[str, int]:
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def start(
        self, *arguments: object, cwd: Path | None = None, max_file_bytes: int = 0, env: dict[str, str] | None = None
    ) -> Command:
        stdout, stderr = self.folder / f"{id(self)}.out", self.folder / f"{id(self)}.err"
        stdout.write_bytes(b""), stderr.write_bytes(b"")
        request = {
            "run": [str(argument) for argument in arguments],
            "cwd": str(cwd or self.folder),
            "env": {"ICMA_WORKERS": "1"} | (env or {}),
            "stdout": str(stdout),
            "stderr": str(stderr),
            "max_file_bytes": max_file_bytes,
        }
        return Command(self, self.ask(request)["pid"], stdout, stderr)

    def run(self, *arguments: object, **options: object) -> Ended:
        return self.start(*arguments, **options).wait()


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


def group_pss(leader: int) -> int:
    """The memory of a process group, pages that are shared counted once (in bytes)."""
    return sum(
        _pss(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit() and _group(each) == leader
    )


def _plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "SCRAPY_"))}


def _stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _state(pid: int) -> str | None:
    return next(iter(_stat(Path(f"/proc/{pid}"))), None)


def _group(process: Path) -> int | None:
    stat = _stat(process)
    return int(stat[2]) if stat else None


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
