"""A takedown in an archive that was really crawled: not a word that was the article's alone is left in any byte."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from other_program import ask

from icma_crawler.archive import open_archive
from icma_crawler.operations.maintenance.takedown import withdraw
from icma_crawler.text import fold

NOW = datetime(2026, 12, 1, tzinfo=UTC)
WORD = re.compile(r"\w{6,}")


@pytest.fixture
def copied(crawled, tmp_path):
    """The crawled newsroom's archive, to spoil."""
    with open_archive(crawled.archive, readonly=True) as archive:
        archive.engine.copy_to(tmp_path / "archive.db")
    with open_archive(tmp_path / "archive.db") as archive:
        yield archive


def text_of(archived) -> str:
    article = archived.article
    return " ".join(filter(None, (article.title_shown, article.kicker, article.lead, article.body, *article.tags)))


def own_words(archive) -> dict[int, set[str]]:
    """Of each article the words that are part of no other, of no address and of no statement that made the tables.

    Nor but for their last letter: behind an address any byte may follow in the file.
    """
    texts = {archived.id: text_of(archived) for _, archived in archive.changes.iter_since()}
    schema = ask(archive.path, "SELECT type || name || tbl_name || sql FROM sqlite_master WHERE sql <> ''")
    addresses = ask(archive.path, "SELECT url FROM frontier")
    given = fold(" ".join(row[0] for row in [*schema, *addresses]))
    elsewhere = {
        number: given + fold(" ".join(text for other, text in texts.items() if other != number)) for number in texts
    }
    return {
        number: {word for word in WORD.findall(text) if fold(word)[:-1] not in elsewhere[number]}
        for number, text in texts.items()
    }


def bytes_of(archive) -> bytes:
    return b"".join(file.read_bytes() for file in archive.path.parent.glob(archive.path.name + "*"))


def pages_of(archive) -> str:
    """The text of all captures, decompressed, however letters are written there; without the addresses, which stay."""
    numbers = ask(archive.path, "SELECT id FROM captures")
    text = "\n".join(archive.captures.load(number).body.decode("utf-8", "replace") for (number,) in numbers)
    for (url,) in ask(archive.path, "SELECT url FROM articles"):
        text = text.replace(urlsplit(url).path, " ")
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), html.unescape(text))


def phrases_of(text: str) -> set[tuple[str, ...]]:
    """All that is said in four words: a single word may be the page's furniture."""
    words = re.findall(r"\w+", text)
    return set(zip(words, words[1:], words[2:], words[3:], strict=False))


def traces(archive, words: set[str], phrases: set[tuple[str, ...]]) -> list[object]:
    data = bytes_of(archive)
    in_rows = [word for word in sorted(words) if word.encode() in data or fold(word).encode() in data]
    return in_rows + sorted(phrases & phrases_of(pages_of(archive)))


@pytest.fixture
def traces_of(copied):
    """What is left of some articles: their own words in the file, their own phrases inside its pages."""
    words = own_words(copied)
    said = {archived.id: phrases_of(text_of(archived)) for _, archived in copied.changes.iter_since()}

    def find(*numbers):
        others = set().union(*(phrases for number, phrases in said.items() if number not in numbers))
        mine = set().union(*(said[number] for number in numbers)) - others
        return traces(copied, set().union(*(words[number] for number in numbers)), mine)

    return find


def test_not_a_word_of_its_own_is_left_in_any_byte(copied, traces_of):
    chosen = [archived.id for _, archived in copied.changes.iter_since()][::7]
    for number in chosen:
        assert len(traces_of(number)) > 20
        done = withdraw(copied, [str(number)], "şikayət", now=NOW)
        assert (done.wiped, done.is_clean) == (1, True)
        assert traces_of(number) == []
    assert list(copied.find_faults(lambda _done, _total: None)) == []


def test_a_whole_portal_goes_and_nothing_else(copied, traces_of):
    gone = copied.articles.ids_of("cinar-demo")
    others = [archived.id for _, archived in copied.changes.iter_since() if archived.id not in gone]
    before = traces_of(*others)
    withdraw(copied, [str(number) for number in gone], "məhkəmə", now=NOW)
    assert traces_of(*gone) == []
    assert set(before) == set(traces_of(*others))
