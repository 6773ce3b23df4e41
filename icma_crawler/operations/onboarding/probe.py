"""A site is tried: a small, polite crawl into an archive of its own, and what it shows.

home -> provisional portal file -> child `icma crawl --limit 20` -> temporary archive -> ProbeFindings
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from icma_crawler.archive import Archive, Gap, KnownSource, open_archive
from icma_crawler.archive.transactions.pages import stored_page
from icma_crawler.errors import ArchiveError, UsageError
from icma_crawler.models import ArchivedArticle, CrawlPolicy, Portal
from icma_crawler.operations.onboarding.portal_files import format_portal, id_of
from icma_crawler.operations.schedule import start_icma
from icma_crawler.portals import load_portal
from icma_crawler.urls import canonical_url, is_loopback

SAMPLE = 20
_PATIENCE_SECONDS = 180.0
_GRACE_SECONDS = 30.0
_LOOK_EVERY_SECONDS = 0.25
_PAGES_KEPT = 10
_UNDECIDED = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeFindings:
    """What a small crawl of a site showed. ``home_reason`` says why its front page could not be read; None: it could.

    ``pages`` are the bytes of some article pages, ``told`` counts by source the articles that it told of.
    """

    portal: Portal
    articles: tuple[ArchivedArticle, ...] = ()
    gaps: tuple[Gap, ...] = ()
    sources: tuple[KnownSource, ...] = ()
    told: Counter[int] = field(default_factory=Counter)
    pages: tuple[bytes, ...] = ()
    home_reason: str | None = None


def provisional_portal(url: str) -> Portal:
    """The portal of a bare address, before anything of it is known; the language "und" is "not known yet"."""
    home = canonical_url(url if "://" in url else f"https://{url}")
    parts = urlsplit(home)
    is_az = (parts.hostname or "").endswith(".az")
    return Portal(
        id=id_of(home),
        name=id_of(home).capitalize(),
        home=home,
        language="az" if is_az else _UNDECIDED,
        timezone="Asia/Baku" if is_az else "UTC",
        # Nobody else's server is spared by waiting for our own.
        crawl=CrawlPolicy(delay_seconds=0, concurrency=4) if is_loopback(home) else CrawlPolicy(),
    )


def probe(portal: Portal, *, contact: str | None, on_page: Callable[[int], None] = lambda _: None) -> ProbeFindings:
    """What a sample crawl of a site shows.

    Raises:
        UsageError: the site is a live one and there is no contact.
    """
    try:
        with sample_crawl(portal.id, format_portal(portal), contact=contact, on_page=on_page) as archive:
            return _read(archive, portal)
    except ArchiveError:
        return ProbeFindings(portal=portal, home_reason="internal")


@contextmanager
def sample_crawl(
    portal_id: str, file_text: str, *, contact: str | None, on_page: Callable[[int], None] = lambda _: None
) -> Iterator[Archive]:
    """The archive of a crawl of at most `SAMPLE` pages in a child process, for three minutes at most; then it is gone.

    Raises:
        UsageError: the site is a live one and there is no contact.
        ArchiveError: the crawl came to nothing.
    """
    with tempfile.TemporaryDirectory(prefix="icma-probe-") as name:
        folder = Path(name)
        (folder / "portals").mkdir()
        file = folder / "portals" / f"{portal_id}.toml"
        file.write_text(file_text, "utf-8")
        load_portal(file)
        _crawl(folder, portal_id, contact, on_page)
        with open_archive(folder / "archive.db", readonly=True) as archive:
            yield archive


def _crawl(folder: Path, portal_id: str, contact: str | None, on_page: Callable[[int], None]) -> None:
    settings = {"ICMA_CONTACT": contact} if contact else {}
    # In the probe's own folder and environment: what the operator's icma.toml says of notices is not for this.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ICMA_")}
    arguments = ["crawl", portal_id, "--portals", "portals", "--limit", str(SAMPLE), "--json"]
    log = folder / "stderr"
    with log.open("wb") as stderr:
        child = start_icma(arguments, cwd=folder, env=plain | settings, stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            _watch(child, folder / "archive.db", on_page)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
    if child.returncode == 2:
        raise UsageError(log.read_text("utf-8", "replace").strip().removeprefix("icma: "))


def _watch(child: subprocess.Popen[bytes], path: Path, on_page: Callable[[int], None]) -> None:
    """Wait until the sample is complete; then the crawl's further walk through the site is cut short."""
    give_up_at, asked_to_end = time.monotonic() + _PATIENCE_SECONDS, False
    done = 0
    while True:
        with suppress(subprocess.TimeoutExpired):
            child.wait(_LOOK_EVERY_SECONDS)
            return
        read = _count_read(path)
        if read > done:
            on_page(done := read)
        is_time = time.monotonic() > give_up_at
        if asked_to_end and is_time:
            return
        if not asked_to_end and (is_time or done >= SAMPLE):
            child.send_signal(signal.SIGTERM)
            asked_to_end, give_up_at = True, time.monotonic() + _GRACE_SECONDS


def _count_read(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with open_archive(path, readonly=True) as archive:
            read = [gap for gap in archive.balances.gaps() if gap.state != "pending"]
            return archive.articles.count() + len(read)
    except ArchiveError:  # not made yet
        return 0


def _read(archive: Archive, portal: Portal) -> ProbeFindings:
    sources = tuple(archive.sources.find(portal.id))
    articles = tuple(article for _, article in archive.changes.iter_since())
    failing = archive.sources.failing().get(portal.id, {})
    coverage = archive.announcements.coverage_of(portal.id, SAMPLE)
    return ProbeFindings(
        portal=portal,
        articles=articles,
        gaps=tuple(archive.balances.gaps(portal.id)),
        sources=sources,
        told=Counter({source_id: len(urls) for source_id, urls in coverage.items()}),
        pages=tuple(stored_page(archive, article.id).body for article in articles[:_PAGES_KEPT]),
        home_reason=failing.get(portal.home) or (None if sources else "internal"),
    )
