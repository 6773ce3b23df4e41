"""Telling the operator after a crawl: the portals whose health changed, and runs that fail altogether."""

from __future__ import annotations

from icma_crawler.archive import open_archive
from icma_crawler.config import Config
from icma_crawler.crawl import Crawled, FollowUp
from icma_crawler.operations.health import portal_health
from icma_crawler.operations.notices.delivery import send_notices
from icma_crawler.operations.notices.digest import send_due, send_trouble
from icma_crawler.system.clock import utc_now


def notices_after(config: Config) -> FollowUp:
    """Send what is due, unless the whole run failed."""

    def follow_up(crawled: Crawled) -> None:
        if crawled.trouble is None:
            send_what_is_due(config)

    return follow_up


def trouble_after(config: Config) -> FollowUp:
    """Pass on that a whole run failed, or that runs are well again."""

    def follow_up(crawled: Crawled) -> None:
        tell_trouble(config, crawled.trouble)

    return follow_up


def send_what_is_due(config: Config) -> int:
    """Send one digest of the portals whose state is not the one last told; returns of how many it tells.

    Raises:
        NoticeError: it could not be sent, and is tried again after the next crawl.
        ArchiveError: the archive cannot be read.
    """
    rule, now = config.notices, utc_now()
    if rule is None:
        return 0
    with open_archive(config.archive) as archive:
        healths = portal_health(archive, now=now)
        return len(send_due(archive, healths, lambda notices: send_notices(rule, notices), now=now))


def tell_trouble(config: Config, trouble: str | None) -> None:
    """Pass on that a whole run failed (*trouble* says why), or that runs are well again.

    Raises:
        NoticeError: it could not be sent.
    """
    rule = config.notices
    if rule is not None:
        send_trouble(config.archive, trouble, lambda notices: send_notices(rule, notices), now=utc_now())
