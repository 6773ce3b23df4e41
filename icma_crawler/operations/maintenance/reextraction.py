"""Reading every stored page again with today's extractor, and writing what it reads differently.

A portal at a time: learn what its pages repeat, read what another extractor read (in other processes), say what
would change, and only then write it. What is written is up to date, so a run that is interrupted goes on where it was.
"""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO

from icma_crawler.archive import Archive, differing_fields, open_archive
from icma_crawler.archive.transactions.reread import StoredPage, load_page, reread
from icma_crawler.config import Config
from icma_crawler.models import Article, Memory, Portal, Recurring, Rejection
from icma_crawler.system.clock import utc_now
from icma_crawler.workers import ExtractionPool

_PAGES_PER_COMMIT = 25
"""So that no other writer waits for long."""
_EXAMPLES = 3
_IN_MEMORY_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One article's field, before and after."""

    url: str
    before: object
    after: object


@dataclass(slots=True, kw_only=True)
class Reextraction:
    """What reading a portal's pages again came to.

    ``fields`` counts the articles in which a field differs, ``lost`` those that today's extractor takes for none (by
    reason; they stay as they are), ``learned`` what the portal's pages repeat and was not known before.
    """

    portal: str
    learned: tuple[Recurring, ...] = ()
    read: int = 0
    changed: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Example]] = field(default_factory=dict)
    is_written: bool = False

    def note(self, page: StoredPage, result: Article | Rejection) -> bool:
        """Count one page; returns whether there is something to write."""
        self.read += 1
        if isinstance(result, Rejection):
            self.lost[result.reason] += 1
            self._keep_example("lost", page, page.article.title_shown, f"{result.reason} {result.detail}".strip())
            return False
        names = list(differing_fields(page.article, result))
        self.changed += bool(names)
        for name in names:
            self.fields[name] += 1
            self._keep_example(name, page, getattr(page.article, name), getattr(result, name))
        return True

    def _keep_example(self, name: str, page: StoredPage, before: object, after: object) -> None:
        examples = self.examples.setdefault(name, [])
        if len(examples) < _EXAMPLES:
            examples.append(Example(url=page.archived.url, before=before, after=after))


OnPageRead = Callable[[str, int, int], None]
"""Told of each page read: the portal, how many are done, how many there are."""


def reextract(
    config: Config,
    portals: Sequence[Portal],
    *,
    since: datetime | None = None,
    is_dry: bool = False,
    on_report: Callable[[Reextraction], None] = lambda _: None,
    on_progress: OnPageRead = lambda *_: None,
) -> list[Reextraction]:
    """Read the stored pages of *portals* again; *on_report* is told of each portal before anything of it is written.

    Raises:
        ArchiveError: the archive cannot be opened or written.
        WorkerError: the processes that read pages cannot be started.
    """
    pool = ExtractionPool(config.workers, config.extract_seconds)
    try:
        with open_archive(config.archive, readonly=is_dry) as archive:
            run = _Run(archive, pool, config.workers, since, is_dry, on_report, on_progress)
            return [_read_portal(run, portal) for portal in portals]
    finally:
        pool.close()


@dataclass(frozen=True, slots=True)
class _Run:
    archive: Archive
    pool: ExtractionPool
    workers: int
    since: datetime | None
    is_dry: bool
    on_report: Callable[[Reextraction], None]
    on_progress: OnPageRead


def _read_portal(run: _Run, portal: Portal) -> Reextraction:
    learned = learn_portal(run.archive, portal)
    memory = run.archive.boilerplate.memory_of(portal.id) | {one.fingerprint for one in learned}
    report = Reextraction(portal=portal.id, learned=tuple(learned))
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        asyncio.run(_read_pages(run, portal, memory, report, spool))
        run.on_report(report)
        if not run.is_dry:
            _write(run.archive, portal, report, spool)
    return report


def learn_portal(archive: Archive, portal: Portal) -> list[Recurring]:
    """What the archived pages of a portal repeat and is not remembered yet."""
    from icma_crawler.extraction import learn  # noqa: PLC0415 - not for --help

    known = archive.boilerplate.memory_of(portal.id)
    found = learn(archive.articles.iter_texts(portal.id), archive.articles.iter_titles(portal.id))
    return [one for one in found if one.fingerprint not in known]


async def _read_pages(run: _Run, portal: Portal, memory: Memory, report: Reextraction, spool: IO[bytes]) -> None:
    """Read what another extractor read; results worth writing go to *spool*."""
    from icma_crawler.extraction import extractor_of  # noqa: PLC0415 - not for --help

    stale = run.archive.articles.stale(portal.id, extractor_of(portal, memory), run.since)
    pages = (page for each in stale if (page := load_page(run.archive, each)) is not None)
    async for page, result in _results(run, portal, memory, pages):
        if report.note(page, result):
            pickle.dump((page.archived.id, page.archived.revision, result), spool)
        run.on_progress(portal.id, report.read, len(stale))


async def _results(
    run: _Run, portal: Portal, memory: Memory, pages: Iterator[StoredPage]
) -> AsyncIterator[tuple[StoredPage, Article | Rejection]]:
    """Results in the order of the pages, with a few pages under way at any time."""
    waiting: list[tuple[StoredPage, asyncio.Task[Article | Rejection]]] = []
    for page in pages:
        task = asyncio.create_task(run.pool.extract(page.capture, portal, page.hints, memory))
        waiting.append((page, task))
        await asyncio.sleep(0)  # lets the task hand its page over
        if len(waiting) >= run.workers * 4:
            first, reading = waiting.pop(0)
            yield first, await reading
    for page, task in waiting:
        yield page, await task


def _write(archive: Archive, portal: Portal, report: Reextraction, spool: IO[bytes]) -> None:
    now = utc_now()
    with archive.write():
        archive.boilerplate.remember(portal.id, report.learned, now)
    spool.seek(0)
    results = _iter_spooled(spool)
    while chunk := list(islice(results, _PAGES_PER_COMMIT)):
        with archive.write():
            for article_id, revision, article in chunk:
                reread(archive, article_id, revision, article, now)
    report.is_written = True


def _iter_spooled(spool: IO[bytes]) -> Iterator[tuple[int, int, Article]]:
    while True:
        try:
            yield pickle.load(spool)  # noqa: S301 - our own file of a moment ago
        except EOFError:
            return
