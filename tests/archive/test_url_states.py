"""What a look makes of a url: the table, the rule for what cannot be read, and when there is another look."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from icma_crawler.archive import url_states
from icma_crawler.archive.url_states import (
    TRANSITIONS,
    LookResult,
    Standing,
    Transition,
    later_look,
    next_look,
    state_after,
)
from icma_crawler.models import OUTCOMES, FrontierState, Outcome

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
REST = timedelta(minutes=40)
UNREAD = ("rejected", "refused", "failed", "pending", "taken")
STATES = tuple(state for state in get_args(FrontierState) if state != "withdrawn")


def drawn() -> dict[str, Transition]:
    """The rows of the docstring's table."""
    table = (url_states.__doc__ or "").rpartition("---\n")[2].partition("\n\n")[0]
    rows = [re.split(r"\s{2,}", line.strip())[:4] for line in table.splitlines()]
    return {result: Transition(alone, None if held == "(stays)" else held, out) for result, alone, held, out in rows}


def standing(state: FrontierState = "pending", *, held: bool = False, copy: bool = False, **values) -> Standing:
    facts = {"rests_until": None, "attempts": 0, "is_dated": False} | values
    return Standing(state=state, is_held=held or copy, is_copy=copy, **facts)


def due(before: Standing, result: LookResult, *, reason: str | None = None, asked: datetime | None = None):
    return next_look(before, result, reason=reason, stays_copy=before.is_copy, asked=asked, now=NOW)


def test_the_table_is_drawn_as_it_is():
    assert drawn() == TRANSITIONS
    assert list(drawn()) == list(TRANSITIONS)


def test_every_result_has_a_row():
    results = {each for part in get_args(LookResult) for each in get_args(part) or (part,)}
    assert set(TRANSITIONS) == results
    assert set(get_args(Outcome)) == set(OUTCOMES) <= results


def test_every_state_is_reached_and_known():
    reached = {state for step in TRANSITIONS.values() for state in (step.alone, step.held)} - {None}
    assert reached == set(get_args(FrontierState))


@pytest.mark.parametrize("result", TRANSITIONS)
@pytest.mark.parametrize("state", STATES)
def test_a_url_that_is_alone_becomes_what_the_look_came_to(state: FrontierState, result: LookResult):
    assert state_after(standing(state), result) == TRANSITIONS[result].alone


@pytest.mark.parametrize("result", UNREAD)
@pytest.mark.parametrize("state", STATES)
def test_what_is_held_stays_what_it_was_when_it_cannot_be_read(state: FrontierState, result: LookResult):
    assert state_after(standing(state, held=True), result) == state
    assert state_after(standing(state, copy=True), result) == state


@pytest.mark.parametrize("result", TRANSITIONS)
@pytest.mark.parametrize("is_held", [True, False])
def test_nothing_leads_out_of_a_withdrawal(result: LookResult, is_held: bool):
    withdrawn = standing("withdrawn", held=is_held)
    assert state_after(withdrawn, result) == "withdrawn"
    assert due(withdrawn, result, reason="soft-404", asked=NOW + REST) is None


@pytest.mark.parametrize("result", sorted(set(TRANSITIONS) - set(UNREAD)))
def test_what_is_held_and_read_is_what_was_read(result: LookResult):
    assert state_after(standing("archived", held=True), result) == TRANSITIONS[result].held is not None


@pytest.mark.parametrize("result", ["failed", "refused"])
@pytest.mark.parametrize(
    ("attempts", "rest"),
    [(0, timedelta(minutes=10)), (1, timedelta(hours=1)), (3, timedelta(days=1)), (99, timedelta(days=1))],
)
def test_what_failed_is_tried_ever_later(result: LookResult, attempts: int, rest: timedelta):
    assert due(standing(attempts=attempts), result) == NOW + rest
    assert due(standing("archived", held=True, attempts=attempts), result, asked=NOW + REST) == NOW + rest


@pytest.mark.parametrize("result", TRANSITIONS)
def test_a_copy_that_rests_for_ever_is_never_looked_at_by_itself(result: LookResult):
    assert due(standing("unchanged", copy=True), result, reason="soft-404", asked=NOW + REST) is None


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("failed", timedelta(hours=1)),
        ("refused", timedelta(hours=1)),
        ("rejected", timedelta(days=1)),
        ("pending", -timedelta(hours=1)),
        ("duplicate", REST),
    ],
)
def test_a_copy_by_its_text_keeps_its_later_looks(result: LookResult, expected: timedelta):
    copy = standing("unchanged", copy=True, attempts=1, rests_until=NOW - timedelta(hours=1))
    assert due(copy, result, reason="not-article", asked=NOW + REST) == NOW + expected


def test_a_copy_is_rejected_three_times_and_then_left_alone():
    copy = standing("unchanged", copy=True, attempts=3, rests_until=NOW)
    assert due(copy, "rejected") is None


def test_a_copy_that_turns_out_to_be_an_article_is_looked_at_like_one():
    copy = standing("unchanged", copy=True)
    assert next_look(copy, "archived", reason=None, stays_copy=False, asked=NOW + REST, now=NOW) == NOW + REST


@pytest.mark.parametrize(
    "result", ["archived", "revised", "restored", "unchanged", "missing", "still-gone", "rejected"]
)
def test_an_article_is_looked_at_when_the_crawl_says(result: LookResult):
    assert due(standing("archived", held=True), result, reason="soft-404", asked=NOW + REST) == NOW + REST


@pytest.mark.parametrize(
    ("reason", "looks", "is_dated", "rest"),
    [
        ("soft-404", 0, False, timedelta(hours=6)),
        ("soft-404", 2, False, timedelta(days=3)),
        ("soft-404", 3, False, None),
        ("duplicate", 1, False, timedelta(days=1)),
        ("not-article", 0, True, timedelta(hours=6)),
        ("not-article", 0, False, None),
        ("robots", 0, True, None),
        (None, 0, True, None),
    ],
)
def test_what_may_become_an_article_is_looked_at_later(reason, looks: int, is_dated: bool, rest: timedelta | None):
    expected = None if rest is None else NOW + rest
    assert later_look(reason, looks, is_dated=is_dated, now=NOW) == expected
    assert due(standing(attempts=looks, is_dated=is_dated), "rejected", reason=reason, asked=NOW + REST) == expected
