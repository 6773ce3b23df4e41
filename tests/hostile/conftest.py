"""The hostile set's fixtures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the tests are loaded one by one, and share a module

from hostile_lab import RawServer


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as opened:
        yield opened
