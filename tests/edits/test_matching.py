"""What stayed between two texts is found in few looks, also at those that a list makes in a search of its own."""

from __future__ import annotations

import pytest

from icma_crawler.edits.alignment import align, match

LINEAR = 2.5


class Word:
    """A value that counts how often one of its kind is compared with another; the calls of functions do not show it."""

    comparisons = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        Word.comparisons += 1
        return isinstance(other, Word) and self.number == other.number

    def __hash__(self) -> int:
        return self.number


def comparisons_of(size: int, *, different: int) -> int:
    old, new = ([Word(number * step % different) for number in range(size)] for step in (1, 7))
    Word.comparisons = 0
    match(old, new)
    return Word.comparisons


@pytest.mark.parametrize("different", [7, 1_000, 10_000])
def test_twice_the_words_are_compared_twice_as_often(different: int) -> None:
    assert comparisons_of(8_000, different=different) < LINEAR * comparisons_of(4_000, different=different)


@pytest.mark.parametrize("salt", "abcdefgh")
def test_the_likeliest_of_many_sentences_is_the_one_that_was_changed(salt):
    """Whatever order a set of words has in this run: a text has one kind of edit, not one a run."""
    one, two, three, four = (f"{salt}{letter}ürük" for letter in "klmn")
    pairs = [(one, three), (one, four), (two, three), (two, four), (three, four), (one, two)]
    filled = [
        [*pair, *(f"{salt}{chr(97 + n)}{chr(97 + m)}dolğu" for m in range(9))] for n, pair in enumerate(pairs[:-1])
    ]
    new = [" ".join(words).capitalize() + "." for words in [*filled, pairs[-1]]]
    old = f"{one} {two} {three} {four}.".capitalize()
    lines = align(old, " ".join(new))
    assert [(line.old, line.new) for line in lines if line.kind == "changed"] == [(old, new[-1])]
