"""Flags: a known article whose page now shows something that may be no edit of it, waiting for a second look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import from_stamp, to_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What a page of a known article shows now; ``capture_id`` is the page, ``content_sha256`` its text's digest."""

    article_id: int
    reason: str
    detail: str | None
    capture_id: int
    content_sha256: str | None
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedArticle:
    """A flagged article for the operator to judge; ``has_text`` tells whether its page shows one that can be accepted."""

    id: int
    portal: str
    url: str
    title: str
    reason: str
    detail: str | None
    since: datetime
    last_seen_at: datetime
    has_text: bool


class Flags(Store):
    """The table `flags`."""

    def find(self, article_id: int) -> Flag | None:
        """The flag of an article; None where nothing is in doubt."""
        row = self._db.row(
            """
            SELECT article_id, reason, detail, capture_id, content_sha256, first_at, last_at
            FROM flags
            WHERE article_id = :article_id
            """,
            {"article_id": article_id},
        )
        if row is None:
            return None
        return Flag(
            article_id=row["article_id"],
            reason=row["reason"],
            detail=row["detail"],
            capture_id=row["capture_id"],
            content_sha256=row["content_sha256"],
            first_at=from_stamp(row["first_at"]),
            last_at=from_stamp(row["last_at"]),
        )

    def articles(self, portal_id: str | None = None, article_id: int | None = None) -> list[FlaggedArticle]:
        """The flagged articles, of a portal or just one, oldest flag first; those that are gone show nothing at all."""
        rows = self._db.rows(
            """
            SELECT a.id, a.portal, a.url, coalesce(a.title_shown, '') AS title, f.reason, f.detail, f.first_at, f.last_at,
                   f.content_sha256
            FROM flags f
            CROSS JOIN articles a ON a.id = f.article_id -- in this order: flags are few, live articles are many
            WHERE a.status = 'live'
              AND (:portal IS NULL OR a.portal = :portal)
              AND (:article_id IS NULL OR a.id = :article_id)
            ORDER BY f.first_at, a.id
            """,
            {"portal": portal_id, "article_id": article_id},
        )
        return [
            FlaggedArticle(
                id=row["id"],
                portal=row["portal"],
                url=row["url"],
                title=row["title"],
                reason=row["reason"],
                detail=row["detail"],
                since=from_stamp(row["first_at"]),
                last_seen_at=from_stamp(row["last_at"]),
                has_text=row["content_sha256"] is not None,
            )
            for row in rows
        ]

    def raise_flag(self, flag: Flag) -> None:
        """Flag an article; what it showed before under another flag is forgotten."""
        self.lower(flag.article_id)
        self._db.run(
            """
            INSERT INTO flags (article_id, reason, detail, capture_id, content_sha256, first_at, last_at)
            VALUES (:article_id, :reason, :detail, :capture_id, :digest, :first_at, :last_at)
            """,
            {
                "article_id": flag.article_id,
                "reason": flag.reason,
                "detail": flag.detail,
                "capture_id": flag.capture_id,
                "digest": flag.content_sha256,
                "first_at": to_stamp(flag.first_at),
                "last_at": to_stamp(flag.last_at),
            },
        )

    def seen_again(self, article_id: int, now: datetime) -> None:
        """The page still shows what the article is flagged for."""
        self._db.run(
            "UPDATE flags SET last_at = :now WHERE article_id = :article_id",
            {"article_id": article_id, "now": to_stamp(now)},
        )

    def lower(self, article_id: int) -> None:
        """Nothing is in doubt any more."""
        self._db.run("DELETE FROM flags WHERE article_id = :article_id", {"article_id": article_id})
