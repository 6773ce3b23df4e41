"""The register of what was taken down."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from icma_crawler.archive.tables.withdrawals import Withdrawal


def test_the_first_reason_stays(archive, now):
    first = Withdrawal(key="sherg.az/a", article_id=None, reason="asked", at=now)
    archive.withdrawals.add(first)
    archive.withdrawals.add(replace(first, reason="asked again", at=now + timedelta(days=1)))
    assert archive.withdrawals.all() == [first]


def test_an_address_is_found_in_every_form_and_among_many(archive, now):
    for key in ("sherg.az/a", "sherg.az/x1200"):
        archive.withdrawals.add(Withdrawal(key=key, article_id=None, reason="asked", at=now))
    assert archive.withdrawals.has_any(["http://www.sherg.az/a/", "https://sherg.az/b"])
    assert not archive.withdrawals.has_any(["https://sherg.az/b"])
    assert not archive.withdrawals.has_any([])
    many = {f"sherg.az/x{number}" for number in range(1300)}
    assert archive.withdrawals.those_in(many) == {"sherg.az/x1200"}


def test_a_host_is_not_taken_for_one_that_begins_alike(archive, now):
    archive.withdrawals.add(Withdrawal(key="sherg.az/a", article_id=None, reason="asked", at=now))
    assert archive.withdrawals.has_of_host("sherg.az")
    assert not any(map(archive.withdrawals.has_of_host, ("sherg.a", "sherg.az.com", "herg.az")))
