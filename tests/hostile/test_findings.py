"""What fuzzing found, replayed: each file in findings/ once ended in a fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers import READERS, read_with
from seeds import newsroom

from icma_crawler.extraction import warm_up

FINDINGS = sorted(path for path in (Path(__file__).parent / "findings").iterdir() if path.suffix == ".bin")
SOME_PAGE = newsroom("text/html")[0].body
SOME_FEED = newsroom("application/rss")[0].body

# Bytes of markup and of odd encodings, which random bytes hardly ever are.
PIECES = st.sampled_from(
    [
        *(b"<", b">", b"</", b"/>", b"<p>", b"</p>", b"<article>", b"<h1>", b"<script type='application/ld+json'>"),
        *(
            b"<![CDATA[",
            b"]]>",
            b"<!--",
            b"-->",
            b"<!DOCTYPE html>",
            b"</html>",
            b"<item>",
            b"<link>",
            b"<loc>",
            b"<urlset>",
        ),
        *(b'{"@type":"NewsArticle",', b'"headline":', b'"datePublished":', b"[", b"]", b"}", b'"', b"\\ud800", b"NaN"),
        *(b"&#xD800;", b"&#27;", b"&amp;", b"\0", b"\x1b", b"\xff", b"\xed\xa0\x80", "ə".encode(), "\u202e".encode()),
        *(
            b"http://127.0.0.2/",
            b"https://portal.example/xeber/park-1",
            b"2026-02-30",
            b"18 yanvar 2026",
            b"9999-12-31",
        ),
    ]
)
MESS = st.lists(st.one_of(PIECES, st.binary(max_size=8), st.text(max_size=8).map(str.encode)), max_size=60).map(
    b"".join
)


@pytest.fixture(scope="module", autouse=True)
def _warmed() -> None:
    warm_up()


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.stem)
def test_what_once_was_a_fault_is_none(path: Path):
    read_with(path.read_bytes())


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@settings(deadline=None)
@given(mess=MESS)
def test_any_mess_is_a_value_or_a_refusal(reader, mess: bytes):
    reader(mess)


@pytest.mark.parametrize("reader", READERS[:3], ids=lambda reader: reader.__name__)
@settings(deadline=None)
@given(mess=MESS, at=st.integers(min_value=0, max_value=len(SOME_FEED)))
def test_any_mess_within_something_good_is_too(reader, mess: bytes, at: int):
    for good in (SOME_PAGE, SOME_FEED):
        reader(good[:at] + mess + good[at:])
