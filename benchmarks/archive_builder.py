"""An archive of any size in seconds: made-up articles written with plain SQL, as large as Azerbaijani news are."""

from __future__ import annotations

import json
import random
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from icma_crawler.archive import Archive, open_archive
from icma_crawler.models import Capture, Portal, Reuse

PORTALS = 20
WORDS_AN_ARTICLE = 250
BODIES = 500
START = datetime(2024, 1, 1, tzinfo=UTC)
COLUMNS = [
    "id",
    "urn",
    "portal",
    "url",
    "source_name",
    "source_url",
    "title",
    "title_shown",
    "lead",
    "body",
    "authors",
    "section",
    "tags",
    "image_url",
    "language",
    "published_at",
    "published_precision",
    "archived_at",
    "revision",
    "status",
    "access",
    "reuse",
    "word_count",
    "content_sha256",
    "extractor",
]


def build_archive(path: Path, articles: int, reuse: Reuse, *, with_pages: bool = False) -> None:
    """Write an archive of that many articles; its pages (captures) are left out unless they are asked for."""
    with open_archive(path) as archive, archive.write():
        for portal in map(_portal, range(PORTALS)):
            archive.portals.save(Portal(**portal, reuse=reuse), START)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.execute("PRAGMA synchronous = OFF")
        conn.execute("BEGIN")
        marks = ", ".join("?" * len(COLUMNS))
        conn.executemany(f"INSERT INTO articles ({', '.join(COLUMNS)}) VALUES ({marks})", _rows(articles, reuse))
        conn.execute(
            """
            INSERT INTO changes (seq, article_id, change, cause, at, content_sha256, hash)
            SELECT id, id, 'new', 'source', archived_at, content_sha256, content_sha256
            FROM articles
            """
        )
        conn.execute("COMMIT")
    if with_pages:
        with open_archive(path) as archive, archive.write():
            _store_pages(archive)


def _store_pages(archive: Archive) -> None:
    """A page behind each article: its text in 30 kB of markup that all pages of a portal share."""
    for urn in archive.articles.urns():
        article = archive.articles.row_of(int(uuid.UUID(urn)))
        portal, url, at = article["portal"], article["url"], datetime.fromisoformat(article["archived_at"])
        frame = "".join(f'<div class="{portal}-{place}"><a href="/{place}">{place}</a></div>' for place in range(500))
        page = f"<html><h1>{article['title']}</h1><article>{article['body']}</article>{frame}</html>".encode()
        headers = (("content-type", "text/html; charset=utf-8"),)
        capture = Capture(url=url, final_url=url, status=200, headers=headers, body=page, fetched_at=at)
        capture_id = archive.captures.add(portal, capture, "page")
        state = {"revision": 1, "kind": "first", "cause": "source", "capture_id": capture_id, "now": at}
        archive.revisions.add(article["id"], article, **state)


def _portal(number: int) -> dict[str, str]:
    name = f"portal{number}.az"
    return {"id": name, "name": name.title(), "home": f"https://{name}/", "language": "az", "timezone": "Asia/Baku"}


def _rows(articles: int, reuse: Reuse) -> Iterator[tuple[object, ...]]:
    dice = random.Random(1)  # noqa: S311 - nothing here is secret
    bodies = [_body(dice) for _ in range(BODIES)]
    for number in range(1, articles + 1):
        portal = _portal(number % PORTALS)
        body = bodies[number % BODIES]
        title = f"{body[:60]} {number}"
        archived_at = START + timedelta(seconds=20 * number)  # three a minute: what fifty portals publish
        stamp = archived_at.isoformat(timespec="seconds")
        digest = sha256(title.encode()).hexdigest()
        authors, tags = json.dumps(["Aynur Quliyeva"]), json.dumps(["Bakı", "iqtisadiyyat"], ensure_ascii=False)
        yield (
            *(number, f"urn:uuid:{uuid.UUID(int=number)}", portal["id"], f"{portal['home']}xeber/{number}-uzun-xeber"),
            *(
                portal["name"],
                portal["home"].rstrip("/"),
                title,
                title,
                body[:150],
                body,
                authors,
                "İqtisadiyyat",
                tags,
            ),
            *(f"{portal['home']}media/{number}.jpg", "az", stamp, "minute", stamp, 1, "live", "full", reuse),
            *(WORDS_AN_ARTICLE, digest, "1"),
        )


def _body(dice: random.Random) -> str:
    """Paragraphs of sentences of words with the letters and the lengths of Azerbaijani."""
    letters = "aaaəəəiiıenrlndmsktybuzoşüvçcgğhpqxöf"
    words = ["".join(dice.choices(letters, k=dice.randint(2, 11))) for _ in range(WORDS_AN_ARTICLE)]
    sentences = [" ".join(words[at : at + 12]).capitalize() + "." for at in range(0, WORDS_AN_ARTICLE, 12)]
    return "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))
