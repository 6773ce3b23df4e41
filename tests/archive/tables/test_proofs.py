"""Proving what the tables hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from other_program import change

from icma_crawler.archive.tables.proofs import Proofs

HOUR = timedelta(hours=1)


@pytest.fixture
def proofs(desk, now) -> Proofs:
    """Of an archive with two articles, one of them edited."""
    desk.publish("park")
    desk.look_again("park", title="Park bağlanıb", now=now + HOUR)
    desk.publish("muzey")
    archive = desk.archive
    return Proofs(archive.engine.database, archive.captures, archive.meta)


def test_what_is_as_it_was_written_has_no_fault(proofs: Proofs):
    looked_at = []
    assert list(proofs.pages(lambda *told: looked_at.append(told), None)) == []
    assert looked_at == [(1, 3), (2, 3), (3, 3)]
    assert [*proofs.texts(), *proofs.log(), *proofs.itself()] == []


def test_of_many_pages_so_many_are_read(proofs: Proofs):
    looked_at = []
    assert list(proofs.pages(lambda *told: looked_at.append(told), 2)) == []
    assert looked_at == [(1, 2), (2, 2)]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE articles SET section = 'x' WHERE id = 2", "its text is not the one that was archived"),
        ("UPDATE articles SET authors = 'x' WHERE id = 2", "its text is not the one that was archived"),
        ("UPDATE revisions SET fields = 'x' WHERE revision = 1", "its revision 1 is not the one that was archived"),
        ("UPDATE revisions SET content_sha256 = 'x' WHERE article_id = 2", "its revision 1 is not the one"),
    ],
)
def test_a_text_that_is_another_is_named(desk, proofs: Proofs, damage: str, problem: str):
    change(desk.archive.path, damage)
    assert any(fault.problem.startswith(problem) for fault in proofs.texts())


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE captures SET body = x'00' WHERE id = 2", "it cannot be read"),
        ("UPDATE captures SET payload_sha256 = 'x' WHERE id = 2", "its bytes are not those that came"),
        ("UPDATE captures SET headers = '{' WHERE id = 2", "it cannot be read"),
    ],
)
def test_a_page_that_is_another_is_named(desk, proofs: Proofs, damage: str, problem: str):
    change(desk.archive.path, damage)
    (fault,) = proofs.pages(lambda *_: None, None)
    assert fault.where == "page 2 https://sherg.az/park"
    assert fault.problem.startswith(problem)


@pytest.mark.parametrize(
    ("damage", "where", "problem"),
    [
        ("DELETE FROM changes WHERE seq = 2", "change 2", "rows 2 to 2 are missing"),
        ("UPDATE changes SET change = 'gone' WHERE seq = 2", "change 2", "it does not follow from the one before"),
        ("UPDATE changes SET hash = 'x' WHERE seq = 1", "change 1", "it does not follow from the one before"),
    ],
)
def test_a_change_log_that_was_altered_says_where(desk, proofs: Proofs, damage: str, where: str, problem: str):
    change(desk.archive.path, damage)
    fault = next(proofs.log())
    assert fault.where == where
    assert fault.problem.startswith(problem)


def test_what_was_imported_is_proven_by_its_record(desk, now, proofs: Proofs):
    change(desk.archive.path, "INSERT INTO imports VALUES (2, 'x', 1, 'excerpt', 'not its digest', ?)", now.isoformat())
    (fault,) = proofs.texts()
    assert (fault.where, fault.problem) == (
        "article 2 https://sherg.az/muzey",
        "it is not the record that was imported",
    )
