"""The frontier: every url that a source announced, and what became of it.

It lives in the archive, so a crawl that is killed loses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from icma_crawler.archive.identity import announced_elsewhere, find_former, find_known, find_original
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Article, Candidate
from icma_crawler.urls import identity_key

FARTHEST_LOOK = timedelta(days=400)
"""No page is ever put off for longer; a time beyond it was written while the clock was wrong."""

_TRUST_LISTING_AGAIN = timedelta(hours=24)
"""How often a listing that still shows a vanished article may send us to look for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One url of the frontier that is to be fetched, with the hints its source gave.

    ``article_id`` is set for a known article that is looked at again; ``etag`` and ``last_modified`` are then what
    it was last answered with, ``payload_sha256`` the digest of those bytes, and ``archived_at`` when it was first read.
    ``elsewhere`` is another address that it was announced at, if any. ``duplicate_of`` is set for a url that showed the
    text of that article and may yet show one of its own.
    """

    id: int
    candidate: Candidate
    attempts: int = 0
    article_id: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    payload_sha256: str | None = None
    archived_at: datetime | None = None
    elsewhere: str | None = None
    duplicate_of: int | None = None

    @property
    def is_recheck(self) -> bool:
        return self.article_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a listing meant for the frontier: new urls and changed ones, how many it repeated, how many are withdrawn."""

    new: Sequence[Entry] = field(default=())
    changed: Sequence[Entry] = field(default=())
    repeated: int = 0
    withdrawn: int = 0


def announce(
    conn: sqlite3.Connection,
    portal: str,
    source_id: int | None,
    candidates: Iterable[Candidate],
    *,
    crawl_id: int,
    now: datetime,
    most_changed: int | None = None,
) -> Announced:
    """Write down what a source announced; returns what is to be fetched because of it.

    Of what it says has changed no more than *most_changed* is, since some sitemaps say so of every url each time;
    known articles beyond that are due now, for the next crawl.
    """
    new, changed, repeated, withdrawn = [], [], 0, 0
    for candidate in candidates:
        key = identity_key(candidate.url)
        known = conn.execute(
            """
            SELECT id, crawl_id IS :crawl_id, state, modified_at, fetched_at, article_id
            FROM frontier
            WHERE portal = :portal
              AND key = :key
            """,
            {"portal": portal, "key": key, "crawl_id": crawl_id},
        ).fetchone()
        is_withdrawn = _is_withdrawn(conn, key)
        withdrawn += is_withdrawn
        if known is None and is_withdrawn:
            continue
        if known is None:
            entry_id = _insert(conn, portal, key, source_id, candidate, crawl_id=crawl_id, now=now)
            new.append(Entry(id=entry_id, candidate=candidate))
        else:
            entry_id, is_taken, repeated = known[0], known[1], repeated + 1
            if not is_taken and _says_changed(candidate, known[2:], now):
                changed.append(entry_id)
            _improve_hints(conn, entry_id, candidate)
        if source_id is not None:
            conn.execute("INSERT OR IGNORE INTO announcements VALUES (?, ?)", [source_id, entry_id])
    if most_changed is not None:
        _make_due(conn, changed[most_changed:], now)
        changed = changed[:most_changed]
    return Announced(new=new, changed=_take(conn, changed, crawl_id), repeated=repeated, withdrawn=withdrawn)


def _make_due(conn: sqlite3.Connection, ids: Sequence[int], now: datetime) -> None:
    """Known articles among *ids* are due now, those that are due already as long as they have been."""
    conn.executemany(
        "UPDATE frontier SET next_due_at = coalesce(min(next_due_at, ?), ?) WHERE id = ? AND article_id IS NOT NULL",
        [(to_stamp(now), to_stamp(now), entry_id) for entry_id in ids],
    )


def _insert(
    conn: sqlite3.Connection,
    portal: str,
    key: str,
    source_id: int | None,
    candidate: Candidate,
    *,
    crawl_id: int,
    now: datetime,
) -> int:
    cursor = conn.execute(
        """
        INSERT INTO frontier (portal, key, url, source_id, announced_at, title, published_at, modified_at, guid,
                              crawl_id, outcome)
        VALUES (:portal, :key, :url, :source_id, :now, :title, :published_at, :modified_at, :guid,
                :crawl_id, 'pending')
        """,
        {
            "portal": portal,
            "key": key,
            "url": candidate.url,
            "source_id": source_id,
            "now": to_stamp(now),
            "title": candidate.title,
            "published_at": to_stamp(candidate.published_at),
            "modified_at": to_stamp(candidate.modified_at),
            "guid": candidate.guid,
            "crawl_id": crawl_id,
        },
    )
    return int(cursor.lastrowid or 0)


def _is_withdrawn(conn: sqlite3.Connection, key: str) -> bool:
    return conn.execute("SELECT 1 FROM withdrawals WHERE key = ?", [key]).fetchone() is not None


def _says_changed(candidate: Candidate, known: tuple[str, str | None, str | None, int | None], now: datetime) -> bool:
    """Whether a listing gives a reason to look again, before its time, at a known article or what was none."""
    state, modified_at, fetched_at, article_id = known
    if fetched_at is None or (article_id is None and state != "rejected"):
        return False
    if state == "gone":
        return now - from_stamp(fetched_at) >= _TRUST_LISTING_AGAIN
    stated = to_stamp(candidate.modified_at)
    return stated is not None and stated > fetched_at and (modified_at is None or stated > modified_at)


def _improve_hints(conn: sqlite3.Connection, entry_id: int, candidate: Candidate) -> None:
    """A feed may know more of a url than the section page that announced it first."""
    if candidate.published_at is None and candidate.modified_at is None:
        return
    conn.execute(
        """
        UPDATE frontier
        SET published_at = coalesce(published_at, :published_at),
            modified_at = max(coalesce(modified_at, :modified_at), coalesce(:modified_at, modified_at))
        WHERE id = :id
          AND (published_at IS NULL AND :published_at IS NOT NULL OR modified_at IS NOT :modified_at)
        """,
        {
            "id": entry_id,
            "published_at": to_stamp(candidate.published_at),
            "modified_at": to_stamp(candidate.modified_at),
        },
    )


def take_unfinished(conn: sqlite3.Connection, portal: str, *, crawl_id: int, now: datetime) -> list[Entry]:
    """What earlier crawls left: pending urls, and those without an article whose rest is over. They become this crawl's."""
    rows = conn.execute(
        """
        SELECT id
        FROM frontier
        WHERE portal = :portal
          AND (state = 'pending' OR outcome = 'pending'
               OR (state IN ('failed', 'refused', 'rejected') OR state = 'unchanged' AND reason = 'duplicate')
                  AND (next_due_at <= :now OR next_due_at > :farthest))
        ORDER BY id
        """,
        {"portal": portal, "now": to_stamp(now), "farthest": to_stamp(now + FARTHEST_LOOK)},
    ).fetchall()
    return _take(conn, [row[0] for row in rows], crawl_id)


def take_rechecks(
    conn: sqlite3.Connection, portal: str, *, crawl_id: int, now: datetime, budget: int, is_all: bool = False
) -> list[Entry]:
    """Known articles whose next look is due, the longest overdue first; *is_all* takes every one that is live."""
    rows = conn.execute(
        """
        SELECT id
        FROM frontier
        WHERE portal = :portal
          AND state IN ('archived', 'unchanged', 'gone')
          AND article_id IS NOT NULL
          AND reason IS NOT 'duplicate'
          AND outcome IS NOT 'pending'
          AND (:is_all OR next_due_at <= :now OR next_due_at > :farthest)
        ORDER BY next_due_at, id
        LIMIT :budget
        """,
        {
            "portal": portal,
            "now": to_stamp(now),
            "farthest": to_stamp(now + FARTHEST_LOOK),
            "is_all": is_all,
            "budget": -1 if is_all else budget,
        },
    ).fetchall()
    return _take(conn, [row[0] for row in rows], crawl_id)


def take_former(
    conn: sqlite3.Connection, portal: str, entry: Entry, article: Article, addresses: Sequence[str], *, crawl_id: int
) -> Entry | None:
    """A known article to look at again before the page of *entry* is taken for a new one; it becomes this crawl's.

    *entry* itself where that article is this crawl's already and waits for its look.
    """
    if entry.duplicate_of is not None:
        original = find_original(conn, entry.duplicate_of, article)
        return _take_original(conn, entry, original, crawl_id) if original is not None else None
    (announced_at,) = conn.execute("SELECT announced_at FROM frontier WHERE id = ?", [entry.id]).fetchone()
    former = find_former(conn, portal, article, announced_at, crawl_id)
    if former is None or find_known(conn, portal, article, addresses) is not None:
        return None
    return _take(conn, [former], crawl_id)[0]


def _take_original(conn: sqlite3.Connection, entry: Entry, original: int, crawl_id: int) -> Entry | None:
    is_taken, outcome = conn.execute(
        "SELECT crawl_id IS ?, outcome FROM frontier WHERE id = ?", [crawl_id, original]
    ).fetchone()
    if not is_taken:
        return _take(conn, [original], crawl_id)[0]
    return entry if outcome == "pending" else None


def _take(conn: sqlite3.Connection, ids: Sequence[int], crawl_id: int) -> list[Entry]:
    """Make entries this crawl's; what has no article is pending again, what is archived stays so meanwhile."""
    entries = []
    for entry_id in ids:
        conn.execute(
            """
            UPDATE frontier
            SET crawl_id = ?, outcome = 'pending',
                state = CASE WHEN state IN ('failed', 'refused', 'rejected') THEN 'pending' ELSE state END
            WHERE id = ?
            """,
            [crawl_id, entry_id],
        )
        entries.append(_load(conn, entry_id))
    return entries


def _load(conn: sqlite3.Connection, entry_id: int) -> Entry:
    row = conn.execute(
        """
        SELECT f.id, coalesce(a.url, f.url), s.url, f.title, coalesce(a.published_at, f.published_at), f.modified_at,
               f.guid, f.attempts, a.id, f.etag, f.last_modified, f.payload_sha256, a.archived_at,
               CASE WHEN a.id IS NULL THEN f.article_id END
        FROM frontier f
        LEFT JOIN sources s ON s.id = f.source_id
        LEFT JOIN articles a ON a.id = f.article_id AND (f.reason IS NOT 'duplicate' OR f.next_due_at IS NULL)
        WHERE f.id = ?
        """,
        [entry_id],
    ).fetchone()
    return Entry(
        id=row[0],
        candidate=Candidate(
            url=row[1],
            source_url=row[2] or "",
            title=row[3],
            published_at=from_stamp(row[4]),
            modified_at=from_stamp(row[5]),
            guid=row[6],
        ),
        attempts=row[7],
        article_id=row[8],
        etag=row[9],
        last_modified=row[10],
        payload_sha256=row[11],
        archived_at=from_stamp(row[12]),
        elsewhere=None if row[8] is None else announced_elsewhere(conn, row[8], row[1]),
        duplicate_of=row[13],
    )
