"""What a round costs when nothing is due: 500 portals, a synthetic archive, `icma crawl --due` in a fresh process.

python benchmarks/due_round.py [--portals 500] [--articles 1000]
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import run_measured

from icma_crawler.archive import open_archive

SOURCES = 6
ROUNDS = 7
TARGET_SECONDS = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=500)
    parser.add_argument("--articles", type=int, default=1000, help="known urls of each portal")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_portals(folder / "portals", asked.portals)
        fill(folder / "archive.db", asked.portals, asked.articles)
        command = [sys.executable, "-m", "icma_crawler", "crawl", "--due", "--json"]
        plain = {key: value for key, value in os.environ.items() if not key.startswith("ICMA_")}
        costs = [run_measured(command, cwd=folder, env=plain) for _ in range(ROUNDS)]
        assert {cost.exit_status for cost in costs} == {0}
    wall = statistics.median(cost.wall_seconds for cost in costs)
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    urls = asked.portals * asked.articles
    print(f"{asked.portals} portals, {urls:,} urls known, nothing due: {wall:.2f} s wall, {cpu:.2f} s CPU (median)")
    print("ok" if wall < TARGET_SECONDS else f"over the target of {TARGET_SECONDS} s")


def write_portals(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        (folder / f"p{number}.az.toml").write_text(
            f'name = "P{number}.az"\nhome = "https://p{number}.az/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n\n'
            f'[[sources]]\nkind = "feed"\nurl = "https://p{number}.az/rss"\n'
        )


def fill(path: Path, portals: int, urls: int) -> None:
    """An archive as it stands between two rounds: every source was asked, every article has its next look ahead."""
    now = datetime.now(UTC)
    before, after = stamp(now - timedelta(hours=1)), stamp(now + timedelta(hours=3))
    open_archive(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:  # rows by the million, not article by article
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("BEGIN")
        names = [f"p{number}.az" for number in range(portals)]
        conn.executemany(
            "INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at) "
            "VALUES (?, ?, ?, 'az', 'Asia/Baku', 'excerpt', ?)",
            [(name, name, f"https://{name}/", before) for name in names],
        )
        conn.executemany(
            "INSERT INTO crawls (portal, started_at, finished_at, reason) VALUES (?, ?, ?, 'finished')",
            [(name, before, before) for name in names],
        )
        conn.executemany(
            "INSERT INTO sources (portal, kind, url, first_seen_at, asked_at, answered_at, walked_at, next_due_at) "
            "VALUES (?, 'feed', ?, ?, ?, ?, ?, ?)",
            [
                (name, f"https://{name}/{number}", before, before, before, before, after)
                for name in names
                for number in range(SOURCES)
            ],
        )
        conn.executemany(
            "INSERT INTO frontier (portal, key, url, state, outcome, announced_at, fetched_at, next_due_at, article_id, "
            "crawl_id) VALUES (?, ?, ?, ?, 'archived', ?, ?, ?, ?, ?)",
            [
                (
                    name,
                    str(number),
                    f"https://{name}/{number}",
                    STATES[number % 10],
                    before,
                    before,
                    after,
                    number,
                    crawl,
                )
                for crawl, name in enumerate(names, start=1)
                for number in range(urls)
            ],
        )
        conn.execute("COMMIT")


STATES = ("archived",) * 5 + ("unchanged",) * 3 + ("rejected", "failed")


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


if __name__ == "__main__":
    main()
