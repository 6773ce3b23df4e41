"""What all tests share: the sample newsroom, one crawl of it, the command line, and a newsdesk that fills an archive."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import pytest
from commands import Zygote, plain_environment

from icma_crawler.archive import Archive, Entry, open_archive
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.demo import Newsroom
from icma_crawler.models import Article, Candidate, Capture, CrawlRun, Outcome, Portal, Rejection

pytest_plugins = ["hazard_table"]

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
HOME = "https://sherg.az/"
BODY = "Bakıda yeni park açılıb.\n\nParkda iki yüz ağac əkilib."

RunIcma = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, kw_only=True)
class CrawledNewsroom:
    """The newsroom after one crawl of all its portals; ``folder`` holds portals/ and archive.db."""

    newsroom: Newsroom
    folder: Path
    done: subprocess.CompletedProcess[str]
    requests: Counter[tuple[str, str, int]]
    """What the newsroom was asked in that crawl."""

    @property
    def archive(self) -> Path:
        return self.folder / "archive.db"

    @property
    def portals(self) -> Path:
        return self.folder / "portals"


@pytest.fixture(scope="session")
def read_page() -> Callable[[str], bytes]:
    """What the newsroom answers at a url."""

    def read(url: str) -> bytes:
        with urlopen(url, timeout=10) as response:  # noqa: S310 - the newsroom's own
            return response.read()

    return read


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Starts commands that have loaded the program already."""
    with Zygote(tmp_path_factory.mktemp("commands")) as opened:
        yield opened


@pytest.fixture(scope="session")
def run_in(commands: Zygote) -> RunIcma:
    """Run `icma …` in a folder and return the completed process."""

    def run(folder: Path, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        ended = commands.run(*arguments, cwd=folder, **options)
        return subprocess.CompletedProcess(["icma", *arguments], ended.status, ended.stdout, ended.stderr)

    return run


@pytest.fixture
def run_icma(run_in: RunIcma, tmp_path: Path) -> RunIcma:
    """Run `icma …` in the test's own folder, which is empty at first."""
    return partial(run_in, tmp_path)


@pytest.fixture
def start_icma(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `icma …` without waiting for it; what is still running after the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object, cwd: Path = tmp_path, env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "icma_crawler", *map(str, arguments)],
            cwd=cwd,
            env=plain_environment(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A newsroom of the test's own, with its counts of requests at zero."""
    with Newsroom() as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        yield opened


@pytest.fixture(scope="session")
def crawled(tmp_path_factory: pytest.TempPathFactory, run_in: RunIcma) -> Iterator[CrawledNewsroom]:
    """One crawl of the whole newsroom, for tests that only read; the newsroom stays open."""
    folder = tmp_path_factory.mktemp("crawled")
    with Newsroom() as newsroom:
        newsroom.write_portal_files(folder / "portals")
        done = run_in(folder, "crawl", "--json")
        yield CrawledNewsroom(newsroom=newsroom, folder=folder, done=done, requests=newsroom.requests)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def portal() -> Portal:
    return Portal(id="sherg.az", name="Sherg.az", home=HOME, language="az", timezone="Asia/Baku")


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    """An article with what differs from a park that was opened."""
    return _article


@pytest.fixture(scope="session")
def make_capture() -> Callable[..., Capture]:
    """A whole answer with status 200."""
    return _capture


@pytest.fixture
def desk(archive: Archive, portal: Portal) -> Newsdesk:
    return Newsdesk(archive, portal)


def _article(path: str = "park", **values: object) -> Article:
    facts = {"title": "Park açılıb", "title_shown": "Park açılıb", "body": BODY, "language": "az", "extractor": "1"}
    facts |= {"title_shown": values.get("title", facts["title_shown"])} | values
    return Article(url=HOME + path, word_count=len(str(facts["body"]).split()), **facts)


def _capture(path: str = "park", body: bytes = b"<p>page</p>", **values: object) -> Capture:
    facts = {"final_url": HOME + path, "status": 200, "headers": (("content-type", "text/html"),), "fetched_at": NOW}
    return Capture(url=HOME + path, body=body, **(facts | values))


class Newsdesk:
    """One crawl of one portal, step by step."""

    def __init__(self, archive: Archive, portal: Portal) -> None:
        self.archive = archive
        self.portal = portal
        self.crawl_id = begin_crawl(archive, portal, NOW)

    def announce(self, *paths: str, now: datetime = NOW, **hints: object) -> list[Entry]:
        """The entries that are new; *paths* count from the portal's home."""
        found = [Candidate(url=HOME + path, source_url=HOME, **hints) for path in paths]
        return list(announce(self.archive, self.portal.id, None, found, crawl_id=self.crawl_id, now=now).new)

    def file(
        self,
        entry: Entry,
        result: Article | Rejection,
        capture: Capture | None = None,
        now: datetime = NOW,
    ) -> Outcome:
        """Record what the page of an entry turned out to be."""
        if capture is None:
            capture = _capture(entry.candidate.url.removeprefix(HOME), body=repr(result).encode(), fetched_at=now)
        look = PageLook(portal=self.portal, entry=entry, capture=capture, now=now)
        return record_page(self.archive, look, result)

    def publish(self, path: str = "park", now: datetime = NOW, **values: object) -> int:
        """A new article at a path of its own; returns its id."""
        (entry,) = self.announce(path, now=now)
        values = {"body": f"{BODY}\n\nÜnvan: {path}."} | values
        assert self.file(entry, _article(path, **values), now=now) == "archived"
        return self.archive.find(HOME + path).id

    def look_again(self, path: str = "park", now: datetime = NOW, **values: object) -> Outcome:
        """The page of a known article, as it is today."""
        frontier = self.archive.frontier
        entries = frontier.take(frontier.unfinished(self.portal.id, now), self.crawl_id)
        entries += frontier.take(frontier.rechecks(self.portal.id, now=now, budget=1000, is_all=True), self.crawl_id)
        (entry,) = [entry for entry in entries if entry.candidate.url == HOME + path]
        return self.file(entry, _article(path, **({"body": f"{BODY}\n\nÜnvan: {path}."} | values)), now=now)

    def end(self, reason: str = "finished", now: datetime = NOW) -> CrawlRun:
        return end_crawl(self.archive, self.crawl_id, reason=reason, requests=7, size_bytes=700, now=now)
