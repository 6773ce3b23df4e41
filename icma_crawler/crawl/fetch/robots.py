"""robots.txt by RFC 9309: asked once a day and host, kept in the archive, shared by all portals and runs.

A 4xx answer allows everything; 429, 5xx or no answer at all forbids everything until it can be had.
Up to five redirects are followed, behind the same guard as all requests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego
from scrapy import Request
from scrapy.http import Response

from icma_crawler.archive import Archive, HostRobots
from icma_crawler.crawl.fetch.responses import NotAllowedError, reason_of_failure
from icma_crawler.crawl.flow.services import Services
from icma_crawler.system.clock import utc_now
from icma_crawler.urls import origin_of

_MAX_AGE = timedelta(hours=24)
_MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB must be parsed
_ROBOTS_PRIORITY = 1000


@dataclass(frozen=True, slots=True)
class RobotsPolicy:
    """What one host allows. ``reason`` is None where the rules are known, else why all is forbidden for now."""

    text: str
    parser: Protego
    reason: str | None = None

    def check(self, url: str, user_agent: str) -> None:
        """Pass if *url* may be fetched.

        Raises:
            NotAllowedError: it may not.
        """
        if self.reason is not None:
            raise NotAllowedError(self.reason)
        if not self.parser.can_fetch(url, user_agent):
            raise NotAllowedError("robots")

    def delay_seconds(self, user_agent: str) -> float | None:
        """What Crawl-delay asks for; None where it asks for nothing."""
        return self.parser.crawl_delay(user_agent) if self.reason is None else None


class Robots:
    """The policies of the hosts that one crawl asks."""

    def __init__(self, services: Services, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._services = services
        self._download = download
        self._policies: dict[str, asyncio.Future[RobotsPolicy]] = {}

    async def policy_of(self, url: str) -> RobotsPolicy:
        """The policy of the host of *url*; fetched at most once a day, whoever asks."""
        host = origin_of(url)
        known = self._policies.get(host)
        if known is None:
            known = self._policies[host] = asyncio.ensure_future(self._find(host))
        return await asyncio.shield(known)

    async def _find(self, host: str) -> RobotsPolicy:
        now = utc_now()
        stored = await self._services.write(_stored, host)
        # Older than a day, or of a day to come: then the clock was wrong once.
        if stored is not None and abs(now - stored.at) < _MAX_AGE and stored.status:
            return policy_from(stored)
        request = Request(f"{host}/robots.txt", priority=_ROBOTS_PRIORITY, meta={"is_robots": True})
        try:
            response = await self._download(request)
        except Exception as error:  # noqa: BLE001 - any failed download forbids, whatever Scrapy calls it
            reason = reason_of_failure(error)[1]
            # RFC 9309, 2.3.1.2: after five redirects it may be taken for missing, which allows everything.
            return RobotsPolicy("", Protego.parse(""), None if reason == "redirect-loop" else reason)
        if _is_known_to_be_cut(response):  # the rules that are missing may be those that forbid
            return RobotsPolicy("", Protego.parse(""), "robots-unreachable")
        fresh = read_robots(response.status, response.body, now)
        if not _is_unreachable(response.status):
            await self._services.write(_save, host, fresh)
        return policy_from(fresh)


def _stored(archive: Archive, host: str) -> HostRobots | None:
    return archive.hosts.robots_of(host)


def _save(archive: Archive, host: str, robots: HostRobots) -> None:
    archive.hosts.save_robots(host, robots)


def read_robots(status: int, body: bytes, now: datetime) -> HostRobots:
    """What a host answered; of a file that is too long the whole lines that fit."""
    if len(body) > _MAX_BYTES:
        body = body[:_MAX_BYTES].rpartition(b"\n")[0]
    return HostRobots(status=status, body=body.decode("utf-8-sig", "replace") if 200 <= status < 300 else "", at=now)


def policy_from(robots: HostRobots) -> RobotsPolicy:
    """What an answer allows."""
    reason = "robots-unreachable" if _is_unreachable(robots.status) else None
    return RobotsPolicy(robots.body, Protego.parse(robots.body), reason)


def _is_unreachable(status: int) -> bool:
    return status in (206, 429) or status >= 500  # 206: a part that nobody asked for


def _is_known_to_be_cut(response: Response) -> bool:
    """Whether the end is missing for certain. Where no length was stated ("partial") a text does not tell its end."""
    return "cut" in response.flags and "partial" not in response.flags
