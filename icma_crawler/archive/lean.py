"""sqlite-utils without numpy: it would be imported for column types we never write, at 0.12 s of every command."""

from __future__ import annotations

import sys

_is_hidden = "numpy" not in sys.modules
if _is_hidden:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # how Python spells "not installed"
try:
    from sqlite_utils import Database, Migrations
finally:
    if _is_hidden:
        del sys.modules["numpy"]

__all__ = ["Database", "Migrations"]
