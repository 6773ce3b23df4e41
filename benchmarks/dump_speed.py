"""How fast a dump is, how much memory it takes, and how long one with nothing new takes.

    python benchmarks/dump_speed.py                      100,000 articles, JSON Lines
    python benchmarks/dump_speed.py --articles 1000000
    python benchmarks/dump_speed.py --articles 10000 --formats all
                                                         every format, with its memory at a tenth of the size beside it

CPU seconds are those of the whole command, start-up included; the best of the rounds counts, for a busy machine only
ever adds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from archive_builder import build_archive

from icma_crawler.exports import FORMATS


@dataclass(frozen=True, slots=True)
class Cost:
    """What one `icma dump` took."""

    cpu_seconds: float
    wall_seconds: float
    memory_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--formats", nargs="+", default=["jsonl"], help="names, or all")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    formats = list(FORMATS) if options.formats == ["all"] else options.formats
    with tempfile.TemporaryDirectory() as folder:
        for reuse in ("full", "excerpt"):
            archive, small = Path(folder) / f"{reuse}.db", Path(folder) / f"{reuse}-small.db"
            for path, articles in ((archive, options.articles), (small, options.articles // 10)):
                _build_elsewhere(path, articles, reuse, with_pages="warc" in formats or "wacz" in formats)
            print(f"\n{options.articles:,} articles, reuse = {reuse}, {archive.stat().st_size / 1e6:,.0f} MB")
            print(f"{'format':<10} {'records/CPU-s':>14} {'CPU s':>8} {'wall s':>8} {'MB':>6} {'MB at 1/10':>11}")
            for form in formats:
                _print_row(form, options.articles, _best(archive, form, options.rounds), _best(small, form, 1))
        nothing = _best(archive, "jsonl", 5, "--since", str(options.articles))
        print(f"\nnothing new: {nothing.wall_seconds:.2f} s wall, {nothing.cpu_seconds:.2f} s CPU")


def _build_elsewhere(*what: object, **options: object) -> None:
    """In a process of its own: the memory of a child is never told as less than what its parent had."""
    builder = get_context("spawn").Process(target=build_archive, args=what, kwargs=options)
    builder.start()
    builder.join()
    assert builder.exitcode == 0


def _print_row(form: str, articles: int, cost: Cost, small: Cost) -> None:
    speed = articles / cost.cpu_seconds
    print(
        f"{form:<10} {speed:>14,.0f} {cost.cpu_seconds:>8.1f} {cost.wall_seconds:>8.1f} "
        f"{cost.memory_mb:>6.0f} {small.memory_mb:>11.0f}",
        flush=True,
    )


def _best(archive: Path, form: str, rounds: int, *more: str) -> Cost:
    return min((_dump(archive, form, *more) for _ in range(rounds)), key=lambda cost: cost.cpu_seconds)


def _dump(archive: Path, form: str, *more: str) -> Cost:
    out = archive.with_name(f"{archive.stem}.{form}")
    command = [sys.executable, "-m", "icma_crawler", "dump", form, "--archive", archive, "-o", out, *more]
    start = time.monotonic()
    process = subprocess.Popen([*command, "--publisher", "Icma.az"], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
