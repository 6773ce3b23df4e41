"""The states of an article in, what was edited out: sentences in colour on a terminal, in marks elsewhere, or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import click

from icma_crawler.archive import PastRevision
from icma_crawler.cli.output import wall_clock
from icma_crawler.edits import DiffLine, Edit, Swap, align, compare

if TYPE_CHECKING:
    from rich.console import Console

Style = Literal["removed", "added", "same", "context"]
DiffRow = tuple[str, list[tuple[str, Style]]]
"""A sign for the margin, and a sentence in pieces."""

_SIGNS = {"removed": "-", "added": "+", "changed": "~", "same": " "}
_MARKS = {"removed": "[-{}-]", "added": "{{+{}+}}", "same": "{}", "context": "{}"}
_STYLES = {"removed": "red", "added": "green", "same": "", "context": "dim"}
_CHANGED_STYLES = {**_STYLES, "removed": "red strike", "added": "bold green"}
_GAP: DiffRow = ("…", [])
_WIDEST = 100
_MOST_LISTED = 8


def edit_of(old: PastRevision, new: PastRevision) -> Edit:
    """What was edited between two states that the archive holds."""
    return compare(old.title, old.lead, old.body, new.title, new.lead, new.body)


def diff_as_json(old: PastRevision, new: PastRevision) -> dict[str, Any]:
    """The edit for programs: its kind and counts, and the sentences that changed, title and lead first."""
    edit = edit_of(old, new)
    return {
        "kind": edit.kind,
        "words_added": edit.words_added,
        "words_removed": edit.words_removed,
        "numbers_changed": edit.numbers_changed,
        "names_changed": edit.names_changed,
        "sentences": [
            {"part": part, "kind": line.kind, "old": line.old.strip() or None, "new": line.new.strip() or None}
            for part, lines in _parts(old, new)
            for line in lines
            if _is_shown(line)
        ],
    }


def print_diffs(past: Sequence[PastRevision]) -> None:
    """Each state of an article under a heading, with the sentences that differ from the state before."""
    out = _Printer()
    first = past[0]
    out.heading(first)
    out.rows([(" ", [(first.title, "same")])])
    for old, new in pairwise(past):
        click.echo()
        out.heading(new)
        aligned = _parts(old, new)
        out.facts(edit_of(old, new), has_moved=any(_has_moved(lines) for _, lines in aligned))
        parts = [(part, rows) for part, lines in aligned if (rows := list(_hunks(lines)))]
        for part, rows in parts:
            out.label(part)
            out.rows(rows)
        if not parts:
            out.note(_explain_sameness(old, new))


def _parts(old: PastRevision, new: PastRevision) -> list[tuple[str, list[DiffLine]]]:
    texts = [("title", old.title, new.title), ("lead", old.lead, new.lead), ("body", old.body, new.body)]
    return [(part, align(before or "", after or "")) for part, before, after in texts]


def _is_shown(line: DiffLine) -> bool:
    return line.kind != "same" and bool(line.old.strip() or line.new.strip())


def _has_moved(lines: list[DiffLine]) -> bool:
    removed = {line.old.strip() for line in lines if line.kind == "removed"}
    return any(line.kind == "added" and line.new.strip() in removed for line in lines)


def _explain_sameness(old: PastRevision, new: PastRevision) -> str:
    if (old.title, old.lead, old.body) == (new.title, new.lead, new.body):
        return "The text is the same; author, section or another field changed."
    return "The sentences are the same; only the breaks between them changed."


# ---- sentences as rows


def _hunks(lines: list[DiffLine]) -> Iterator[DiffRow]:
    """The changed sentences, each group with the sentence before and after it; a gap where some are left out."""
    changed = [at for at, line in enumerate(lines) if _is_shown(line)]
    shown = sorted({near for at in changed for near in (at - 1, at, at + 1) if 0 <= near < len(lines)})
    for before, at in pairwise([-1, *shown]):
        if at > before + 1 and before >= 0:
            yield _GAP
        if lines[at].old.strip() or lines[at].new.strip():
            yield _SIGNS[lines[at].kind], _pieces(lines[at])


def _pieces(line: DiffLine) -> list[tuple[str, Style]]:
    if line.kind == "same":
        return [(line.new.strip(), "context")]
    if line.kind == "removed":
        return [(line.old.strip(), "removed")]
    if line.kind == "added":
        return [(line.new.strip(), "added")]
    return list(_words(line))


def _words(line: DiffLine) -> Iterator[tuple[str, Style]]:
    """A changed sentence: the words that stayed, and at each change the old words, then the new ones."""
    at = 0
    for (old_start, old_end), (new_start, new_end) in line.spans:
        if at < new_start:
            yield _flat(line.new[at:new_start]), "same"
        if old_start < old_end:
            if new_start == new_end and new_start > 0 and line.old[old_start - 1].isspace():
                yield " ", "same"
            yield _flat(line.old[old_start:old_end]), "removed"
            if new_start == new_end == 0:
                yield " ", "same"
        if new_start < new_end:
            yield _flat(line.new[new_start:new_end]), "added"
        at = new_end
    if line.new[at:].rstrip():
        yield _flat(line.new[at:].rstrip()), "same"


def _flat(text: str) -> str:
    return text.replace("\n\n", " ¶ ").replace("\n", " ")


# ---- on paper


class _Printer:
    """Writes to standard output: with rich where there are colours, else plain lines with marks."""

    def __init__(self) -> None:
        self._console: Console | None = _coloured_console() if sys.stdout.isatty() else None

    def heading(self, one: PastRevision) -> None:
        kind = click.style(one.kind, fg="yellow") if self._console else one.kind
        cause = "" if one.cause == "source" else f" · by {one.cause}"
        number = f"Revision {one.revision}"
        click.echo(f"{click.style(number, bold=True)} · {wall_clock(one.recorded_at)} · {kind}{cause}")

    def facts(self, edit: Edit, *, has_moved: bool) -> None:
        facts = []
        if edit.words_added or edit.words_removed:
            facts.append(f"+{edit.words_added} −{edit.words_removed} words")
        if edit.numbers_changed:
            facts.append(f"numbers {_format_swaps(edit.numbers_changed)}")
        if edit.names_changed:
            facts.append(f"names {_format_swaps(edit.names_changed)}")
        if has_moved:
            facts.append("sentences moved")
        if facts:
            click.echo(" · ".join(facts))

    def label(self, part: str) -> None:
        click.echo()
        click.secho(f"  {part}", dim=True)

    def note(self, sentence: str) -> None:
        click.secho(f"  {sentence}", dim=True)

    def rows(self, rows: list[DiffRow]) -> None:
        if self._console is None:
            for sign, pieces in rows:
                click.echo(f"  {sign} {''.join(_MARKS[look].format(text) for text, look in pieces)}".rstrip())
            return
        from rich.table import Table  # noqa: PLC0415 - 50 ms that a pipe need not pay
        from rich.text import Text  # noqa: PLC0415

        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=3, justify="right")
        grid.add_column()
        for sign, pieces in rows:
            styles = _CHANGED_STYLES if sign == "~" else _STYLES
            grid.add_row(sign, Text.assemble(*((text, styles[look]) for text, look in _apart(pieces))))
        self._console.print(grid)


def _apart(pieces: list[tuple[str, Style]]) -> Iterator[tuple[str, Style]]:
    """A space between what went and what came in its place: colour alone makes 57 of 5 and 7."""
    for (_, before), piece in pairwise([("", "same"), *pieces]):
        if (before, piece[1]) == ("removed", "added"):
            yield " ", "same"
        yield piece


def _coloured_console() -> Console | None:
    from rich.console import Console  # noqa: PLC0415

    console = Console(file=sys.stdout, highlight=False)
    if console.color_system is None or console.no_color:
        return None
    console.width = min(_WIDEST, console.width)
    return console


def _format_swaps(swaps: tuple[Swap, ...]) -> str:
    """The swaps as "5→7, +12, −3"; the first few of a long list."""
    told = [f"{old}→{new}" if old and new else f"+{new}" if new else f"−{old}" for old, new in swaps[:_MOST_LISTED]]
    return ", ".join(told) + (f" and {len(swaps) - _MOST_LISTED} more" if len(swaps) > _MOST_LISTED else "")
