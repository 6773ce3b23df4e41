"""A clock that was wrong once, by an hour or by ten years: nothing is lost, and no portal is silenced until then."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from fault_lab import faults_of, rows
from promises import check_complete

from icma_crawler.demo import Newsroom

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler to make a wrong clock with"),
]

YEAR = timedelta(days=365)
WRONG = {
    "+1 hour": timedelta(hours=1),
    "-1 hour": -timedelta(hours=1),
    "+1 day": timedelta(days=1),
    "-1 day": -timedelta(days=1),
    "+10 years": 10 * YEAR,
    "-10 years": -10 * YEAR,
}


@pytest.fixture(scope="module")
def wrong_clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).parents[1] / "lab" / "clock.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.mark.parametrize("clock", WRONG)
def test_a_clock_that_was_wrong_once_silences_no_portal(tmp_path: Path, run_icma, wrong_clock: Path, note, clock: str):
    seconds = str(int(WRONG[clock].total_seconds()))
    bent = {"LD_PRELOAD": str(wrong_clock), "CLOCK_SHIFT_SECONDS": seconds, "ICMA_WORKERS": "1"}
    archive = tmp_path / "archive.db"
    with Newsroom() as newsroom:
        newsroom.write_portal_files(tmp_path / "portals")
        runs = [run_icma("crawl", env=bent)]
        stamp = rows(archive, "SELECT max(archived_at) FROM articles")[0][0]
        assert (stamp > rows(archive, "SELECT datetime('now')")[0][0].replace(" ", "T")) == (WRONG[clock] > timedelta())
        before = newsroom.requests
        runs.append(run_icma("crawl", "--due"))
        if WRONG[clock] > YEAR:  # everything was put off by ten years, and is looked at all the same
            asked = {f"http://{host}{path}" for host, path, _ in newsroom.requests - before}
            assert {article.url for article in newsroom.articles} <= asked
            assert {path for _, path, _ in Counter(newsroom.requests - before)} >= {"/robots.txt"}
        runs.append(run_icma("crawl", "--recheck", env=bent))
        runs.append(run_icma("crawl", "--recheck"))
        for done in runs:
            assert done.returncode in (0, 1), done.stderr
            assert "Traceback" not in done.stderr, done.stderr
        check_complete(archive, newsroom)
        assert faults_of(archive) == []
    note(f"clock wrong once, by {clock}", "nothing lost, nobody silenced", tries=len(runs))
