"""The hostile set's fixtures and its table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests are loaded one by one, and share a module

from hostile_lab import RawServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hazard-table", action="store_true", help="print the hazards with their outcomes")


TABLE: list[tuple[str, str, str]] = []


@pytest.fixture(scope="session")
def note() -> Callable[[str, str, str], None]:
    """Write a row of the hazard table: hazard, outcome, figures."""
    return lambda *row: TABLE.append(row)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--hazard-table", default=False):
        terminalreporter.section("hazards")
        for hazard, outcome, figures in TABLE:
            terminalreporter.write_line(f"{hazard:<52} {outcome:<34} {figures}")


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as opened:
        yield opened
