"""A line in the log for each crawl run, for programs that read it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from icma_crawler.crawl import Crawled

_logger = logging.getLogger("icma_crawler.schedule")


def log_after(crawled: Crawled) -> None:
    """Log what each run came to."""
    for run in crawled.runs:
        _logger.info("crawl ended", extra={"facts": asdict(run)})
