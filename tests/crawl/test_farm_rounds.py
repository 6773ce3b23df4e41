"""Crawls after the first, on portals that publish, edit, churn, move, remove, fall silent and are redesigned.

The load harness knows what it did; the archive's change log must say exactly that.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[3] / "shared")).resolve()
FARM = SHARED / "newsfarm" / "newsfarm.py"

pytestmark = [
    pytest.mark.farm,
    pytest.mark.skipif(not FARM.exists(), reason=f"no load harness in {SHARED} (set ICMA_SHARED)"),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed (make test-farm installs it)"),
]


class Farm:
    """A few portals of the load harness, and an archive that follows them."""

    def __init__(self, folder: Path, port: int, *, portals: int = 4, az: int = 2, articles: int = 12) -> None:
        self.folder = folder
        self.archive = folder / "archive.db"
        self._do("build", "--portals", portals, "--az", az, "--articles", articles, "--port", port)
        self._do("portals", "--dest", folder / "portals")
        self._do("serve")

    def _do(self, verb: str, *arguments: object) -> str:
        command = [sys.executable, FARM, verb, "--out", self.folder / "farm", *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    def stop(self) -> None:
        self._do("stop")

    def does(self, verb: str, *arguments: object) -> None:
        self._do(verb, *arguments)

    def truth(self) -> dict[str, dict]:
        """What exists, by (portal, number)."""
        articles = map(json.loads, self._do("truth").splitlines())
        return {f"{a['portal']}/{a['n']}": a for a in articles}

    def command(self, *options: str) -> list[str]:
        base = [sys.executable, "-m", "icma_crawler", "crawl", "--archive", str(self.archive)]
        return [*base, "--portals", str(self.folder / "portals"), *options]

    def crawl(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*options), check=False, capture_output=True, text=True, timeout=120, cwd=self.folder
        )

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with sqlite3.connect(self.archive) as conn:
            found = conn.execute(sql, values).fetchall()
        conn.close()
        return found

    def head(self) -> int:
        return self.rows("SELECT coalesce(max(seq), 0) FROM changes")[0][0]

    def changes_since(self, seq: int) -> list[tuple[str, str, str]]:
        """(url, change, cause) of every row after *seq*, sorted."""
        return sorted(
            self.rows(
                "SELECT a.url, c.change, c.cause FROM changes c JOIN articles a ON a.id = c.article_id WHERE c.seq > ?",
                seq,
            )
        )


@pytest.fixture(scope="module")
def farm(tmp_path_factory):
    """One farm; the tests below are its history, in the order they stand here."""
    made = Farm(tmp_path_factory.mktemp("farm"), 8461)
    yield made
    made.stop()


def test_the_first_crawl_archives_everything_once(farm):
    done = farm.crawl()
    assert done.returncode == 0, done.stderr
    assert farm.changes_since(0) == sorted((a["url"], "new", "source") for a in farm.truth().values())


def test_a_crawl_at_once_asks_a_source_or_two_and_no_article(farm):
    farm.does("stats", "--cut")
    before = farm.head()
    assert farm.crawl().returncode == 0
    asked = json.loads(farm._do("stats", "--cut", "--json"))
    assert asked["by_kind"].get("article", 0) == 0
    assert asked["requests"] <= 2 * 4
    assert asked["status"] == {"304": asked["requests"]}
    assert farm.head() == before


def test_churn_makes_no_revision(farm):
    farm.does("churn")
    before = farm.head()
    assert farm.crawl("--recheck").returncode == 0
    assert farm.changes_since(before) == []


def test_new_articles_and_nothing_else_are_new(farm):
    known, before = farm.truth(), farm.head()
    farm.does("publish", "-k", 3)
    assert farm.crawl().returncode == 0
    published = [a for key, a in farm.truth().items() if key not in known]
    assert farm.changes_since(before) == sorted((a["url"], "new", "source") for a in published)


def test_each_edit_is_a_revision_and_keeps_the_old_text(farm):
    known, before = farm.truth(), farm.head()
    farm.does("edit", "-k", 3)
    assert farm.crawl("--recheck").returncode == 0
    edited = [a for key, a in farm.truth().items() if a["rev"] != known[key]["rev"]]
    assert farm.changes_since(before) == sorted((a["url"], "revised", "source") for a in edited)
    for article in edited:
        (title, revision) = farm.rows("SELECT title_shown, revision FROM articles WHERE url = ?", article["url"])[0]
        assert (title, revision) == (article["shown"], 2)


def test_a_move_keeps_the_article_under_its_new_address(farm):
    known, before = farm.truth(), farm.head()
    total = farm.rows("SELECT count(*) FROM articles")
    farm.does("move", "-k", 2)
    assert farm.crawl("--recheck").returncode == 0
    moved = [a for key, a in farm.truth().items() if a["url"] != known[key]["url"]]
    assert farm.changes_since(before) == sorted((a["url"], "revised", "source") for a in moved)
    assert farm.rows("SELECT count(*) FROM articles") == total


def test_what_is_taken_down_is_gone_and_its_text_is_kept(farm):
    before = farm.head()
    farm.does("remove", "-k", 2)
    assert farm.crawl("--recheck").returncode == 0
    gone = [a for a in farm.truth().values() if a["status"] == "gone"]
    assert farm.changes_since(before) == sorted((a["url"], "gone", "source") for a in gone)
    assert farm.rows("SELECT count(*) FROM articles WHERE status = 'gone' AND body <> ''") == [(len(gone),)]


def test_a_silent_portal_gives_no_rows(farm):
    farm.does("silence", "-p", 1)
    known, before = farm.truth(), farm.head()
    farm.does("publish", "-k", 2)
    assert farm.crawl().returncode == 0
    published = [a for key, a in farm.truth().items() if key not in known]
    assert {a["portal"] for a in published} == {0, 2, 3}
    assert farm.changes_since(before) == sorted((a["url"], "new", "source") for a in published)
    farm.does("silence", "-p", 1, "--end")


def test_a_redesigned_portal_is_archived_on_and_its_old_articles_are_not_revised(farm):
    farm.does("redesign", "-p", 1)
    known, before = farm.truth(), farm.head()
    farm.does("publish", "-k", 3)
    assert farm.crawl("--recheck").returncode == 0
    published = [a for key, a in farm.truth().items() if key not in known]
    assert farm.changes_since(before) == sorted((a["url"], "new", "source") for a in published)
    for article in published:
        assert farm.rows("SELECT title_shown FROM articles WHERE url = ?", article["url"]) == [(article["shown"],)]


def test_every_run_adds_up(farm):
    outcomes = [
        "archived",
        "revised",
        "restored",
        "unchanged",
        "gone",
        "withdrawn",
        "rejected",
        "refused",
        "failed",
        "pending",
    ]
    assert farm.rows(f"SELECT * FROM crawls WHERE due <> {' + '.join(outcomes)}") == []
    assert farm.rows("SELECT count(*) FROM crawls WHERE reason <> 'finished'") == [(0,)]


def test_three_kills_lose_nothing(tmp_path):
    farm = Farm(tmp_path, 8462, articles=25)
    try:
        total = len(farm.truth())
        for wanted in (1, total // 3, 2 * total // 3):
            crawl = subprocess.Popen(farm.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path)
            wait_for_articles(farm, wanted)
            crawl.send_signal(signal.SIGKILL)
            crawl.wait(timeout=10)
            assert farm.rows("PRAGMA integrity_check") == [("ok",)]
        assert farm.crawl().returncode == 0
        assert farm.changes_since(0) == sorted((a["url"], "new", "source") for a in farm.truth().values())
    finally:
        farm.stop()


def wait_for_articles(farm: Farm, wanted: int) -> None:
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        if farm.archive.exists():
            try:
                if farm.rows("SELECT count(*) FROM articles")[0][0] >= wanted:
                    return
            except sqlite3.OperationalError:  # the tables are being made
                pass
        time.sleep(0.02)
    raise AssertionError(f"no {wanted} articles within a minute")
