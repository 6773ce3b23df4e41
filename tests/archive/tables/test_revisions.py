"""The states of each article."""

from __future__ import annotations

from datetime import timedelta

import pytest

HOUR = timedelta(hours=1)


@pytest.fixture
def edited(desk, now):
    """The revisions of an archive whose only article was edited twice."""
    desk.publish("park", body="Bir.")
    for hours, body in ((1, "Bir. İki."), (2, "Bir. İki. Üç.")):
        desk.look_again("park", body=body, now=now + hours * HOUR)
    return desk.archive.revisions


def test_every_state_is_told_with_its_text(edited, now):
    history = edited.history_of(1)
    assert [(past.revision, past.body, past.recorded_at) for past in history] == [
        (1, "Bir.", now),
        (2, "Bir. İki.", now + HOUR),
        (3, "Bir. İki. Üç.", now + 2 * HOUR),
    ]
    assert [fields["body"] for fields in edited.past_fields(1)] == ["Bir.", "Bir. İki."]
    assert edited.history_of(2) == []


def test_every_state_names_its_page(edited):
    assert (edited.first_capture(1), edited.current_capture(1)) == (1, 3)
    assert edited.captures_of(1) == [1, 2, 3]
    assert [edited.article_of(capture_id) for capture_id in (1, 3, 4)] == [1, 1, None]
    assert (edited.first_capture(2), edited.current_capture(2), edited.captures_of(2)) == (None, None, [])


def test_a_state_without_a_page_is_passed_over_for_the_first_page_only(edited, desk, now):
    columns = desk.archive.articles.row_of(1)
    edited.add(1, columns, revision=4, kind="edit", cause="import", capture_id=None, now=now)
    assert (edited.first_capture(1), edited.current_capture(1)) == (1, None)


def test_what_is_wiped_keeps_its_place_and_no_word(edited):
    edited.wipe(1)
    assert [row["revision"] for row in edited.rows_of(1)] == [1, 2, 3]
    assert {(row["fields"], row["content_sha256"]) for row in edited.rows_of(1)} == {(None, "")}
    assert edited.past_fields(1) == []
