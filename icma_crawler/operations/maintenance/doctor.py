"""`icma doctor`: looks at everything a crawl needs, changes nothing, and says of each thing what to do."""

from __future__ import annotations

import importlib
import shutil
import sys
import zoneinfo
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from icma_crawler.archive import Archive, open_archive
from icma_crawler.archive.engines.sqlite.library import examine_library
from icma_crawler.archive.transactions.hold_portal import dead_holders
from icma_crawler.config import Config
from icma_crawler.errors import IcmaError
from icma_crawler.models import Portal
from icma_crawler.portals import default_registry, load_portals
from icma_crawler.system.clock import utc_now
from icma_crawler.text import FOLD_VERSION

State = Literal["ok", "warn", "fail"]

_OLDEST_PYTHON = (3, 11)
_LIBRARIES = ("scrapy", "twisted", "trafilatura", "lxml", "feedparser", "zstandard", "click", "rich", "pebble")
_LITTLE_SPACE, _NO_SPACE = 2 << 30, 200 << 20
_LARGE_LOG = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: what was found, and what to do about it (empty where all is well)."""

    name: str
    state: State
    found: str
    advice: str = ""


def examine(config: Config) -> list[Check]:
    """Look at the installation, the archive, the portal files and the settings."""
    checks = [*_installation(config), *_settings(config), *_portals(config)]
    return [*checks, *_archive(config.archive)]


def _ok(name: str, found: str) -> Check:
    return Check(name=name, state="ok", found=found)


def _warn(name: str, found: str, advice: str) -> Check:
    return Check(name=name, state="warn", found=found, advice=advice)


def _fail(name: str, found: str, advice: str) -> Check:
    return Check(name=name, state="fail", found=found, advice=advice)


# ---- the installation


def _installation(config: Config) -> Iterator[Check]:
    yield _python()
    yield _sqlite()
    yield from map(_library, _LIBRARIES)
    yield _time_zones()
    yield _workers()
    yield _disk(config.archive.absolute().parent)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return _fail("python", found, "install Python 3.11 or later")
    return _ok("python", found)


def _sqlite() -> Check:
    found = examine_library()
    if found.problem is not None:
        return _fail("sqlite", f"{found.version} ({found.problem})", found.remedy or "")
    return _ok("sqlite", f"{found.version}, with FTS5")


def _library(name: str) -> Check:
    try:
        importlib.import_module(name)
        return _ok(name, version(name))
    except (ImportError, PackageNotFoundError) as error:
        return _fail(name, str(error), "install again: pip install --force-reinstall icma-crawler")


def _time_zones() -> Check:
    try:
        zoneinfo.ZoneInfo("Asia/Baku")
    except zoneinfo.ZoneInfoNotFoundError as error:
        return _fail("time zones", str(error), "pip install tzdata")
    return _ok("time zones", f"{len(zoneinfo.available_timezones())} known")


def _workers() -> Check:
    """The worker processes load this; what keeps it from loading keeps them from starting."""
    try:
        extractor = importlib.import_module("icma_crawler.extraction").EXTRACTOR
    except (ImportError, AttributeError) as error:
        return _fail("workers", f"cannot start: {error}", "install again: pip install --force-reinstall icma-crawler")
    return _ok("workers", f"can start ({extractor})")


def _disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return _fail("disk", f"{folder}: {error.strerror}", "name another place with --archive")
    found = f"{free / (1 << 30):.1f} GB free in {folder}"
    if free < _NO_SPACE:
        return _fail("disk", found, "make room before the next crawl: it would stop halfway (nothing archived is lost)")
    if free < _LITTLE_SPACE:
        return _warn("disk", found, "make room soon; icma status shows how fast the archive grows")
    return _ok("disk", found)


# ---- settings and portals


def _settings(config: Config) -> Iterator[Check]:
    if config.contact:
        yield _ok("contact", config.contact)
    else:
        yield _warn(
            "contact", "not set", "set contact in icma.toml or ICMA_CONTACT: live portals are not crawled without"
        )
    if config.publisher:
        yield _ok("publisher", config.publisher)
    else:
        yield _warn("publisher", "not set", "set publisher in icma.toml or ICMA_PUBLISHER: dumps name who republishes")


def _portals(config: Config) -> Iterator[Check]:
    folder = config.portals or default_registry()
    try:
        portals = load_portals(folder)
    except IcmaError as error:
        yield _fail("portals", str(error), "mend the file; icma portals list shows when it can be read")
        return
    enabled = sum(portal.enabled for portal in portals.values())
    yield _ok("portals", f"{enabled} enabled of {len(portals)} in {folder}")
    yield from _insecure(portals)


def _insecure(portals: dict[str, Portal]) -> Iterator[Check]:
    trusting = [portal.id for portal in portals.values() if not portal.crawl.verify_tls]
    if trusting:
        yield _warn(
            "certificates", f"not checked for {', '.join(trusting)}", "set verify_tls = true once they are valid"
        )


# ---- the archive


def _archive(path: Path) -> Iterator[Check]:
    if not path.exists():
        yield _warn("archive", f"{path} is not there yet", "icma crawl makes it, or --archive names another")
        return
    try:
        with open_archive(path, readonly=True) as archive:
            yield _ok(
                "archive", f"{path}, {archive.articles.count()} articles, {path.stat().st_size / (1 << 20):.0f} MB"
            )
            yield from _looks(archive)
    except IcmaError as error:
        yield _fail("archive", str(error), "restore a backup where it is damaged")


def _looks(archive: Archive) -> Iterator[Check]:
    yield _structure(archive.engine.complaint())
    yield _fold(archive.meta.fold_version)
    yield _chain(archive)
    yield _log(archive.path)
    yield _holders(dead_holders(archive, utc_now()))


def _structure(complaint: str | None) -> Check:
    if complaint is not None:
        return _fail("structure", complaint, "restore the last backup; keep the file for a later look")
    return _ok("structure", "sound")


def _fold(version: int) -> Check:
    if version != FOLD_VERSION:
        return _warn("search index", f"made by version {version} of the spelling rules", "the next crawl rebuilds it")
    return _ok("search index", f"version {version}")


def _chain(archive: Archive) -> Check:
    head = archive.changes.head
    if not archive.changes.is_newest_sound():
        return _fail("change log", f"the newest of {head} changes does not fit the one before", "restore a backup")
    return _ok("change log", f"{head} changes")


def _log(path: Path) -> Check:
    log = path.with_name(path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    found = f"{size / (1 << 20):.0f} MB"
    if size > _LARGE_LOG:
        return _warn(
            "write-ahead log", found, "close programs that read the archive for long; the next crawl shrinks it"
        )
    return _ok("write-ahead log", found)


def _holders(dead: Mapping[str, str]) -> Check:
    if dead:
        return _warn("holders", f"{', '.join(dead)} held by a process that is gone", "the next crawl goes on by itself")
    return _ok("holders", "none that is gone")
