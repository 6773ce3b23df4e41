"""Holding several answers together: `write()` is all or nothing, `read()` is one state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icma_crawler.archive import Archive, HostRobots, open_archive


@pytest.fixture
def beside(archive: Archive) -> Iterator[Archive]:
    """The same archive, as another program has it open."""
    with open_archive(archive.path) as opened:
        yield opened


@pytest.fixture
def note(now):
    """Write down in an archive that a host answered."""

    def write(archive: Archive, host: str) -> None:
        archive.hosts.save_robots(host, HostRobots(status=200, body="", at=now))

    return write


def noted(archive: Archive, *hosts: str) -> list[str]:
    return [host for host in hosts if archive.hosts.robots_of(host) is not None]


def test_what_is_written_together_is_seen_together(archive: Archive, beside: Archive, note):
    with archive.write():
        note(archive, "a")
        note(archive, "b")
        assert noted(archive, "a", "b") == ["a", "b"]
        assert noted(beside, "a", "b") == []
    assert noted(beside, "a", "b") == ["a", "b"]


def test_outside_of_it_each_statement_is_written_by_itself(archive: Archive, beside: Archive, note):
    note(archive, "a")
    assert noted(beside, "a") == ["a"]


def fail(archive: Archive, note, *hosts: str) -> None:
    """Write down the hosts, the last one in a writing inside; then fail."""
    with archive.write():
        for host in hosts[:-1]:
            note(archive, host)
        with archive.write():
            note(archive, hosts[-1])
        raise LookupError("half done")


def test_a_failure_undoes_everything(archive: Archive, beside: Archive, note):
    with pytest.raises(LookupError):
        fail(archive, note, "a", "b")
    assert noted(archive, "a", "b") == noted(beside, "a", "b") == []


def test_a_failure_inside_undoes_only_what_is_inside(archive: Archive, beside: Archive, note):
    with archive.write():
        note(archive, "a")
        with pytest.raises(LookupError):
            fail(archive, note, "b", "c")
        with archive.write():
            note(archive, "d")
    assert noted(beside, "a", "b", "c", "d") == ["a", "d"]


def test_a_failure_of_the_outer_undoes_what_went_well_inside(archive: Archive, beside: Archive, note):
    with pytest.raises(LookupError), archive.write():
        fail(archive, note, "a", "b")
    with archive.write():
        note(archive, "c")
    assert noted(beside, "a", "b", "c") == ["c"]


def test_what_is_read_is_one_state_while_another_writes(archive: Archive, beside: Archive, note):
    with archive.read():
        note(beside, "a")
        assert noted(archive, "a") == []
        with archive.read():
            assert noted(archive, "a") == []
        assert noted(archive, "a") == []
    assert noted(archive, "a") == ["a"]


def test_the_state_is_that_of_the_beginning_and_not_of_the_first_question(archive: Archive, beside: Archive, note):
    note(beside, "a")
    with archive.read():
        note(beside, "b")
        assert noted(archive, "a", "b") == ["a"]


def test_reading_inside_of_writing_sees_what_is_written_and_ends_nothing(archive: Archive, beside: Archive, note):
    with archive.write():
        note(archive, "a")
        with archive.read():
            assert noted(archive, "a") == ["a"]
        note(archive, "b")
        assert noted(beside, "a", "b") == []
    assert noted(beside, "a", "b") == ["a", "b"]


def test_nothing_is_written_inside_of_reading_since_its_end_would_undo_it(archive: Archive, note):
    with archive.read(), pytest.raises(RuntimeError, match="inside of read"), archive.write():
        note(archive, "a")
    with archive.write():
        note(archive, "b")
    assert noted(archive, "a", "b") == ["b"]


def test_a_failure_while_reading_is_no_hindrance(archive: Archive, note):
    with pytest.raises(LookupError), archive.read():
        raise LookupError
    with archive.write():
        note(archive, "a")
    assert noted(archive, "a") == ["a"]


def test_what_was_left_open_is_no_beginning_of_something_new(archive: Archive, note):
    """As a savepoint of it, what is written would seem to be kept, and be gone at the end."""
    archive.engine.database.conn.execute("BEGIN")
    with pytest.raises(archive.engine.database.errors, match="within a transaction"), archive.write():
        note(archive, "a")
