"""One process at a time, beside an archive: the lock goes with its process, however that ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_one(archive: Path, doing: str, *, is_patient: bool) -> Iterator[None]:
    """Be the only one that does this with the archive, held by an empty file ARCHIVE.doing.

    Raises:
        BlockingIOError: another process does it now, and *is_patient* is off.
    """
    with archive.with_name(f"{archive.name}.{doing}").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if is_patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
