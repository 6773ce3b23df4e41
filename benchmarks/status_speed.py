"""What `icma status` costs on a large archive: 500 portals, 2 million articles, in a fresh process.

    python benchmarks/status_speed.py [--portals 500] [--articles 4000] [--days 365] [--keep FOLDER]

Every portal has a crawl each half hour of the last week, a feed that told of every article, and a home page.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import run_measured

from icma_crawler.archive import open_archive

ROUNDS = 3
TARGET_SECONDS = 2.0
CRAWLS = 7 * 48


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=500)
    parser.add_argument("--articles", type=int, default=4000, help="of each portal")
    parser.add_argument("--days", type=int, default=365, help="over how many days they came")
    parser.add_argument("--keep", type=Path, help="fill the archive in this folder, once, and leave it there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = (asked.keep or Path(name)) / "archive.db"
        if not path.exists():
            fill(path, asked.portals, asked.articles, asked.days)
        command = [sys.executable, "-m", "icma_crawler", "status", "--archive", str(path)]
        plain = {key: value for key, value in os.environ.items() if not key.startswith("ICMA_")}
        with (Path(name) / "status.txt").open("w") as told:
            costs = [run_measured(command, env=plain, stdout=told, stderr=told) for _ in range(ROUNDS)]
        lines = (Path(name) / "status.txt").read_text().splitlines()
    assert sum(" ok " in line for line in lines) > 0.9 * ROUNDS * asked.portals, lines[:5]
    wall = statistics.median(cost.wall_seconds for cost in costs)
    cpu = statistics.median(cost.cpu_seconds for cost in costs)
    print(f"{asked.portals} portals, {asked.portals * asked.articles:,} articles: {wall:.2f} s wall, {cpu:.2f} s CPU")
    print("ok" if cpu < TARGET_SECONDS else f"over the target of {TARGET_SECONDS} s")


def fill(path: Path, portals: int, articles: int, days: int) -> None:
    """By plain SQL; the triggers of the schema keep what they keep."""
    now = datetime.now(UTC).replace(microsecond=0)
    first = stamp(now - timedelta(days=days))
    open_archive(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:  # rows by the million, not article by article
        conn.executescript("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF")
        conn.execute("BEGIN")
        for number in range(portals):
            name = f"p{number}.az"
            conn.execute(
                "INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at) "
                "VALUES (?, ?, ?, 'az', 'Asia/Baku', 'excerpt', ?)",
                [name, name, f"https://{name}/", first],
            )
            conn.executemany(
                "INSERT INTO crawls (portal, started_at, finished_at, reason) VALUES (?, ?, ?, 'finished')",
                [(name, first, first)]
                + [(name, at, at) for at in (stamp(now - timedelta(hours=n / 2)) for n in reversed(range(CRAWLS)))],
            )
            conn.executemany(
                "INSERT INTO sources (id, portal, kind, url, first_seen_at, asked_at, answered_at, walked_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (number * 2 + at, name, kind, f"https://{name}/{kind}", first, stamp(now), stamp(now), first)
                    for at, kind in enumerate(("feed", "section"), start=1)
                ],
            )
            _fill_articles(conn, number, _moments(number, articles, days, now))
        conn.execute("COMMIT")


def _fill_articles(conn: sqlite3.Connection, number: int, moments: Sequence[datetime]) -> None:
    name, rng = f"p{number}.az", random.Random(number)  # noqa: S311 - made-up articles
    for at, moment in enumerate(moments, start=1 + number * len(moments)):
        seen, url, published = stamp(moment), f"https://{name}/{at}", stamp(moment - timedelta(minutes=20))
        conn.execute(
            "INSERT INTO articles (id, urn, portal, url, source_name, source_url, title, title_shown, lead, body, authors, "
            "section, image_url, published_at, published_precision, archived_at, revision, status, access, reuse, "
            "word_count, content_sha256, extractor) VALUES (?, ?, ?, ?, '', '', 't', 't', 'l', 'b', '[\"a\"]', 's', 'i', ?, "
            "'minute', ?, 1, 'live', 'full', 'excerpt', ?, ?, '1')",
            [at, url, name, url, published, seen, rng.randint(100, 400), url],
        )
        conn.execute(
            "INSERT INTO frontier (id, portal, key, url, state, announced_at, fetched_at, article_id, crawl_id, outcome) "
            "VALUES (?, ?, ?, ?, 'archived', ?, ?, ?, ?, 'archived')",
            [at, name, url, url, seen, seen, at, number + 1],
        )
        conn.execute("INSERT INTO announcements VALUES (?, ?)", [number * 2 + 1, at])


def _moments(seed: int, count: int, days: int, now: datetime) -> list[datetime]:
    """By day, not by night, until an hour ago."""
    rng, last = random.Random(seed), now - timedelta(hours=1)  # noqa: S311 - made-up articles
    midnight = now.replace(hour=0, minute=0, second=0) - timedelta(days=days)
    moments = (
        midnight + timedelta(days=rng.randrange(days + 1), hours=min(23.9, max(0.0, rng.gauss(10, 4))))
        for _ in range(count)
    )
    return sorted(min(moment, last) for moment in moments)


def stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


if __name__ == "__main__":
    main()
