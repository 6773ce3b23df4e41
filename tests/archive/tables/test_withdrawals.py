"""The register of what was taken down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from icma_crawler.archive.tables.withdrawals import Withdrawal


def test_the_first_reason_stays(archive, now):
    first = Withdrawal(key="sherg.az/a", article_id=None, reason="asked", at=now)
    archive.withdrawals.add(first)
    archive.withdrawals.add(replace(first, reason="asked again", at=now + timedelta(days=1)))
    assert archive.withdrawals.all() == [first]


def test_an_address_is_found_in_every_form_and_among_many(archive, now):
    for key in ("sherg.az/a", "sherg.az/x999"):
        archive.withdrawals.add(Withdrawal(key=key, article_id=None, reason="asked", at=now))
    assert archive.withdrawals.has_any(["http://www.sherg.az/a/", "https://sherg.az/b"])
    assert not archive.withdrawals.has_any(["https://sherg.az/b"])
    assert not archive.withdrawals.has_any([])
    many = {f"sherg.az/x{number}" for number in range(1300)}
    assert archive.withdrawals.those_in(many) == {"sherg.az/x999"}


@pytest.mark.parametrize("key", ["sherg.az.com/a", "sherg.az:8080/a", "sherg.aza/a", "sherg.a/a", "m.sherg.az/a"])
def test_a_host_is_not_taken_for_one_that_is_written_alike(archive, now, key: str):
    archive.withdrawals.add(Withdrawal(key=key, article_id=None, reason="asked", at=now))
    assert not archive.withdrawals.has_of_host("sherg.az")
    archive.withdrawals.add(Withdrawal(key="sherg.az/a", article_id=None, reason="asked", at=now))
    assert archive.withdrawals.has_of_host("sherg.az")
