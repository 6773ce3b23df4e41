from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.text import clean_line, clean_text, content_digest, fold, is_azerbaijani_cyrillic, slug_words

# Marks, surrogates and separators are rare among all characters, so they are mixed in on purpose.
TRICKY = st.sampled_from(
    "\x00\x07\x0b\x1f\x7f\x85\xa0\xad\u0301\u0307\u200b\u200d\u2028\u202e\u2066\ufeff\ufffe\uffff\ud800\udfff e\nİıəƏ\r\t"
)
ANY_TEXT = st.lists(st.one_of(TRICKY, st.characters(codec=None))).map("".join)
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

FOLDED_PAIRS = [
    ("Azərbaycan", "azerbaycan"),
    ("AZƏRBAYCAN", "azerbaycan"),
    ("ŞİRKƏT", "sirket"),
    ("şirkət", "sirket"),
    ("İqtisadiyyat", "iqtisadiyyat"),
    ("IQTISADIYYAT", "iqtisadiyyat"),
    ("İstiqlal", "istiqlal"),
    ("BAKIDA", "bakida"),
    ("Bakıda", "bakida"),
    ("IŞIQ", "isiq"),
    ("işıq", "isiq"),
    ("Həsənova", "hesenova"),
    ("Qazaxıstanla", "qazaxistanla"),
    ("çörəyi", "coreyi"),
    ("uşağı", "usagi"),
    ("Lalâ", "lala"),
    ("ÖZÜ", "ozu"),
    ("Prezident’in", "prezident in"),
    ("Prezident'in", "prezident in"),
    ("AZƏRTAC-ın", "azertac-in"),
    ("café", "cafe"),
    ("Йод и ёлка", "иод и елка"),
    ("Азәрбајҹан", "azerbaycan"),
    ("ҮЗҮМ ҝөзәл", "uzum gozel"),
    (unicodedata.normalize("NFD", "Şəhər çöldə güc"), "seher colde guc"),
]


@given(ANY_TEXT)
def test_cleaned_text_is_utf8_and_xml(text: str):
    cleaned = clean_text(text)
    assert cleaned.encode().decode() == cleaned
    assert not NOT_XML.search(cleaned)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(ANY_TEXT)
def test_a_line_stays_one_line(text: str):
    line = clean_line(text)
    assert "\n" not in line
    assert clean_line(line) == line


@given(ANY_TEXT, st.integers(min_value=0, max_value=20))
def test_a_limit_is_kept(text: str, limit: int):
    assert len(clean_text(text, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x07c\x1fd\x7fe\x9ff", "abcdef"),
        ("\ud83dx\udc00", "\ufffdx\ufffd"),
        ("\u202eabc\u2066d\u200fe\ufefff", "abcdef"),
        ("Bakı\u00adda", "Bakıda"),
        ("S\u0327@h", "Ş@h"),
        ("e\u200b\u0301", "é"),
        ("a\xa0 \t\u2003b", "a b"),
        ("  a  \r\n  b\rc  ", "a\nb\nc"),
        ("a\n\n \n\n\nb", "a\n\nb"),
        ("a\u2028b", "a b"),
        ("xoş 👨‍👩‍👧 gün", "xoş 👨‍👩‍👧 gün"),
        ("", ""),
    ],
)
def test_what_does_not_belong_in_a_text_is_dropped(text: str, cleaned: str):
    assert clean_text(text) == cleaned


def test_a_cut_text_does_not_end_in_a_space():
    assert clean_text("bir iki", limit=4) == "bir"


@pytest.mark.parametrize(("written", "folded"), FOLDED_PAIRS)
def test_spellings_meet_in_one_form(written: str, folded: str):
    assert fold(written) == folded


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_more(text: str):
    assert fold(fold(text)) == fold(text)


def test_azerbaijani_cyrillic_is_told_from_its_neighbours():
    assert is_azerbaijani_cyrillic("Азәрбајҹан")
    assert not is_azerbaijani_cyrillic("Азербайджан")  # Russian
    assert not is_azerbaijani_cyrillic("Қазақстан әлі")  # Kazakh
    assert not is_azerbaijani_cyrillic("Azərbaycan")


def test_slug_words_are_what_a_portal_would_write():
    assert slug_words("BAKIDA “yeni” xətt: Şəhər-2026!") == ["bakida", "yeni", "xett", "seher", "2026"]


def test_the_digest_tells_every_field_a_reader_reads():
    whole = ("Başlıq", "Lid", "Mətn", ("Aynur",), "Siyasət")
    changed = [
        ("Başlıq!", *whole[1:]),
        ("Başlıq", None, *whole[2:]),
        (*whole[:2], "Mətn.", *whole[3:]),
        (*whole[:3], (), "Siyasət"),
        (*whole[:4], None),
    ]
    digests = {content_digest(*fields) for fields in [whole, *changed]}
    assert len(digests) == 6
    assert content_digest(*whole) == content_digest("Başlıq", "Lid", "Mətn", ["Aynur"], "Siyasət")
