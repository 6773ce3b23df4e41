"""What Scrapy logs by itself: one line for an item's fault, nothing for what the archive records anyway."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.logformatter import LogFormatter


class QuietFormatter(LogFormatter):
    """Keeps page bodies out of the log; an item is named by its url."""

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:  # noqa: ARG002 - Scrapy's signature
        return {
            "level": logging.ERROR,
            "msg": "page not recorded portal=%(portal)s url=%(url)s error=%(error)s",
            "args": {"portal": spider.name, "url": item.capture.url, "error": repr(exception)},
        }

    def scraped(self, item: Any, response: Any, spider: Any) -> Any:  # noqa: ARG002 - Scrapy's signature
        return {
            "level": logging.DEBUG,
            "msg": "page recorded portal=%(portal)s url=%(url)s",
            "args": {"portal": spider.name, "url": item.capture.url},
        }

    def dropped(self, *_: Any, **__: Any) -> Any:
        """Nothing: the reason is told once, at the end."""
        return None
