"""The page store: each response body once, compressed; the last answer of each source, and every page that counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icma_crawler.archive.database import Database, Store, one_of
from icma_crawler.archive.packing import learn_dictionary, pack, unpack
from icma_crawler.archive.tables.dictionaries import Dictionaries
from icma_crawler.archive.values import from_json, from_stamp, to_json, to_stamp
from icma_crawler.models import Capture

CaptureKind = Literal["page", "listing"]

_MAX_LISTING = 1_000_000
_POOR_RATIO = 0.2  # a dictionary that saves less than this no longer fits the portal's layout
_PAGES_PER_DICTIONARY = 20
_NEWEST = 600
_KEPT_HEADERS = frozenset(
    [
        "content-type",
        "content-language",
        "date",
        "etag",
        "last-modified",
        "link",
        "x-robots-tag",
        "tdm-reservation",
        "tdm-policy",
        "location",
        "server",
        "x-icma-tls",  # ours: the connection was not verified
    ]
)


@dataclass(frozen=True, slots=True)
class _Packed:
    body: bytes
    dictionary_id: int | None


class Captures(Store):
    """The table `captures`."""

    def __init__(self, db: Database, dictionaries: Dictionaries) -> None:
        super().__init__(db)
        self._dictionaries = dictionaries

    def add(self, portal_id: str, capture: Capture, kind: CaptureKind, *, is_redacted: bool = False) -> int:
        """Keep a response; returns its id. *is_redacted*: words were taken out of what came."""
        packed = self._pack(portal_id, capture, kind)
        return self._db.insert(
            "captures",
            {
                "portal": portal_id,
                "kind": kind,
                "url": capture.url,
                "final_url": capture.final_url,
                "status": capture.status,
                "headers": to_json([pair for pair in capture.headers if pair[0] in _KEPT_HEADERS]),
                "fetched_at": to_stamp(capture.fetched_at),
                "is_partial": capture.is_partial,
                "redacted_at": to_stamp(capture.fetched_at) if is_redacted else None,
                "payload_sha256": capture.payload_sha256,
                "size_bytes": len(capture.body),
                "stored_bytes": len(packed.body),
                "dictionary_id": packed.dictionary_id,
                "body": packed.body,
            },
        )

    def load(self, capture_id: int) -> Capture:
        """Read a stored response back, byte for byte.

        Raises:
            LookupError: there is none of that id.
            one of `icma_crawler.archive.packing.UNPACK_ERRORS`: it is damaged.
        """
        row = self._db.row(
            """
            SELECT url, final_url, status, headers, fetched_at, is_partial, dictionary_id, body
            FROM captures
            WHERE id = :id
            """,
            {"id": capture_id},
        )
        if row is None:
            raise LookupError(f"no page {capture_id}")
        return Capture(
            url=row["url"],
            final_url=row["final_url"],
            status=row["status"],
            headers=tuple((name, value) for name, value in from_json(row["headers"])),
            body=unpack(row["body"], self._dictionaries.load(row["dictionary_id"])),
            fetched_at=from_stamp(row["fetched_at"]),
            is_partial=bool(row["is_partial"]),
        )

    def may_keep_listing(self, capture: Capture) -> bool:
        """Whether an answer of a source is worth its place; what is over a megabyte is not."""
        return len(capture.body) <= _MAX_LISTING

    def drop_listing(self, portal_id: str, url: str) -> None:
        """Forget what a source answered before."""
        self._db.run(
            "DELETE FROM captures WHERE portal = :portal AND kind = 'listing' AND url = :url",
            {"portal": portal_id, "url": url},
        )

    def drop_listings(self, portal_id: str) -> None:
        """Forget what a portal's sources answered; the next answer that differs is kept again."""
        self._db.run("DELETE FROM captures WHERE portal = :portal AND kind = 'listing'", {"portal": portal_id})

    # ---- finding

    def newest_id(self) -> int:
        """The id of what was stored last; 0 while there is nothing."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM captures"))

    def newest_pages(self, portal_id: str, count: int) -> list[int]:
        """The pages of a portal that were stored last, articles or not, the newest first."""
        rows = self._db.rows(
            "SELECT id FROM captures WHERE portal = :portal AND kind = 'page' ORDER BY id DESC LIMIT :count",
            {"portal": portal_id, "count": count},
        )
        return [row["id"] for row in rows]

    def pages_after(self, portal_id: str, after: int) -> list[int]:
        """The pages of a portal that are not empty and were stored after *after*, the oldest first."""
        rows = self._db.rows(
            """
            SELECT id
            FROM captures
            WHERE portal = :portal
              AND kind = 'page'
              AND id > :after
              AND size_bytes > 0
            ORDER BY id
            """,
            {"portal": portal_id, "after": after},
        )
        return [row["id"] for row in rows]

    def page_at(self, portal_id: str, url: str) -> int | None:
        """A page of that address among the portal's newest 600, else None; captures have no index of addresses."""
        found: int | None = self._db.value(
            """
            SELECT id
            FROM (
              SELECT id, url FROM captures WHERE portal = :portal AND kind = 'page' ORDER BY id DESC LIMIT :newest
            ) AS newest
            WHERE url = :url
            LIMIT 1
            """,
            {"portal": portal_id, "url": url, "newest": _NEWEST},
        )
        return found

    def packed_with(self, dictionary_id: int) -> list[int]:
        """What is compressed against a dictionary."""
        rows = self._db.rows("SELECT id FROM captures WHERE dictionary_id = :id", {"id": dictionary_id})
        return [row["id"] for row in rows]

    def bytes_since(self, since: datetime) -> int:
        """What the pages stored since a moment take, compressed."""
        return int(
            self._db.value(
                "SELECT coalesce(sum(stored_bytes), 0) FROM captures WHERE fetched_at >= :since",
                {"since": to_stamp(since)},
            )
        )

    # ---- takedown

    def wipe(self, article_id: int, urls: Iterable[str], now: datetime) -> None:
        """Empty the pages of an article: those behind its states and flags, and what was met at its addresses *urls*."""
        marks, values = one_of("url", list(urls))
        at_urls = f"UNION SELECT id FROM captures WHERE url IN {marks} OR final_url IN {marks}" if values else ""
        self._db.run(
            f"""
            UPDATE captures
            SET body = :body, stored_bytes = 0, size_bytes = 0, headers = '[]', dictionary_id = NULL,
                redacted_at = :now, payload_sha256 = :digest
            WHERE id IN (
              SELECT capture_id FROM revisions WHERE article_id = :article_id
              UNION SELECT capture_id FROM flags WHERE article_id = :article_id
              {at_urls}
            )
            """,
            {
                **values,
                "body": pack(b""),
                "now": to_stamp(now),
                "digest": hashlib.sha256(b"").hexdigest(),
                "article_id": article_id,
            },
        )

    def redact(self, capture_id: int, body: bytes, now: datetime) -> None:
        """Put a body without some words in the place of the one that came."""
        packed = pack(body)
        self._db.run(
            """
            UPDATE captures
            SET body = :body, stored_bytes = :stored, size_bytes = :size, dictionary_id = NULL,
                redacted_at = :now, payload_sha256 = :digest
            WHERE id = :id
            """,
            {
                "id": capture_id,
                "body": packed,
                "stored": len(packed),
                "size": len(body),
                "now": to_stamp(now),
                "digest": hashlib.sha256(body).hexdigest(),
            },
        )

    def unlink_dictionary(self, capture_id: int) -> None:
        """Store a page without its dictionary, which is about to go."""
        packed = pack(self.load(capture_id).body)
        self._db.run(
            "UPDATE captures SET body = :body, stored_bytes = :stored, dictionary_id = NULL WHERE id = :id",
            {"id": capture_id, "body": packed, "stored": len(packed)},
        )

    # ---- packing

    def _pack(self, portal_id: str, capture: Capture, kind: CaptureKind) -> _Packed:
        known = self._dictionaries.newest(portal_id)
        packed = _Packed(pack(capture.body, self._dictionaries.load(known)), known)
        if kind == "page" and len(packed.body) > _POOR_RATIO * len(capture.body) and self._may_learn(portal_id, known):
            return self._pack_with_new(portal_id, capture) or packed
        return packed

    def _may_learn(self, portal_id: str, known: int | None) -> bool:
        """At once where there is none; later only after enough pages, so that odd pages do not make one each."""
        if known is None:
            return True
        recent = self._db.value(
            """
            SELECT count(*)
            FROM (
              SELECT dictionary_id
              FROM captures
              WHERE portal = :portal
                AND kind = 'page'
              ORDER BY id DESC
              LIMIT :pages
            ) AS newest
            WHERE dictionary_id = :known
            """,
            {"portal": portal_id, "pages": _PAGES_PER_DICTIONARY, "known": known},
        )
        return bool(recent >= _PAGES_PER_DICTIONARY)

    def _pack_with_new(self, portal_id: str, capture: Capture) -> _Packed | None:
        earlier = self._db.value(
            """
            SELECT id
            FROM captures
            WHERE portal = :portal
              AND kind = 'page'
              AND status = 200
            ORDER BY id DESC
            LIMIT 1
            """,
            {"portal": portal_id},
        )
        learned = None if earlier is None else learn_dictionary(capture.body, self.load(earlier).body)
        if learned is None:
            return None
        return _Packed(pack(capture.body, learned), self._dictionaries.add(portal_id, learned, capture.fetched_at))
