"""What a dump says of each article, read from SQL: the same as from values, and cut where rights say so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from icma_crawler.archive import TO_CUT, core_of
from icma_crawler.archive.transactions.withdraw import withdraw_article


def canonical(core: dict[str, object]) -> bytes:
    return json.dumps(core, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.fixture
def full(desk, now):
    """The portal allows everything."""
    desk.archive.portals.save(replace(desk.portal, reuse="full"), now)
    desk.portal = replace(desk.portal, reuse="full")
    return desk


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"authors": ('Rəna "R" Əliyeva',), "tags": ("a", "b\n"), "lead": "Lid.", "kicker": "K", "section": "S"},
        {"origin_name": "Trend", "image_url": "https://sherg.az/a.jpg"},
        {"origin_url": "https://trend.az/"},
    ],
)
def test_a_whole_article_is_told_as_its_values_are(full, now, values):
    full.publish("park", published_at=now, published_precision="minute", **values)
    (row,) = full.archive.dumped.iter_since()
    assert row.core == canonical(core_of(full.archive.find("1")))
    assert (row.body, row.lead, row.image_url) == (None, None, None)
    assert (row.seq, row.change, row.cause, row.language) == (1, "new", "source", "az")


def test_what_may_not_leave_whole_stands_beside(desk):
    desk.publish("park", lead="Lid.", image_url="https://sherg.az/a.jpg")
    (row,) = desk.archive.dumped.iter_since()
    core = json.loads(row.core)
    assert {core[key] for key in TO_CUT} == {None}
    archived = desk.archive.find("1")
    assert (row.body, row.lead, row.image_url) == (archived.article.body, "Lid.", "https://sherg.az/a.jpg")
    assert core | {key: core_of(archived)[key] for key in TO_CUT} == core_of(archived)


def test_of_a_withdrawn_article_nothing_is_told_but_what_it_was(desk, now):
    desk.publish("park")
    withdraw_article(desk.archive, 1, "asked", now)
    (row,) = desk.archive.dumped.iter_since()
    assert row.core == canonical(core_of(desk.archive.find("1")))
    assert "text" not in json.loads(row.core)
    assert (row.change, row.cause, row.body) == ("withdrawn", "operator", None)


def test_an_article_without_a_language_is_in_its_portal_s(desk):
    desk.publish("park", language=None)
    (row,) = desk.archive.dumped.iter_since()
    assert row.language == "az"
    assert json.loads(row.core)["language"] is None
