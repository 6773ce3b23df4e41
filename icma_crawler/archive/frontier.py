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
from icma_crawler.models import Article, Candidate, FrontierState
from icma_crawler.urls import identity_key

_RETRY_AFTER = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a failed url rests before its next attempt, by attempts made; the last value goes on for ever."""

_LOOK_LATER = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""When a page that was no article yet is looked at again, by looks taken; after the last it is left alone."""

_MAY_BECOME_AN_ARTICLE = frozenset(
    {
        "live-blog", "soft-404", "empty-shell", "login-wall", "consent-wall", "video-only", "not-article",
        "http-404", "home-redirect", "duplicate",
    }
)  # fmt: skip

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A url that was announced and is not archived."""

    portal: str
    url: str
    state: str
    reason: str | None
    announced_at: datetime
    attempts: int
    last_status: int | None


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


def settle(
    conn: sqlite3.Connection,
    entry_id: int,
    state: FrontierState,
    *,
    outcome: str | None = None,
    reason: str | None = None,
    detail: str | None = None,
    status: int | None = None,
    article_id: int | None = None,
    next_due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Write down what became of a url. One that gave no article gets the time of its next look by itself, if any.

    A known article that cannot be read this time stays what it was: its outcome is told, its state is kept. So does a
    duplicate that is looked at again.
    """
    attempts, known_article, published_at, copy_due_at = conn.execute(
        "SELECT attempts, article_id, published_at, CASE reason WHEN 'duplicate' THEN next_due_at END "
        "FROM frontier WHERE id = ?",
        [entry_id],
    ).fetchone()
    is_kept = known_article is not None and state in ("failed", "refused", "rejected", "pending")
    if is_kept and copy_due_at is not None:
        reason, next_due_at = "duplicate", from_stamp(copy_due_at)
    if state in ("failed", "refused"):
        next_due_at = now + _RETRY_AFTER[min(attempts + 1, len(_RETRY_AFTER) - 1)]
    if state == "rejected" and (known_article is None or copy_due_at is not None):
        next_due_at = later_look(reason, attempts, is_dated=published_at is not None, now=now)
    conn.execute(
        """
        UPDATE frontier
        SET state = CASE WHEN :is_kept THEN state ELSE :state END,
            outcome = :outcome, reason = :reason, detail = :detail, attempts = :attempts,
            last_status = coalesce(:status, last_status), fetched_at = :now, next_due_at = :next_due_at,
            article_id = coalesce(:article_id, article_id)
        WHERE id = :id
        """,
        {
            "id": entry_id,
            "is_kept": is_kept,
            "state": state,
            "outcome": outcome or state,
            "reason": reason,
            "detail": detail[:500] if detail else None,
            "attempts": attempts + 1,
            "status": status,
            "now": to_stamp(now),
            "next_due_at": to_stamp(next_due_at),
            "article_id": article_id,
        },
    )


def look_at_one(conn: sqlite3.Connection, article_id: int, entry_id: int) -> None:
    """Of all entries that led to an article only one is looked at again: each look would ask for the same page.

    It is that of the article's own address, which listings go on to show; else *entry_id*.
    """
    (url,) = conn.execute("SELECT url FROM articles WHERE id = ?", [article_id]).fetchone()
    conn.execute(
        """
        WITH looked_at AS (SELECT id, key FROM frontier WHERE article_id = :article_id AND reason IS NOT 'duplicate')
        UPDATE frontier
        SET reason = 'duplicate', next_due_at = NULL, misses = 0, missed_since = NULL,
            state = CASE WHEN state = 'gone' THEN 'unchanged' ELSE state END
        WHERE id IN (SELECT id FROM looked_at)
          AND id <> coalesce((SELECT id FROM looked_at WHERE key = :key), :entry_id)
        """,
        {"article_id": article_id, "key": identity_key(url), "entry_id": entry_id},
    )


def later_look(reason: str | None, looks: int, *, is_dated: bool = False, now: datetime) -> datetime | None:
    """When to see whether a page has become an article: a headline got its text, a live coverage ended, a wall fell.

    Or a text that several addresses showed, such as a notice that the portal is being worked on, made room for theirs.
    What reads as a listing or a static page gets no second look, unless its source dated it like an article.
    """
    if reason not in _MAY_BECOME_AN_ARTICLE or looks >= len(_LOOK_LATER) or (reason == "not-article" and not is_dated):
        return None
    return now + _LOOK_LATER[looks]


def remember_answer(
    conn: sqlite3.Connection, entry_id: int, *, etag: str | None, last_modified: str | None, payload_sha256: str
) -> None:
    """Keep what a page was answered with, for asking "changed since?" the next time."""
    conn.execute(
        """
        UPDATE frontier
        SET etag = ?, last_modified = ?, payload_sha256 = ?, misses = 0, missed_since = NULL
        WHERE id = ?
        """,
        [etag, last_modified, payload_sha256, entry_id],
    )


def find_gaps(conn: sqlite3.Connection, portal: str | None) -> list[Gap]:
    """What was announced and is not archived, oldest first."""
    rows = conn.execute(
        """
        SELECT f.portal, f.url, f.state,
               coalesce(f.reason, CASE
                 WHEN f.state <> 'pending' OR c.reason = 'running' THEN NULL
                 WHEN c.reason = 'finished' THEN 'max-pages'
                 ELSE 'interrupted'
               END),
               f.announced_at, f.attempts, f.last_status
        FROM frontier f
        LEFT JOIN crawls c ON c.id = f.crawl_id
        WHERE f.state IN ('pending', 'rejected', 'refused', 'failed')
          AND (:portal IS NULL OR f.portal = :portal)
        ORDER BY f.portal, f.id
        """,
        {"portal": portal},
    )
    return [
        Gap(
            portal=row[0],
            url=row[1],
            state=row[2],
            reason=row[3],
            announced_at=from_stamp(row[4]),
            attempts=row[5],
            last_status=row[6],
        )
        for row in rows
    ]
