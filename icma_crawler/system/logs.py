"""Log lines: one event a line, whatever a title or a url holds, and no line holds a password. For programs as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

# C0 and C1 controls, line separators, and the marks that turn the reading direction around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_USER_INFO = re.compile(r"(?<=://)[^\s/?#@]*@")


def plain_line(text: str) -> str:
    """*text* as it may stand in a log: control characters escaped, user names and passwords of urls left out."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", without_passwords(text))


def without_passwords(text: str) -> str:
    """*text* without the user names and passwords of the urls in it."""
    return _USER_INFO.sub("", text)


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON; facts given as ``extra={"facts": {...}}`` stand beside the event."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        told = {key: without_passwords(value) if isinstance(value, str) else value for key, value in line.items()}
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(told, ensure_ascii=False, default=str))


def log_as_json(level: str = "INFO") -> None:
    """From now on every log line of this process is JSON on stderr; libraries are heard from *level* on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    least = logging.getLevelNamesMapping()[level]
    # Not by their loggers' levels: Scrapy sets its own to DEBUG when it starts.
    handler.addFilter(lambda record: record.levelno >= least or record.name.startswith("icma_crawler"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("icma_crawler").setLevel(logging.INFO)


def is_json() -> bool:
    """Whether `log_as_json` was called."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)


def facts_line(event: str, facts: Mapping[str, object]) -> str:
    """The same for people: "crawl ended portal=sherg.az archived=3"."""
    return " ".join([event, *(f"{key}={value}" for key, value in facts.items() if value is not None)])
