"""What archiving an article costs, beside a plain Scrapy + trafilatura spider on the same portals in the same run.

    python benchmarks/crawl_cost.py [--portals 6] [--az 3] [--articles 40] [--rounds 3]

Crawls the sample newsroom and, where the load harness (ICMA_SHARED, default ../shared) and nginx are installed, a
farm of its portals as well. Prints CPU of the whole process tree per article, start-up included.
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

from icma_crawler.demo import Newsroom

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
    with tempfile.TemporaryDirectory() as folder:
        compare_on_newsroom(Path(folder), options.rounds)
    if not FARM.exists() or shutil.which("nginx") is None:
        print(
            f"the larger farm is skipped: it needs nginx and the load harness, which is not in {SHARED} (ICMA_SHARED)"
        )
        return 0
    with tempfile.TemporaryDirectory() as folder:
        compare_on_farm(Path(folder), options)
    return 0


def compare_on_newsroom(folder: Path, rounds: int) -> None:
    with Newsroom() as newsroom:
        newsroom.write_portal_files(folder / "portals")
        urls = [article.url for article in newsroom.articles]
        homes = [portal.home for portal in newsroom.portals]
        print(f"the sample newsroom: {len(urls)} articles on {len(homes)} portals (mostly start-up)")
        compare(folder, homes, urls, rounds)


def compare_on_farm(folder: Path, options: argparse.Namespace) -> None:
    farm = folder / "farm"
    run_farm("build", farm, *flags(options, "portals", "az", "articles", "seed", "port"))
    run_farm("portals", farm, "--dest", str(folder / "portals"))
    run_farm("serve", farm)
    try:
        urls = [json.loads(line)["url"] for line in run_farm("truth", farm).splitlines()]
        print(f"the farm: {len(urls)} articles on {options.portals} portals, {options.az} of them Azerbaijani")
        compare(folder, run_farm("urls", farm).split(), urls, options.rounds)
        print(f"ours:  {dump_and_score(farm, folder / '0.db')}")
        print(f"plain: {score(farm, folder / '0.jsonl')}")
    finally:
        run_farm("stop", farm)


def compare(folder: Path, homes: list[str], urls: list[str], rounds: int) -> None:
    (folder / "urls.json").write_text(json.dumps(urls))
    ours, plain = [], []
    for number in range(rounds):
        ours.append(crawl_ours(folder, folder / f"{number}.db"))
        plain.append(crawl_plain(folder, homes, folder / f"{number}.jsonl"))
    report("icma crawl", ours, len(urls))
    report("plain spider", plain, len(urls))
    print(f"CPU ratio (medians): {middle(ours) / middle(plain):.2f}\n", flush=True)


def crawl_ours(folder: Path, archive: Path) -> Cost:
    command = [sys.executable, "-m", "icma_crawler", "crawl", "--archive", str(archive)]
    return run_measured([*command, "--portals", str(folder / "portals")], stdout=subprocess.DEVNULL)


def crawl_plain(folder: Path, homes: list[str], out: Path) -> Cost:
    spider = Path(__file__).with_name("plain_spider.py")
    cost = run_measured([sys.executable, str(spider), json.dumps(homes), str(folder / "urls.json"), str(out)])
    if cost.exit_status:
        raise SystemExit("the plain spider did not run")
    return cost


def dump_and_score(farm: Path, archive: Path) -> str:
    dump = archive.with_suffix(".dump.jsonl")
    command = [sys.executable, "-m", "icma_crawler", "dump", "jsonl", "-o", str(dump), "--publisher", "Benchmark"]
    subprocess.run([*command, "--archive", str(archive)], check=True, capture_output=True)
    return score(farm, dump)


def score(farm: Path, lines: Path) -> str:
    """The farm's own verdict on what was archived."""
    scorer = [sys.executable, str(FARM.with_name("score.py")), "--out", str(farm), "--articles", str(lines)]
    figures = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    return json.dumps({name: value for name, value in figures.items() if not isinstance(value, dict)})


def report(name: str, costs: list[Cost], articles: int) -> None:
    cpu = [f"{1000 * cost.cpu_seconds / articles:.1f}" for cost in costs]
    rate = articles / sorted(cost.wall_seconds for cost in costs)[len(costs) // 2]
    print(f"{name:14} CPU ms per article: {', '.join(cpu)}; {rate:.1f} articles/s (median round)")


def middle(costs: list[Cost]) -> float:
    return sorted(cost.cpu_seconds for cost in costs)[len(costs) // 2]


def flags(options: argparse.Namespace, *names: str) -> list[str]:
    return [part for name in names for part in (f"--{name}", str(getattr(options, name)))]


def run_farm(verb: str, farm: Path, *arguments: str) -> str:
    command = [sys.executable, str(FARM), verb, "--out", str(farm), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
