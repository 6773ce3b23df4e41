"""What the operator decided: icma.toml, then ICMA_* variables, then options; the later ones win."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from icma_crawler.errors import ConfigError

CONFIG_FILE = "icma.toml"


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
}


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(file, "the file", f"cannot be read ({error})") from error


def _convert(key: str, value: Any, where: str) -> Any:
    if key in ("archive", "portals"):
        return Path(str(value)).expanduser()
    if key in _NUMBERS:
        kind, low, high = _NUMBERS[key]
        try:
            number = kind(value)
        except (TypeError, ValueError):
            number = None
        if number is None or not low <= number <= high:
            raise ConfigError(where, key, f"{value!r} is not a number from {low} to {high}")
        return number
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(where, key, f"{value!r} is not a text")
    return value.strip()
