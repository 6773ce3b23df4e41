"""The page store: each response body once, compressed with zstd against what the portal's pages share.

A dictionary is the skeleton of two earlier pages of the portal: the markup, scripts and styles that both have,
without the text of any article (so that a takedown need not reach into it). A page of 150 kB then takes a few kB.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from functools import lru_cache
from typing import Literal

import zstandard

from icma_crawler.archive.stamps import from_json, from_stamp, to_stamp
from icma_crawler.archive.teasers import without_withdrawn
from icma_crawler.models import Capture

CaptureKind = Literal["page", "listing"]

_LEVEL = 3
_MAX_LISTING = 1_000_000
_POOR_RATIO = 0.2  # a dictionary that saves less than this no longer fits the portal's layout
_PAGES_PER_DICTIONARY = 20
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
_TEXT_LIMIT = 24  # bytes of visible text a shared tag may carry: "Siyasət", not a headline
_CODE_TAGS = (b"script", b"style", b"noscript", b"/script", b"/style")


def keep_listing(conn: sqlite3.Connection, portal: str, capture: Capture) -> None:
    """Keep what a source answered, in the place of what it answered before; what is over a megabyte is not kept."""
    if len(capture.body) > _MAX_LISTING:
        return
    conn.execute("DELETE FROM captures WHERE portal = ? AND kind = 'listing' AND url = ?", [portal, capture.url])
    store_capture(conn, portal, capture, "listing")


def drop_listings(conn: sqlite3.Connection, portal: str) -> None:
    """Forget what a portal's sources answered; the next answer that differs is kept again."""
    conn.execute("DELETE FROM captures WHERE portal = ? AND kind = 'listing'", [portal])


def store_capture(conn: sqlite3.Connection, portal: str, capture: Capture, kind: CaptureKind) -> int:
    """Keep a response, without what it shows of withdrawn articles; returns its id."""
    body = without_withdrawn(conn, capture)
    redacted_at = None if body == capture.body else to_stamp(capture.fetched_at)
    capture = capture if redacted_at is None else replace(capture, body=body)
    dictionary_id, packed = _compress(conn, portal, capture, kind)
    headers = [pair for pair in capture.headers if pair[0] in _KEPT_HEADERS]
    cursor = conn.execute(
        """
        INSERT INTO captures (portal, kind, url, final_url, status, headers, fetched_at, is_partial,
                              redacted_at, payload_sha256, size_bytes, stored_bytes, dictionary_id, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            portal,
            kind,
            capture.url,
            capture.final_url,
            capture.status,
            json.dumps(headers, ensure_ascii=False),
            to_stamp(capture.fetched_at),
            capture.is_partial,
            redacted_at,
            capture.payload_sha256,
            len(capture.body),
            len(packed),
            dictionary_id,
            packed,
        ],
    )
    return int(cursor.lastrowid or 0)


def load_capture(conn: sqlite3.Connection, capture_id: int) -> Capture:
    """Read a stored response back, byte for byte."""
    url, final_url, status, headers, fetched_at, is_partial, dictionary_id, body = conn.execute(
        """
        SELECT url, final_url, status, headers, fetched_at, is_partial, dictionary_id, body
        FROM captures
        WHERE id = ?
        """,
        [capture_id],
    ).fetchone()
    return Capture(
        url=url,
        final_url=final_url,
        status=status,
        headers=tuple((name, value) for name, value in from_json(headers)),
        body=_decompress(conn, dictionary_id, body),
        fetched_at=from_stamp(fetched_at),
        is_partial=bool(is_partial),
    )


def skeleton(page: bytes, other: bytes) -> bytes:
    """What *page* shares with *other*, tag by tag, without the text that a reader reads."""
    shared = set(other.split(b"<"))
    kept = []
    for token in page.split(b"<"):
        if token not in shared:
            continue
        tag, closed, text = token.partition(b">")
        if not closed or tag.startswith(_CODE_TAGS) or len(text.strip()) <= _TEXT_LIMIT:
            kept.append(token)
        elif not tag.startswith(b"a "):
            kept.append(tag + closed)
    return b"<".join(kept)


def _compress(conn: sqlite3.Connection, portal: str, capture: Capture, kind: CaptureKind) -> tuple[int | None, bytes]:
    row = conn.execute("SELECT max(id) FROM dictionaries WHERE portal = ?", [portal]).fetchone()
    dictionary_id = row[0]
    packed = _squeeze(conn, dictionary_id, capture.body)
    if kind == "page" and len(packed) > _POOR_RATIO * len(capture.body) and _may_learn(conn, portal, dictionary_id):
        learned = _learn(conn, portal, capture)
        if learned is not None:
            dictionary_id, packed = learned, _squeeze(conn, learned, capture.body)
    return dictionary_id, packed


def _may_learn(conn: sqlite3.Connection, portal: str, dictionary_id: int | None) -> bool:
    """At once where there is none; later only after enough pages, so that odd pages do not make one each."""
    if dictionary_id is None:
        return True
    recent = conn.execute(
        """
        SELECT count(*)
        FROM (
          SELECT dictionary_id FROM captures WHERE portal = ? AND kind = 'page' ORDER BY id DESC LIMIT ?
        )
        WHERE dictionary_id = ?
        """,
        [portal, _PAGES_PER_DICTIONARY, dictionary_id],
    ).fetchone()[0]
    return bool(recent >= _PAGES_PER_DICTIONARY)


def _learn(conn: sqlite3.Connection, portal: str, capture: Capture) -> int | None:
    earlier = conn.execute(
        "SELECT id, fetched_at FROM captures WHERE portal = ? AND kind = 'page' AND status = 200 ORDER BY id DESC LIMIT 1",
        [portal],
    ).fetchone()
    if earlier is None:
        return None
    common = skeleton(capture.body, load_capture(conn, earlier[0]).body)
    if len(common) < 500:
        return None
    cursor = conn.execute(
        "INSERT INTO dictionaries (portal, created_at, body) VALUES (?, ?, ?)",
        [portal, to_stamp(capture.fetched_at), zstandard.compress(common, _LEVEL)],
    )
    return int(cursor.lastrowid or 0)


def _squeeze(conn: sqlite3.Connection, dictionary_id: int | None, body: bytes) -> bytes:
    if dictionary_id is None:
        return zstandard.compress(body, _LEVEL)
    return _compressor(_dictionary(conn, dictionary_id)).compress(body)


def _decompress(conn: sqlite3.Connection, dictionary_id: int | None, body: bytes) -> bytes:
    if dictionary_id is None:
        return zstandard.decompress(body)
    dictionary = zstandard.ZstdCompressionDict(
        _dictionary(conn, dictionary_id), dict_type=zstandard.DICT_TYPE_RAWCONTENT
    )
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(body)


def _dictionary(conn: sqlite3.Connection, dictionary_id: int) -> bytes:
    row = conn.execute("SELECT body FROM dictionaries WHERE id = ?", [dictionary_id]).fetchone()
    return zstandard.decompress(row[0])


@lru_cache(maxsize=64)
def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    data = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    data.precompute_compress(level=_LEVEL)
    return zstandard.ZstdCompressor(dict_data=data, level=_LEVEL)
