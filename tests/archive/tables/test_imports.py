"""What came from other archives."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from icma_crawler.archive import Delivery

SENDER, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def delivery(desk) -> Delivery:
    """An article of the archive, as a record of another one says that it is."""
    desk.publish("park")
    archived = replace(desk.archive.find("1"), reuse="excerpt")
    return Delivery(sender=SENDER, seq=7, change="new", cause="source", archived=archived, record_sha256="x")


def test_an_article_is_imported_until_it_is_our_own(desk, now, delivery: Delivery):
    imports, urn = desk.archive.imports, delivery.archived.urn
    assert (imports.find(urn).sender, imports.is_imported(1)) == (None, False)
    imports.save(1, delivery, now)
    imports.save(1, replace(delivery, seq=9), now)
    found = imports.find(urn)
    assert (found.id, found.sender, found.seq, imports.is_imported(1)) == (1, str(SENDER), 9, True)
    assert desk.archive.articles.limited(1).cut_to == "excerpt"
    assert desk.archive.articles.stale("sherg.az", "2") == []  # it has no page here that could be read
    imports.make_own(1)
    assert (imports.find(urn).sender, desk.archive.articles.limited(1).cut_to) == (None, "full")
    assert imports.find("urn:uuid:none") is None


def test_a_cursor_never_goes_back(archive, now):
    for cursor in (5, 9, 7):
        archive.imports.save_cursor(SENDER, None, cursor, now)
    assert archive.imports.cursor_of(SENDER, None) == 9
    assert archive.imports.cursor_of(OTHER, None) == 0


def test_what_came_of_all_portals_came_of_each(archive, now):
    archive.imports.save_cursor(SENDER, "sherg.az", 5, now)
    assert [archive.imports.cursor_of(SENDER, portal) for portal in ("sherg.az", "report.az", None)] == [5, 0, 0]
    archive.imports.save_cursor(SENDER, None, 3, now)
    assert [archive.imports.cursor_of(SENDER, portal) for portal in ("sherg.az", "report.az", None)] == [5, 3, 3]
