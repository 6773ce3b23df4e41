"""Who a process is, in words that can be written down and asked about later: "host:pid:start time"."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def this_process() -> str:
    """Host, process id and the process' start time: an id that is used again is another process."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_same_host(process: str) -> bool:
    return _parts(process)[0] == socket.gethostname()


def is_running(process: str) -> bool:
    """Whether a process of this host still runs, and is the one that was written down."""
    _, pid, started = _parts(process)
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(pid)) == started


def describe_process(process: str) -> str:
    """For people: "process 12 on host"."""
    host, pid, _ = _parts(process)
    return f"process {pid} on {host}"


def _parts(process: str) -> tuple[str, str, str]:
    host, pid, started = process.rsplit(":", 2)
    return host, pid, started


def _started(pid: int) -> str:
    """The kernel's start time of a process in clock ticks (proc(5), stat field 22); empty where there is no /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
