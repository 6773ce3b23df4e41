"""Real feeds and sitemaps, and whole synthetic portals crawled by their links alone."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from counting import calls_of

from icma_crawler.discovery import Listing, Shapes, learn_shapes, read_source
from icma_crawler.errors import SourceError
from icma_crawler.models import Capture, Portal, Source

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)

PORTALS = ["--portals", "12", "--az", "6"]


class Anybodys(Portal):
    """A portal that owns every link: the corpus comes from many."""

    def owns(self, url):
        return bool(url)

    def is_home(self, url):
        return not url


@pytest.fixture(
    scope="module", params=[["--articles", "125"], ["--articles", "20", "--seed", "7"]], ids=["paged", "other seed"]
)
def farm(request, shared, tmp_path_factory):
    return build_farm(shared, tmp_path_factory.mktemp("farm") / "farm", *PORTALS, *request.param)


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_every_real_feed_and_sitemap_is_read_or_refused_in_a_call_a_byte(shared, kind, make_portal, make_capture):
    portal = Anybodys(**make_portal().__dict__)
    files = [path for folder in ("feeds", "sitemaps") for path in sorted((shared / "corpus" / folder).rglob("*"))]
    found, refusals = [], set()

    def read(url, body):
        try:
            found.append(read_source(Source(kind=kind, url=url), make_capture(url, body), portal).candidates)
        except SourceError as error:
            refusals.add(error.reason)

    for path in filter(lambda path: path.is_file(), files):
        body = path.read_bytes()
        assert calls_of(partial(read, f"https://sherg.az/{path.name}", body)) < 10_000 + len(body), path
    assert len(list(filter(None, found))) >= 25
    assert refusals <= {"nothing-listed", "broken-xml", "not-a-source", "html-not-feed", "xml-entities"}


def test_links_alone_lead_to_every_article_and_to_nothing_else(farm):
    for portal in farm.portals():
        found = walk(farm, portal)
        assert found == farm.articles[portal.home], portal.home


def test_feeds_and_sitemaps_name_articles_only_and_teach_their_shapes(farm):
    read = 0
    for portal in farm.portals():
        for name in (
            "feed.xml",
            "atom.xml",
            "feed.php",
            "rss.xml",
            "sitemap-news.xml",
            "news-sitemap.xml",
            "sitemap_latest.php",
        ):
            source = Source(kind="feed", url=portal.home + name)
            try:
                listing = farm.read(source, portal)
            except FileNotFoundError:
                continue
            read += 1
            found = {candidate.url for candidate in listing.candidates}
            assert found
            assert found <= farm.articles[portal.home]
            shapes = learn_shapes(found)
            home = farm.read(Source(kind="section", url=portal.home), portal, shapes)
            assert {candidate.url for candidate in home.candidates} <= farm.articles[portal.home]
            assert all(shapes.is_article(url) is not False for url in farm.articles[portal.home])
    assert read >= 15


@dataclass
class Farm:
    """A built newsfarm, read from its files without a server, and what its portals truly hold."""

    folder: Path
    articles: dict[str, set[str]] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def portals(self):
        return [
            Portal(id=urlsplit(home).netloc, name="Farm", home=home, language=language, timezone="Asia/Baku")
            for home, language in self.languages.items()
        ]

    def read(self, source: Source, portal: Portal, shapes: Shapes | None = None) -> Listing:
        body = gzip.decompress(self._file(source.url).read_bytes())
        answer = Capture(url=source.url, final_url=source.url, status=200, headers=(), body=body, fetched_at=NOW)
        return read_source(source, answer, portal, known_shapes=shapes)

    def _file(self, url: str) -> Path:
        """Where nginx finds a page of the farm."""
        parts = urlsplit(url)
        path = f"{parts.path}index.html" if parts.path.endswith("/") else parts.path
        if parts.query.startswith("page="):
            path = f"{parts.path}/page-{parts.query.removeprefix('page=')}"
        return self.folder / "site" / (parts.hostname or "") / f"{path.strip('/')}.gz"


def build_farm(shared: Path, folder: Path, *options: str) -> Farm:
    program = [sys.executable, str(shared / "newsfarm" / "newsfarm.py")]
    subprocess.run([*program, "build", *options, "--out", str(folder)], check=True, capture_output=True)
    truth = subprocess.run([*program, "truth", "--out", str(folder)], check=True, capture_output=True)
    farm = Farm(folder)
    for record in map(json.loads, truth.stdout.decode().splitlines()):
        parts = urlsplit(record["url"])
        home = f"{parts.scheme}://{parts.netloc}/"
        farm.articles.setdefault(home, set()).add(record["url"])
        farm.languages[home] = record["language"]
    return farm


def walk(farm: Farm, portal: Portal) -> set[str]:
    """Every url announced as an article by the home page, the sections it names, and their further pages."""
    found: set[str] = set()
    waiting = deque([portal.home])
    asked = {portal.home}
    while waiting:
        listing = farm.read(Source(kind="section", url=waiting.popleft()), portal)
        found.update(candidate.url for candidate in listing.candidates)
        named = [source.url for source in listing.sources if source.kind == "section"]
        new = [url for url in (*named, listing.next_page) if url and url not in asked]
        asked.update(new)
        waiting.extend(new)
    return found
