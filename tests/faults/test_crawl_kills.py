"""Kill -9 at random moments of a crawl of four portals: what it has reported as archived is there, and it goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fault_lab import Command, Kills, Zygote, crash_copy, faults_of, rows, wait_for

from icma_crawler.demo import Newsroom

pytestmark = pytest.mark.faults

KILLS = 200
SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))


def reported(command: Command) -> set[str]:
    """The urls that a crawl has said are archived, in lines that came out whole."""
    lines = command.told().splitlines(keepends=True)
    events = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
    return {event["url"] for event in events if event["event"] == "archived"}


def check(archive: Path, promised: set[str]) -> None:
    """Nothing is damaged, and each promised article is there with its text, its page and its place in the log."""
    assert faults_of(archive) == []
    with crash_copy(archive) as copy:
        kept = rows(
            copy,
            """
            SELECT f.url
            FROM frontier f
            JOIN articles a ON a.id = f.article_id
            JOIN revisions r ON r.article_id = a.id AND r.revision = a.revision
            JOIN captures p ON p.id = r.capture_id
            JOIN search_text s ON s.rowid = a.id
            JOIN changes c ON c.article_id = a.id AND c.change = 'new'
            WHERE f.state = 'archived'
              AND a.body <> ''
            """,
        )
    assert promised <= {url for (url,) in kept}


def test_a_crawl_that_is_killed_loses_nothing_it_has_reported(zygote: Zygote, tmp_path: Path, note):
    kills, archive, series, promised = Kills(SEED), tmp_path / "archive.db", 0, set[str]()
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        for _ in kills.until(KILLS):
            if kill_one_crawl(zygote, kills, promised):
                check(archive, promised) if archive.exists() else None
            else:
                series += 1
                check_complete(archive, newsroom)
                for file in tmp_path.glob("archive.db*"):
                    file.unlink()
                promised.clear()
        assert zygote.run("crawl", "--log-json").status in (0, 1)
        check(archive, promised)
        check_complete(archive, newsroom)
    figures, more = kills.row()
    note("kill -9: crawl of four portals", "nothing reported lost", f"{figures}, {series + 1} completed", **more)


def kill_one_crawl(zygote: Zygote, kills: Kills, promised: set[str]) -> bool:
    """Crawl until a random number of articles is reported, and a moment longer; returns whether the kill hit."""
    command = zygote.start("crawl", "--log-json")
    wanted = len(promised) + kills.moments.randrange(10)
    if kills.moments.random() < 0.8:
        wait_for(lambda: command.has_ended() or len(promised | reported(command)) >= wanted)
        is_hit = kills.strike(command, kills.moments.uniform(0, 0.1))
    else:
        is_hit = kills.strike(command, kills.moments.uniform(0, 2))
    promised |= reported(command)
    return is_hit


def check_complete(archive: Path, newsroom: Newsroom) -> None:
    """What the newsroom published is there once, and nothing else."""
    expected = sorted((article.url, article.title_shown, 1) for article in newsroom.articles)
    assert sorted(rows(archive, "SELECT url, title_shown, revision FROM articles")) == expected
    assert rows(archive, "SELECT change, count(*) FROM changes GROUP BY change") == [("new", len(expected))]
    assert rows(archive, "SELECT url FROM frontier WHERE state = 'pending'") == []
    assert rows(archive, "SELECT count(*) FROM search_text") == [(len(expected),)]
