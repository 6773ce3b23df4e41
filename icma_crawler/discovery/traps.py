"""Addresses that a site makes up without end: a path that repeats itself, or goes on for ever."""

from __future__ import annotations

_MAX_REPEATS = 2
_MAX_SEGMENTS = 20
_BEFORE_PATH = 3  # "https:", "", "sherg.az"


def is_trap(url: str) -> bool:
    """Whether the path of *url* has one segment more than twice, or more than twenty of them (as Heritrix has it)."""
    parts = url.partition("?")[0].split("/")
    if len(parts) <= _BEFORE_PATH + _MAX_REPEATS:
        return False
    segments = [segment for segment in parts[_BEFORE_PATH:] if segment]
    return len(segments) > _MAX_SEGMENTS or any(segments.count(segment) > _MAX_REPEATS for segment in set(segments))
