"""What was last told of each portal."""

from __future__ import annotations

from datetime import timedelta

from icma_crawler.archive import ToldState


def test_of_each_portal_the_last_word_counts(desk, now):
    notices = desk.archive.notices
    assert notices.told() == {}
    for days, state in enumerate(("silent", "ok")):
        notices.save(ToldState(portal="sherg.az", state=state, told_at=now + timedelta(days=days)))
    last = ToldState(portal="sherg.az", state="ok", told_at=now + timedelta(days=1))
    assert notices.told() == {"sherg.az": last}
