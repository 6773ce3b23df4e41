"""What the tests themselves keep to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "monotonic_ns", "perf_counter_ns", "process_time_ns", "time_ns"}
FIGURES = {"seconds", "elapsed"}
LIMITS = {"give_up_at", "end_at"}
"""When a loop stops waiting: "it did not come to be" is no figure."""


def is_taken(node: ast.AST) -> bool:
    """Whether it is a time that was taken: `time.monotonic()` and the like, or the ``seconds`` of a run."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="time"), attr=name)):
            return name in CLOCKS | {"time"}
        case ast.Call(func=ast.Name(id=name)):
            return name in CLOCKS
        case ast.Attribute(attr=name):
            return name in FIGURES
    return False


def holds_time(node: ast.AST, names: set[str]) -> bool:
    return any(is_taken(part) or (isinstance(part, ast.Name) and part.id in names) for part in ast.walk(node))


def names_of_times(function: ast.AST) -> set[str]:
    """What a time is kept in, also by way of another name: ``slowest = max(slowest, time.monotonic() - began)``."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and holds_time(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def timed_asserts(tree: ast.AST) -> Iterator[int]:
    """The lines of the asserts that compare a time that was taken with another figure than when to give up."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = names_of_times(function)
        for node in ast.walk(function):
            for part in ast.walk(node.test) if isinstance(node, ast.Assert) else ():
                is_order = isinstance(part, ast.Compare) and not isinstance(part.ops[0], ast.Eq)
                is_limit = any(isinstance(name, ast.Name) and name.id in LIMITS for name in ast.walk(part))
                if is_order and not is_limit and holds_time(part, names):
                    yield part.lineno


def test_no_test_decides_by_time():
    """A busy machine must not fail a test: count calls (`counting`), requests or events, or time it in benchmarks/."""
    found = [
        f"{path.relative_to(TESTS)}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in timed_asserts(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("began = time.process_time(); read(); assert time.process_time() - began < 5", [1]),
        ("began = perf_counter(); read(); took = perf_counter() - began; assert took < 5", [1]),
        ("done = run(); assert done.seconds < 20", [1]),
        ("assert asked[1] - asked[0] >= 2 and time.time() > began", [1]),
        ("give_up_at = time.monotonic() + 60; assert time.monotonic() < give_up_at, 'it did not come to be'", []),
        ("assert result.seconds == 12.3", []),
    ],
)
def test_an_assert_of_a_time_is_seen(body: str, lines: list[int]):
    assert list(timed_asserts(ast.parse(f"def test(): {body}"))) == lines
