"""An article's words out of every other page of its portal: sidebars, "most read" lists, teasers that break off.

Finding is apart from blanking: reading thousands of pages takes longer than a write transaction may.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

import zstandard

from icma_crawler.archive.captures import load_capture
from icma_crawler.archive.stamps import from_json, to_stamp

_WORTH_SEARCHING = 16
"""Shorter passages are not searched for in other pages: they are anybody's words."""

_HEAD = 40
"""So many letters of a passage are enough to know it by, where a teaser breaks off."""

_BLANK = b"\xe2\x96\x88"  # a full block, the sign of what was taken out
_GAP = re.compile(rb"\s+")
_ELLIPSIS = re.compile(rb"\s*(?:\.\.|\xe2\x80\xa6|&hellip;|&#8230;|\\u2026|\[)")
_END_OF_TEXT = re.compile(rb"\s*(?:<|\"|" + _ELLIPSIS.pattern + rb")")


@dataclass(frozen=True)
class Wording:
    """What is looked for: passages of text, and addresses that stand as they are; in a page of that charset."""

    passages: frozenset[str]
    charset: str

    def found_in(self, body: bytes) -> bool:
        return next(self._places(body), None) is not None

    def blanked(self, body: bytes) -> bytes:
        """A page's bytes with a sign in the place of every passage, as far as it goes on there."""
        kept, end = [], 0
        for start, stop in self._places(body):
            kept.append(body[end:start])
            end = stop
        return _BLANK.join([*kept, body[end:]])

    def _places(self, body: bytes) -> Iterator[tuple[int, int]]:
        """From where to where a passage stands, in the order of the page; none overlaps another."""
        at = 0
        while self._heads and (match := self._heads.search(body, at)):
            start = match.start()
            stop = max(filter(None, self._ends(body, start)), default=None)
            if stop is not None:
                yield start, stop
            # What only begins like a passage may hold the beginning of one that is there.
            at = start + 1 if stop is None else stop

    def _ends(self, body: bytes, start: int) -> Iterator[int | None]:
        """Where each passage whose beginning is at *start* ends; None for one that goes on otherwise."""
        for head, tails in self._tails.items():
            match = _spaced(head).match(body, start)
            if match:
                yield from (_end_of(body, match.end(), tail) for tail in tails)

    @cached_property
    def _tails(self) -> dict[bytes, list[list[bytes]]]:
        """By the beginning of a passage, however it may be written, the words that follow."""
        tails = defaultdict(list)
        for passage in self.passages:
            count = _words_of_head(passage)
            for variant in _variants_of(passage, self.charset):
                words = variant.split()
                tails[b" ".join(words[:count])].append(words[count:])
        return tails

    @cached_property
    def _heads(self) -> re.Pattern[bytes] | None:
        alternatives = [_spaced(head).pattern for head in self._tails]
        return re.compile(b"|".join(alternatives)) if alternatives else None


@lru_cache(maxsize=4096)
def _spaced(words: bytes) -> re.Pattern[bytes]:
    """*words* with any white space between them."""
    return re.compile(rb"\s+".join(map(re.escape, words.split())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """The captures of a portal that hold a wording, and the newest that was looked at."""

    wording: Wording
    captures: tuple[int, ...]
    newest: int


def find_mentions(conn: sqlite3.Connection, article_id: int) -> Mentions:
    """Where an article's words stand now, its own pages among it; to be given to `blank_mentions` soon."""
    wording = _wording_of(conn, article_id)
    (newest,) = conn.execute("SELECT coalesce(max(id), 0) FROM captures").fetchone()
    return Mentions(wording=wording, captures=tuple(_holding(conn, article_id, wording, after=0)), newest=newest)


def blank_mentions(conn: sqlite3.Connection, article_id: int, found: Mentions | None, now: datetime) -> None:
    """Blank an article's words in all its portal holds; what was stored after *found* is looked at now."""
    wording = _wording_of(conn, article_id)
    is_fresh = found is not None and found.wording == wording
    known = found.captures if found and is_fresh else ()
    later = _holding(conn, article_id, wording, after=found.newest if found and is_fresh else 0)
    _retire_dictionaries(conn, article_id, wording)
    for capture_id in [*known, *later]:
        body = load_capture(conn, capture_id).body
        if wording.found_in(body):
            _rewrite_capture(conn, capture_id, wording.blanked(body), now)
    for passage in sorted(wording.passages):
        conn.execute("UPDATE frontier SET title = NULL WHERE title = ?", [passage])
        conn.execute("UPDATE boilerplate SET sample = '' WHERE sample <> '' AND instr(?, sample) > 0", [passage])


def _holding(conn: sqlite3.Connection, article_id: int, wording: Wording, *, after: int) -> list[int]:
    ids = conn.execute(
        """
        SELECT id
        FROM captures
        WHERE portal = (SELECT portal FROM articles WHERE id = ?)
          AND id > ?
          AND size_bytes > 0
        """,
        [article_id, after],
    ).fetchall()
    return [each for (each,) in ids if wording.found_in(load_capture(conn, each).body)]


def _wording_of(conn: sqlite3.Connection, article_id: int) -> Wording:
    """The article's words in every revision, passage by passage, and its pictures that no other article has."""
    charset, *state = conn.execute(
        "SELECT charset, title, title_shown, lead, body, image_url FROM articles WHERE id = ?", [article_id]
    ).fetchone()
    names = ("title", "title_shown", "lead", "body", "image_url")
    states = [dict(zip(names, state, strict=True))]
    for (fields,) in conn.execute(
        "SELECT fields FROM revisions WHERE article_id = ? AND fields IS NOT NULL", [article_id]
    ):
        states.append(from_json(fields))
    passages: set[str] = set()
    for each in states:
        passages.update(each.get(name) or "" for name in ("title", "title_shown", "lead"))
        passages.update((each.get("body") or "").split("\n\n"))
        passages.update(_own_picture(conn, article_id, each.get("image_url")))
    passages.update(
        title or "" for (title,) in conn.execute("SELECT title FROM frontier WHERE article_id = ?", [article_id])
    )
    worth = frozenset(passage for passage in passages if len(passage) >= _WORTH_SEARCHING)
    return Wording(passages=worth, charset=charset or "utf-8")


def _own_picture(conn: sqlite3.Connection, article_id: int, image_url: str | None) -> list[str]:
    """A picture's address, but not that of a logo which other articles have too."""
    others = "SELECT 1 FROM articles WHERE image_url = ? AND id <> ? LIMIT 1"
    if not image_url or conn.execute(others, [image_url, article_id]).fetchone():
        return []
    return [urlsplit(image_url).path]  # pages name it with and without the host


def _words_of_head(passage: str) -> int:
    letters = 0
    words = passage.split()
    for count, word in enumerate(words, start=1):
        letters += len(word) + 1
        if letters > _HEAD:
            return count
    return len(words)


def _end_of(body: bytes, at: int, words: list[bytes]) -> int | None:
    """Where a passage ends whose words go on from *at*: wholly, or broken off as a teaser is; None where it is another.

    Many articles begin alike ("Azərbaycan Respublikasının Prezidenti …"): what goes on otherwise is not this one's.
    """
    for word in words:
        start = _after_gap(body, at)
        if start is None or not body.startswith(word, start):
            return _broken_off(body, at, word)
        at = start + len(word)
    return at


def _broken_off(body: bytes, at: int, word: bytes) -> int | None:
    if _END_OF_TEXT.match(body, at):
        return at
    start = _after_gap(body, at) or at
    part = next((size for size in range(len(word), 0, -1) if body.startswith(word[:size], start)), 0)
    return start + part if part and _ELLIPSIS.match(body, start + part) else None


def _after_gap(body: bytes, at: int) -> int | None:
    gap = _GAP.match(body, at)
    return gap.end() if gap else None


def _variants_of(passage: str, charset: str) -> Iterator[bytes]:
    forms = {
        passage,
        html.escape(passage),
        html.escape(passage, quote=False),
        passage.replace("&", "&amp;"),
        json.dumps(passage)[1:-1],
        json.dumps(passage, ensure_ascii=False)[1:-1],
        "".join(c if c.isascii() else f"&#{ord(c)};" for c in html.escape(passage)),
    }
    for form in forms:
        for name in {"utf-8", charset}:
            try:
                yield form.encode(name)
            except (UnicodeEncodeError, LookupError):
                continue


def _retire_dictionaries(conn: sqlite3.Connection, article_id: int, wording: Wording) -> None:
    """Store the captures whose dictionary holds the words without it, and drop it."""
    rows = conn.execute(
        "SELECT id, body FROM dictionaries WHERE portal = (SELECT portal FROM articles WHERE id = ?)", [article_id]
    ).fetchall()
    for dictionary_id, packed in rows:
        if wording.found_in(zstandard.decompress(packed)):
            _retire_dictionary(conn, dictionary_id)


def _rewrite_capture(conn: sqlite3.Connection, capture_id: int, body: bytes, now: datetime) -> None:
    packed = zstandard.compress(body)
    conn.execute(
        """
        UPDATE captures
        SET body = ?, stored_bytes = ?, size_bytes = ?, dictionary_id = NULL, redacted_at = ?, payload_sha256 = ?
        WHERE id = ?
        """,
        [packed, len(packed), len(body), to_stamp(now), hashlib.sha256(body).hexdigest(), capture_id],
    )


def _retire_dictionary(conn: sqlite3.Connection, dictionary_id: int) -> None:
    """Store the captures that need a dictionary without it, and drop it."""
    ids = [row[0] for row in conn.execute("SELECT id FROM captures WHERE dictionary_id = ?", [dictionary_id])]
    for capture_id in ids:
        packed = zstandard.compress(load_capture(conn, capture_id).body)
        conn.execute(
            "UPDATE captures SET body = ?, stored_bytes = ?, dictionary_id = NULL WHERE id = ?",
            [packed, len(packed), capture_id],
        )
    conn.execute("DELETE FROM dictionaries WHERE id = ?", [dictionary_id])
