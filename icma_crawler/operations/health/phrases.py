"""How figures read in a reason: "31 hours", "about 26", "1 chance in 80,000"."""

from __future__ import annotations

from datetime import timedelta

_HOUR = timedelta(hours=1)


def format_span(span: timedelta) -> str:
    hours = span / _HOUR
    if hours < 48:
        return f"{hours:.0f} hours"
    return f"{hours / 24:.0f} days"


def format_count(count: float) -> str:
    return f"about {count:.0f}"


def format_chance(probability: float) -> str:
    if probability < 1e-9:
        return "no chance"
    digits = 10 ** max(0, len(f"{1 / probability:.0f}") - 1)
    return f"1 chance in {round(1 / probability / digits) * digits:,}"


def format_share(share: float) -> str:
    """Never "100 %" of what was not quite all."""
    percent = 99 if 0.99 <= share < 1 else round(share * 100)
    return f"{percent} %"


def rounded(share: float | None) -> float | None:
    """As much of a share as evidence needs."""
    return None if share is None else round(share, 2)
