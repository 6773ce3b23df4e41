"""What archiving an article costs, beside a plain Scrapy + trafilatura spider on the same portals in the same run.

    python benchmarks/crawl_cost.py [--portals 6] [--az 3] [--articles 40] [--rounds 3]

Needs the load harness (ICMA_SHARED, default ../shared) and nginx. Prints CPU of the whole process tree per article.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import Cost, run_measured

SHARED = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[2] / "shared")).resolve()
FARM = SHARED / "newsfarm" / "newsfarm.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portals", type=int, default=6)
    parser.add_argument("--az", type=int, default=3)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()
    if not FARM.exists():
        print(f"skipped: no load harness in {SHARED} (set ICMA_SHARED)")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), options)


def compare(folder: Path, options: argparse.Namespace) -> int:
    farm = folder / "farm"
    run_farm("build", farm, *flags(options, "portals", "az", "articles", "seed", "port"))
    run_farm("portals", farm, "--dest", str(farm / "portals"))
    run_farm("serve", farm)
    try:
        ours, plain = [], []
        for number in range(options.rounds):
            ours.append(crawl_ours(farm, folder / f"{number}.db"))
            plain.append(crawl_plain(farm, folder / f"{number}.jsonl"))
        total = options.portals * options.articles
        archived = score(farm, folder / "0.db", folder / "dump.jsonl")
    finally:
        run_farm("stop", farm)
    report("icma crawl", ours, total)
    report("plain spider", plain, total)
    ratio = middle(ours) / middle(plain)
    print(f"CPU ratio (medians): {ratio:.2f}")
    print(json.dumps({k: v for k, v in archived.items() if not isinstance(v, dict)}))
    return 0


def crawl_ours(farm: Path, archive: Path) -> Cost:
    command = [sys.executable, "-m", "icma_crawler", "crawl", "--archive", str(archive), "--portals", str(farm / "portals")]
    return run_measured(command, stdout=subprocess.DEVNULL)


def crawl_plain(farm: Path, out: Path) -> Cost:
    truth = subprocess.run([sys.executable, FARM, "truth", "--out", farm], capture_output=True, text=True, check=True)
    urls = farm / "urls.json"
    urls.write_text(json.dumps([json.loads(line)["url"] for line in truth.stdout.splitlines()]))
    homes = subprocess.run([sys.executable, FARM, "urls", "--out", farm], capture_output=True, text=True, check=True)
    spider = Path(__file__).with_name("plain_spider.py")
    cost = run_measured([sys.executable, str(spider), json.dumps(homes.stdout.split()), str(urls), str(out)])
    print(f"  plain spider: {len(out.read_text().splitlines())} articles, {cost.cpu_seconds:.2f} s CPU")
    return cost


def score(farm: Path, archive: Path, dump: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "icma_crawler", "dump", "jsonl", "-o", str(dump), "--publisher", "Benchmark"]
    subprocess.run([*command, "--archive", str(archive)], check=True, capture_output=True)
    scorer = [sys.executable, str(FARM.with_name("score.py")), "--out", str(farm), "--articles", str(dump)]
    return json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)


def report(name: str, costs: list[Cost], articles: int) -> None:
    cpu = [f"{1000 * cost.cpu_seconds / articles:.1f}" for cost in costs]
    rate = articles / sorted(cost.wall_seconds for cost in costs)[len(costs) // 2]
    print(f"{name:14} CPU ms per article: {', '.join(cpu)}; {rate:.1f} articles/s (median round)")


def middle(costs: list[Cost]) -> float:
    return sorted(cost.cpu_seconds for cost in costs)[len(costs) // 2]


def flags(options: argparse.Namespace, *names: str) -> list[str]:
    return [part for name in names for part in (f"--{name}", str(getattr(options, name)))]


def run_farm(verb: str, farm: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, FARM, verb, "--out", farm, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
