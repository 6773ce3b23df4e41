"""What portals say of reuse, with the time it was seen; and the reuse of each article kept in step with it.

`articles.reuse` is the strictest of the portal file, the portal's signals, the page's own, and what the sender of an
imported article had cut it to. A signal of one page
takes effect when the page is recorded; what concerns a whole portal is carried out by `refresh_reuse`, in steps.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.models import Cause, Reuse, ReuseSignal, SignalKind
from icma_crawler.rights import reuse_of_paths, strictest

_PAGES_FOR_NOTICE = 3
"""On fewer pages a line is no footer's: an article may quote another's notice."""
_PAGES_WITHOUT = 20
"""After so many new pages without it, a notice is gone."""
_HEADERS: tuple[SignalKind, ...] = ("robots-header", "tdm-header")
_TOUCH = timedelta(days=1)
_STEP = 500
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSignal:
    """A signal as the archive keeps it; ``article_id`` is None where it speaks of the whole portal.

    ``is_active`` tells whether it limits anything now: it may be gone, or seen on too few pages yet.
    """

    signal: ReuseSignal
    article_id: int | None
    url: str
    pages: int
    first_seen_at: datetime
    last_seen_at: datetime
    gone_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.gone_at is None and (self.signal.kind != "notice" or self.pages >= _PAGES_FOR_NOTICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSignal:
    """A signal that pages of a portal carry now, and on how many articles; ``url`` is one of them."""

    signal: ReuseSignal
    articles: int
    url: str
    first_seen_at: datetime
    last_seen_at: datetime


class _Place(NamedTuple):
    """Where a signal was seen; without an article it speaks of the whole portal."""

    portal: str
    article_id: int | None
    url: str


# ---- what a page says


def note_page(
    conn: sqlite3.Connection, article_id: int, url: str, found: Sequence[ReuseSignal], *, is_new: bool, now: datetime
) -> bool:
    """Keep what the page of an article says now; returns whether its `reuse` changed, which the caller logs."""
    (portal,) = conn.execute("SELECT portal FROM articles WHERE id = ?", [article_id]).fetchone()
    own = [signal for signal in found if signal.kind != "notice"]
    if own or not is_new:
        _keep(conn, _Place(portal, article_id, url), own, now)
    if is_new:
        _count_notices(conn, portal, url, [signal for signal in found if signal.kind == "notice"], now)
        return False
    return _set_reuse(conn, portal, [article_id]) > 0


def note_headers(
    conn: sqlite3.Connection, article_id: int, url: str, found: Sequence[ReuseSignal], *, is_whole: bool, now: datetime
) -> bool:
    """`note_page` for an answer whose page is the same; one that is not whole (304) may leave headers out."""
    portal, has_any = conn.execute(
        "SELECT portal, EXISTS (SELECT 1 FROM signals WHERE article_id = a.id) FROM articles a WHERE a.id = ?",
        [article_id],
    ).fetchone()
    if not found and not has_any:
        return False
    _keep(conn, _Place(portal, article_id, url), found, now, kinds=_HEADERS, is_all=is_whole)
    return _set_reuse(conn, portal, [article_id]) > 0


def note_tdm_file(
    conn: sqlite3.Connection, portal: str, url: str, found: Sequence[ReuseSignal] | None, *, status: int, now: datetime
) -> None:
    """Keep what a portal's TDM file says; None where it could not be had, which says nothing."""
    conn.execute("UPDATE portals SET tdm_status = ?, tdm_asked_at = ? WHERE id = ?", [status, to_stamp(now), portal])
    if found is not None:
        _keep(conn, _Place(portal, None, url), found, now, kinds=("tdm-file",))
        _settle_portal(conn, portal, "source")


def tdm_asked(conn: sqlite3.Connection, portal: str) -> tuple[int | None, datetime | None]:
    """What the portal's TDM file was answered with, and when."""
    row = conn.execute("SELECT tdm_status, tdm_asked_at FROM portals WHERE id = ?", [portal]).fetchone()
    return (row[0], from_stamp(row[1])) if row else (None, None)


def reuse_for(conn: sqlite3.Connection, portal: str, url: str, found: Iterable[ReuseSignal]) -> Reuse:
    """What is allowed of a new article of *portal* at *url* whose page says *found*."""
    own: list[Reuse] = [signal.reuse for signal in found if signal.kind != "notice"]
    return strictest(*_of_portal(conn, portal), *own, *reuse_of_paths(_paths(conn, portal), url))


# ---- what concerns a whole portal


def portal_changed(conn: sqlite3.Connection, portal: str, cause: Cause) -> None:
    """The portal's file allows something else than before: its articles are to be brought into step."""
    conn.execute("UPDATE portals SET reuse_cause = ? WHERE id = ?", [cause, portal])


Position = tuple[str, int]
"""How far `refresh_reuse` has come: when the last article it looked at was archived, and its id."""


def refresh_reuse(conn: sqlite3.Connection, portal: str, after: Position, now: datetime) -> Position | None:
    """One step of bringing a portal's articles into step; returns where the next begins, None when all is done.

    Every article whose `reuse` changes gets a "revised" row, so that downstream hears of it.
    """
    row = conn.execute("SELECT reuse_cause FROM portals WHERE id = ?", [portal]).fetchone()
    if row is None or row[0] is None:
        return None
    rows = conn.execute(
        """
        SELECT archived_at, id
        FROM articles
        WHERE portal = ?
          AND (archived_at, id) > (?, ?)
        ORDER BY archived_at, id
        LIMIT ?
        """,
        [portal, *after, _STEP],
    ).fetchall()
    _set_reuse(conn, portal, [article_id for _, article_id in rows], log=(row[0], now))
    if len(rows) == _STEP:
        return rows[-1][0], int(rows[-1][1])
    conn.execute("UPDATE portals SET reuse_cause = NULL WHERE id = ?", [portal])
    return None


def signals_of(conn: sqlite3.Connection, portal: str, article_id: int | None = None) -> list[SeenSignal]:
    """What a portal says of all it publishes, or one page of it; oldest first."""
    rows = conn.execute(
        """
        SELECT kind, value, path, reuse, article_id, url, pages, first_seen_at, last_seen_at, gone_at
        FROM signals
        WHERE portal = ?
          AND article_id IS ?
        ORDER BY id
        """,
        [portal, article_id],
    )
    return [
        SeenSignal(
            signal=ReuseSignal(kind=row[0], value=row[1], path=row[2], reuse=row[3]),
            article_id=row[4],
            url=row[5],
            pages=row[6],
            first_seen_at=from_stamp(row[7]),
            last_seen_at=from_stamp(row[8]),
            gone_at=from_stamp(row[9]),
        )
        for row in rows
    ]


def page_signals_of(conn: sqlite3.Connection, portal: str) -> list[PageSignal]:
    """The signals that pages of a portal carry now, the most frequent first."""
    rows = conn.execute(
        """
        SELECT kind, value, reuse, count(*), min(url), min(first_seen_at), max(last_seen_at)
        FROM signals
        WHERE portal = ?
          AND article_id IS NOT NULL
          AND gone_at IS NULL
        GROUP BY kind, value, reuse
        ORDER BY count(*) DESC, kind, value
        """,
        [portal],
    )
    return [
        PageSignal(
            signal=ReuseSignal(kind=row[0], value=row[1], reuse=row[2]),
            articles=row[3],
            url=row[4],
            first_seen_at=from_stamp(row[5]),
            last_seen_at=from_stamp(row[6]),
        )
        for row in rows
    ]


def portal_reuse(conn: sqlite3.Connection, portal: str) -> tuple[Reuse, Reuse] | None:
    """What the portal's file allowed at the last crawl, and what its own signals leave of that."""
    row = conn.execute("SELECT reuse, signal_reuse FROM portals WHERE id = ?", [portal]).fetchone()
    return (row[0], row[1]) if row else None


# ---- writing


def _keep(
    conn: sqlite3.Connection,
    place: _Place,
    found: Iterable[ReuseSignal],
    now: datetime,
    *,
    kinds: tuple[SignalKind, ...] = (),
    is_all: bool = True,
) -> None:
    """Bring the rows of an article or of a portal, all or those of some *kinds*, up to what was found."""
    rows = {
        (row[1], row[2]): row
        for row in conn.execute(
            """
            SELECT id, kind, value, last_seen_at, gone_at
            FROM signals
            WHERE portal = :portal
              AND article_id IS :article
            """,
            {"portal": place.portal, "article": place.article_id},
        )
        if not kinds or row[1] in kinds
    }
    for signal in found:
        row = rows.pop((signal.kind, signal.value), None)
        if row is None:
            _insert(conn, place, signal, now)
        elif row[4] is not None or now - from_stamp(row[3]) >= _TOUCH:
            conn.execute("UPDATE signals SET last_seen_at = ?, gone_at = NULL WHERE id = ?", [to_stamp(now), row[0]])
    for row in rows.values():
        if is_all and row[4] is None:
            conn.execute("UPDATE signals SET gone_at = ? WHERE id = ?", [to_stamp(now), row[0]])


def _insert(conn: sqlite3.Connection, place: _Place, signal: ReuseSignal, now: datetime) -> None:
    conn.execute(
        """
        INSERT INTO signals (portal, article_id, kind, value, path, reuse, url, first_seen_at, last_seen_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [*place[:2], signal.kind, signal.value, signal.path, signal.reuse, place.url, to_stamp(now), to_stamp(now)],
    )


def _count_notices(
    conn: sqlite3.Connection, portal: str, url: str, found: Sequence[ReuseSignal], now: datetime
) -> None:
    """A footer stands on every page: a notice counts from the third page on, and is gone after twenty without it."""
    rows = conn.execute(
        "SELECT id, value, pages, misses, gone_at FROM signals WHERE portal = ? AND article_id IS NULL AND kind = 'notice'",
        [portal],
    ).fetchall()
    known = {_DIGITS.sub("0", value): (row, pages, gone) for row, value, pages, _, gone in rows}
    met = set()
    is_settled = True
    for signal in found:
        row, pages, gone = known.get(_DIGITS.sub("0", signal.value), (None, 0, None))
        if row in met:
            continue
        if row is None:
            _insert(conn, _Place(portal, None, url), signal, now)
            continue
        met.add(row)
        is_settled &= gone is None and pages + 1 != _PAGES_FOR_NOTICE
        conn.execute(
            """
            UPDATE signals
            SET pages = CASE WHEN gone_at IS NULL THEN pages + 1 ELSE 1 END,
                misses = 0, gone_at = NULL, last_seen_at = ?, reuse = ?
            WHERE id = ?
            """,
            [to_stamp(now), signal.reuse, row],
        )
    for row, _, _, misses, gone in rows:
        if row not in met and gone is None:
            is_gone = misses + 1 >= _PAGES_WITHOUT
            is_settled &= not is_gone
            conn.execute(
                "UPDATE signals SET misses = misses + 1, gone_at = ? WHERE id = ?",
                [to_stamp(now) if is_gone else None, row],
            )
    if not is_settled:
        _settle_portal(conn, portal, "source")


def _settle_portal(conn: sqlite3.Connection, portal: str, cause: Cause) -> None:
    """After a signal of the whole portal came or went: what it allows now, and that the articles are to follow."""
    active = [seen.signal for seen in signals_of(conn, portal) if seen.is_active]
    everywhere = strictest("full", *(signal.reuse for signal in active if signal.path in (None, "/", "*", "/*")))
    conn.execute("UPDATE portals SET signal_reuse = ?, reuse_cause = ? WHERE id = ?", [everywhere, cause, portal])


def _set_reuse(
    conn: sqlite3.Connection, portal: str, ids: Sequence[int], log: tuple[Cause, datetime] | None = None
) -> int:
    """Give articles of a portal the reuse that holds now; returns how many had another."""
    general = strictest(*_of_portal(conn, portal))
    paths = _paths(conn, portal)
    changed = 0
    for article_id in ids:
        url, status, reuse, cut_to = conn.execute(
            """
            SELECT a.url, a.status, a.reuse, coalesce(i.cut_to, 'full')
            FROM articles a
            LEFT JOIN imports i ON i.article_id = a.id
            WHERE a.id = ?
            """,
            [article_id],
        ).fetchone()
        own = conn.execute("SELECT reuse FROM signals WHERE article_id = ? AND gone_at IS NULL", [article_id])
        allowed = strictest(general, cut_to, *(row[0] for row in own), *reuse_of_paths(paths, url))
        if allowed == reuse or status == "withdrawn":
            continue
        conn.execute("UPDATE articles SET reuse = ? WHERE id = ?", [allowed, article_id])
        if log:
            log_change(conn, article_id, "revised", cause=log[0], at=log[1])
        changed += 1
    return changed


def _of_portal(conn: sqlite3.Connection, portal: str) -> tuple[Reuse, Reuse]:
    return portal_reuse(conn, portal) or ("link", "link")


def _paths(conn: sqlite3.Connection, portal: str) -> list[tuple[str, Reuse]]:
    """The parts of a portal that its TDM file speaks of."""
    rows = conn.execute(
        "SELECT path, reuse FROM signals WHERE portal = ? AND article_id IS NULL AND path IS NOT NULL AND gone_at IS NULL",
        [portal],
    )
    return [(path, reuse) for path, reuse in rows]
