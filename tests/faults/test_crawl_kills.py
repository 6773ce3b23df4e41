"""Kill -9 at random moments of a crawl of four portals: what it has reported as archived is there, and it goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import Zygote
from fault_lab import Kills, wait_for
from promises import check_complete, check_promised, reported

from icma_crawler.demo import Newsroom

pytestmark = pytest.mark.faults

KILLS = 200
SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))


def test_a_crawl_that_is_killed_loses_nothing_it_has_reported(zygote: Zygote, tmp_path: Path, note):
    kills, archive, series, promised = Kills(SEED), tmp_path / "archive.db", 0, set[str]()
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        for _ in kills.until(KILLS):
            if kill_one_crawl(zygote, kills, promised):
                check_promised(archive, promised) if archive.exists() else None
            else:
                series += 1
                check_complete(archive, newsroom)
                for file in tmp_path.glob("archive.db*"):
                    file.unlink()
                promised.clear()
        assert zygote.run("crawl", "--log-json").status in (0, 1)
        check_promised(archive, promised)
        check_complete(archive, newsroom)
    figures, more = kills.row()
    note("kill -9: crawl of four portals", "nothing reported lost", f"{figures}, {series + 1} completed", **more)


def kill_one_crawl(zygote: Zygote, kills: Kills, promised: set[str]) -> bool:
    """Crawl until a random number of articles is reported, and a moment longer; returns whether the kill hit."""
    command = zygote.start("crawl", "--log-json")
    wanted = len(promised) + kills.moments.randrange(10)
    if kills.moments.random() < 0.8:
        wait_for(lambda: command.has_ended() or len(promised | reported(command.told())) >= wanted)
        is_hit = kills.strike(command, kills.moments.uniform(0, 0.1))
    else:
        is_hit = kills.strike(command, kills.moments.uniform(0, 2))
    promised |= reported(command.told())
    return is_hit
