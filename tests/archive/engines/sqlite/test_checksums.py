"""Seals: what this program writes keeps them, what anybody else does to a record's row breaks them."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest

from icma_crawler.archive.transactions.withdraw import withdraw_article


def broken(desk) -> list[str]:
    return [fault.where for fault in desk.archive.find_faults(lambda *_: None)]


def change(desk, sql: str) -> None:
    """As another program, or a disk, would."""
    with sqlite3.connect(desk.archive.path) as conn:
        conn.execute(sql)
    conn.close()


def test_what_is_archived_revised_and_withdrawn_stays_sealed(desk, now):
    article_id = desk.publish("park")
    desk.look_again("park", title="Park bağlanıb", now=now + timedelta(hours=1))
    other = desk.publish("mətbəx")
    with desk.archive.write():
        withdraw_article(desk.archive, other, "x", now)
    assert desk.archive.find(str(article_id)).revision == 2
    assert broken(desk) == []


@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("UPDATE articles SET published_at = '2020-01-01T00:00:00+00:00'", "article 1"),
        ("UPDATE articles SET url = url || 'x'", "article 1"),
        ("UPDATE articles SET tags = '[\"x\"]'", "article 1"),
        ("UPDATE captures SET fetched_at = '2020-01-01T00:00:00+00:00'", "page 1"),
        ("UPDATE changes SET at = '2020-01-01T00:00:00+00:00'", "change 1"),
        ("UPDATE revisions SET recorded_at = '2020-01-01T00:00:00+00:00'", "revision 1/1"),
        ("UPDATE frontier SET state = 'rejected', reason = 'robots'", "url 1"),
        ("DELETE FROM aliases", "address "),
        ("INSERT INTO withdrawals VALUES ('x', NULL, 'x', 'x')", "withdrawal x"),
    ],
)
def test_a_row_that_somebody_else_changed_is_named(desk, sql: str, where: str):
    desk.publish("park")
    change(desk, sql)
    assert any(each.startswith(where) for each in broken(desk))


def test_a_text_that_is_none_is_named(desk):
    desk.publish("park")
    change(desk, "UPDATE articles SET section = CAST(x'ff41' AS TEXT)")
    assert "article 1" in broken(desk)


def test_an_earlier_revision_is_proven_too(desk, now):
    desk.publish("park")
    desk.look_again("park", title="Park bağlanıb", now=now + timedelta(hours=1))
    change(desk, "UPDATE revisions SET fields = replace(fields, 'Bak', 'Şək') WHERE revision = 1")
    faults = [fault.problem for fault in desk.archive.find_faults(lambda *_: None)]
    assert "its revision 1 is not the one that was archived" in faults
