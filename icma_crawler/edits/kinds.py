"""Two states of an article in, what kind of edit lies between them out.

An editor mends a comma, swaps a headline, corrects the number of the injured, adds what the minister said, or writes
the piece anew; who republishes it wants to know which. In doubt the graver kind is given: a correction taken for a typo
is overlooked, a typo taken for a correction costs a glance.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal, Protocol

from icma_crawler.edits.alignment import DiffLine, align
from icma_crawler.edits.mentions import (
    MentionSwap,
    Names,
    Reader,
    is_another_month,
    name_swaps,
    number_swaps,
    numbers_in,
)
from icma_crawler.edits.spelling import count_words, is_spelling, without_repeats

EditKind = Literal["typo", "headline", "correction", "addition", "substantive"]
Swap = tuple[str | None, str | None]
"""What was mentioned, and what stands in its place: (old, new); None where something appeared or vanished."""

_FEW_WORDS = 15
_FEW_PERCENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What was changed in an article's title, lead and body.

    ``words_added`` and ``words_removed`` leave out sentences that only moved. A number or name is listed once, and as
    appeared (None, new) or vanished (old, None) only if the other text does not have it anywhere.
    """

    kind: EditKind
    words_added: int
    words_removed: int
    numbers_changed: tuple[Swap, ...] = ()
    names_changed: tuple[Swap, ...] = ()


class Text(Protocol):
    """What an article and the archive's knowledge of one have in common: the three texts that an edit can change."""

    @property
    def title_shown(self) -> str: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def body(self) -> str: ...


def edit_kind(old: Text, new: Text) -> EditKind:
    """The kind of the edit that made *new* of *old*."""
    return compare(old.title_shown, old.lead, old.body, new.title_shown, new.lead, new.body).kind


def compare(  # noqa: PLR0917 - two states, each in reading order
    old_title: str, old_lead: str | None, old_body: str, new_title: str, new_lead: str | None, new_body: str
) -> Edit:
    """Say what lies between two states of an article, in one of five kinds.

    - **typo**: the words are the same but for spelling, punctuation, spacing or case, with at most a letter or two
      wrong in a long word; no number or name became another. The least of kinds, so also that of equal texts
      (where only an author or a section changed).
    - **headline**: only the title or lead differs beyond that. What is reported stays, how it is sold does not.
    - **correction**: sentences were amended in place with few words lost (15, or a tenth of the text), such as a number,
      a date or a name; or sentences changed places. The article says the same, but for that.
    - **addition**: sentences came, or existing ones grew by as much, and none went: the story goes on.
    - **substantive**: everything else; above all where a sentence was taken out or most of it rewritten, because what
      an article no longer says is what a reader of the old one must learn.
    """
    head = align(old_title, new_title) + align(old_lead or "", new_lead or "")
    body = align(old_body, new_body)
    if all(line.kind == "same" for line in head + body):
        return Edit(kind="typo", words_added=0, words_removed=0)
    old = [line.old for line in head + body if line.old]
    new = [line.new for line in head + body if line.new]
    names = Names.of(dict.fromkeys(old + new))
    lines = _without_moved(head + body)
    return Edit(
        kind=_kind_of(head, body, names, old_words=sum(map(count_words, old))),
        words_added=sum(map(_added_words, lines)),
        words_removed=sum(map(_removed_words, lines)),
        numbers_changed=_listed([swap for line in lines for swap in number_swaps(line)], numbers_in, old, new),
        names_changed=_listed([swap for line in lines for swap in name_swaps(line, names)], names.read, old, new),
    )


def _without_moved(lines: list[DiffLine]) -> list[DiffLine]:
    """The lines that changed, without the sentences that were removed in one place and added in another."""
    lines = [line for line in lines if line.kind != "same"]
    removed = Counter(line.old.strip() for line in lines if line.kind == "removed")
    added = Counter(line.new.strip() for line in lines if line.kind == "added")
    moved = removed & added
    left = {"removed": moved.copy(), "added": moved.copy()}
    staying = []
    for line in lines:
        sentence = (line.old or line.new).strip()
        if line.kind != "changed" and left[line.kind][sentence] > 0:
            left[line.kind][sentence] -= 1
        else:
            staying.append(line)
    return staying


# ---- the kind


def _kind_of(head: list[DiffLine], body: list[DiffLine], names: Names, *, old_words: int) -> EditKind:
    amended = [line for line in body if not _is_typo(line, names)]
    if not amended:
        return "typo" if all(_is_typo(line, names) for line in head) else "headline"
    amended = _without_moved(amended)
    kinds = {line.kind for line in amended}
    few = max(_FEW_WORDS, old_words * _FEW_PERCENT // 100)
    if "removed" in kinds or sum(map(_removed_words, amended)) > few:
        return "substantive"
    if "added" in kinds or sum(map(_added_words, amended)) > few:
        return "addition"
    return "correction"


def _is_typo(line: DiffLine, names: Names) -> bool:
    if line.kind != "changed":
        return line.kind == "same" or not count_words(line.old + line.new)
    if number_swaps(line):
        return False
    if without_repeats(line.old) == without_repeats(line.new):
        return True
    if name_swaps(line, names):
        return False
    words = [(line.old[slice(*old)], line.new[slice(*new)]) for old, new in line.spans]
    return all(is_spelling(was, now) and not is_another_month(was, now) for was, now in words)


# ---- what is counted and listed


def _removed_words(line: DiffLine) -> int:
    if line.kind == "changed":
        return sum(count_words(line.old[slice(*old)]) for old, _ in line.spans)
    return count_words(line.old)


def _added_words(line: DiffLine) -> int:
    if line.kind == "changed":
        return sum(count_words(line.new[slice(*new)]) for _, new in line.spans)
    return count_words(line.new)


def _listed(swaps: list[MentionSwap], read: Reader, old: list[str], new: list[str]) -> tuple[Swap, ...]:
    """Each number or name that changed, once; what a text has elsewhere has neither appeared nor vanished."""
    has_appeared, has_vanished = any(was is None for was, _ in swaps), any(now is None for _, now in swaps)
    had = _keys_in(old, read) if has_appeared else set()  # to read a whole text is most of the work
    has = _keys_in(new, read) if has_vanished else set()
    for was, now in swaps:
        if was and now:
            had |= now.keys
            has |= was.keys
    listed: dict[tuple[object, object], Swap] = {}
    for was, now in swaps:
        if (was or not now or not now.keys <= had) and (now or not was or not was.keys <= has):
            swap = (None if was is None else was.text, None if now is None else now.text)
            listed.setdefault((was and was.keys, now and now.keys), swap)
    return tuple(listed.values())


def _keys_in(sentences: list[str], read: Reader) -> set[str]:
    return {key for sentence in sentences for mention in read(sentence) for key in mention.keys}
