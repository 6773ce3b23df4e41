"""What the operator is told, and how it gets there."""

from icma_crawler.operations.notices.after_crawl import send_what_is_due, tell_trouble
from icma_crawler.operations.notices.delivery import send_notices
from icma_crawler.operations.notices.digest import Notice, find_notices, send_due, send_trouble

__all__ = ["Notice", "find_notices", "send_due", "send_notices", "send_trouble", "send_what_is_due", "tell_trouble"]
