"""The TDM file of a host: which parts of it its owner reserves for text and data mining.

Format: W3C TDM Reservation Protocol (community group report of 10 May 2024), section 4:
``[{"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://…"}]``.
"""

from __future__ import annotations

import json

from icma_crawler.models import Signal
from icma_crawler.text import clean_line

WELL_KNOWN = "/.well-known/tdmrep.json"
_MAX_RULES = 200
_MAX_PATH = 500


def read_tdmrep(body: bytes) -> list[Signal] | None:
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
            found.append(Signal(kind="tdm-file", value=f"tdm-reservation: 1 for {path}", reuse="excerpt", path=path))
    return found
