"""One archive file in the place of another: at every moment a whole one stands under the name, the old or the new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from icma_crawler.errors import ArchiveError
from icma_crawler.system.files import flush, give_second_name, part_of, sweep

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file."""


@contextmanager
def replacing_archive(target: Path, keep_old: Callable[[Path], None]) -> Iterator[Path]:
    """A place beside *target* to make an archive at; it gets the name when all went well, and is on the disk.

    *keep_old* is called before, to keep what stands there.

    Raises:
        ArchiveError: the disk does not allow it.
    """
    part = part_of(target)
    try:
        yield part
        flush(part)
        keep_old(target)
        part.replace(target)
        flush(target.parent)
        sweep(target)
    except OSError as error:
        raise ArchiveError(target, f"cannot be written ({error.strerror})") from error
    finally:
        for suffix in ("", *_BESIDE):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def keep_beside(target: Path) -> None:
    """The archive that is replaced stays as TARGET.replaced, and at its place until the new one takes it."""
    if not target.exists():
        return
    give_second_name(target, target.with_name(target.name + ".replaced"))
    # Only an archive that cannot be read still has a log; it would be taken for the new one's.
    for suffix in _BESIDE[:2]:
        with suppress(FileNotFoundError):
            target.with_name(target.name + suffix).replace(target.with_name(f"{target.name}.replaced{suffix}"))


def keep_numbered(out: Path, keep: int) -> None:
    """OUT becomes OUT.1, too, OUT.1 becomes OUT.2 …; what is beyond *keep* goes."""
    first = out.with_name(f"{out.name}.1")
    if not out.exists() or keep <= 0 or (first.exists() and first.samefile(out)):  # the last: a backup was interrupted
        return
    for number in range(keep, 1, -1):
        newer = out.with_name(f"{out.name}.{number - 1}")
        if newer.exists():
            newer.replace(out.with_name(f"{out.name}.{number}"))
    give_second_name(out, first)
