"""What the operator decided: icma.toml, then ICMA_* variables, then options; the later ones win."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from icma_crawler.errors import ConfigError

CONFIG_FILE = "icma.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """Who hears of trouble: a webhook (JSON by POST), an e-mail address, or both."""

    webhook: str | None = None
    email: str | None = None
    smtp: str = "localhost:25"
    """The mail server as "host:port" or "user:password@host:port"."""
    sender: str | None = None
    """The From address; None: the same as `email`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one call of the program."""

    archive: Path = Path("archive.db")
    portals: Path | None = None
    """A folder of portal files; None: ./portals if it is there, else the packaged ones."""
    publisher: str | None = None
    """Who republishes: named in the attribution statement."""
    contact: str | None = None
    """A url or an e-mail address for the user agent; live portals are crawled only with one."""
    portals_at_once: int = 8
    """How many portals are crawled side by side."""
    workers: int = max(1, os.cpu_count() or 1)
    """Processes that read pages."""
    extract_seconds: float = 10.0
    """How long reading one page may take."""
    recheck: tuple[str, ...] = ("2h:30m", "1d:4h", "7d:1d", "30d:7d", "365d:90d")
    """How often known articles are looked at again: "1d:4h" is "younger than a day, every four hours"; the last
    one goes on for what is older."""
    rechecks_per_crawl: int = 100
    """How many known articles of a portal a crawl looks at again at most."""

    schedule_seconds: float = 60.0
    """How often `icma schedule` looks for what is due."""
    log: str = "text"
    """"text" for people, "json" for programs: how a crawl and a schedule talk on stderr."""
    metrics: Path | None = None
    """A text file for Prometheus, written after each crawl."""
    notices: NoticeRule | None = None
    """The table [notices]."""

    @property
    def recheck_ages(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """`recheck` as pairs (younger than, look every)."""
        return tuple(_pair(text) for text in self.recheck)

    @classmethod
    def load(cls, folder: Path = Path(), environ: Mapping[str, str] = os.environ) -> Self:
        """Read icma.toml of *folder*, if it is there, and the ICMA_* variables.

        Raises:
            ConfigError: an unknown key, or a value that cannot be used.
        """
        config = cls()
        file = folder / CONFIG_FILE
        if file.exists():
            config = config.changed(_read_toml(file), where=str(file))
        variables = {
            name.removeprefix("ICMA_").lower(): value
            for name, value in environ.items()
            if name.startswith("ICMA_") and name.removeprefix("ICMA_").lower() in _KEYS
        }
        return config.changed(variables, where="environment")

    def changed(self, values: Mapping[str, Any], *, where: str) -> Self:
        """A copy with *values* in place; None values change nothing.

        Raises:
            ConfigError: an unknown key, or a value that cannot be used.
        """
        checked: dict[str, Any] = {}
        for key, value in values.items():
            if key not in _KEYS:
                raise ConfigError(where, key, f"there is no such setting; known are {', '.join(sorted(_KEYS))}")
            if value is not None:
                checked[key] = _convert(key, value, where)
        return replace(self, **checked)


_KEYS = {field.name for field in fields(Config)}
_NUMBERS: dict[str, tuple[type, float, float]] = {
    "portals_at_once": (int, 1, 500),
    "workers": (int, 1, 64),
    "extract_seconds": (float, 0.5, 600),
    "rechecks_per_crawl": (int, 0, 100_000),
    "schedule_seconds": (float, 1, 86_400),
}
_PATHS = ("archive", "portals", "metrics")
_LOGS = ("text", "json")
_NOTICE_KEYS = {field.name for field in fields(NoticeRule)}
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def _pair(text: str) -> tuple[timedelta, timedelta]:
    age, interval = text.split(":")
    return _span(age), _span(interval)


def _span(text: str) -> timedelta:
    """Read "30m", "4h" or "7d"."""
    span = int(text[:-1]) * _UNITS[text[-1]]
    if span <= timedelta(0):
        raise ValueError(text)
    return span


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "the file", f"cannot be read ({error})") from error


def _convert(key: str, value: Any, where: str) -> Any:
    if key in _PATHS and isinstance(value, Path | str) and str(value).strip():
        return _expand(key, Path(value), where)
    if key == "recheck":
        return _convert_recheck(value, where)
    if key == "notices":
        return _convert_notices(value, where)
    if key in _NUMBERS:
        kind, low, high = _NUMBERS[key]
        try:
            number = kind(value)
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or not low <= number <= high:
            raise ConfigError(where, key, f"{value!r} is not a number from {low} to {high}")
        return number
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(where, key, f"{value!r} is not a text")
    if key == "log" and value.strip() not in _LOGS:
        raise ConfigError(where, key, f"{value!r} is none of {', '.join(_LOGS)}")
    return value.strip()


def _convert_notices(value: Any, where: str) -> NoticeRule:
    if not isinstance(value, Mapping):
        raise ConfigError(where, "notices", "is a table: write webhook and email under [notices] in icma.toml")
    for key, text in value.items():
        if key not in _NOTICE_KEYS:
            known = ", ".join(sorted(_NOTICE_KEYS))
            raise ConfigError(where, f"notices.{key}", f"there is no such setting; known are {known}")
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise ConfigError(where, f"notices.{key}", f"{text!r} is not a text")
    rule = NoticeRule(**{key: text.strip() for key, text in value.items()})
    if rule.webhook is None and rule.email is None:
        raise ConfigError(where, "notices", "names neither webhook nor email, so nobody would hear")
    if rule.webhook is not None and not _is_web_link(rule.webhook):
        raise ConfigError(where, "notices.webhook", f"{rule.webhook!r} is not an http or https link")
    if rule.email is not None and "@" not in rule.email:
        raise ConfigError(where, "notices.email", f"{rule.email!r} is not an e-mail address")
    return rule


def _is_web_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _expand(key: str, path: Path, where: str) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ConfigError(where, key, f"{path}: this user has no home folder") from error


def _convert_recheck(value: Any, where: str) -> tuple[str, ...]:
    parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
    try:
        ages = [_pair(part)[0] for part in parts]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        ages = []
    if not ages or ages != sorted(ages):
        raise ConfigError(where, "recheck", f'{value!r} is not a list like ["1d:4h", "7d:1d"], youngest first')
    return tuple(parts)
