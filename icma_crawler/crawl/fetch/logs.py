"""What is logged, and how: an event is one line, whatever a page's title or url holds, and no line holds a password."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.logformatter import LogFormatter

from icma_crawler.system.logs import JsonFormatter, plain_line


def _is_news(record: logging.LogRecord) -> bool:
    """False for a spider that was told to stop since the archive cannot be written: the command says why, once."""
    return not (record.exc_info and isinstance(record.exc_info[1], CloseSpider))


for _name in ("scrapy.core.scraper", "scrapy.core.engine"):
    logging.getLogger(_name).addFilter(_is_news)


class PlainFormatter(logging.Formatter):
    """Another formatter's lines, made safe: a record is one line, the lines of a traceback are indented."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        bare = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None, "stack_info": None})
        traceback = record.exc_text or (self._inner.formatException(record.exc_info) if record.exc_info else "")
        lines = [*traceback.splitlines(), *(record.stack_info or "").splitlines()]
        return "\n    ".join(map(plain_line, [self._inner.format(bare), *lines]))


def make_logs_plain() -> None:
    """Put every handler of this process behind `PlainFormatter`; JSON has escapes of its own."""
    for handler in logging.getLogger().handlers:
        if not isinstance(handler.formatter, PlainFormatter | JsonFormatter):
            handler.setFormatter(PlainFormatter(handler.formatter or logging.Formatter()))


class QuietFormatter(LogFormatter):
    """Keeps page bodies out of the log; an item is named by its url."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # Scrapy makes its handler anew for each crawler, after this and before the first request.
        crawler.signals.connect(make_logs_plain, signals.spider_opened)
        return cls()

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
