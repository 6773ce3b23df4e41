"""The ordered log of all that happened to articles, each row's hash chained to the one before; and its readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive.database import Store
from icma_crawler.archive.tables.articles import WHOLE, WITH_PICTURE, archived_of
from icma_crawler.archive.values import from_stamp, to_stamp
from icma_crawler.models import ArchivedArticle, Cause, Change, ChangeKind
from icma_crawler.text import json_digest

GENESIS = "0" * 64
"""What the first change row is chained to."""

IS_NEWEST = """c.seq > :since
  AND (:portal IS NULL OR a.portal = :portal)
  AND NOT EXISTS (SELECT 1 FROM changes later WHERE later.article_id = c.article_id AND later.seq > c.seq)"""
"""Reads the log in its own order, so that nothing is sorted: a sort would hold the text of the whole archive."""

PRESENT_CHANGE = """CASE
  WHEN a.status <> 'live' THEN a.status
  WHEN :since = 0 OR :since < (SELECT min(seq) FROM changes f WHERE f.article_id = c.article_id) THEN 'new'
  ELSE c.change
END"""
"""What the newest change means to whoever asks from *since*: a revised article that is gone is still gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedState:
    """What the change log says of an article at a cursor."""

    seq: int
    urn: str
    content_sha256: str


def chain(previous: str, seq: int, urn: str, change: str, content_sha256: str) -> str:
    """The hash of a change row, which holds the hash of the row before it."""
    return json_digest([previous, seq, urn, change, content_sha256])


class Changes(Store):
    """The table `changes`."""

    def add(self, article_id: int, change: ChangeKind, *, cause: Cause, at: datetime) -> int:
        """Append to the log; returns the row's seq.

        Raises:
            LookupError: there is no such article.
        """
        last = self._db.row("SELECT seq, hash FROM changes ORDER BY seq DESC LIMIT 1")
        seq, previous = (last["seq"] + 1, last["hash"]) if last else (1, GENESIS)
        article = self._db.row("SELECT urn, content_sha256 FROM articles WHERE id = :id", {"id": article_id})
        if article is None:
            raise LookupError(f"no article {article_id}")
        digest = article["content_sha256"]
        self._db.run(
            """
            INSERT INTO changes (seq, article_id, change, cause, at, content_sha256, hash)
            VALUES (:seq, :article_id, :change, :cause, :at, :digest, :hash)
            """,
            {
                "seq": seq,
                "article_id": article_id,
                "change": change,
                "cause": cause,
                "at": to_stamp(at),
                "digest": digest,
                "hash": chain(previous, seq, article["urn"], change, digest),
            },
        )
        return int(seq)

    @property
    def head(self) -> int:
        """The newest cursor of the change log; 0 while it is empty."""
        return int(self._db.value("SELECT coalesce(max(seq), 0) FROM changes"))

    def is_newest_sound(self) -> bool:
        """Whether the newest row's hash follows from the one before; `icma verify` checks them all."""
        rows = self._db.rows(
            """
            SELECT c.seq, a.urn, c.change, c.content_sha256, c.hash
            FROM changes c
            JOIN articles a ON a.id = c.article_id
            ORDER BY c.seq DESC
            LIMIT 2
            """
        )
        if not rows:
            return True
        row, previous = rows[0], rows[1]["hash"] if len(rows) > 1 else GENESIS
        return bool(row["hash"] == chain(previous, row["seq"], row["urn"], row["change"], row["content_sha256"]))

    def iter_since(self, since: int = 0, portal_id: str | None = None) -> Iterator[tuple[Change, ArchivedArticle]]:
        """Every article that changed after the cursor *since*, once, in the order of its newest change.

        An article that entered the archive after *since* is "new", whatever was revised since; one that is gone is "gone".
        """
        rows = self._db.stream(
            f"""
            SELECT c.seq, {PRESENT_CHANGE} AS present_change, c.cause AS last_cause, c.at, c.hash AS chain_hash, {WHOLE}
            FROM changes c
            CROSS JOIN articles a ON a.id = c.article_id
            {WITH_PICTURE}
            WHERE {IS_NEWEST}
            ORDER BY c.seq
            """,
            {"since": since, "portal": portal_id},
        )
        for row in rows:
            change = Change(
                seq=row["seq"],
                article_id=row["id"],
                change=row["present_change"],
                cause=row["last_cause"],
                at=from_stamp(row["at"]),
                hash=row["chain_hash"],
            )
            yield change, archived_of(row)

    def cursor_before(self, count: int, portal_id: str | None = None) -> int:
        """The cursor after which the last *count* changes lie; 0 where there are no more than those."""
        found = self._db.value(
            """
            SELECT c.seq
            FROM changes c
            WHERE :portal IS NULL OR (SELECT portal FROM articles WHERE id = c.article_id) = :portal
            ORDER BY c.seq DESC
            LIMIT 1 OFFSET :count
            """,
            {"portal": portal_id, "count": count},
        )
        return int(found or 0)

    def logged_between(self, since: int, cursor: int) -> dict[str, LoggedState]:
        """By urn, the newest change after *since* and up to *cursor*: what an unfiltered dump of that range must hold."""
        rows = self._db.rows(
            """
            SELECT c.seq, a.urn, c.content_sha256
            FROM changes c
            JOIN articles a ON a.id = c.article_id
            WHERE c.seq IN (SELECT max(seq) FROM changes WHERE seq > :since AND seq <= :cursor GROUP BY article_id)
            """,
            {"since": since, "cursor": cursor},
        )
        return {
            row["urn"]: LoggedState(seq=row["seq"], urn=row["urn"], content_sha256=row["content_sha256"])
            for row in rows
        }

    def last_cause(self, article_id: int) -> Cause:
        """Why the newest thing happened to an article that is in the log."""
        cause: Cause = self._db.value(
            "SELECT cause FROM changes WHERE article_id = :id ORDER BY seq DESC LIMIT 1", {"id": article_id}
        )
        return cause
