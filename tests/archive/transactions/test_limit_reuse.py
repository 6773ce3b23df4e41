"""What portals say of reuse, in the archive: kept with its time, and never loosening what leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from other_program import ask

from icma_crawler.archive import PortalReuse
from icma_crawler.archive.transactions.limit_reuse import note_tdm_file, refresh_reuse
from icma_crawler.archive.transactions.record_page import PageLook, record_page, record_same
from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.models import ReuseSignal
from icma_crawler.rights import strictest

NOARCHIVE = ReuseSignal(kind="robots-meta", value="noarchive", reuse="excerpt")
NOSNIPPET = ReuseSignal(kind="robots-header", value="nosnippet", reuse="link")
CONSENT = ReuseSignal(kind="notice", value="© 2026 Yalnız yazılı razılıqla", reuse="excerpt")
DAY = timedelta(days=1)


@pytest.fixture
def full_desk(desk, now: datetime):
    desk.portal = replace(desk.portal, reuse="full")
    desk.archive.portals.save(desk.portal, now)
    refresh(desk, now)
    return desk


def refresh(desk, now: datetime) -> None:
    after: tuple[str, int] | None = ("", 0)
    while after is not None:
        after = refresh_reuse(desk.archive, desk.portal.id, after, now)


def reuse_of(desk, article_id: int) -> str:
    return desk.archive.find(str(article_id)).reuse


def log(desk) -> list[tuple[int, str, str]]:
    return ask(desk.archive.path, "SELECT article_id, change, cause FROM changes ORDER BY seq")


def test_a_new_page_is_limited_from_the_start(full_desk, make_article):
    (entry,) = full_desk.announce("park")
    full_desk.file(entry, make_article("park", reuse_signals=(NOARCHIVE,)))
    assert reuse_of(full_desk, 1) == "excerpt"
    (seen,) = full_desk.archive.reuse_signals.of("sherg.az", 1)
    assert (seen.signal, seen.is_active, seen.url) == (NOARCHIVE, True, "https://sherg.az/park")
    assert log(full_desk) == [(1, "new", "source")]


def test_a_signal_that_comes_and_goes_is_told_downstream(full_desk, now, make_article, make_capture):
    (entry,) = full_desk.announce("park")
    full_desk.file(entry, make_article("park"))
    assert reuse_of(full_desk, 1) == "full"
    for number, signals in enumerate([(NOSNIPPET,), (NOSNIPPET,), ()], start=1):
        again = replace(entry, article_id=1)
        at = now + number * DAY
        capture = make_capture("park", body=b"%d" % number)
        look = PageLook(portal=full_desk.portal, entry=again, capture=capture, now=at)
        record_page(full_desk.archive, look, make_article("park", reuse_signals=signals))
    assert log(full_desk) == [(1, "new", "source"), (1, "revised", "source"), (1, "revised", "source")]
    (seen,) = full_desk.archive.reuse_signals.of("sherg.az", 1)
    assert (seen.first_seen_at, seen.last_seen_at, seen.gone_at) == (now + DAY, now + 2 * DAY, now + 3 * DAY)
    assert reuse_of(full_desk, 1) == "full"


@pytest.mark.parametrize(("status", "is_gone"), [(200, True), (304, False)])
def test_headers_count_where_the_page_is_the_same(full_desk, now, make_capture, status, is_gone):
    full_desk.publish("park")
    (entry,) = full_desk.announce("park-2")
    again = replace(entry, article_id=1)
    archive, portal = full_desk.archive, full_desk.portal
    record_same(
        archive,
        PageLook(
            portal=portal,
            entry=again,
            capture=make_capture("park", status=status),
            reuse_signals=(NOSNIPPET,),
            now=now + DAY,
        ),
    )
    assert reuse_of(full_desk, 1) == "link"
    record_same(
        archive, PageLook(portal=portal, entry=again, capture=make_capture("park", status=status), now=now + 2 * DAY)
    )
    assert reuse_of(full_desk, 1) == ("full" if is_gone else "link")


def test_a_footer_counts_from_the_third_page_and_is_gone_after_twenty_without(full_desk, now, make_article):
    desk = full_desk
    for number in range(1, 4):
        (entry,) = desk.announce(f"a{number}")
        # The year turns; the notice is the same one.
        notice = replace(CONSENT, value=CONSENT.value.replace("2026", str(2024 + number)))
        desk.file(entry, make_article(f"a{number}", body=f"Mətn {number}", reuse_signals=(notice,)))
        refresh(desk, now)
        assert reuse_of(desk, 1) == ("full" if number < 3 else "excerpt")
    assert log(desk)[3:] == [(n, "revised", "source") for n in (1, 2, 3)]
    for number in range(4, 24):
        assert desk.archive.portals.reuse_of("sherg.az") == PortalReuse(file="full", signals="excerpt")
        (entry,) = desk.announce(f"a{number}")
        desk.file(entry, make_article(f"a{number}", body=f"Mətn {number}"))
    assert desk.archive.portals.reuse_of("sherg.az") == PortalReuse(file="full", signals="full")
    (seen,) = desk.archive.reuse_signals.of("sherg.az")
    assert seen.gone_at is not None
    refresh(desk, now)
    assert {reuse_of(desk, number) for number in range(1, 24)} == {"full"}


def test_the_portal_file_is_told_downstream_too(full_desk, now, make_article):
    desk = full_desk
    for path in ("a", "b"):
        (entry,) = desk.announce(path)
        desk.file(entry, make_article(path, body=path))
    desk.archive.portals.save(replace(desk.portal, reuse="link"), now)
    rows = list(desk.archive.dumped.iter_since())
    assert {strictest(row.reuse, row.portal_reuse, row.signal_reuse) for row in rows} == {"link"}, "before any step"
    refresh(desk, now)
    assert log(desk)[2:] == [(1, "revised", "operator"), (2, "revised", "operator")]
    refresh(desk, now)
    assert len(log(desk)) == 4


def test_a_tdm_file_covers_the_paths_it_names(full_desk, now, make_article):
    desk = full_desk
    for path in ("xeber/a", "foto/b"):
        (entry,) = desk.announce(path)
        desk.file(entry, make_article(path, body=path))
    part = ReuseSignal(kind="tdm-file", value="tdm-reservation: 1 for /xeber/*", reuse="excerpt", path="/xeber/*")
    note_tdm_file(desk.archive, "sherg.az", "https://sherg.az/t", [part], status=200, now=now)
    refresh(desk, now)
    assert [reuse_of(desk, 1), reuse_of(desk, 2)] == ["excerpt", "full"]
    (entry,) = desk.announce("xeber/c")
    desk.file(entry, make_article("xeber/c", body="c"))
    assert reuse_of(desk, 3) == "excerpt"
    note_tdm_file(desk.archive, "sherg.az", "https://sherg.az/t", None, status=503, now=now + DAY)
    refresh(desk, now)
    assert reuse_of(desk, 1) == "excerpt", "no answer says nothing"
    note_tdm_file(desk.archive, "sherg.az", "https://sherg.az/t", [], status=404, now=now + 2 * DAY)
    refresh(desk, now)
    assert reuse_of(desk, 1) == "full"


def test_thousands_of_articles_follow_step_by_step(full_desk, now, make_article):
    desk = full_desk
    for number in range(1_203):
        (entry,) = desk.announce(f"n{number}")
        desk.file(entry, make_article(f"n{number}", body=f"Mətn {number}"))
    desk.archive.portals.save(replace(desk.portal, reuse="excerpt"), now)
    steps, after = 0, ("", 0)
    while after is not None:
        after = refresh_reuse(desk.archive, "sherg.az", after, now)
        steps += 1
    assert steps == 3
    assert ask(desk.archive.path, "SELECT DISTINCT reuse FROM articles") == [("excerpt",)]
    assert len(log(desk)) == 2 * 1_203


def test_withdrawing_takes_its_signals_along(full_desk, now, make_article):
    (entry,) = full_desk.announce("park")
    full_desk.file(entry, make_article("park", reuse_signals=(NOARCHIVE,)))
    withdraw_article(full_desk.archive, 1, "asked", now)
    assert full_desk.archive.reuse_signals.of("sherg.az", 1) == []
