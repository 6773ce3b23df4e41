"""Running a command and counting all the CPU that it and its descendants used, also those it never waited for."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took: CPU of its whole process tree, and wall time, in seconds."""

    cpu_seconds: float
    wall_seconds: float
    exit_status: int


def run_measured(command: Sequence[str], **options: object) -> Cost:
    """Run *command*; orphans of it come to us, so that their time is counted too."""
    _adopt_orphans(True)
    before, start = _children_cpu(), time.monotonic()
    status = subprocess.run(command, check=False, **options).returncode  # type: ignore[call-overload]
    wall = time.monotonic() - start
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    _adopt_orphans(False)  # a server that is started later must not become ours to wait for
    return Cost(_children_cpu() - before, wall, status)


def _adopt_orphans(yes: bool) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(yes), 0, 0, 0)


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
