"""What stands where on the sites that this archive keeps in step, and up to which change each site has everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icma_crawler.archive.database import Store
from icma_crawler.archive.values import to_stamp

PostState = Literal["sending", "there", "trashed", "deleted", "lost"]
"""A post that is (perhaps) being made; that stands; that we trashed; that we deleted; that was deleted on the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An article on a site. ``slug`` is what it was made with; ``post_id`` is None until the site has answered."""

    site: str
    urn: str
    slug: str
    post_id: int | None = None
    state: PostState = "sending"
    record_sha256: str | None = None


class Publications(Store):
    """The tables `published` (posts) and `sites` (cursors)."""

    def find_post(self, site: str, urn: str) -> Post | None:
        """The post of an article on a site; None where none was ever made."""
        row = self._db.row(
            """
            SELECT p.slug, p.post_id, p.state, p.record_sha256
            FROM published p
            JOIN articles a ON a.id = p.article_id
            WHERE p.site = :site
              AND a.urn = :urn
            """,
            {"site": site, "urn": urn},
        )
        if row is None:
            return None
        return Post(
            site=site,
            urn=urn,
            slug=row["slug"],
            post_id=row["post_id"],
            state=row["state"],
            record_sha256=row["record_sha256"],
        )

    def save_post(self, post: Post, now: datetime) -> None:
        """Keep what stands on a site, in the place of what stood there before."""
        self._db.run(
            """
            INSERT INTO published (site, article_id, slug, post_id, state, record_sha256, at)
            SELECT :site, id, :slug, :post_id, :state, :record_sha256, :now
            FROM articles
            WHERE urn = :urn
            ON CONFLICT (site, article_id) DO UPDATE
            SET slug = excluded.slug, post_id = excluded.post_id, state = excluded.state,
                record_sha256 = excluded.record_sha256, at = excluded.at
            """,
            {
                "site": post.site,
                "urn": post.urn,
                "slug": post.slug,
                "post_id": post.post_id,
                "state": post.state,
                "record_sha256": post.record_sha256,
                "now": to_stamp(now),
            },
        )

    def cursor_of(self, site: str, portal_id: str | None) -> int:
        """The cursor up to which a site has everything (of one portal); 0 where nothing was published there."""
        found = self._db.value(
            "SELECT cursor FROM sites WHERE site = :site AND portal = :portal",
            {"site": site, "portal": portal_id or ""},
        )
        return int(found or 0)

    def save_cursor(self, site: str, portal_id: str | None, cursor: int, now: datetime) -> None:
        """A site has everything up to *cursor*."""
        self._db.run(
            """
            INSERT INTO sites (site, portal, cursor, at)
            VALUES (:site, :portal, :cursor, :now)
            ON CONFLICT (site, portal) DO UPDATE
            SET cursor = excluded.cursor, at = excluded.at
            """,
            {"site": site, "portal": portal_id or "", "cursor": cursor, "now": to_stamp(now)},
        )
