"""Why a page was read as it was: per field what spoke for which value, as a table or for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from icma_crawler.cli.output import print_table
from icma_crawler.models import Article, Rejection

if TYPE_CHECKING:
    from icma_crawler.extraction import Evidence

_MAX_VALUE = 90
_WON = "✓"
_SHOWN_AS = {"title": "title_shown"}
"""Fields whose evidence speaks of another one: the kicker is cut off only after the headline is chosen."""


def shown_fields(article: Article) -> dict[str, Any]:
    """By name what the article says; ``signals`` is the name that programs know for its `reuse_signals`."""
    return {"signals" if name == "reuse_signals" else name: value for name, value in asdict(article).items()}


def explained_as_json(
    result: Article | Rejection, evidence: Mapping[str, Sequence[Evidence]]
) -> dict[str, list[dict[str, Any]]]:
    """By field the candidates, each with what stands on the page, its source, its confidence and whether it won."""
    return {
        name: [
            {
                "value": one.value,
                "text": one.text or one.value,
                "source": one.source,
                "confidence": one.confidence,
                "won": won,
            }
            for one, won in _judged(name, result, found)
        ]
        for name, found in evidence.items()
    }


def print_explanation(result: Article | Rejection, evidence: Mapping[str, Sequence[Evidence]]) -> None:
    """A table of all fields: what was decided, and below it what spoke for it and against it."""
    rows: list[list[str]] = []
    if isinstance(result, Rejection):
        rows.append(["rejected", "", f"{result.reason} {result.detail}".strip(), "", ""])
    values = shown_fields(result) if isinstance(result, Article) else {}
    names = [field.name for field in fields(Article)]
    for name in sorted({*evidence, *values}, key=lambda name: names.index(name) if name in names else len(names)):
        rows += _rows_of(name, values.get(name), list(_judged(name, result, evidence.get(name, ()))))
    print_table(["field", "", "value", "source", "trust"], rows)


def _rows_of(name: str, value: object, judged: list[tuple[Evidence, bool]]) -> Iterator[list[str]]:
    if not judged:
        yield [name, "", _readable(value), "", ""]
    for index, (one, won) in enumerate(judged):
        mark = _WON if won else ""
        value = f"{one.value}  ({one.text})" if one.text and one.text != one.value else one.value
        yield ["" if index else name, mark, _cut(value), one.source, f"{one.confidence:.2f}"]


def _judged(name: str, result: Article | Rejection, found: Sequence[Evidence]) -> Iterator[tuple[Evidence, bool]]:
    """Each candidate and whether it is what the article says; the most trusted of equal ones."""
    value = getattr(result, _SHOWN_AS.get(name, name), None)
    wanted = _stated(value)
    equal = [one for one in found if one.value == wanted[:500]]
    winner = max(equal, key=lambda one: one.confidence, default=None)
    if winner is None and value is not None:
        winner = max(found, key=lambda one: one.confidence, default=None)
    for one in found:
        yield one, one is winner


def _stated(value: object) -> str:
    """A field's value the way evidence has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _readable(value: object) -> str:
    if value is None or value == ():
        return "(not stated)"
    return _cut(_stated(value))


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_VALUE else flat[: _MAX_VALUE - 1] + "…"
