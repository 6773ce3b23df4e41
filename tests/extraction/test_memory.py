"""What a portal's pages repeat: what is learned, and what must never be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from icma_crawler.extraction import EXTRACTOR, extract, extractor_of, learn
from icma_crawler.extraction.memory import fingerprint, without_recurring
from icma_crawler.models import Rule

PARAGRAPH = (
    "Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr isə üç ay davam edib."
)
CLOSING = "Hadisələrin gedişatını bizimlə izləyin: 012 555 10 20"


def article(number: int, *more: str) -> tuple[str, str]:
    name = "".join("abcdefghij"[int(digit)] for digit in str(number))  # digits are masked
    lines = [f"{name}-da {place} təmir edilib." for place in ("körpü", "məktəb", "yol")]
    return f"Təmir işləri {name} rayonunda bitib", "\n\n".join([*lines, *more])


def samples(texts: list[tuple[str, str]]) -> list[str]:
    return [one.sample for one in learn(texts, [title for title, _ in texts])]


def test_a_closing_line_is_learned():
    assert samples([article(number, CLOSING) for number in range(20)]) == [CLOSING]


def test_numbers_in_a_line_do_not_hide_that_it_recurs():
    texts = [article(number, f"Xəbər xətti {number} saat açıqdır") for number in range(20)]
    assert samples(texts) == ["Xəbər xətti 0 saat açıqdır"]


def test_copies_of_one_story_teach_nothing():
    copies = [article(99) for _ in range(5)]
    assert samples([article(number) for number in range(20)] + copies) == []


def test_a_background_paragraph_of_a_running_story_is_text():
    background = "Xatırladaq ki, körpü ötən il daşqın zamanı uçmuşdu və bərpasına payızda başlanılıb."
    texts = [article(number, background) if number % 10 == 0 else article(number) for number in range(60)]
    assert samples(texts) == []


@pytest.mark.parametrize("line", ["Bakı, 23 iyun, AZƏRTAC", "BAKU, Azerbaijan, June 23. Trend:", "Gəncə. 05.11.2026"])
def test_datelines_are_text(line: str):
    texts = [(title, f"{line}\n\n{body}") for title, body in map(article, range(20))]
    assert samples(texts) == []


@pytest.mark.parametrize("line", ["Mənbə: Report", "/ Report", "(Report)"])
def test_whom_an_article_cites_is_text(line: str):
    assert samples([article(number, line) for number in range(20)]) == []


def test_the_headline_of_another_article_is_a_link():
    linked, _ = article(3)
    texts = [*map(article, range(10)), article(10, linked)]
    (found,) = learn(texts, [title for title, _ in texts])
    assert (found.kind, found.fingerprint, found.pages) == ("headline", fingerprint(linked), 1)


def test_two_articles_are_too_few():
    assert samples([article(number, CLOSING) for number in range(2)]) == []


def test_a_line_of_a_few_years_ago_is_learned_beside_todays():
    old = [article(number, "Köhnə redaksiyanın son sözü belədir") for number in range(200)]
    new = [article(number, CLOSING) for number in range(200, 400)]
    assert sorted(samples([*old, *new])) == sorted(["Köhnə redaksiyanın son sözü belədir", CLOSING])


def test_a_text_is_never_cut_to_nothing():
    memory = frozenset({fingerprint(CLOSING)})
    assert without_recurring([CLOSING], memory) == [CLOSING]
    assert without_recurring(["Mətn.", CLOSING], memory) == ["Mətn."]


def test_a_page_is_read_without_what_is_remembered(portal, story):
    body = "".join(f"<p>{PARAGRAPH.replace('yeni', word)}</p>" for word in ("yeni", "son", "ilk"))
    capture = story(body=f"{body}<p>{CLOSING}</p>", meta="20 oktyabr 2025 14:02")
    plain, cut = extract(capture, portal), extract(capture, portal, memory=frozenset({fingerprint(CLOSING)}))
    assert plain.body == f"{cut.body}\n\n{CLOSING}"
    assert cut.word_count < plain.word_count
    assert cut.extractor != plain.extractor


def test_the_extractors_name_tells_what_it_knows_of_the_portal(portal):
    ruled = replace(portal, rules=(Rule(body="div.text"),))
    names = {extractor_of(portal), extractor_of(ruled), extractor_of(portal, frozenset({"a"}))}
    assert len(names) == 3
    assert all(name.startswith(EXTRACTOR) for name in names)
