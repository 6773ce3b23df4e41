"""Examining an archive: what tells that it is whole, read without changing it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.changes import GENESIS, chain
from icma_crawler.archive.crawls import is_at_work
from icma_crawler.archive.meta import read_meta


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found; ``structure`` is "ok" or SQLite's first complaint, ``head`` the newest cursor."""

    structure: str
    fold_version: int
    head: int
    is_chain_sound: bool
    dead_holders: dict[str, str]


def examine(conn: sqlite3.Connection, now: datetime) -> Examination:
    head, is_sound = _look_at_chain(conn)
    fold_version = read_meta(conn, "fold_version")
    return Examination(
        structure=str(conn.execute("PRAGMA quick_check(1)").fetchone()[0]),
        fold_version=int(fold_version),
        head=head,
        is_chain_sound=is_sound,
        dead_holders=_dead_holders(conn, now),
    )


def _look_at_chain(conn: sqlite3.Connection) -> tuple[int, bool]:
    """The newest change, and whether its hash follows from the one before; `icma verify` checks them all."""
    rows = conn.execute(
        """
        SELECT c.seq, a.urn, c.change, c.content_sha256, c.hash
        FROM changes c
        JOIN articles a ON a.id = c.article_id
        ORDER BY c.seq DESC
        LIMIT 2
        """
    ).fetchall()
    if not rows:
        return 0, True
    seq, urn, change, digest, found = rows[0]
    previous = rows[1][4] if len(rows) > 1 else GENESIS
    return int(seq), found == chain(previous, seq, urn, change, digest)


def _dead_holders(conn: sqlite3.Connection, now: datetime) -> dict[str, str]:
    """By portal, the process that holds it and is no more."""
    rows = conn.execute("SELECT id, holder FROM portals WHERE holder IS NOT NULL ORDER BY id")
    return {portal: holder for portal, holder in rows if not is_at_work(conn, portal, holder, now)}
