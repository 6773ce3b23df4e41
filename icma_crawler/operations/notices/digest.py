"""What the operator should hear: a portal's health that changed, or a run that failed; each at most once a day.

portal_health() + what was told -> find_notices() -> one digest -> `sending` -> remembered as told
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

from icma_crawler.archive import Archive, ToldState
from icma_crawler.errors import NoticeError
from icma_crawler.operations.health import PortalHealth
from icma_crawler.system.locks import only_one

_ONCE_IN = timedelta(hours=24)
_WELL = "ok"
_SAYS_NOTHING = ("interrupted",)
"""The next crawl goes on by itself; a restart of the machine is no news of a portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One piece of news; ``portal`` is None where the whole run failed, ``before`` is what was told last."""

    portal: str | None
    before: str
    verdict: str
    reason: str
    since: datetime | None = None

    @property
    def sentence(self) -> str:
        who = self.portal or "the crawl"
        if self.verdict == _WELL:
            return f"{who}: well again (was {self.before})"
        return f"{who}: {self.verdict}: {self.reason}"


Send = Callable[[Sequence[Notice]], None]
"""Passes a digest on; raises `NoticeError` where that fails, and it is tried again after the next crawl."""


def find_notices(healths: Iterable[PortalHealth], told: Mapping[str, ToldState], *, now: datetime) -> list[Notice]:
    """The portals whose state is not the one last told, unless one of them was told less than a day ago."""
    notices = []
    for health in healths:
        state = health.verdict if health.is_broken else _WELL
        last = told.get(health.portal)
        before = last.state if last else _WELL
        is_too_soon = last is not None and timedelta(0) <= now - last.told_at < _ONCE_IN
        if state != before and state not in _SAYS_NOTHING and not is_too_soon:
            notices.append(
                Notice(portal=health.portal, before=before, verdict=state, reason=health.reason, since=health.since)
            )
    return notices


def send_due(archive: Archive, healths: Iterable[PortalHealth], send: Send, *, now: datetime) -> list[Notice]:
    """Send what is due as one digest, and remember it as told; returns what was sent.

    Of two rounds that end at once one waits until the other has told, and then has nothing left to tell.
    """
    with only_one(archive.path, "notifying", is_patient=True):
        notices = find_notices(healths, archive.notices.told(), now=now)
        if notices:
            with _remembering(lambda: _save(archive, notices, now)):
                send(notices)
    return notices


def send_trouble(archive: Path, trouble: str | None, send: Send, *, now: datetime) -> None:
    """Tell that whole runs fail, once a day, and that they no longer do.

    It is remembered by an empty file beside the archive, for the archive may be what cannot be written; or in the folder
    for temporary files, for so may its folder.
    """
    mark = _mark_of(archive)
    told_at = datetime.fromtimestamp(mark.stat().st_mtime, UTC) if mark.exists() else None
    if trouble is None:
        if told_at is not None:
            with _remembering(lambda: mark.unlink(missing_ok=True)):
                send([Notice(portal=None, before="run-failed", verdict=_WELL, reason="")])
    elif told_at is None or not timedelta(0) <= now - told_at < _ONCE_IN:
        with _remembering(mark.touch):
            send([Notice(portal=None, before=_WELL, verdict="run-failed", reason=trouble, since=now)])


def _mark_of(archive: Path) -> Path:
    if os.access(archive.parent, os.W_OK):
        return archive.with_name(archive.name + ".trouble")
    name = sha256(str(archive.absolute()).encode()).hexdigest()[:16]
    return Path(gettempdir()) / f"icma-{name}.trouble"


@contextmanager
def _remembering(remember: Callable[[], None]) -> Iterator[None]:
    """Remember that a digest was sent, also where only one of two ways took it: nobody hears the same twice."""
    try:
        yield
    except NoticeError as error:
        if error.was_heard:
            remember()
        raise
    remember()


def _save(archive: Archive, notices: Iterable[Notice], now: datetime) -> None:
    with archive.write():
        for notice in notices:
            archive.notices.save(ToldState(portal=notice.portal or "", state=notice.verdict, told_at=now))
