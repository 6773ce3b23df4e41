"""An article's words are found inside other pages, also broken off, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from icma_crawler.redaction import Wording

PASSAGE = "Sənədin sahibi Filankəs Filankəsov Nizami küçəsində yaşayır və heç kim ilə danışmır."
OTHER = "Sənədin sahibi Filankəs Filankəsov Nizami küçəsində görünməyib, polis onu axtarır."


def redacted(markup: str, *passages: str, charset: str = "utf-8") -> str:
    wording = Wording(passages=frozenset(passages or [PASSAGE]), charset=charset)
    return wording.blanked(markup.encode(charset)).replace("█".encode(), "█".encode(charset, "replace")).decode(charset)


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        (f"<p>{PASSAGE}</p>", "<p>█</p>"),
        (f"<p>{PASSAGE.replace(' ', chr(10) + '  ')}</p>", "<p>█</p>"),
        (f"<li>{PASSAGE[:58]}...</li>", "<li>█...</li>"),
        (f"<li>{PASSAGE[:57]}…</li>", "<li>█…</li>"),
        (f"<li>{PASSAGE[:51]} [&hellip;]</li>", "<li>█ [&hellip;]</li>"),
        (f'<meta content="{PASSAGE[:51]}">', '<meta content="█">'),
        (f"<li>{PASSAGE[:51]}</li>", "<li>█</li>"),
        (f"<p>Dünən: {PASSAGE} Sabah.</p>", "<p>Dünən: █ Sabah.</p>"),
    ],
)
def test_a_passage_goes_also_where_a_teaser_breaks_it_off(shown, left):
    assert redacted(shown) == left


@pytest.mark.parametrize(
    "shown", [f"<p>{OTHER}</p>", "<p>Sənədin sahibi Filankəs…</p>", f"<p>{PASSAGE[:51]} deyil</p>"]
)
def test_what_only_begins_alike_stays(shown):
    assert redacted(shown) == shown
    assert not Wording(passages=frozenset([PASSAGE]), charset="utf-8").found_in(shown.encode())


def test_the_longer_of_two_that_begin_alike_goes_whole():
    assert redacted(f"<p>{PASSAGE}</p><p>{OTHER}</p>", PASSAGE, OTHER) == "<p>█</p><p>█</p>"


def test_a_page_in_another_charset_is_read_in_it():
    text = "Владелец документа живёт на улице Низами и ни с кем не разговаривает."
    wording = Wording(passages=frozenset([text]), charset="windows-1251")
    assert wording.blanked(f"<p>{text}</p>".encode("windows-1251")) == "<p>█</p>".encode()


def test_a_passage_is_found_within_what_only_begins_like_another():
    short, long = "Bakıda yeni park açılıb", "Bakıda yeni park açılıb və orada iki yüz ağac əkilib"
    wording = Wording(passages=frozenset([short, long]), charset="utf-8")
    body = "<p>Bakıda yeni park açılıb və orada iki yüz qonaq olub</p>".encode()
    assert short.encode() not in wording.blanked(body)


@example(words=["x" * 17, "x" * 17, "x" * 17, "Bir", "Bir", "x" * 17])
@given(st.lists(st.sampled_from(["Bir", "iki", "üç", "<b>", "&", "x" * 17, "…", "\\n"]), min_size=6, max_size=40))
def test_no_whole_passage_is_ever_left(words):
    passage = " ".join(words)
    wording = Wording(passages=frozenset([passage]), charset="utf-8")
    assert passage.encode() not in wording.blanked(f"<p>{passage}</p>{passage} {passage}".encode())
