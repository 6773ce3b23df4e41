"""What the crawls after the first cost: nothing new, then a few new articles on each portal.

    python benchmarks/nothing_new.py [--portals 20] [--az 6] [--articles 25] [--publish 5]

Needs the load harness (ICMA_SHARED, default ../shared) and nginx. Prints requests, bytes, article requests and CPU
of the whole process tree, start-up included, beside the figures aimed at.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import Cost, run_measured

SHARED = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[2] / "shared")).resolve()
FARM = SHARED / "newsfarm" / "newsfarm.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=int, default=20)
    parser.add_argument("--az", type=int, default=6)
    parser.add_argument("--articles", type=int, default=25)
    parser.add_argument("--publish", type=int, default=5)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--port", type=int, default=8091)
    options = parser.parse_args()
    if not FARM.exists() or shutil.which("nginx") is None:
        print(f"skipped: needs nginx and the load harness, which is not in {SHARED} (ICMA_SHARED)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options)
    return 0


def measure(folder: Path, options: argparse.Namespace) -> None:
    farm = folder / "farm"
    sizes = [
        part
        for name in ("portals", "az", "articles", "seed", "port")
        for part in (f"--{name}", str(getattr(options, name)))
    ]
    run_farm("build", farm, *sizes)
    run_farm("portals", farm, "--dest", str(folder / "portals"))
    run_farm("serve", farm)
    try:
        report("first crawl", crawl(folder), stats(farm), options.portals * options.articles)
        report("nothing new", crawl(folder), stats(farm), 0)
        print("  aimed at: 40 requests, 25 kB, 0 articles, 2 s CPU")
        run_farm("publish", farm, "-k", str(options.publish))
        new = options.portals * options.publish
        report(f"{new} new articles", crawl(folder), stats(farm), new)
        print("  aimed at: 140 requests, 3.9 MB, 60 ms CPU per new article")
    finally:
        run_farm("stop", farm)


def crawl(folder: Path) -> Cost:
    command = [sys.executable, "-m", "icma_crawler", "crawl", "--archive", str(folder / "archive.db")]
    return run_measured([*command, "--portals", str(folder / "portals")], stdout=subprocess.DEVNULL)


def stats(farm: Path) -> dict[str, object]:
    return json.loads(run_farm("stats", farm, "--cut", "--json"))


def report(name: str, cost: Cost, asked: dict[str, object], new: int) -> None:
    per_new = f", {1000 * cost.cpu_seconds / new:.0f} ms per article" if new else ""
    print(
        f"{name}: {asked['requests']} requests, {asked['bytes']} bytes, {asked['articles_fetched']} articles fetched, "
        f"{cost.cpu_seconds:.2f} s CPU{per_new}, {cost.wall_seconds:.1f} s (exit {cost.exit_status})",
        flush=True,
    )


def run_farm(verb: str, farm: Path, *arguments: str) -> str:
    command = [sys.executable, str(FARM), verb, "--out", str(farm), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
