"""What portals say of reuse, kept with its times."""

from __future__ import annotations

from datetime import timedelta

from other_program import ask

from icma_crawler.archive.tables.reuse_signals import ReuseSignalPlace
from icma_crawler.models import ReuseSignal

DAY = timedelta(days=1)
NOARCHIVE = ReuseSignal(kind="robots-meta", value="noarchive", reuse="excerpt")
STATEMENT = ReuseSignal(kind="notice", value="© Yalnız razılıqla", reuse="excerpt")
PATH = ReuseSignal(kind="tdm-file", value="/idman 1", path="/idman", reuse="link")
WHOLE = ReuseSignalPlace("sherg.az", None, "https://sherg.az/")


def test_a_statement_counts_from_the_third_page_in_one_piece(desk, now):
    signals = desk.archive.reuse_signals
    signals.add(WHOLE, STATEMENT, now)

    def seen():
        (only,) = signals.of("sherg.az")
        return only

    assert not seen().is_active
    for days in (1, 2):
        signals.statement_seen(seen().id, "excerpt", now + days * DAY)
    assert (seen().pages, seen().is_active, seen().last_seen_at) == (3, True, now + 2 * DAY)
    signals.statement_missed(seen().id, None)
    assert (seen().misses, seen().is_active) == (1, True)
    signals.statement_missed(seen().id, now + 3 * DAY)
    assert (seen().misses, seen().is_active, seen().gone_at) == (2, False, now + 3 * DAY)
    signals.statement_seen(seen().id, "link", now + 4 * DAY)
    assert (seen().pages, seen().misses, seen().gone_at, seen().signal.reuse) == (1, 0, None, "link")


def test_a_page_is_limited_by_what_it_says_now(desk, now):
    signals = desk.archive.reuse_signals
    for path in ("park", "muzey"):
        place = ReuseSignalPlace("sherg.az", desk.publish(path), f"https://sherg.az/{path}")
        signals.add(place, NOARCHIVE, now)
    assert signals.limits_of(1) == ["excerpt"]
    (shown,) = signals.of_pages("sherg.az")
    assert (shown.signal, shown.articles, shown.url) == (NOARCHIVE, 2, "https://sherg.az/muzey")
    (first,) = signals.of("sherg.az", 1)
    signals.gone(first.id, now + DAY)
    assert (signals.limits_of(1), signals.has_any(1), signals.of_pages("sherg.az")[0].articles) == ([], True, 1)
    signals.seen_again(first.id, now + 2 * DAY)
    assert signals.limits_of(1) == ["excerpt"]
    signals.remove(1)
    assert (signals.has_any(1), signals.has_any(2)) == (False, True)


def test_a_tdm_file_speaks_of_parts_as_long_as_it_does(desk, now):
    signals = desk.archive.reuse_signals
    signals.add(WHOLE, PATH, now)
    signals.add(WHOLE, STATEMENT, now)
    assert signals.paths_of("sherg.az") == [("/idman", "link")]
    signals.gone(signals.of("sherg.az")[0].id, now)
    assert signals.paths_of("sherg.az") == []


def test_what_one_page_says_is_found_without_reading_what_all_others_say(desk, now):
    """A portal has as many pages as articles; each look at one asks for its own."""
    statements: list[str] = []
    conn = desk.archive.engine.database.conn
    conn.set_trace_callback(statements.append)
    desk.archive.reuse_signals.of("sherg.az", 1)
    desk.archive.reuse_signals.rows_of("sherg.az", 1)
    conn.set_trace_callback(None)
    plans = [row[3] for sql in statements for row in ask(desk.archive.path, f"EXPLAIN QUERY PLAN {sql}")]
    found = [plan for plan in plans if "signals" in plan]
    assert found == ["SEARCH signals USING INDEX signals_each (portal=? AND <expr>=?)"] * 2
