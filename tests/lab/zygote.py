"""A process that has loaded the program, and forks an `icma …` for each line it reads: real processes, quickly started.

In: one JSON object a line, {"run": [argument, …], "cwd", "env", "stdin", "stdout", "stderr", "max_file_bytes"}, or
{"reap": pid} of one that has ended. Out: {"pid"}, or {"status", "peak_bytes"}.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any


def _load() -> None:
    import icma_crawler.cli.backup
    import icma_crawler.cli.crawl
    import icma_crawler.cli.dump
    import icma_crawler.cli.imports
    import icma_crawler.cli.main
    import icma_crawler.cli.reextract
    import icma_crawler.cli.withdraw
    import icma_crawler.crawl
    import icma_crawler.imports.dump
    import icma_crawler.operations.maintenance.backup
    import icma_crawler.operations.maintenance.reextraction  # noqa: F401

    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a reactor cannot be shared by the processes that are forked")


def _become(request: dict[str, Any]) -> None:
    """Turn into the command that was asked for, with a process group of its own."""
    os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    os.dup2(os.open(request["stdin"], os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), number)
    if request["max_file_bytes"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["max_file_bytes"],) * 2)
    sys.argv = ["icma", *request["run"]]
    if "LD_PRELOAD" in os.environ:  # a library is loaded before a program begins, so this one must begin anew
        os.execv(sys.executable, [sys.executable, "-m", "icma_crawler", *request["run"]])  # noqa: S606


def _reap(pid: int) -> dict[str, int]:
    _, status, usage = os.wait4(pid, 0)
    return {"status": os.waitstatus_to_exitcode(status), "peak_bytes": usage.ru_maxrss * 1024}


def _serve() -> bool:
    """Answer requests; returns True in a process that has become a command."""
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        if "reap" in request:
            answer = _reap(request["reap"])
        else:
            answer = {"pid": os.fork()}
            if answer["pid"] == 0:
                _become(request)
                return True
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return False


if __name__ == "__main__":  # the processes that read pages import this file, too
    _load()
    if _serve():
        from icma_crawler.cli.main import main

        main()
