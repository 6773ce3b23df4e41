from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icma_crawler.models import Article
from icma_crawler.rights import first_sentences, lawful_part

WORD = st.text("abcəış", min_size=1, max_size=6)
SENTENCE = st.builds(
    lambda words, end: " ".join(words).capitalize() + end,
    st.lists(WORD, min_size=1, max_size=8),
    st.sampled_from([".", "!", "?", "…", '."', "»", ".»)", "", ", 3.5 faiz.", " (“a.”)."]),
)
PARAGRAPH = st.lists(SENTENCE, min_size=1, max_size=5).map(" ".join)
BODY = st.lists(PARAGRAPH, min_size=1, max_size=5).map("\n\n".join)


@given(lead=st.one_of(st.none(), PARAGRAPH), body=BODY)
def test_an_excerpt_is_never_more_than_a_third(lead: str | None, body: str):
    article = Article(url="https://sherg.az/a", title="T", title_shown="T", lead=lead, body=body)
    part = lawful_part(article, "excerpt")
    assert count_words(part.lead or "", part.body) <= count_words(lead or "", body) // 3
    assert body.startswith(part.body)
    assert (lead or "").startswith(part.lead or "")
    if part.body and lead:
        assert part.lead == lead
    assert lawful_part(article, "full") is article


@given(body=BODY, words=st.integers(min_value=0, max_value=40))
def test_a_cut_never_ends_within_a_sentence(body: str, words: int):
    part = first_sentences(body, words)
    rest = body.removeprefix(part)
    assert count_words(part) <= words
    if part and rest:
        assert rest[0].isspace()
        assert part[-1] in '.!?…"»”’)]' or rest.startswith("\n\n")


@pytest.mark.parametrize(
    ("text", "words", "part"),
    [
        ("Bir iki. Üç dörd.", 2, "Bir iki."),
        ("Bir iki. Üç dörd.", 3, "Bir iki."),
        ("Bir iki. Üç dörd.", 4, "Bir iki. Üç dörd."),
        ("Bir iki.\n\nÜç dörd.", 4, "Bir iki.\n\nÜç dörd."),
        ("“Bir iki.” Üç dörd.", 2, "“Bir iki.”"),
        ("Bir iki üç.", 2, ""),
        ("Bir 3.5 faiz. Üç dörd.", 3, "Bir 3.5 faiz."),
        ("Bir. İki.\n\nÜç dörd beş. Altı.", 3, "Bir. İki."),
        ("", 5, ""),
    ],
)
def test_a_cut_is_made_between_sentences(text: str, words: int, part: str):
    assert first_sentences(text, words) == part


def count_words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
