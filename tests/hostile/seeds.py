"""Good bytes to break: the sample newsroom's own, and where it is at hand the shared corpus of real ones."""

from __future__ import annotations

import gzip
import json
import os
import re
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from icma_crawler.demo.articles import PORTAL_IDS, load_edition
from icma_crawler.demo.site import DemoPage, build_site

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
_LINK = re.compile(rb"https?://[\w.-]+")


@dataclass(frozen=True)
class Seed:
    """What a portal answers at a url."""

    url: str
    body: bytes

    @property
    def home(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"


def newsroom(*kinds: str) -> list[Seed]:
    """The newsroom's answers of the given content types: "text/html", "application/rss", "application/xml"."""
    found = []
    for number, portal in enumerate(PORTAL_IDS):
        home = f"https://{number}.example/"
        site: dict[str, DemoPage] = dict(build_site(load_edition(portal, home, NOW), NOW.date()))
        found += [
            Seed(home + path.lstrip("/"), page.body)
            for path, page in site.items()
            if page.body and page.content_type.startswith(kinds)
        ]
    return found


def corpus() -> Path | None:
    """The folder of shared test material, from ICMA_SHARED; None where it is absent."""
    folder = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[3] / "shared")) / "corpus"
    return folder if folder.is_dir() else None


def pages(every: int) -> list[Seed]:
    """The newsroom's pages, and each so-and-so-manieth of the corpus."""
    found = newsroom("text/html")
    folder = corpus()
    for path in sorted(folder.glob("pages/*.html.gz"))[::every] if folder else ():
        facts = json.loads(path.with_name(path.name.removesuffix(".html.gz") + ".json").read_bytes())
        found.append(Seed(facts["url"], gzip.decompress(path.read_bytes())))
    return found


def sources() -> list[Seed]:
    """Feeds and sitemaps; the host that a real one names first is taken for its portal's."""
    found = newsroom("application/rss", "application/xml")
    folder = corpus()
    for path in sorted([*folder.glob("feeds/**/*"), *folder.glob("sitemaps/**/*")]) if folder else ():
        body = path.read_bytes() if path.is_file() else b""
        if 50 < len(body) < 300_000:
            links = [
                link[0] for link in _LINK.finditer(body) if b"w3.org" not in link[0] and b"purl.org" not in link[0]
            ]
            found.append(Seed((links[0].decode() if links else "https://portal.example") + "/rss", body))
    return found


def robots(count: int) -> list[Seed]:
    """Real robots.txt files; without the corpus the newsroom's."""
    folder = corpus()
    if folder is None:
        return newsroom("text/plain")
    with tarfile.open(folder / "robots.tar.gz") as packed:
        files = (packed.extractfile(member) for member in packed if member.isfile() and member.size > 50)
        return [Seed("https://portal.example/robots.txt", file.read()) for file in islice(files, count) if file]
