"""What the gate judges by: the values that the fields have found, and texts as its expressions read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the readers of a page found, for the gate to judge."""

    title: str | None
    lines: list[str]
    words: int
    published_at: datetime | None
    is_dated: bool
    is_rule: bool = False


def flat(text: str) -> str:
    """*text* folded and on one line, as the gate's expressions expect it."""
    return " ".join(fold(text).split())
