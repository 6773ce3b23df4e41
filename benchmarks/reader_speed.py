"""How long the readers take for texts built to hold them up, and for twice as long ones; prints a table.

The tests count calls; what a pattern, libxml2 or zlib does inside one call is only seen here. A reader whose seconds
grow fourfold from one column to the next takes the square of the length.

    python benchmarks/reader_speed.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from icma_crawler.dates import BAKU, find_dates
from icma_crawler.discovery import read_source
from icma_crawler.edits import compare
from icma_crawler.errors import SourceError
from icma_crawler.extraction import extract, warm_up
from icma_crawler.models import Capture, Portal, Source, SourceKind

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
HOME = "https://portal.example/"
PORTAL = Portal(id="portal", name="Portal", home=HOME, language="az", timezone="Asia/Baku")
WORDS = "Komissiya yeni qərarı təsdiqləyib və sənədi açıqlayıb. " * 20
RSS = f"<rss><channel><item><link>{HOME}siyaset/yeni</link></item></channel></rss>"


def capture_of(text: str) -> Capture:
    headers = (("content-type", "text/html; charset=utf-8"),)
    return Capture(url=HOME, final_url=HOME, status=200, headers=headers, body=text.encode(), fetched_at=NOW)


def read_listing(kind: SourceKind, text: str) -> None:
    with suppress(SourceError):
        read_source(Source(kind=kind, url=HOME), capture_of(text), PORTAL)


def read_page(text: str) -> None:
    extract(capture_of(f"<html><head><title>Komissiya qərarı</title></head><body>{text}</body></html>"), PORTAL)


def read_edit(old: str, new: str) -> None:
    compare("", None, old, "", None, new)


def read_dates(piece: str, length: int) -> None:
    for text in (piece * length, "20 okt " + piece * length, piece * length + "əvvəl"):
        find_dates(text[:length], timezone=BAKU, now=NOW)


READERS: dict[str, tuple[int, Callable[[int], object]]] = {
    "feed: entities": (200_000, lambda n: read_listing("feed", "<rss>" + "&l9;" * n + RSS)),
    "feed: comments": (200_000, lambda n: read_listing("feed", "<!--" * n + RSS)),
    "section: links": (5_000, lambda n: read_listing("section", "<html>" + "<a href='/a/b'></a>" * n)),
    "section: open tags": (400_000, lambda n: read_listing("section", "<html>" + "<" * n)),
    "section: attributes": (
        30_000,
        lambda n: read_listing("section", f"<html><body><a {' '.join(f'a{k}=1' for k in range(n))} href=x>x</a>"),
    ),
    "page: paragraphs": (400, lambda n: read_page(f"<p>{WORDS}</p>" * n)),
    "page: line breaks": (20_000, lambda n: read_page(f"<p>{WORDS}</p>" + "<br>" * n)),
    "page: attributes": (400, lambda n: read_page(f"<p {' '.join(f'a{k}' for k in range(n))}>{WORDS}</p>")),
    "page: one run": (400_000, lambda n: read_page("<p>" + "a" * n + "</p>")),
    "edit: one sentence repeated": (5_000, lambda n: read_edit("Bir iki. " * n, "Bir üç. " * n)),
    "edit: dots": (400_000, lambda n: read_edit("." * n, "!" * n + " A")),
    "edit: names": (4_000, lambda n: read_edit("Əli Vəli " * n, "Vəli Əli Pirəli " * n)),
} | {
    f"dates: {piece!r}": (100, lambda n, piece=piece: read_dates(piece, n))
    for piece in ("1 ", "20.", "1:", "14:02 ", "<", "20 okt ", "- ", "a ", "2025-", "(")
}


def seconds_of(read: Callable[[int], object], size: int) -> float:
    """CPU time of the quicker of two readings."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        read(size)
        taken.append(time.process_time() - began)
    return min(taken)


def main() -> None:
    warm_up()
    print(f"{'reader and text':<30} {'size':>8} {'seconds':>9} {'twice':>9} {'times':>6}")
    for name, (size, read) in READERS.items():
        once, twice = seconds_of(read, size), seconds_of(read, 2 * size)
        print(f"{name:<30} {size:>8} {once:>9.4f} {twice:>9.4f} {twice / max(once, 1e-6):>6.1f}", flush=True)


if __name__ == "__main__":
    main()
