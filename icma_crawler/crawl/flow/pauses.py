"""When a host asks for a pause: it gets it, over all portals, crawls and processes, and nothing is lost.

Short pauses are waited for. In longer ones the urls stay pending, and a later crawl turns to them.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from icma_crawler.archive import Archive
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import origin_of

P = ParamSpec("P")
T = TypeVar("T")

LONGEST_PAUSE = timedelta(hours=1)
"""However long a host asks for."""

WAITED_FOR = timedelta(seconds=20)
"""A pause up to this is waited for within the crawl."""

_OWN_PAUSE = timedelta(minutes=10)
"""When a host keeps refusing, or is silent, and does not say for how long."""

_MANY = 5
"""So many refusals or silences in a row are the host's, not the page's."""

_logger = logging.getLogger(__name__)


class Write(Protocol):
    """`Services.write`."""

    async def __call__(self, work: Callable[Concatenate[Archive, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...


def parse_retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks to wait, in seconds or as a date, at most `LONGEST_PAUSE`; None for junk.

    Seconds are whole by RFC 9110, but a fraction is meant as one, and a number without end as a long time.
    """
    text = (text or "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return min(timedelta(seconds=min(float(text[:400]), 10.0**6)), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    try:
        return min(max(until - now, timedelta(0)), LONGEST_PAUSE)
    except OverflowError:
        return None


class HostPauses:
    """Until when each host is left alone; shared by all crawlers of a process, and kept in the archive."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._until: dict[str, datetime | None] = {}
        self._troubles: Counter[str] = Counter()

    async def wait(self, url: str, stopped: asyncio.Event) -> str | None:
        """Return when the host of *url* may be asked, or the reason why it may not.

        That is ``host-paused``, for longer than a crawl waits; or ``interrupted``, when *stopped*.
        """
        host = origin_of(url)
        if host not in self._until:
            self._until[host] = await self._write(_not_before, host, utc_now())
        while (until := self._until[host]) is not None and (left := until - utc_now()) > timedelta(0):
            if left > WAITED_FOR:
                return "host-paused"
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), left.total_seconds())
                break
        return "interrupted" if stopped.is_set() else None

    async def pause(self, url: str, length: timedelta) -> None:
        """Leave the host of *url* alone for so long."""
        host, until = origin_of(url), utc_now() + length
        known = self._until.get(host)
        if known is not None and known >= until:
            return
        self._until[host] = until
        kept = until + timedelta(seconds=1)  # the archive keeps whole seconds
        await self._write(_pause, host, kept)
        level = logging.WARNING if length > WAITED_FOR else logging.INFO
        _logger.log(level, "host paused host=%s until=%s", host, until.isoformat(timespec="seconds"))

    async def trouble(self, url: str) -> None:
        """The host refused, or did not answer; after many in a row it is left alone for a while."""
        host = origin_of(url)
        self._troubles[host] += 1
        if self._troubles[host] >= _MANY:
            self._troubles[host] = 0
            await self.pause(url, _OWN_PAUSE)

    def went_well(self, url: str) -> None:
        self._troubles.pop(origin_of(url), None)


def _not_before(archive: Archive, host: str, now: datetime) -> datetime | None:
    return archive.hosts.not_before(host, now)


def _pause(archive: Archive, host: str, until: datetime) -> None:
    archive.hosts.pause(host, until)
