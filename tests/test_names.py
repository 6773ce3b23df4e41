"""One name, one thing: what a newcomer searches for is found in one place."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import icma_crawler

PACKAGE = Path(icma_crawler.__file__).parent
CAMEL_CASE = re.compile(r"[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*")


def public_types(path: Path) -> Iterator[str]:
    """The classes of a module, and its aliases of types, which are written like classes."""
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                names = [name]
            case ast.Assign(targets=targets):
                names = [target.id for target in targets if isinstance(target, ast.Name)]
            case ast.AnnAssign(target=ast.Name(id=name)):
                names = [name]
            case _:
                names = []
        yield from filter(CAMEL_CASE.fullmatch, names)


def test_no_public_type_is_defined_twice():
    found = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in public_types(path):
            found[name].append(path.relative_to(PACKAGE).as_posix())
    assert len(found) > 200
    assert {name: paths for name, paths in found.items() if len(paths) > 1} == {}
