"""The TDM file of a host: which parts of it its owner reserves for text and data mining.

Format: W3C TDM Reservation Protocol (community group report of 10 May 2024), section 4:
``[{"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://…"}]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from icma_crawler.models import Reuse, ReuseSignal
from icma_crawler.text import clean_line

TDM_FILE_PATH = "/.well-known/tdmrep.json"
_MAX_RULES = 200
_MAX_PATH = 500


def read_tdm_file(body: bytes) -> list[ReuseSignal] | None:
    """What the file reserves, a signal for each location; None where it is not such a file."""
    try:
        rules = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(rules, list):
        return None
    found = []
    for rule in rules[:_MAX_RULES]:
        location = rule.get("location") if isinstance(rule, dict) else None
        if isinstance(location, str) and location and rule.get("tdm-reservation") in (1, "1"):
            path = clean_line(location, limit=_MAX_PATH)
            found.append(
                ReuseSignal(kind="tdm-file", value=f"tdm-reservation: 1 for {path}", reuse="excerpt", path=path)
            )
    return found


def reuse_of_paths(paths: Iterable[tuple[str, Reuse]], url: str) -> list[Reuse]:
    """What those of *paths*, each with what it leaves allowed, say that cover *url*."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return [reuse for pattern, reuse in paths if covers(pattern, target)]


def covers(pattern: str, target: str) -> bool:
    """Whether a path pattern with "*" and a final "$" covers a path (RFC 9309, 2.2.3)."""
    anchored = pattern.endswith("$")
    text = re.escape(pattern.removesuffix("$")).replace(r"\*", ".*")
    return re.match(text + ("$" if anchored else ""), target) is not None
