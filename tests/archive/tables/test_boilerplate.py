"""What a portal's pages repeat: remembered for good, its words kept only where they may be."""

from __future__ import annotations

from datetime import timedelta

from icma_crawler.models import Recurring

LINE = "Bizi izləyin"


def learned(archive) -> list[tuple[str, str, int]]:
    return [(row["fingerprint"], row["sample"], row["pages"]) for row in archive.boilerplate.rows_of("sherg.az")]


def test_a_line_is_remembered_with_the_most_pages_it_was_seen_on(desk, now):
    memory = desk.archive.boilerplate
    for pages in (5, 9, 7):
        memory.remember("sherg.az", [Recurring(fingerprint="f", kind="recurring", sample=LINE, pages=pages)], now)
    assert memory.memory_of("sherg.az") == {"f"}
    assert memory.memory_of("report.az") == frozenset()
    assert learned(desk.archive) == [("f", LINE, 9)]
    memory.remember("sherg.az", [], now + timedelta(days=1))
    assert learned(desk.archive) == [("f", LINE, 9)]


def test_the_words_of_a_headline_are_not_kept(desk, now):
    headline = Recurring(fingerprint="h", kind="headline", sample="Park açılıb", pages=3)
    desk.archive.boilerplate.remember("sherg.az", [headline], now)
    assert learned(desk.archive) == [("h", "", 3)]


def test_words_that_were_withdrawn_are_forgotten_and_the_line_is_not(desk, now):
    lines = [Recurring(fingerprint=sample, kind="recurring", sample=sample, pages=3) for sample in (LINE, "Abunə olun")]
    desk.archive.boilerplate.remember("sherg.az", lines, now)
    desk.archive.boilerplate.blank_samples(["Park.", f"Son. {LINE}!"])
    assert sorted(learned(desk.archive)) == [("Abunə olun", "Abunə olun", 3), (LINE, "", 3)]
