"""Log lines for programs: one JSON object a line, with the same keys everywhere."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime


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
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: str = "INFO") -> None:
    """From now on every log line of this process is JSON on stderr; libraries are heard from *level* on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("icma_crawler").setLevel(logging.INFO)


def is_json() -> bool:
    """Whether `log_as_json` was called."""
    return any(isinstance(handler.formatter, JsonFormatter) for handler in logging.getLogger().handlers)


def facts_line(event: str, facts: Mapping[str, object]) -> str:
    """The same for people: "crawl ended portal=sherg.az archived=3"."""
    return " ".join([event, *(f"{key}={value}" for key, value in facts.items() if value is not None)])
