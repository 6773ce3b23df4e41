"""The schedule and scheduled rounds as they are run: real processes, a newsroom on loopback."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from icma_crawler.demo import Newsroom
from icma_crawler.operations.schedule import SignalWatch

PORTAL = "hefte-demo"


@pytest.fixture
def folder(newsroom: Newsroom, tmp_path: Path) -> Path:
    newsroom.write_portal_files(tmp_path / "portals")
    return tmp_path


def slow_down(folder: Path) -> None:
    file = folder / "portals" / f"{PORTAL}.toml"
    file.write_text(re.sub(r"delay_seconds = .*", "delay_seconds = 1", file.read_text("utf-8")), "utf-8")


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    if not (folder / "archive.db").exists():
        return []
    connection = sqlite3.connect(folder / "archive.db")
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:  # its tables are being made
        return []
    finally:
        connection.close()


def wait_until(is_so: Callable[[], object], seconds: float = 40) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it did not come to be"
        time.sleep(0.02)


def test_the_schedule_crawls_says_so_once_and_stops_cleanly(folder: Path, start_icma, run_in):
    (folder / "icma.toml").write_text('log = "json"\nmetrics = "icma.prom"\n')
    process = start_icma("schedule", PORTAL, "--every", "1", cwd=folder)
    lines = []
    while not lines or lines[-1]["event"] != "round":
        lines.append(json.loads(process.stderr.readline()))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert lines[-1] | {"time": "", "seconds": 0} == {
        "time": "",
        "level": "info",
        "logger": "icma_crawler.schedule",
        "event": "round",
        "status": 0,
        "portals": 1,
        "archived": 8,
        "revised": 0,
        "failed": 0,
        "seconds": 0,
    }
    ended = next(line for line in lines if line["event"] == "crawl ended")
    assert (ended["portal"], ended["archived"]) == (PORTAL, 8)
    assert process.stderr.read() == ""
    metrics = (folder / "icma.prom").read_text()
    assert f'icma_crawl_urls{{portal="{PORTAL}",outcome="archived"}} 8\n' in metrics

    idle = (
        "import sys\nfrom icma_crawler.cli import main\n"
        f"sys.argv = ['icma', 'crawl', '{PORTAL}', '--due', '--json']\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\nassert 'scrapy' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", idle], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")
    assert len(rows(folder, "SELECT id FROM crawls")) == 1


def test_a_stop_in_the_middle_ends_the_round_and_a_second_round_leaves_it_alone(folder: Path, start_icma, run_in):
    slow_down(folder)
    process = start_icma("schedule", PORTAL, cwd=folder)
    wait_until(lambda: rows(folder, "SELECT 1 FROM frontier"))
    second = run_in(folder, "crawl", PORTAL, "--due", "--json")
    assert (second.returncode, json.loads(second.stdout), second.stderr) == (0, [], "")
    process.send_signal(signal.SIGTERM)
    assert process.wait(90) == 3
    # A round that does not end in time is killed, and then nobody writes that it was interrupted, nor lets go.
    assert rows(folder, "SELECT reason FROM crawls") == [("interrupted",)]
    assert rows(folder, "SELECT holder FROM portals") == [(None,)]


def test_a_schedule_that_is_misused_does_not_start(folder: Path, run_in):
    done = run_in(folder, "schedule", "no-such-portal")
    assert done.returncode == 2
    assert "no portal 'no-such-portal'" in done.stderr
    assert run_in(folder, "schedule", "--every", "0").returncode == 2


def test_a_signal_wakes_the_watch_and_is_not_lost_when_it_comes_before():
    with SignalWatch() as watch:
        signal.raise_signal(signal.SIGTERM)
        assert watch.wait(None) == signal.SIGTERM
        assert watch.wait(0) is None
        timer = threading.Timer(0.05, signal.raise_signal, [signal.SIGINT])
        timer.start()
        assert watch.wait(20) == signal.SIGINT
        timer.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_end_of_a_child_wakes_the_watch():
    with SignalWatch() as watch:
        child = subprocess.Popen([sys.executable, "-c", ""])
        while child.poll() is None:
            assert watch.wait(20) is None
        assert child.returncode == 0
