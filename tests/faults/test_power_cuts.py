"""What a power cut leaves is decided by the order in which files are flushed and renamed: read from the system calls."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed (Debian: strace)"),
]

CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat"


def calls_of(folder: Path, *arguments: object) -> list[str]:
    """The system calls of an `icma …`, each with the names of its files instead of their numbers."""
    trace = folder / "trace"
    command = [
        "strace",
        "-f",
        "-y",
        "-s",
        "8",
        "-e",
        f"trace={CALLS}",
        "-o",
        trace,
        sys.executable,
        "-m",
        "icma_crawler",
    ]
    done = subprocess.run([*command, *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr and done.returncode:
        pytest.skip(f"nothing may be traced here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0, done.stderr
    return trace.read_text("utf-8", "replace").splitlines()


def last(calls: list[str], pattern: str) -> int:
    found = [number for number, call in enumerate(calls) if re.search(pattern, call)]
    assert found, pattern
    return found[-1]


def check_order(calls: list[str], folder: Path, name: str) -> None:
    """Written, flushed, renamed, and the folder flushed."""
    part = rf"\.{re.escape(name)}\.\d+\.part"
    written = last(calls, rf"p?write(64)?\(\d+<[^>]*{part}>")
    flushed = last(calls, rf"fsync\(\d+<[^>]*{part}>")
    renamed = last(calls, rf'rename\w*\(.*{part}", .*{re.escape(name)}"')
    entered = last(calls, rf"fsync\(\d+<{re.escape(str(folder))}>")
    assert written < flushed < renamed < entered


def test_a_dump_is_on_the_disk_before_it_has_its_name_and_its_manifest_comes_last(crawled, tmp_path: Path, note):
    calls = calls_of(tmp_path, "dump", "jsonl", "-o", "d.jsonl", "--publisher", "Icma.az", "--archive", crawled.archive)
    check_order(calls, tmp_path, "d.jsonl")
    check_order(calls, tmp_path, "d.jsonl.manifest.json")
    assert last(calls, r'rename\w*\(.*"d\.jsonl"') < last(calls, r"rename\w*\(.*manifest\.json")
    note("power cut: dump", "written, flushed, renamed, flushed", "strace")


def test_a_backup_is_on_the_disk_before_it_has_its_name(crawled, tmp_path: Path, note):
    check_order(calls_of(tmp_path, "backup", "copy.db", "--archive", crawled.archive), tmp_path, "copy.db")
    note("power cut: backup", "written, flushed, renamed, flushed", "strace")


def test_a_restored_archive_is_on_the_disk_before_it_takes_the_place(crawled, tmp_path: Path, run_icma, note):
    run_icma("backup", "copy.db", "--archive", crawled.archive)
    check_order(calls_of(tmp_path, "restore", "copy.db"), tmp_path, "archive.db")
    note("power cut: restore", "written, flushed, renamed, flushed", "strace")


def test_what_is_committed_is_flushed_before_it_is_told(crawled, tmp_path: Path, run_icma, note):
    """A withdrawal's words "1 withdrawn" come after the log that holds it was flushed."""
    run_icma("restore", str(crawled.archive))
    calls = calls_of(tmp_path, "withdraw", "3", "--reason", "x")
    logged = last(calls, r"pwrite64\(\d+<[^>]*archive\.db-wal>")
    flushed = last(calls, r"f(data)?sync\(\d+<[^>]*archive\.db(-wal)?>")
    told = last(calls, r"write\(1<")
    assert logged < flushed < told
    note("power cut: commit", "flushed, then told", "strace")
