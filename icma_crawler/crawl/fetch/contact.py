"""Who asks: the user agent names a contact, and no live portal is crawled without one."""

from __future__ import annotations

from importlib.metadata import version

from icma_crawler.errors import UsageError
from icma_crawler.models import Portal
from icma_crawler.urls import is_loopback


def agent_for(portal: Portal, contact: str | None) -> str:
    """The user agent for a portal: "icma-crawler/0.1.0 (+https://example.org/bot)".

    Raises:
        UsageError: the portal is a live one and no contact is set.
    """
    product = f"icma-crawler/{version('icma-crawler')}"
    if portal.crawl.user_agent:
        return portal.crawl.user_agent
    if contact:
        return f"{product} (+{contact})"
    if is_loopback(portal.home):
        return product
    raise UsageError(
        f"{portal.id}: a portal must be able to reach whoever crawls it; set contact in icma.toml or ICMA_CONTACT "
        "(a url or an e-mail address)"
    )
