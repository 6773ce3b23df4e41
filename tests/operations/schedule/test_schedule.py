"""The schedule with a clock and rounds that do as they are told; the real ones are in tests/cli/test_schedule.py."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field

import pytest

from icma_crawler.operations.schedule.schedule import GRACE_SECONDS, RoundResult, next_tick, run_schedule, summed


@dataclass
class Day:
    """A clock that only moves when somebody waits, a list of rounds (seconds each takes), and when SIGTERM comes."""

    lengths: list[float]
    stop_at: float
    statuses: list[int] = field(default_factory=list)
    stops_within: float = 1.0
    time: float = 100.0
    started: list[float] = field(default_factory=list)
    told: list[RoundResult] = field(default_factory=list)
    current: FakeRound | None = None
    sent: bool = False

    def start(self) -> FakeRound:
        assert self.current is None or self.current.poll() is not None, "two rounds at once"
        number = len(self.started)
        self.started.append(self.time)
        length = self.lengths[number] if number < len(self.lengths) else 0.3
        status = self.statuses[number] if number < len(self.statuses) else 0
        self.current = FakeRound(self, self.time + length, status)
        return self.current

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float | None) -> int | None:
        ends = [self.time + seconds] if seconds is not None else []
        if self.current and self.current.poll() is None:
            ends.append(self.current.ends_at)
        if not self.sent and self.stop_at <= min(ends, default=self.stop_at):
            self.time, self.sent = max(self.time, self.stop_at), True
            return signal.SIGTERM
        self.time = min(ends)
        return None

    def run(self, every_seconds: float = 60) -> int:
        return run_schedule(self.start, self, every_seconds=every_seconds, tell=self.told.append)


@dataclass
class FakeRound:
    day: Day
    ends_at: float
    status: int
    signals: list[int] = field(default_factory=list)

    def poll(self) -> int | None:
        return self.status if self.day.time >= self.ends_at else None

    def stop(self, signal_number: int) -> None:
        self.signals.append(signal_number)
        self.ends_at = min(self.ends_at, self.day.time + self.day.stops_within)
        self.status = 3

    def kill(self) -> None:
        self.ends_at, self.status = self.day.time, -9

    def result(self) -> RoundResult:
        return RoundResult(status=self.status, portals=1 if self.status else 0)


def test_rounds_start_on_the_beat_however_long_they_take():
    day = Day(lengths=[5, 59, 0.1, 30], stop_at=355)
    assert day.run() == 0
    assert day.started == [100, 160, 220, 280, 340]


def test_a_long_round_is_waited_for_and_the_beats_it_missed_are_left_out():
    day = Day(lengths=[150], stop_at=350)
    day.run()
    assert day.started == [100, 280, 340]


@pytest.mark.parametrize(("now", "expected"), [(100, 160), (159.9, 160), (160, 220), (1000.0, 1060)])
def test_the_next_beat_counts_from_the_first(now: float, expected: float):
    assert next_tick(100, 60, now=now) == expected


def test_a_stop_between_rounds_is_clean():
    day = Day(lengths=[1], stop_at=130)
    assert day.run() == 0
    assert day.time == 130


def test_a_stop_in_a_round_is_passed_on_once_and_told_by_the_exit_status():
    day = Day(lengths=[1000], stop_at=130, stops_within=7)
    assert day.run() == 3
    assert day.current.signals == [signal.SIGTERM]
    assert day.time == 137


def test_a_round_that_does_not_end_is_killed_in_time():
    day = Day(lengths=[1000], stop_at=130, stops_within=999)
    assert day.run() == 3
    assert GRACE_SECONDS <= day.time - 130 < 30


def test_a_first_round_that_is_misused_ends_the_schedule():
    day = Day(lengths=[1], statuses=[2], stop_at=1000)
    assert day.run() == 2
    assert len(day.started) == 1


def test_a_mistake_made_later_is_told_and_waited_out():
    day = Day(lengths=[1, 1, 1], statuses=[0, 2, 0], stop_at=250)
    assert day.run() == 0
    assert [result.status for result in day.told] == [2]
    assert len(day.started) == 3


def test_rounds_that_did_nothing_are_not_told():
    day = Day(lengths=[], stop_at=400)
    day.run()
    assert day.told == []


def test_a_round_is_summed_up_from_its_runs():
    run = {"archived": 2, "revised": 1, "restored": 1, "failed": 0}
    result = summed(0, [run, run | {"failed": 3}], 12.34)
    assert (result.portals, result.archived, result.revised, result.failed, result.seconds) == (2, 4, 4, 3, 12.3)
