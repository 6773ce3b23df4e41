"""What stands where on the sites that this archive keeps in step."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icma_crawler.archive.stamps import to_stamp

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


def find_post(conn: sqlite3.Connection, site: str, urn: str) -> Post | None:
    row = conn.execute(
        """
        SELECT p.slug, p.post_id, p.state, p.record_sha256
        FROM published p
        JOIN articles a ON a.id = p.article_id
        WHERE p.site = ?
          AND a.urn = ?
        """,
        [site, urn],
    ).fetchone()
    if row is None:
        return None
    return Post(site=site, urn=urn, slug=row[0], post_id=row[1], state=row[2], record_sha256=row[3])


def save_post(conn: sqlite3.Connection, post: Post, now: datetime) -> None:
    conn.execute(
        """
        INSERT OR REPLACE INTO published (site, article_id, slug, post_id, state, record_sha256, at)
        SELECT ?, id, ?, ?, ?, ?, ?
        FROM articles
        WHERE urn = ?
        """,
        [post.site, post.slug, post.post_id, post.state, post.record_sha256, to_stamp(now), post.urn],
    )


def published_up_to(conn: sqlite3.Connection, site: str, portal: str | None) -> int:
    """The cursor up to which a site has everything (of one portal); 0 where nothing was published there."""
    row = conn.execute("SELECT cursor FROM sites WHERE site = ? AND portal = ?", [site, portal or ""]).fetchone()
    return int(row[0]) if row else 0


def save_published(conn: sqlite3.Connection, site: str, portal: str | None, cursor: int, now: datetime) -> None:
    conn.execute("INSERT OR REPLACE INTO sites VALUES (?, ?, ?, ?)", [site, portal or "", cursor, to_stamp(now)])
