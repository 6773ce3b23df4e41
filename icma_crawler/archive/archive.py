"""The archive: one SQLite file, and the list of what can be asked of it or told to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID, uuid4

from icma_crawler.archive import (
    boilerplate,
    captures,
    completeness,
    copying,
    crawls,
    due,
    dumping,
    examining,
    flags,
    frontier,
    hosts,
    identity,
    importing,
    merging,
    notices,
    observing,
    publishing,
    reading,
    recording,
    redacting,
    rereading,
    revising,
    searching,
    settling,
    signals,
    sources,
    verifying,
    withdrawing,
)
from icma_crawler.archive.facts import ArticleFact, PageFact, PortalFacts
from icma_crawler.archive.lean import as_database
from icma_crawler.archive.meta import read_meta
from icma_crawler.archive.opening import describe, open_database, open_readonly
from icma_crawler.errors import ArchiveError, NotFoundError
from icma_crawler.models import (
    ArchivedArticle,
    Article,
    Candidate,
    Capture,
    Change,
    CrawlRun,
    FrontierState,
    Memory,
    Portal,
    Recurring,
    Rejection,
    Reuse,
    ReuseSignal,
    Source,
    SourceKind,
)

if TYPE_CHECKING:
    from sqlite_utils import Database


def open_archive(
    path: str | Path, *, readonly: bool = False, keep_older: bool = True, must_exist: bool = False
) -> Archive:
    """Open the archive at *path*, making it where there is none (unless *readonly* or *must_exist*).

    One of an older version is brought up to date, and kept beside as it was unless *keep_older* is off.

    Raises:
        ArchiveError: not an archive of ours, newer than this program, damaged, or not there.
    """
    file = Path(path)
    if readonly:
        return Archive(file, open_readonly(file))
    return Archive(file, open_database(file, keep_older=keep_older, must_exist=must_exist))


class Archive:
    """Everything that was published, in one file. Writes happen inside `atomic()`; each either holds or never was."""

    def __init__(self, path: Path, conn: sqlite3.Connection) -> None:
        self.path = path
        self._conn = conn

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, (sqlite3.DatabaseError, UnicodeDecodeError)):
            raise ArchiveError(self.path, describe(error)) from error

    def close(self) -> None:
        self._conn.close()

    @property
    def uuid(self) -> str:
        """The name of this archive among archives: cursors of one mean nothing in another."""
        return read_meta(self._conn, "uuid")

    # ---- transactions

    def begin(self) -> None:
        """Start writing. Waits for another writer instead of failing halfway (a later upgrade could not wait)."""
        self._conn.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._conn.execute("COMMIT")

    def rollback(self) -> None:
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All or nothing; inside a transaction, a savepoint."""
        with self._database.atomic():
            yield

    @cached_property
    def _database(self) -> Database:
        return as_database(self._conn)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that waits for its turn from the start; undone where anything fails."""
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the archive throughout, whatever is written meanwhile."""
        self._conn.execute("BEGIN")
        try:
            self._conn.execute("SELECT 1 FROM meta").fetchone()  # what is read is fixed by the first reading
            yield
        finally:
            self.rollback()

    # ---- portals, sources, hosts

    def save_portal(self, portal: Portal, now: datetime) -> None:
        sources.save_portal(self._conn, portal, now)

    def save_sources(
        self, portal: str, found: Iterable[Source], *, now: datetime, is_configured: bool = False
    ) -> list[sources.KnownSource]:
        return sources.save_sources(self._conn, portal, found, now=now, is_configured=is_configured)

    def find_sources(self, portal: str) -> list[sources.KnownSource]:
        return sources.find_sources(self._conn, portal)

    def source_answered(
        self,
        source_id: int,
        *,
        status: int,
        kind: SourceKind | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        payload_sha256: str | None = None,
        payload_bytes: int | None = None,
        told_new: bool = False,
        rest_minutes: int | None = None,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> None:
        sources.source_answered(
            self._conn,
            source_id,
            status=status,
            kind=kind,
            etag=etag,
            last_modified=last_modified,
            payload_sha256=payload_sha256,
            payload_bytes=payload_bytes,
            told_new=told_new,
            rest_minutes=rest_minutes,
            next_due_at=next_due_at,
            now=now,
        )

    def source_failed(
        self,
        source_id: int,
        *,
        reason: str,
        status: int | None,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> None:
        sources.source_failed(self._conn, source_id, reason=reason, status=status, next_due_at=next_due_at, now=now)

    def find_changed_children(self, portal: str, announced: Mapping[str, datetime | None]) -> list[sources.KnownSource]:
        return sources.find_changed_children(self._conn, portal, announced)

    def due_portals(self, portals: Iterable[Portal], now: datetime, *, with_rechecks: bool = True) -> due.DuePortals:
        return due.due_portals(self._conn, portals, now, with_rechecks=with_rechecks)

    def postpone_source(self, source_id: int, until: datetime) -> None:
        due.postpone_source(self._conn, source_id, until)

    def coverage_of(self, portal: str, newest: int) -> dict[int, frozenset[int]]:
        return sources.coverage_of(self._conn, portal, newest)

    def count_announced(self, source_id: int, since: datetime) -> int:
        return sources.count_announced(self._conn, source_id, since)

    def source_walked(self, source_id: int, now: datetime) -> None:
        sources.source_walked(self._conn, source_id, now)

    def backfill_at(self, source_id: int, url: str | None, since: datetime) -> None:
        sources.backfill_at(self._conn, source_id, url, since)

    def published_at(self, portal: str, url: str) -> datetime | None:
        return sources.published_at(self._conn, portal, url)

    def failing_sources(self) -> dict[str, dict[str, str]]:
        return sources.failing_sources(self._conn)

    def robots_of(self, host: str) -> sources.HostRobots | None:
        return sources.robots_of(self._conn, host)

    def save_robots(self, host: str, robots: sources.HostRobots) -> None:
        sources.save_robots(self._conn, host, robots)

    def host_not_before(self, host: str, now: datetime) -> datetime | None:
        return hosts.not_before(self._conn, host, now)

    def pause_host(self, host: str, until: datetime) -> None:
        hosts.pause(self._conn, host, until)

    # ---- what portals say of reuse

    def tdm_asked(self, portal: str) -> tuple[int | None, datetime | None]:
        return signals.tdm_asked(self._conn, portal)

    def note_tdm_file(
        self, portal: str, url: str, found: Sequence[ReuseSignal] | None, *, status: int, now: datetime
    ) -> None:
        signals.note_tdm_file(self._conn, portal, url, found, status=status, now=now)

    def refresh_reuse(self, portal: str, after: signals.Position, now: datetime) -> signals.Position | None:
        return signals.refresh_reuse(self._conn, portal, after, now)

    def signals_of(self, portal: str, article_id: int | None = None) -> list[signals.SeenSignal]:
        return signals.signals_of(self._conn, portal, article_id)

    def page_signals_of(self, portal: str) -> list[signals.PageSignal]:
        return signals.page_signals_of(self._conn, portal)

    def portal_reuse(self, portal: str) -> tuple[Reuse, Reuse] | None:
        return signals.portal_reuse(self._conn, portal)

    # ---- health

    def crawled_portals(self) -> list[str]:
        return observing.crawled_portals(self._conn)

    def observe(self, portal: str, now: datetime) -> PortalFacts:
        return observing.observe(self._conn, portal, now)

    def url_of_article(self, article_id: int) -> str | None:
        return observing.url_of_article(self._conn, article_id)

    def page_of(self, portal: str, fact: ArticleFact | PageFact) -> bytes | None:
        return observing.page_of(self._conn, portal, fact)

    def examine(self, now: datetime) -> examining.Examination:
        return examining.examine(self._conn, now)

    def told_notices(self) -> dict[str, notices.Told]:
        return notices.told_notices(self._conn)

    def save_told(self, told: notices.Told) -> None:
        notices.save_told(self._conn, told)

    def bytes_kept_since(self, since: datetime) -> int:
        return observing.bytes_kept_since(self._conn, since)

    # ---- crawl runs and the frontier

    def begin_crawl(self, portal: str, now: datetime) -> int:
        return crawls.begin_crawl(self._conn, portal, now)

    def end_crawl(self, crawl_id: int, *, reason: str, requests: int, size_bytes: int, now: datetime) -> CrawlRun:
        return crawls.end_crawl(self._conn, crawl_id, reason=reason, requests=requests, size_bytes=size_bytes, now=now)

    def latest_crawls(self) -> dict[str, CrawlRun]:
        return crawls.latest_crawls(self._conn)

    def announce(
        self,
        portal: str,
        source_id: int | None,
        found: Iterable[Candidate],
        *,
        crawl_id: int,
        now: datetime,
        most_changed: int | None = None,
    ) -> frontier.Announced:
        """Write down what a source announced; see `icma_crawler.archive.frontier.announce`."""
        return frontier.announce(
            self._conn, portal, source_id, found, crawl_id=crawl_id, now=now, most_changed=most_changed
        )

    def take_unfinished(self, portal: str, *, crawl_id: int, now: datetime) -> list[frontier.Entry]:
        return frontier.take_unfinished(self._conn, portal, crawl_id=crawl_id, now=now)

    def take_rechecks(
        self, portal: str, *, crawl_id: int, now: datetime, budget: int, is_all: bool = False
    ) -> list[frontier.Entry]:
        return frontier.take_rechecks(self._conn, portal, crawl_id=crawl_id, now=now, budget=budget, is_all=is_all)

    def take_former(
        self, portal: str, entry: frontier.Entry, article: Article, addresses: Sequence[str], *, crawl_id: int
    ) -> frontier.Entry | None:
        """A known article that *entry* may be the new address of, to be looked at first."""
        return frontier.take_former(self._conn, portal, entry, article, addresses, crawl_id=crawl_id)

    def settle(
        self,
        entry_id: int,
        state: FrontierState,
        *,
        reason: str,
        detail: str | None = None,
        status: int | None = None,
        now: datetime,
    ) -> None:
        settling.settle(self._conn, entry_id, state, reason=reason, detail=detail, status=status, now=now)

    def find_gaps(self, portal: str | None = None) -> list[completeness.Gap]:
        return completeness.find_gaps(self._conn, portal)

    def balance(self, portal: str | None = None) -> list[completeness.DayBalance]:
        return completeness.balance(self._conn, portal)

    # ---- articles

    def record(
        self,
        portal: Portal,
        entry: frontier.Entry,
        capture: Capture,
        result: Article | Rejection,
        *,
        baseline: Article | Rejection | None = None,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> recording.Outcome:
        """Write down what a page turned out to be; see `icma_crawler.archive.recording.record`."""
        look = recording.Look(portal=portal, entry=entry, capture=capture, now=now, next_due_at=next_due_at)
        return recording.record(self._conn, look, result, baseline)

    def record_same(
        self,
        portal: Portal,
        entry: frontier.Entry,
        capture: Capture,
        *,
        found: tuple[ReuseSignal, ...] = (),
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> recording.Outcome:
        """Write down that a known page is the same; *found* is what its answer's headers say of reuse."""
        look = recording.Look(
            portal=portal, entry=entry, capture=capture, now=now, next_due_at=next_due_at, signals=found
        )
        return recording.record_same(self._conn, look)

    def record_miss(
        self,
        entry: frontier.Entry,
        *,
        reason: str,
        status: int | None,
        next_due_at: datetime | None = None,
        now: datetime,
    ) -> bool:
        return recording.record_miss(self._conn, entry, reason=reason, status=status, next_due_at=next_due_at, now=now)

    def mark_gone(self, entry: frontier.Entry, *, next_due_at: datetime | None = None, now: datetime) -> None:
        recording.mark_gone(self._conn, entry, next_due_at=next_due_at, now=now)

    def stored_page(self, article_id: int) -> tuple[str, Capture]:
        """The page that the current revision of an article was read from, and the extractor that read it."""
        known = identity.known_by_id(self._conn, article_id)
        if known is None:
            raise NotFoundError(str(article_id), self.path)
        capture_id = revising.current_capture(self._conn, article_id)
        if capture_id is None:
            raise NotFoundError(f"the page of {article_id}", self.path)
        return known.extractor, captures.load_capture(self._conn, capture_id)

    def known_extractor(self, article_id: int) -> str | None:
        """The version that read the current revision of an article."""
        known = identity.known_by_id(self._conn, article_id)
        return known.extractor if known else None

    def accept(self, article_id: int, article: Article, *, now: datetime) -> None:
        """Make what a flagged page shows the current revision."""
        recording.accept(self._conn, article_id, article, now=now)

    def flagged_page(self, article_id: int) -> Capture | None:
        """The page for which an article is flagged; None where it is not."""
        flag = flags.find_flag(self._conn, article_id)
        return captures.load_capture(self._conn, flag.capture_id) if flag else None

    def find_mentions(self, article_id: int) -> redacting.Mentions:
        return redacting.find_mentions(self._conn, article_id)

    def wipe_pages(self, article_id: int, now: datetime) -> None:
        withdrawing.wipe_pages(self._conn, article_id, now)

    def withdraw_article(
        self, article_id: int, reason: str, now: datetime, found: redacting.Mentions | None = None
    ) -> bool:
        """Wipe an article and everything that holds its words; see `icma_crawler.archive.withdrawing`."""
        return withdrawing.withdraw_article(self._conn, article_id, reason, now, found)

    def refuse_address(self, url: str, reason: str, now: datetime) -> None:
        withdrawing.refuse_address(self._conn, url, reason, now)

    def refuse_key(self, key: str, reason: str, now: datetime) -> None:
        withdrawing.refuse_key(self._conn, key, reason, now)

    def article_at_key(self, key: str) -> int | None:
        """The article that has an address with this identity key."""
        row = self._conn.execute("SELECT article_id FROM aliases WHERE key = ?", [key]).fetchone()
        return int(row[0]) if row else None

    # ---- what stands on sites

    def find_post(self, site: str, urn: str) -> publishing.Post | None:
        return publishing.find_post(self._conn, site, urn)

    def save_post(self, post: publishing.Post, now: datetime) -> None:
        publishing.save_post(self._conn, post, now)

    def published_up_to(self, site: str, portal: str | None) -> int:
        return publishing.published_up_to(self._conn, site, portal)

    def save_published(self, site: str, portal: str | None, cursor: int, now: datetime) -> None:
        publishing.save_published(self._conn, site, portal, cursor, now)

    # ---- what other archives hand on

    def take(self, delivery: importing.Delivery, now: datetime) -> importing.Taken:
        """Write down one record of another archive's dump; see `icma_crawler.archive.importing.take`."""
        return importing.take(self._conn, delivery, now)

    def imported_up_to(self, sender: UUID, portal: str | None) -> int:
        return importing.imported_up_to(self._conn, sender, portal)

    def save_imported(self, sender: UUID, portal: str | None, cursor: int, now: datetime) -> None:
        importing.save_imported(self._conn, sender, portal, cursor, now)

    def merge(self, other: Archive, urn: str, now: datetime) -> importing.Taken:
        """Take over one article of another archive with all its history and pages; see `icma_crawler.archive.merging`."""
        return merging.merge_article(self._conn, other._conn, urn, now)

    def merge_register(self, other: Archive) -> None:
        merging.merge_register(self._conn, other._conn)

    def urns(self) -> list[str]:
        """Every article, in the order of the change log's first rows."""
        return [row[0] for row in self._conn.execute("SELECT urn FROM articles ORDER BY id")]

    def withdrawals(self) -> list[withdrawing.Withdrawal]:
        return withdrawing.withdrawals_of(self._conn)

    def finish_wiping(self) -> bool:
        return withdrawing.finish_wiping(self._conn)

    def article_ids(self, portal: str) -> list[int]:
        return [row[0] for row in self._conn.execute("SELECT id FROM articles WHERE portal = ?", [portal])]

    def flag_of(self, article_id: int) -> flags.Flag | None:
        return flags.find_flag(self._conn, article_id)

    def find_flagged(self, portal: str | None = None, article_id: int | None = None) -> list[flags.Flagged]:
        """The articles whose pages show something that may be no edit of them, the longest first."""
        return flags.find_flagged(self._conn, portal, article_id)

    # ---- reading stored pages again

    def memory_of(self, portal: str) -> Memory:
        return boilerplate.memory_of(self._conn, portal)

    def remember(self, portal: str, found: Iterable[Recurring], now: datetime) -> None:
        boilerplate.remember(self._conn, portal, found, now)

    def iter_texts(self, portal: str) -> Iterator[tuple[str, str]]:
        return boilerplate.iter_texts(self._conn, portal)

    def iter_titles(self, portal: str) -> Iterator[str]:
        return boilerplate.iter_titles(self._conn, portal)

    def find_stale(self, portal: str, extractor: str, since: datetime | None = None) -> list[int]:
        return rereading.find_stale(self._conn, portal, extractor, since)

    def load_page(self, article_id: int) -> rereading.StoredPage | None:
        return rereading.load_page(self._conn, article_id)

    def newest_pages(self, portal: str, count: int) -> list[tuple[Capture, Candidate | None]]:
        return rereading.newest_pages(self._conn, portal, count)

    def reread(self, article_id: int, revision: int, article: Article, now: datetime) -> bool:
        return rereading.reread(self._conn, article_id, revision, article, now)

    def keep_listing(self, portal: str, capture: Capture) -> None:
        captures.keep_listing(self._conn, portal, capture)

    def find_article(self, what: str) -> ArchivedArticle:
        """An article by id, urn or url.

        Raises:
            NotFoundError: there is none.
        """
        found = reading.find_article(self._conn, what)
        if found is None:
            raise NotFoundError(what, self.path)
        return found

    def history_of(self, article_id: int) -> list[reading.PastRevision]:
        return reading.history_of(self._conn, article_id)

    def iter_changed(self, since: int = 0, portal: str | None = None) -> Iterator[tuple[Change, ArchivedArticle]]:
        return reading.iter_changed(self._conn, since, portal)

    def iter_dumped(self, since: int = 0, portal: str | None = None) -> Iterator[dumping.ChangedArticle]:
        return dumping.iter_dumped(self._conn, since, portal)

    def iter_captures_of(self, urn: str) -> Iterator[Capture]:
        return dumping.iter_captures_of(self._conn, urn)

    def cursor_before(self, count: int, portal: str | None = None) -> int:
        return dumping.cursor_before(self._conn, count, portal)

    def find_portals(self) -> list[Portal]:
        return dumping.find_portals(self._conn)

    @property
    def head(self) -> int:
        return reading.head_of(self._conn)

    def search(
        self,
        query: str,
        *,
        portal: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 20,
    ) -> list[searching.Hit]:
        return searching.search(self._conn, query, portal=portal, since=since, until=until, limit=limit)

    def count_articles(self, portal: str | None = None, since: datetime | None = None) -> int:
        return reading.count_articles(self._conn, portal, since)

    def newest_article(self, portal: str | None = None) -> ArchivedArticle | None:
        return reading.newest_article(self._conn, portal)

    def copy_to(self, path: Path) -> None:
        """A whole copy of the archive as it is at one moment, while others may write (SQLite's online backup)."""
        try:
            copying.copy_database(self._conn, self.path, path)
        except sqlite3.Error as error:
            raise ArchiveError(path, describe(error)) from error

    def close_log(self) -> bool:
        """Make the file stand alone, without a log beside it; False where another program has it open."""
        return copying.close_log(self._conn)

    def rename(self) -> None:
        """Give the archive a new name of its own: cursors of what it was copied from are not its."""
        with self.writing():
            self._conn.execute("UPDATE meta SET value = ? WHERE name = 'uuid'", [str(uuid4())])

    def find_faults(self, tell: Callable[[int, int], None], pages: int | None = None) -> Iterator[verifying.Fault]:
        """Everything that is not as it was written; see `icma_crawler.archive.verifying`."""
        return verifying.find_faults(self._conn, tell, pages)

    def logged_between(self, since: int, cursor: int) -> dict[str, verifying.LoggedState]:
        return verifying.logged_between(self._conn, since, cursor)

    def rebuild_search(self) -> None:
        """Make the search index anew from the articles."""
        searching.rebuild_index(self._conn)

    def integrity(self) -> str:
        """What SQLite says of the file's structure: "ok", or the first fault."""
        return str(self._conn.execute("PRAGMA quick_check(1)").fetchone()[0])
