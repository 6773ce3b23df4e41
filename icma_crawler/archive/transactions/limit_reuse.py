"""The reuse of each article kept in step with what is said of it.

`articles.reuse` is the strictest of the portal file, the portal's signals, the page's own, and what the sender of an
imported article had cut it to. A signal of one page takes effect when the page is recorded; what concerns a whole
portal is carried out by `refresh_reuse`, in steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.reuse_signals import PAGES_FOR_STATEMENT, ReuseSignalPlace, SeenReuseSignal
from icma_crawler.models import Cause, Reuse, ReuseSignal, ReuseSignalKind
from icma_crawler.rights import reuse_of_paths, strictest

_PAGES_WITHOUT = 20
"""After so many new pages without it, a reuse statement is gone."""
_HEADERS: tuple[ReuseSignalKind, ...] = ("robots-header", "tdm-header")
_TOUCH = timedelta(days=1)
_STEP = 500
_DIGITS = re.compile(r"\d+")

Position = tuple[str, int]
"""How far `refresh_reuse` has come: when the last article it looked at was archived, and its id."""

BEGINNING: Position = ("", 0)


# ---- what a page says


def note_page(
    archive: Archive, article_id: int, url: str, found: Sequence[ReuseSignal], *, is_new: bool, now: datetime
) -> bool:
    """Keep what the page of an article says now; returns whether its `reuse` changed, which the caller logs."""
    portal = archive.articles.portal_of(article_id)
    own = [signal for signal in found if signal.kind != "notice"]
    if own or not is_new:
        _keep(archive, ReuseSignalPlace(portal, article_id, url), own, now)
    if is_new:
        statements = [signal for signal in found if signal.kind == "notice"]
        _count_statements(archive, ReuseSignalPlace(portal, None, url), statements, now)
        return False
    return _set_reuse(archive, portal, [article_id]) > 0


def note_headers(
    archive: Archive, article_id: int, url: str, found: Sequence[ReuseSignal], *, is_whole: bool, now: datetime
) -> bool:
    """`note_page` for an answer whose page is the same; one that is not whole (304) may leave headers out."""
    if not found and not archive.reuse_signals.has_any(article_id):
        return False
    portal = archive.articles.portal_of(article_id)
    _keep(archive, ReuseSignalPlace(portal, article_id, url), found, now, kinds=_HEADERS, is_all=is_whole)
    return _set_reuse(archive, portal, [article_id]) > 0


def note_tdm_file(
    archive: Archive, portal_id: str, url: str, found: Sequence[ReuseSignal] | None, *, status: int, now: datetime
) -> None:
    """Keep what a portal's TDM file says; None where it could not be had, which says nothing."""
    with archive.write():
        archive.portals.tdm_answered(portal_id, status, now)
        if found is not None:
            _keep(archive, ReuseSignalPlace(portal_id, None, url), found, now, kinds=("tdm-file",))
            _settle_portal(archive, portal_id, "source")


def reuse_for(archive: Archive, portal_id: str, url: str, found: Iterable[ReuseSignal]) -> Reuse:
    """What is allowed of a new article of *portal_id* at *url* whose page says *found*."""
    own: list[Reuse] = [signal.reuse for signal in found if signal.kind != "notice"]
    paths = archive.reuse_signals.paths_of(portal_id)
    return strictest(*_of_portal(archive, portal_id), *own, *reuse_of_paths(paths, url))


# ---- what concerns a whole portal


def refresh_reuse(archive: Archive, portal_id: str, after: Position, now: datetime) -> Position | None:
    """One step of bringing a portal's articles into step; returns where the next begins, None when all is done.

    Every article whose `reuse` changes gets a "revised" row, so that downstream hears of it.
    """
    with archive.write():
        cause = archive.portals.reuse_cause(portal_id)
        if cause is None:
            return None
        step = archive.articles.reuse_step(portal_id, after, _STEP)
        _set_reuse(archive, portal_id, [article_id for _, article_id in step], log=(cause, now))
        if len(step) == _STEP:
            return step[-1]
        archive.portals.reuse_is_carried_out(portal_id)
    return None


# ---- writing


def _keep(
    archive: Archive,
    place: ReuseSignalPlace,
    found: Iterable[ReuseSignal],
    now: datetime,
    *,
    kinds: tuple[ReuseSignalKind, ...] = (),
    is_all: bool = True,
) -> None:
    """Bring the signals of an article or of a portal, all or those of some *kinds*, up to what was found."""
    signals = archive.reuse_signals
    known = {
        (seen.signal.kind, seen.signal.value): seen
        for seen in signals.of(place.portal, place.article_id)
        if not kinds or seen.signal.kind in kinds
    }
    for signal in found:
        seen = known.pop((signal.kind, signal.value), None)
        if seen is None:
            signals.add(place, signal, now)
        elif seen.gone_at is not None or now - seen.last_seen_at >= _TOUCH:
            signals.seen_again(seen.id, now)
    for seen in known.values():
        if is_all and seen.gone_at is None:
            signals.gone(seen.id, now)


def _count_statements(archive: Archive, place: ReuseSignalPlace, found: Sequence[ReuseSignal], now: datetime) -> None:
    """A footer stands on every page: its statement counts from the third page on, and is gone after twenty without it."""
    signals = archive.reuse_signals
    known = [seen for seen in signals.of(place.portal) if seen.signal.kind == "notice"]
    by_words = {_words_of(seen.signal): seen for seen in known}
    met: set[int] = set()
    is_settled = True
    for signal in found:
        seen = by_words.get(_words_of(signal))
        if seen is None:
            signals.add(place, signal, now)
        elif seen.id not in met:
            met.add(seen.id)
            is_settled &= seen.gone_at is None and seen.pages + 1 != PAGES_FOR_STATEMENT
            signals.statement_seen(seen.id, signal.reuse, now)
    for seen in known:
        if seen.id not in met and seen.gone_at is None:
            is_settled &= not _miss(archive, seen, now)
    if not is_settled:
        _settle_portal(archive, place.portal, "source")


def _words_of(statement: ReuseSignal) -> str:
    """A statement with its figures blanked: years and dates in footers change."""
    return _DIGITS.sub("0", statement.value)


def _miss(archive: Archive, seen: SeenReuseSignal, now: datetime) -> bool:
    """Count a page without a statement; returns whether that makes it gone."""
    is_gone = seen.misses + 1 >= _PAGES_WITHOUT
    archive.reuse_signals.statement_missed(seen.id, now if is_gone else None)
    return is_gone


def _settle_portal(archive: Archive, portal_id: str, cause: Cause) -> None:
    """After a signal of the whole portal came or went: what it allows now, and that the articles are to follow."""
    active = [seen.signal for seen in archive.reuse_signals.of(portal_id) if seen.is_active]
    everywhere = strictest("full", *(signal.reuse for signal in active if signal.path in (None, "/", "*", "/*")))
    archive.portals.limit_reuse(portal_id, everywhere, cause)


def _set_reuse(archive: Archive, portal_id: str, ids: Sequence[int], log: tuple[Cause, datetime] | None = None) -> int:
    """Give articles of a portal the reuse that holds now; returns how many had another."""
    general = strictest(*_of_portal(archive, portal_id))
    paths = archive.reuse_signals.paths_of(portal_id)
    changed = 0
    for article_id in ids:
        limited = archive.articles.limited(article_id)
        own = archive.reuse_signals.limits_of(article_id)
        allowed = strictest(general, limited.cut_to, *own, *reuse_of_paths(paths, limited.url))
        if allowed == limited.reuse or limited.status == "withdrawn":
            continue
        archive.articles.limit_reuse(article_id, allowed)
        if log:
            archive.changes.add(article_id, "revised", cause=log[0], at=log[1])
        changed += 1
    return changed


def _of_portal(archive: Archive, portal_id: str) -> tuple[Reuse, Reuse]:
    known = archive.portals.reuse_of(portal_id)
    return ("link", "link") if known is None else (known.file, known.signals)
