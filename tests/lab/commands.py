"""Commands `icma …` as real processes, forked from one that has loaded the program, so that they start at once."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Self

ZYGOTE = Path(__file__).with_name("zygote.py")
ENOUGH_SECONDS = 120.0


def plain_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: nobody's own settings, and what is given."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "SCRAPY_"))}
    return {**plain, "PYTHONWARNINGS": "default", **(extra or {})}


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
        if not self._ends_within(seconds):
            self.kill()
            raise AssertionError(f"did not end in {seconds:g} s: {self.told()[-2000:]}")
        answer = self._zygote.ask({"reap": self.pid})
        return Ended(
            status=answer["status"],
            stdout=self._stdout.read_text("utf-8", "replace"),
            stderr=self.told(),
            peak_bytes=answer["peak_bytes"],
            seconds=time.monotonic() - self._began_at,
        )

    def _ends_within(self, seconds: float) -> bool:
        process = os.pidfd_open(self.pid)
        try:
            return bool(select.select([process], [], [], seconds)[0])
        finally:
            os.close(process)


class Zygote:
    """Starts commands; what they say is kept in *folder*. Several threads may do so at a time.

    *env* is added to the environment of each command.
    """

    def __init__(self, folder: Path, env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._env = env or {}
        self._lock = threading.Lock()
        self._numbers = count()
        self._process = subprocess.Popen(
            [sys.executable, ZYGOTE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=plain_environment(),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process as process:
            process.stdin.close()

    def ask(self, request: dict[str, object]) -> dict[str, int]:
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def start(
        self,
        *arguments: object,
        cwd: Path | None = None,
        max_file_bytes: int = 0,
        env: Mapping[str, str] | None = None,
        typed: str | None = None,
    ) -> Command:
        """Start `icma` with *arguments*, with *typed* for its standard input."""
        stdin, stdout, stderr = self._files_of(next(self._numbers))
        stdin.write_text(typed or "", "utf-8"), stdout.write_bytes(b""), stderr.write_bytes(b"")
        request = {
            "run": [str(argument) for argument in arguments],
            "cwd": str(cwd or self.folder),
            "env": plain_environment({**self._env, **(env or {})}),
            "stdin": str(stdin),
            "stdout": str(stdout),
            "stderr": str(stderr),
            "max_file_bytes": max_file_bytes,
        }
        return Command(self, self.ask(request)["pid"], stdout, stderr)

    def run(self, *arguments: object, timeout: float = ENOUGH_SECONDS, **options: object) -> Ended:
        return self.start(*arguments, **options).wait(timeout)

    def _files_of(self, number: int) -> list[Path]:
        return [self.folder / f"{os.getpid()}-{number}.{name}" for name in ("in", "out", "err")]


def group_pss(leader: int) -> int:
    """The memory of a process group, pages that are shared counted once (in bytes)."""
    return sum(
        _pss(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit() and _group(each) == leader
    )


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
