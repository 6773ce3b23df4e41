"""What follows a crawl: for a caller of `run_crawl` what it hands in, for `scrapy crawl` what the settings name."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

CALL = """
import os
from pathlib import Path
from icma_crawler.archive import open_archive
from icma_crawler.config import Config
from icma_crawler.crawl import run_crawl
from icma_crawler.errors import ArchiveError
from icma_crawler.portals import load_portals

def is_closed(crawled):
    beside = [name for name in os.listdir() if name.startswith("archive.db-")]  # a log lies there while it is open
    with open_archive("archive.db", readonly=True) as archive:
        print("first", beside, crawled.runs[0].reason, archive.articles.count())

def failing(crawled):
    print("second")
    raise ArchiveError("archive.db", "is held by another program")

crawled = run_crawl(
    Config.load(), list(load_portals(Path("portals")).values()), follow_ups=[is_closed, failing, lambda _: print("third")]
)
print(crawled.unfollowed, crawled.trouble)
"""


def run(*arguments: object, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A Python program in a folder with portals/, with no settings but these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("ICMA_", "SCRAPY_"))}
    env: Mapping[str, str] = plain | {"ICMA_PORTALS": "portals", "ICMA_ARCHIVE": "archive.db"} | settings
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def place(site, tmp_path: Path) -> Path:
    """A folder with the portal of a site that has one article, ready for Scrapy."""
    site.article("/xeber/park", "Köhnə park yenidən açıldı")
    site.write_portal_file(tmp_path / "portals")
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = icma_crawler.crawl.fetch.settings\n")
    return tmp_path


def test_what_is_handed_in_is_called_in_order_once_the_archive_is_closed(place: Path):
    done = run("-c", CALL, cwd=place, ICMA_METRICS="metrics.prom")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "first [] finished 1",
        "second",
        "third",
        "['archive.db: is held by another program'] None",
    ]
    assert not (place / "metrics.prom").exists()  # what the settings name is for others


def test_scrapy_crawl_is_followed_by_what_the_settings_name(place: Path):
    done = run("-m", "scrapy", "crawl", "fake", cwd=place, ICMA_METRICS="metrics.prom")
    assert done.returncode == 0, done.stderr
    assert 'icma_crawl_urls{portal="fake",outcome="archived"} 1' in (place / "metrics.prom").read_text().splitlines()
    assert not list(place.glob("archive.db-*"))


def test_a_follow_up_that_fails_is_told_and_fails_no_scrapy_crawl(place: Path):
    done = run("-m", "scrapy", "crawl", "fake", cwd=place, ICMA_METRICS="no/such/folder/metrics.prom")
    assert done.returncode == 0, done.stderr
    assert "after the crawl: " in done.stderr
    assert "Traceback" not in done.stderr


def test_scrapy_crawl_is_followed_by_nothing_where_the_settings_name_nothing(place: Path):
    done = run("-m", "scrapy", "crawl", "fake", "-s", "ICMA_FOLLOW_UPS=", cwd=place, ICMA_METRICS="metrics.prom")
    assert done.returncode == 0, done.stderr
    assert (place / "archive.db").exists()
    assert not (place / "metrics.prom").exists()


def test_whose_caller_has_settings_of_its_own_needs_none_of_the_folder_s(place: Path):
    own = CALL.replace("Config.load()", 'Config(archive=Path("archive.db"))')
    (place / "icma.toml").write_text("workers = 'many'\n")
    done = run("-c", own, cwd=place)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("first [] finished 1\n")
