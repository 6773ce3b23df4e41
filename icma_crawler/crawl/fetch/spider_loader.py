"""Portals as spiders: `scrapy list` prints the portals, `scrapy crawl sherg.az` crawls one."""

from __future__ import annotations

from typing import Any, Self

from scrapy import Request, Spider
from scrapy.settings import BaseSettings

from icma_crawler.config import Config
from icma_crawler.crawl.fetch.contact import agent_for
from icma_crawler.crawl.fetch.guard import guard
from icma_crawler.crawl.fetch.spider import PortalSpider
from icma_crawler.models import Portal
from icma_crawler.portals import load_portals


def spider_for(portal: Portal, contact: str | None) -> type[PortalSpider]:
    """The spider class of a portal, with its manners as settings; from now on its addresses may be contacted."""
    guard.admit(portal)
    return type(
        "PortalSpider",
        (PortalSpider,),
        {"name": portal.id, "portal": portal, "custom_settings": _settings_for(portal, contact)},
    )


def _settings_for(portal: Portal, contact: str | None) -> dict[str, Any]:
    policy = portal.crawl
    return {
        "USER_AGENT": agent_for(portal, contact),
        "DOWNLOAD_DELAY": policy.delay_seconds,
        "CONCURRENT_REQUESTS_PER_DOMAIN": policy.concurrency,
        "CONCURRENT_REQUESTS": max(policy.concurrency, 4),
        "AUTOTHROTTLE_ENABLED": policy.delay_seconds > 0,
        "AUTOTHROTTLE_START_DELAY": policy.delay_seconds,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": float(policy.concurrency),
        "DOWNLOAD_VERIFY_CERTIFICATES": policy.verify_tls,
    }


class PortalSpiderLoader:
    """Scrapy's door to the portal files in use."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._portals = load_portals(config.portals)

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:  # noqa: ARG003 - Scrapy's signature
        return cls(Config.load())

    def load(self, spider_name: str) -> type[Spider]:
        return spider_for(self._portals[spider_name], self._config.contact)

    def list(self) -> list[str]:
        return sorted(self._portals)

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        return [portal.id for portal in self._portals.values() if portal.owns(request.url)]
