"""The table that `--hazard-table` prints: hazard by hazard, how often it was tried, its outcome, seconds, peak memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class HazardRow:
    """A kind of hazard; ``peak_bytes`` is None where memory was not watched."""

    hazard: str
    outcome: str
    figures: str = ""
    tries: int = 1
    seconds: float = 0.0
    peak_bytes: int | None = None

    def line(self) -> str:
        peak = "-" if self.peak_bytes is None else f"{self.peak_bytes / MEGABYTE:.0f} MB"
        return f"{self.hazard:<58} {self.tries:>6} {self.outcome:<34} {self.seconds:>7.1f} {peak:>7}  {self.figures}"


_ROWS: list[HazardRow] = []
_began_at = [0.0]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hazard-table", action="store_true", help="print the hazards with their outcomes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Iterator[None]:
    _began_at[0] = time.monotonic()
    return (yield)


@pytest.fixture(scope="session")
def note() -> Callable[..., None]:
    """Write a row: hazard, outcome, figures in words; tries, seconds (else the test's so far) and peak_bytes by name."""

    def write(hazard: str, outcome: str, figures: str = "", **more: float) -> None:
        seconds = more.pop("seconds", time.monotonic() - _began_at[0])
        _ROWS.append(HazardRow(hazard=hazard, outcome=outcome, figures=figures, seconds=seconds, **more))

    return write


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--hazard-table"):
        return
    terminalreporter.section("hazards")
    heading = f"{'hazard':<58} {'tries':>6} {'outcome':<34} {'seconds':>7} {'peak':>7}  figures"
    for line in [heading, *(row.line() for row in [*_ROWS, *_without_outcome(terminalreporter)])]:
        terminalreporter.write_line(line.rstrip())


def _without_outcome(terminalreporter: pytest.TerminalReporter) -> Iterator[HazardRow]:
    """A test that failed or was skipped has its row too, with the reason."""
    for outcome in ("failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else "see above"
            yield HazardRow(hazard=report.nodeid, outcome=outcome.upper(), figures=reason, seconds=report.duration)
