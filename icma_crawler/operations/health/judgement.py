"""What is said of a portal: the verdict, in a sentence, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal[
    "ok",
    "new",
    "silent",
    "feed-frozen",
    "blocked",
    "template-changed",
    "date-broken",
    "teaser-only",
    "robots",
    "tls",
    "dns",
    "down",
    "interrupted",
    "needs-javascript",
    "incomplete",
]

VERDICTS: Mapping[Verdict, str] = {
    "ok": "articles come in as they always do",
    "new": "too little was seen yet to judge",
    "silent": "the portal answers, but tells of no new article for longer than chance allows",
    "feed-frozen": "new articles come in from elsewhere, while a feed goes on listing old ones",
    "blocked": "the portal refuses this crawler (403, 429, a robot check, a login)",
    "template-changed": "the pages look different since an article: a field is lost, texts are cut, or none is read",
    "date-broken": "articles lack their date since an article",
    "teaser-only": "the pages show only the beginning of their articles",
    "robots": "robots.txt forbids what the crawler asks for",
    "tls": "the portal's certificate or TLS handshake is not valid",
    "dns": "the portal's host name cannot be resolved",
    "down": "the portal does not answer, or only with errors",
    "interrupted": "the last crawl ended before its work was done; the next one goes on",
    "needs-javascript": "the pages hold no text of their own",
    "incomplete": "pages or sources are missing that should be there",
}
"""One list, also printed in the README."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictEvidence:
    """What a verdict rests on; None where it plays no part.

    ``before`` and ``after`` are shares (0-1) of ``count`` observations since the article ``article_id``;
    ``expected`` articles did not come; chance makes that with ``probability``. ``layout_similarity`` (0-1) is how
    alike the pages' markup is to the likest of those before. ``code`` is of `icma_crawler.reasons`.
    """

    field: str | None = None
    before: float | None = None
    after: float | None = None
    count: int | None = None
    article_id: int | None = None
    article_url: str | None = None
    layout_similarity: float | None = None
    expected: float | None = None
    probability: float | None = None
    source_url: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict on one portal; ``since`` is when it began to hold, as far as that is known."""

    verdict: Verdict
    reason: str
    since: datetime | None = None
    evidence: tuple[VerdictEvidence, ...] = ()

    @property
    def is_broken(self) -> bool:
        """Whether someone should look."""
        return self.verdict not in ("ok", "new")
