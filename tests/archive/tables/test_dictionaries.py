"""What the pages of a portal share."""

from __future__ import annotations


def test_the_newest_dictionary_of_a_portal_is_used_and_every_one_is_read_back(desk, archive, now):
    kept = archive.dictionaries
    assert (kept.newest("sherg.az"), kept.load(None)) == (None, None)
    first, second = (kept.add("sherg.az", body, now) for body in (b"<nav>" * 99, b"<div>" * 99))
    assert kept.newest("sherg.az") == second
    assert kept.newest("report.az") is None
    assert kept.load(first) == b"<nav>" * 99
    kept.remove(second)
    assert kept.ids_of("sherg.az") == [first]
