"""The suite run once under branch coverage: a table of the layers, and exit status 1 where one lies below its floor.

    python tests/coverage_floors.py [PYTEST OPTIONS]      (make test COVERAGE=1)

What runs in subprocesses counts too, save in processes that are killed and in the workers that read pages.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = "icma_crawler"
FLOORS: Mapping[str, int] = {
    "archive": 90,
    "cli": 80,
    "crawl": 83,
    "dates": 96,
    "demo": 93,
    "discovery": 95,
    "edits": 96,
    "exports": 92,
    "extraction": 92,
    "imports": 92,
    "modules": 92,
    "operations": 87,
    "portals": 95,
    "publish": 67,  # the real WordPress of the clients' suite reaches the rest
    "redaction": 90,
    "rights": 95,
    "system": 90,
    "workers": 60,  # what runs in the workers is not counted
}
"""Per cent of a layer's branches, a few points below what was measured."""
DEFAULT = 80
"""The floor of a layer that is not in the table yet."""


class Layer(NamedTuple):
    """A top-level package, or all top-level modules together."""

    name: str
    branches: int
    covered: int

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.branches if self.branches else 100.0

    @property
    def floor(self) -> int:
        return FLOORS.get(self.name, DEFAULT)


def layer_of(path: str) -> str:
    parts = Path(path).parts
    inside = parts[parts.index(PACKAGE) + 1 :]
    return inside[0] if len(inside) > 1 else "modules"


def read_layers(report: Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]) -> Iterator[Layer]:
    """The layers of coverage's JSON report, by name."""
    found: dict[str, Layer] = {}
    for path, file in report["files"].items():
        name, summary = layer_of(path), file["summary"]
        _, branches, covered = found.get(name, Layer(name, 0, 0))
        found[name] = Layer(name, branches + summary["num_branches"], covered + summary["covered_branches"])
    yield from (found[name] for name in sorted(found))


def print_table(layers: list[Layer]) -> None:
    print(f"{'layer':<14} {'branches':>8} {'covered':>8} {'floor':>6}")
    for layer in layers:
        mark = "  below its floor" if layer.percent < layer.floor else ""
        print(f"{layer.name:<14} {layer.branches:>8} {layer.percent:>7.1f}% {layer.floor:>5}%{mark}")


def main(options: list[str]) -> int:
    with TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measuring = ["--cov", "--cov-branch", "--cov-report", f"json:{report}"]
        tested = subprocess.run(
            [sys.executable, "-m", "pytest", *measuring, *options],
            cwd=ROOT,
            env={**os.environ, "COVERAGE_FILE": str(Path(folder) / "coverage")},
            check=False,
        )
        if not report.exists():
            return tested.returncode or 1
        layers = list(read_layers(json.loads(report.read_text("utf-8"))))
    print_table(layers)
    return tested.returncode or int(any(layer.percent < layer.floor for layer in layers))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
