"""Taking over what another archive hands on: a dump record at a time, each once, never over our own evidence.

An imported article has no page here. Its text is what the sender's rights left of it, so `imports.cut_to` remembers
what it was cut to; when this archive crawls the article itself, its own reading takes the place.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.identity import is_withdrawn, known_by_url, remember_aliases
from icma_crawler.archive.revising import columns_of, insert_revision, keep_superseded
from icma_crawler.archive.searching import index_article
from icma_crawler.archive.signals import reuse_for
from icma_crawler.archive.stamps import to_stamp
from icma_crawler.archive.withdrawing import withdraw_article
from icma_crawler.models import ArchivedArticle, Article, Cause, ChangeKind
from icma_crawler.rights import strictest

Taken = Literal["new", "updated", "withdrawn", "known", "kept", "refused"]
"""What became of a record: taken over, known already, our own article kept instead, or withdrawn here."""

_EXTRACTOR = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One record of another archive's dump; ``archived.id`` means nothing here."""

    sender: UUID
    seq: int
    change: ChangeKind
    cause: Cause
    archived: ArchivedArticle
    record_sha256: str


def take(conn: sqlite3.Connection, delivery: Delivery, now: datetime) -> Taken:
    """Write one record down; the caller holds the transaction. The same or an older record again changes nothing."""
    known = _find(conn, delivery.archived.urn)
    if known is None:
        return _take_unknown(conn, delivery, now)
    verdict = _why_not(conn, known, delivery)
    if verdict is not None:
        is_newer = known.sender != str(delivery.sender) or known.seq < delivery.seq
        if verdict == "known" and known.sender is not None and is_newer:
            _remember(conn, known.id, delivery, now)
        return verdict
    if delivery.archived.article is None:
        return _withdraw(conn, known.id, delivery, now)
    _update(conn, known, delivery, delivery.archived.article, now)
    return "updated"


def is_imported(conn: sqlite3.Connection, article_id: int) -> bool:
    """Whether an article is another archive's, and not yet our own."""
    return conn.execute("SELECT 1 FROM imports WHERE article_id = ?", [article_id]).fetchone() is not None


def make_own(conn: sqlite3.Connection, article_id: int) -> None:
    """From here on the article is what this archive read itself; its sender has no more say."""
    conn.execute("DELETE FROM imports WHERE article_id = ?", [article_id])


def imported_up_to(conn: sqlite3.Connection, sender: UUID, portal: str | None) -> int:
    """The sender's cursor up to which this archive has everything (of one portal); 0 where nothing."""
    row = conn.execute(
        "SELECT coalesce(max(cursor), 0) FROM senders WHERE archive = ? AND portal IN ('', ?)",
        [str(sender), portal or ""],
    ).fetchone()
    return int(row[0])


def save_imported(conn: sqlite3.Connection, sender: UUID, portal: str | None, cursor: int, now: datetime) -> None:
    conn.execute(
        """
        INSERT INTO senders (archive, portal, cursor, imported_at)
        VALUES (:archive, :portal, :cursor, :now)
        ON CONFLICT (archive, portal) DO UPDATE
        SET cursor = max(cursor, :cursor), imported_at = :now
        """,
        {"archive": str(sender), "portal": portal or "", "cursor": cursor, "now": to_stamp(now)},
    )


class _Known(NamedTuple):
    """An article that is here already; ``sender`` is None where it is our own."""

    id: int
    status: str
    revision: int
    sender: str | None
    seq: int
    record_sha256: str


def _find(conn: sqlite3.Connection, urn: str) -> _Known | None:
    row = conn.execute(
        """
        SELECT a.id, a.status, a.revision, i.sender, i.seq, i.record_sha256
        FROM articles a
        LEFT JOIN imports i ON i.article_id = a.id
        WHERE a.urn = ?
        """,
        [urn],
    ).fetchone()
    return _Known._make(row) if row else None


def _why_not(conn: sqlite3.Connection, known: _Known, delivery: Delivery) -> Taken | None:
    """Why a record changes nothing; None where it does.

    The same article may come from two archives, or from one that was restored and so has a new name: then the higher
    revision counts.
    """
    archived, is_same_sender = delivery.archived, known.sender == str(delivery.sender)
    if known.status == "withdrawn":
        return "known" if archived.article is None else "refused"
    owner = known_by_url(conn, archived.url)
    if known.sender is None or (owner is not None and owner.id != known.id):
        return "kept"
    if archived.article is None and not is_same_sender:
        return None
    is_older = known.seq > delivery.seq if is_same_sender else known.revision > archived.revision
    if is_older:
        return "known" if is_same_sender else "kept"
    is_same = known.record_sha256 == delivery.record_sha256 and known.status == archived.status
    return "known" if is_same or (is_same_sender and known.seq == delivery.seq) else None


def _take_unknown(conn: sqlite3.Connection, delivery: Delivery, now: datetime) -> Taken:
    archived = delivery.archived
    if is_withdrawn(conn, [archived.url]):
        return "refused"
    if known_by_url(conn, archived.url) is not None:
        return "kept"
    _know_portal(conn, archived, now)
    article_id = _insert(conn, delivery, now)
    remember_aliases(conn, article_id, [archived.url], now)
    if archived.article is None:
        return _withdraw(conn, article_id, delivery, now)
    index_article(conn, article_id, archived.article.title_shown, archived.article.lead, archived.article.body)
    _remember(conn, article_id, delivery, now)
    log_change(conn, article_id, _first_change(archived.status), cause=delivery.cause, at=now)
    return "new"


def _first_change(status: str) -> ChangeKind:
    return "gone" if status == "gone" else "new"


def _insert(conn: sqlite3.Connection, delivery: Delivery, now: datetime) -> int:
    archived = delivery.archived
    columns = {
        "urn": archived.urn,
        "portal": archived.portal,
        "url": archived.url,
        "source_name": archived.source_name,
        "source_url": archived.source_url,
        "archived_at": to_stamp(archived.archived_at),
        **_state_of(conn, delivery),
    }
    marks = ", ".join(f":{name}" for name in columns)
    cursor = conn.execute(f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks})", columns)
    article_id = int(cursor.lastrowid or 0)
    _insert_revision(conn, article_id, delivery, columns, now)
    return article_id


def _update(conn: sqlite3.Connection, known: _Known, delivery: Delivery, article: Article, now: datetime) -> None:
    archived, article_id = delivery.archived, known.id
    columns = {**_state_of(conn, delivery), "url": archived.url}
    remember_aliases(conn, article_id, [archived.url], now)
    if archived.revision > known.revision:
        keep_superseded(conn, article_id, known.revision)
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    conn.execute(f"UPDATE articles SET {assignments} WHERE id = :id", {**columns, "id": article_id})
    if archived.revision > known.revision:
        _insert_revision(conn, article_id, delivery, columns, now)
    index_article(conn, article_id, article.title_shown, article.lead, article.body)
    _remember(conn, article_id, delivery, now)
    log_change(conn, article_id, delivery.change, cause=delivery.cause, at=now)


def _withdraw(conn: sqlite3.Connection, article_id: int, delivery: Delivery, now: datetime) -> Taken:
    make_own(conn, article_id)
    withdraw_article(conn, article_id, f"withdrawn by archive {delivery.sender}", now)
    archived = delivery.archived
    conn.execute(
        "UPDATE articles SET revision = ?, reuse = ? WHERE id = ?", [archived.revision, archived.reuse, article_id]
    )
    return "withdrawn"


def _state_of(conn: sqlite3.Connection, delivery: Delivery) -> dict[str, object]:
    """The columns that each record of an article sets anew."""
    archived = delivery.archived
    # A tombstone has no words; it is written empty and then withdrawn like any other.
    article = archived.article or Article(url=archived.url, title="", title_shown="", body="")
    allowed = strictest(archived.reuse, reuse_for(conn, archived.portal, archived.url, ()))
    return {
        **columns_of(article),
        "revision": archived.revision,
        "status": archived.status if archived.article else "live",
        "reuse": allowed,
        "content_sha256": archived.content_sha256,
        "extractor": _EXTRACTOR,
    }


def _insert_revision(
    conn: sqlite3.Connection, article_id: int, delivery: Delivery, columns: dict[str, object], now: datetime
) -> None:
    insert_revision(
        conn,
        article_id,
        columns,
        revision=delivery.archived.revision,
        kind="imported",
        cause=delivery.cause,
        capture_id=None,
        now=now,
    )


def _remember(conn: sqlite3.Connection, article_id: int, delivery: Delivery, now: datetime) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO imports VALUES (?, ?, ?, ?, ?, ?)",
        [
            article_id,
            str(delivery.sender),
            delivery.seq,
            delivery.archived.reuse,
            delivery.record_sha256,
            to_stamp(now),
        ],
    )


def _know_portal(conn: sqlite3.Connection, archived: ArchivedArticle, now: datetime) -> None:
    """A portal this archive has never crawled: what its sender allows is in each record, so the row allows all."""
    language = archived.article.language if archived.article else None
    conn.execute(
        """
        INSERT INTO portals (id, name, home, language, timezone, reuse, first_seen_at)
        VALUES (?, ?, ?, ?, 'UTC', 'full', ?)
        ON CONFLICT (id) DO NOTHING
        """,
        [archived.portal, archived.source_name, archived.source_url, language or "en", to_stamp(now)],
    )
