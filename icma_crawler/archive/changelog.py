"""The ordered log of all that happened to articles, each row's hash chained to the one before."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from icma_crawler.archive.changes import GENESIS, chain
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.models import Cause, ChangeKind


def log_change(conn: sqlite3.Connection, article_id: int, change: ChangeKind, *, cause: Cause, at: datetime) -> int:
    """Append to the change log; returns the row's seq."""
    last = conn.execute("SELECT seq, hash FROM changes ORDER BY seq DESC LIMIT 1").fetchone()
    seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    urn, digest = conn.execute("SELECT urn, content_sha256 FROM articles WHERE id = ?", [article_id]).fetchone()
    conn.execute(
        "INSERT INTO changes (seq, article_id, change, cause, at, content_sha256, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [seq, article_id, change, cause, to_stamp(at), digest, chain(previous, seq, urn, change, digest)],
    )
    return int(seq)
