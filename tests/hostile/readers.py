"""Everything that reads strangers' bytes, as functions of bytes alone, each with what must hold of its result."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from zoneinfo import ZoneInfo

from seeds import NOW

from icma_crawler.crawl.fetch.decoding import DecodeError, decode
from icma_crawler.crawl.fetch.robots import policy_from, read_robots
from icma_crawler.dates import parse_date, parse_machine_date
from icma_crawler.discovery import read_source
from icma_crawler.errors import DateError, SourceError, UrlError
from icma_crawler.extraction import extract
from icma_crawler.models import Article, Capture, Portal, Rejection, Source
from icma_crawler.rights import read_tdm_file
from icma_crawler.text import clean_text
from icma_crawler.urls import canonical_url

HOME = "https://portal.example/"
PORTAL = Portal(id="portal", name="Portal", home=HOME, language="az", timezone="Asia/Baku")
BAKU = ZoneInfo("Asia/Baku")
_MAX_BYTES = 1_000_000
_NOT_CLEAN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def capture_of(body: bytes, url: str = HOME + "xeber/park") -> Capture:
    return Capture(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=NOW)


def texts_in(value: object) -> Iterator[str]:
    """Every text of a value, whatever it is made of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from texts_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name))


def assert_clean(value: object) -> None:
    """Whoever stores or prints it gets valid UTF-8, XML and JSON of it."""
    for text in texts_in(value):
        assert not _NOT_CLEAN.search(text), repr(text[:200])
        assert text.encode().decode() == text


def assert_read(result: Article | Rejection) -> None:
    """A page is an article with a title and a text, or it is none."""
    if isinstance(result, Article):
        assert result.title.strip()
        assert result.body.strip()
        assert result.word_count > 0
        assert_clean(result)


def read_page(body: bytes) -> None:
    assert_read(extract(capture_of(body), PORTAL))


def read_feed(body: bytes) -> None:
    with suppress(SourceError):
        assert_clean(read_source(Source(kind="feed", url=HOME + "rss"), capture_of(body), PORTAL))


def read_section(body: bytes) -> None:
    with suppress(SourceError):
        assert_clean(read_source(Source(kind="section", url=HOME), capture_of(body, HOME), PORTAL))


def read_packed(body: bytes) -> None:
    name = ("gzip", "deflate", "br", "zstd")[body[0] % 4 if body else 0]
    with suppress(DecodeError):
        assert len(decode(body[1:], [name], max_bytes=_MAX_BYTES).body) <= _MAX_BYTES


def read_manners(body: bytes) -> None:
    policy_from(read_robots(200, body, NOW)).parser.can_fetch(HOME + "xeber", "icma")
    assert_clean(read_tdm_file(body))


def read_words(body: bytes) -> None:
    text = body[:2000].decode("utf-8", "surrogateescape")  # bytes that are no UTF-8 become lone surrogates
    assert_clean(clean_text(text))
    for read in (lambda: parse_date(text, timezone=BAKU, now=NOW), lambda: parse_machine_date(text, timezone=BAKU)):
        with suppress(DateError):
            read()
    with suppress(UrlError):
        assert canonical_url(canonical_url(text)) == canonical_url(text)


READERS: tuple[Callable[[bytes], None], ...] = (
    read_page,
    read_feed,
    read_section,
    read_packed,
    read_manners,
    read_words,
)


def read_with(data: bytes) -> None:
    """The first byte chooses the reader, the rest is what it reads."""
    if data:
        READERS[data[0] % len(READERS)](data[1:])
