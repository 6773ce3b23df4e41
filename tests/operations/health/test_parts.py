"""The parts of the judgement: the rhythm, the search for a change, the layout, the words."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from icma_crawler.archive import HourCount
from icma_crawler.operations.health.holidays import holidays_between
from icma_crawler.operations.health.layout import UsualLayouts, fingerprint, similarity
from icma_crawler.operations.health.phrases import format_chance, format_share, format_span
from icma_crawler.operations.health.rhythm import learn_rhythm
from icma_crawler.operations.health.shifts import find_shift, loss_at, suspect_shift

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def rhythm_of(counts, *, weeks: int = 8, timezone: str = "UTC"):
    hours = [HourCount(MONDAY + i * HOUR, counts(MONDAY + i * HOUR)) for i in range(weeks * 168)]
    found = learn_rhythm(
        [each for each in hours if each.articles], timezone=timezone, since=MONDAY, until=MONDAY + weeks * WEEK
    )
    assert found is not None
    return found


def test_a_rhythm_expects_what_it_saw():
    rhythm = rhythm_of(lambda hour: 4 if 6 <= hour.hour < 18 else 0)
    assert rhythm.per_day == pytest.approx(48, rel=0.05)
    assert rhythm.expected(MONDAY + 6 * HOUR, MONDAY + 18 * HOUR) == pytest.approx(46, abs=3)
    assert rhythm.expected(MONDAY + 20 * HOUR, MONDAY + 28 * HOUR) < 2


def test_a_rhythm_knows_the_weekdays():
    rhythm = rhythm_of(lambda hour: 2 if hour.weekday() < 5 else 0)
    assert rhythm.expected(MONDAY + 5 * DAY, MONDAY + 7 * DAY) < 0.1 * rhythm.expected(MONDAY, MONDAY + 2 * DAY)


def test_expectations_add_up_over_weeks():
    rhythm = rhythm_of(lambda hour: hour.hour % 3)
    start, middle, end = MONDAY + 10 * HOUR, MONDAY + 3 * DAY + 0.4 * HOUR, MONDAY + 20 * DAY
    whole = rhythm.expected(start, middle) + rhythm.expected(middle, end)
    assert rhythm.expected(start, end) == pytest.approx(whole)
    assert rhythm.expected(MONDAY, MONDAY + WEEK) == pytest.approx(rhythm.per_week)


def test_hours_are_those_of_the_portal():
    """Eight o'clock in Baku is four o'clock in UTC, all the year round."""
    baku = rhythm_of(lambda hour: 10 if hour.hour == 4 else 0, timezone="Asia/Baku")
    assert baku.expected(MONDAY + 4 * HOUR, MONDAY + 5 * HOUR) > 6


def test_less_than_a_week_makes_no_rhythm():
    assert learn_rhythm([], timezone="UTC", since=MONDAY, until=MONDAY + 6 * DAY) is None


def test_articles_that_come_in_bursts_make_a_pause_less_odd():
    rng = random.Random(3)  # noqa: S311 - a made-up portal
    single = rhythm_of(lambda _: sum(rng.random() < 0.2 for _ in range(10)))
    bursts = rhythm_of(lambda _: 10 * (rng.random() < 0.2))
    assert bursts.per_day == pytest.approx(single.per_day, rel=0.3)
    assert bursts.oddness(MONDAY, MONDAY + 12 * HOUR) < 0.5 * single.oddness(MONDAY, MONDAY + 12 * HOUR)


def test_a_portal_that_slowed_down_is_expected_to_go_on_so():
    slower = rhythm_of(lambda hour: 2 if hour < MONDAY + 6 * WEEK else int(hour.hour % 4 == 0))
    assert slower.per_day < 20


def test_a_public_holiday_expects_less():
    """Novruz, 20 to 24 March: a pause over it is less odd than over usual days of the week."""
    rhythm = rhythm_of(lambda hour: 1 if 6 <= hour.hour < 18 else 0, timezone="Asia/Baku")
    novruz = datetime(2026, 3, 20, 20, tzinfo=UTC)
    usual = novruz + 4 * WEEK
    assert rhythm.expected(novruz, novruz + 3 * DAY) < 0.4 * rhythm.expected(usual, usual + 3 * DAY)
    assert rhythm.oddness(novruz, novruz + 3 * DAY) < 0.6 * rhythm.oddness(usual, usual + 3 * DAY)


def test_a_zone_of_no_country_has_no_holidays():
    assert list(holidays_between("UTC", date(2026, 1, 1), date(2026, 12, 31))) == []
    assert date(2026, 3, 21) in holidays_between("Asia/Baku", date(2026, 3, 1), date(2026, 3, 31))


def test_the_odder_and_the_longer_a_pause_the_rarer():
    rhythm = rhythm_of(lambda hour: 2 if 6 <= hour.hour < 18 else 0)
    assert rhythm.pauses_a_year(0.0, 0 * HOUR) == pytest.approx(rhythm.per_week * 52)
    rare = [rhythm.pauses_a_year(oddness, 12 * HOUR) for oddness in (3.0, 6.0, 12.0)]
    assert rare == sorted(rare, reverse=True)
    long = [rhythm.pauses_a_year(3.0, hours * HOUR) for hours in (12, 14, 14.5, 15, 18)]
    assert long == sorted(long, reverse=True)
    assert len({*rare, *long}) == 7


def test_who_was_watched_for_a_week_only_is_believed_less():
    short, long = (rhythm_of(lambda hour: 2 if 6 <= hour.hour < 18 else 0, weeks=weeks) for weeks in (1, 8))
    start = MONDAY + 9 * WEEK
    assert short.oddness(start, start + DAY) < 0.8 * long.oddness(start, start + DAY)


def test_a_change_is_found_where_it_began():
    good = [True] * 200 + [False] * 12
    shift = find_shift(good)
    assert shift is not None
    assert (shift.index, shift.before, shift.after, shift.count) == (200, 1.0, 0.0, 12)


def test_a_change_amid_noise_is_found_near_where_it_began():
    rng = random.Random(5)  # noqa: S311 - made-up noise
    shift = find_shift([rng.random() < 0.9 for _ in range(200)] + [rng.random() < 0.05 for _ in range(25)])
    assert shift is not None
    assert abs(shift.index - 200) <= 3


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 0.99, 1.0])
def test_noise_alone_is_no_change(share: float):
    rng = random.Random(7)  # noqa: S311 - made-up noise
    for _ in range(40):
        assert find_shift([rng.random() < share for _ in range(400)]) is None


def test_a_change_before_we_watched_is_not_found():
    assert find_shift([True] * 100 + [False] * 20, first=110) is None


def test_what_is_rare_anyway_is_not_suspected_after_a_few():
    assert suspect_shift([True, False] * 50 + [False] * 6) is None
    assert suspect_shift([True] * 100 + [False] * 4) is not None


def test_a_suspicion_goes_back_a_hundred_at_most():
    shift = suspect_shift([True] * 200 + [False] * 150)
    assert shift is not None
    assert shift.count == 100


def test_a_loss_began_at_an_index_or_did_not():
    good = [True] * 100 + [False] * 5
    assert loss_at(good, 100) == suspect_shift(good)
    assert loss_at(good, 85) is None
    assert loss_at(good, 100, bad=6) is None


def test_the_same_layout_is_the_same_whatever_it_says():
    page = b'<div class="news post-%d"><p class="text">%s</p></div>'
    assert fingerprint(page % (1, b"a")) == fingerprint(page % (2, b"b")) == {b"div.news", b"p.text"}
    assert similarity(fingerprint(page % (1, b"a")), fingerprint(b'<div class="news"><main class="story">')) == 1 / 3
    assert similarity(fingerprint(b"<p>"), fingerprint(b"<p>")) == 0.0


def names(*letters: str) -> frozenset[bytes]:
    return frozenset(f"p.{letter}".encode() for letter in letters)


def test_the_likest_page_tells_how_much_of_a_layout_was_kept():
    look = UsualLayouts([names("x", "a"), names("x", "b")], [names("y")])
    assert look.likeness(names("x", "c")) == 1 / 3
    assert look.likeness(names("y", "c")) == 1 / 2


@pytest.mark.parametrize(("likeness", "is_other"), [(0.7, True), (0.89, True), (0.91, False)])
def test_where_all_pages_are_alike_a_tenth_makes_another_layout(likeness: float, *, is_other: bool):
    assert UsualLayouts([names("x", "y")] * 4, []).is_other(likeness) is is_other


@pytest.mark.parametrize(("likeness", "is_other"), [(0.27, True), (0.3, False), (0.6, False)])
def test_where_pages_differ_another_layout_differs_more(likeness: float, *, is_other: bool):
    look = UsualLayouts([names("x", letter) for letter in "abcdefgh"], [names("x")] * 4)
    assert look.is_other(likeness) is is_other  # each has a third in common with the next


def test_an_odd_page_does_not_make_the_usual_ones_unsteady_nor_two_of_a_kind_steady():
    assert UsualLayouts([names("x", "y")] * 7 + [names("z")], []).is_other(0.8)
    assert not UsualLayouts([names("x", letter) for letter in "abcdefaa"], []).is_other(0.6)


def test_markup_that_was_never_closed_is_read_in_time():
    assert fingerprint(b"<a " * 1_000_000) == frozenset()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (format_span(5 * HOUR), "5 hours"),
        (format_span(72 * HOUR), "3 days"),
        (format_share(0.997), "99 %"),
        (format_share(1.0), "100 %"),
        (format_chance(1 / 81234), "1 chance in 80,000"),
        (format_chance(1e-12), "no chance"),
    ],
)
def test_figures_read_well(text: str, expected: str):
    assert text == expected
