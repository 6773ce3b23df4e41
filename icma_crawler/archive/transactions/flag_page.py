"""Flagging an article whose page shows what may be no edit of it; and when a second look settles the doubt."""

from __future__ import annotations

from datetime import datetime, timedelta

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import digest_of
from icma_crawler.archive.tables.flags import Flag
from icma_crawler.archive.transactions.store_page import store_page
from icma_crawler.models import Article, Capture, Rejection

_SECOND_LOOK = timedelta(hours=24)
"""How far apart two equal looks at a doubtful text must be before it is believed."""


def flag_page(
    archive: Archive,
    portal_id: str,
    article_id: int,
    capture: Capture,
    result: Article | Rejection,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Flag an article for what its page shows; where it is flagged for that already, only the time is noted."""
    digest = digest_of(result) if isinstance(result, Article) else None
    flag = archive.flags.find(article_id)
    if flag is not None and (flag.reason, flag.content_sha256) == (reason, digest):
        archive.flags.seen_again(article_id, now)
        return
    archive.flags.raise_flag(
        Flag(
            article_id=article_id,
            reason=reason,
            detail=f"{result.word_count} words" if isinstance(result, Article) else result.detail,
            capture_id=store_page(archive, portal_id, capture),
            content_sha256=digest,
            first_at=now,
            last_at=now,
        )
    )


def is_confirmed(archive: Archive, article_id: int, article: Article, doubt: str, now: datetime) -> bool:
    """Whether a doubtful text was seen before, the same, long enough ago; another article's text never is believed."""
    if doubt == "same-as-another":
        return False
    flag = archive.flags.find(article_id)
    if flag is None or flag.content_sha256 != digest_of(article):
        return False
    return now - flag.first_at >= _SECOND_LOOK
