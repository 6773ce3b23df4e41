"""What an operator does beside crawling: portals, health, notices, the schedule, and the archive's upkeep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icma_crawler.config import Config
    from icma_crawler.crawl import FollowUp


def usual_follow_ups(config: Config) -> list[FollowUp]:
    """What follows every crawl, in this order: a log line for each run, notices, metrics; as the configuration says."""
    from icma_crawler.operations.health.metrics import metrics_after  # noqa: PLC0415 - a crawl needs none of it
    from icma_crawler.operations.notices.after_crawl import notices_after, trouble_after  # noqa: PLC0415
    from icma_crawler.operations.schedule.run_log import log_after  # noqa: PLC0415

    follow_ups: list[FollowUp] = []
    if config.log == "json":
        follow_ups.append(log_after)
    if config.notices is not None:
        follow_ups += [trouble_after(config), notices_after(config)]
    if config.metrics is not None:
        follow_ups.append(metrics_after(config))
    return follow_ups
