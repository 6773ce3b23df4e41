"""The way back from a backup: it becomes the archive, and what was taken down since stays so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from icma_crawler.archive import SAMPLED_PAGES, Archive, copy_file, open_archive
from icma_crawler.archive.engines.sqlite.replacement import keep_beside, replacing_archive
from icma_crawler.archive.transactions.withdraw import refuse_key, withdraw_article
from icma_crawler.errors import ArchiveError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """Articles withdrawn again, and whether the register of the replaced archive could be read."""

    withdrawn: int
    is_register_read: bool = True


def restore(
    backup: Path, target: Path, *, now: datetime, force: bool = False, may_be_damaged: bool = False
) -> Restored:
    """Bring a backup back as the archive at *target*, brought up to date where an older version made it.

    Takedowns that came after the backup are in the register of the archive that is replaced, if it can still be read;
    they are applied to the restored one, so that nothing withdrawn returns. The restored archive gets a new name, so
    that cursors of the old one are not mistaken for its own. At every moment there is a whole archive at *target*: the
    old one or the restored one.

    Raises:
        UsageError: there is an archive at *target* and *force* is not set.
        ArchiveError: the backup is not whole (unless it *may_be_damaged*), the archive is in use, or the disk does not
            allow it.
    """
    if target.exists() and not force:
        raise UsageError(f"{target} exists; --force replaces it (it is kept beside as {target.name}.replaced)")
    with replacing_archive(target, keep_beside) as part:
        copy_file(backup, part)
        part.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)  # whatever the backup's rights are
        register = _register_of(target)
        if target.exists() and _is_in_use(target):
            raise ArchiveError(target, "is in use by another program; stop it first")
        with open_archive(part, keep_older=False) as restored:
            if not may_be_damaged:
                _require_whole(restored, backup)
            restored.meta.rename()
            withdrawn = _withdraw_again(restored, register or [], now)
            restored.engine.close_log()
    return Restored(withdrawn=withdrawn, is_register_read=register is not None)


def _require_whole(restored: Archive, backup: Path) -> None:
    """Look at a backup that was brought up to date as `icma verify` would."""
    faults = list(restored.find_faults(lambda _done, _total: None, SAMPLED_PAGES))
    if faults:
        what = f"{faults[0].where}: {faults[0].problem}"
        raise ArchiveError(backup, f"this backup is damaged ({what}); take an older one, or this one with --damaged")


def _register_of(target: Path) -> list[tuple[str, str]] | None:
    """The withdrawal register of the archive that is to be replaced: (address key, reason); None where unreadable."""
    if not target.exists():
        return []
    try:
        with open_archive(target, readonly=True) as old:
            return [(one.key, one.reason) for one in old.withdrawals.all()]
    except ArchiveError:
        return None


def _is_in_use(target: Path) -> bool:
    """Whether another program has the archive open. If not, its log is in its file now, and both move as one."""
    try:
        with open_archive(target, refresh_search=False) as old:
            return not old.engine.close_log()
    except ArchiveError:  # nobody can use it
        return False


def _withdraw_again(archive: Archive, register: list[tuple[str, str]], now: datetime) -> int:
    done = 0
    for key, reason in register:
        with archive.write():
            article_id = archive.aliases.article_at_key(key)
            if article_id is not None:
                done += withdraw_article(archive, article_id, reason, now)
            refuse_key(archive, key, reason, now)
    archive.engine.erase()
    return done
