"""Proving what the tables hold: every text against its hash, every page, the change log's chain. Damage is named."""

from __future__ import annotations

import hashlib
import json
import random
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from icma_crawler.archive.database import Database, Row, Store
from icma_crawler.archive.packing import UNPACK_ERRORS
from icma_crawler.archive.tables.captures import Captures
from icma_crawler.archive.tables.changes import GENESIS, chain
from icma_crawler.archive.tables.dump_rows import live_core
from icma_crawler.archive.tables.meta import NEEDED, Meta
from icma_crawler.text import content_digest

SAMPLED_PAGES = 500
"""Where time is short so many of the stored pages are read back; everything else is checked whole."""

Tell = Callable[[int, int], None]
"""Hears (looked at, in all) of what takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it was written: where, what, and what to do."""

    where: str
    problem: str
    remedy: str


class Proofs(Store):
    """Reads every table that has a hash."""

    def __init__(self, db: Database, captures: Captures, meta: Meta) -> None:
        super().__init__(db)
        self._captures = captures
        self._meta = meta
        self._unreadable: tuple[type[Exception], ...] = (*UNPACK_ERRORS, *db.errors)

    def texts(self) -> Iterator[Fault]:
        """Articles, earlier revisions and imported records whose text is not the one that was archived."""
        yield from self._articles()
        yield from self._revisions()
        yield from self._imports()

    def pages(self, tell: Tell, count: int | None) -> Iterator[Fault]:
        """Stored pages whose bytes are not those that came; *count* of them chosen by chance, None for all."""
        # Eight bytes a page: an archive has millions of them.
        ids = array("q", (row["id"] for row in self._db.stream("SELECT id FROM captures ORDER BY id")))
        chosen = ids if count is None or count >= len(ids) else random.sample(ids, count)
        for number, capture_id in enumerate(chosen, start=1):
            row = self._db.row("SELECT id, url, payload_sha256 FROM captures WHERE id = :id", {"id": capture_id})
            if row is None:  # removed since
                continue
            problem = self._problem_of_page(row)
            if problem:
                yield Fault(
                    where=f"page {row['id']} {row['url']}",
                    problem=problem,
                    remedy="restore a backup; the article's text may be whole all the same",
                )
            tell(number, len(chosen))

    def _problem_of_page(self, row: Row) -> str | None:
        try:
            body = self._captures.load(row["id"]).body
        except self._unreadable as error:
            return f"it cannot be read ({error})"
        return (
            None if hashlib.sha256(body).hexdigest() == row["payload_sha256"] else "its bytes are not those that came"
        )

    def log(self) -> Iterator[Fault]:
        """Where the change log was altered, or lacks rows."""
        previous, expected = GENESIS, 1
        for row in self._db.stream(
            """
            SELECT c.seq, a.urn, c.change, c.content_sha256, c.hash
            FROM changes c
            LEFT JOIN articles a ON a.id = c.article_id
            ORDER BY c.seq
            """
        ):
            seq = row["seq"]
            if seq != expected:
                yield Fault(
                    where=f"change {expected}",
                    problem=f"rows {expected} to {seq - 1} are missing",
                    remedy="restore a backup",
                )
            elif row["hash"] != chain(previous, seq, row["urn"], row["change"], row["content_sha256"]):
                yield Fault(
                    where=f"change {seq}",
                    problem="it does not follow from the one before; the log was altered here",
                    remedy="restore a backup from before, and compare",
                )
            previous, expected = row["hash"], seq + 1

    def itself(self) -> Iterator[Fault]:
        """What the archive says of itself and has lost."""
        names = self._meta.names()
        for name in NEEDED:
            if name not in names:
                yield Fault(where="the table meta", problem=f"its {name} is gone", remedy="restore a backup")

    def _articles(self) -> Iterator[Fault]:
        for row in self._db.stream(
            """
            SELECT id, url, title_shown, lead, body, authors, section, content_sha256
            FROM articles
            WHERE status <> 'withdrawn'
              AND id NOT IN (SELECT article_id FROM imports)
            """
        ):
            said = _digest(row["title_shown"], row["lead"], row["body"], row["authors"], row["section"])
            if said != row["content_sha256"]:
                yield Fault(
                    where=f"article {row['id']} {row['url']}",
                    problem="its text is not the one that was archived",
                    remedy=f"restore a backup, or read its page anew with icma crawl --recheck (icma show {row['id']})",
                )

    def _revisions(self) -> Iterator[Fault]:
        """Earlier revisions hold their text; the current one is the article's, and must say so."""
        for row in self._db.stream(
            """
            SELECT r.article_id, a.url, r.revision, a.revision AS current, r.content_sha256,
                   a.content_sha256 AS current_sha256, r.fields
            FROM revisions r
            JOIN articles a ON a.id = r.article_id
            WHERE a.status <> 'withdrawn'
              AND r.article_id NOT IN (SELECT article_id FROM imports)
            """
        ):
            is_current = row["revision"] == row["current"]
            if row["content_sha256"] != (row["current_sha256"] if is_current else _fields_digest(row["fields"])):
                yield Fault(
                    where=f"article {row['article_id']} {row['url']}",
                    problem=f"its revision {row['revision']} is not the one that was archived",
                    remedy="restore a backup",
                )

    def _imports(self) -> Iterator[Fault]:
        """An imported text may be an excerpt, so what is proven is the record it came in."""
        for row in self._db.stream(
            f"""
            SELECT a.id, a.url, i.record_sha256, i.cut_to, {live_core(self._db)} AS core
            FROM imports i
            JOIN articles a ON a.id = i.article_id
            """
        ):
            if _record_digest(row["core"], row["cut_to"]) != row["record_sha256"]:
                yield Fault(
                    where=f"article {row['id']} {row['url']}",
                    problem="it is not the record that was imported",
                    remedy="restore a backup, or import its sender's dump into a new archive and compare",
                )


def _digest(title: str, lead: str | None, body: str, authors: str, section: str | None) -> str | None:
    """What a reader reads, as one hash; None where it cannot be read."""
    try:
        return content_digest(title, lead, body, json.loads(authors), section)
    except (ValueError, TypeError, RecursionError):
        return None


def _fields_digest(fields: str) -> str | None:
    try:
        kept = json.loads(fields)
        return _digest(kept["title_shown"], kept["lead"], kept["body"], kept["authors"], kept["section"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _record_digest(core: str, cut_to: str) -> str:
    """The digest of a record as its sender sent it: with the reuse that the sender left."""
    text = json.dumps(json.loads(core) | {"reuse": cut_to}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
