"""What a search shows of an article: the original words around the first match, whichever engine found it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.text import fold

_WORD = re.compile(r"\w+")
_SNIPPET_CHARS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One article that a search found; ``snippet`` is original text around the first match."""

    id: int
    url: str
    portal: str
    title: str
    published_at: datetime | None
    archived_at: datetime
    snippet: str


def snippet(text: str, query: str) -> str:
    """About 160 characters of *text* around the first word that *query* asks for."""
    stems = [re.escape(token) for token in _WORD.findall(fold(query.replace('"', " ")))]
    flat = " ".join(text.split())
    if not stems:
        return flat[:_SNIPPET_CHARS]
    found = re.search(rf"\b(?:{'|'.join(stems)})", _fold_by_letter(flat))
    middle = found.start() if found else 0
    start = max(0, middle - _SNIPPET_CHARS // 3)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    cut = flat[start : start + _SNIPPET_CHARS]
    if start + _SNIPPET_CHARS < len(flat):
        cut = cut.rsplit(" ", 1)[0] + " …"
    return ("… " if start else "") + cut


def _fold_by_letter(text: str) -> str:
    """`fold`, one letter for one, so that places in it are places in *text*."""
    folded = fold(text)
    return folded if len(folded) == len(text) else "".join((fold(letter) or " ")[0] for letter in text)
