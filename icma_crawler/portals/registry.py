"""A folder of portal files: where it is, what it holds, and which of its portals were asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from icma_crawler.errors import PortalFileError, UnknownPortalError
from icma_crawler.models import Portal, Rule
from icma_crawler.portals.portal_file import load_portal

_PACKAGED = Path(__file__).parent
_LOCAL = Path("portals")


def default_registry() -> Path:
    """The operator's own ./portals where that folder exists, else the registry packaged with the program."""
    return _LOCAL if _LOCAL.is_dir() else _PACKAGED


def load_portals(folder: Path | None = None) -> dict[str, Portal]:
    """Every portal of *folder* (None: the packaged registry), enabled or not, ordered by id.

    Raises:
        PortalFileError: no such folder, no portal in it, or a file with a mistake.
    """
    folder = _PACKAGED if folder is None else folder
    return {path.stem: load_portal(path) for path in _find_files(folder)}


def pick_portals(portals: Mapping[str, Portal], names: Iterable[str], registry: Path) -> list[Portal]:
    """The portals called *names*, each once and in that order; without names, every enabled one.

    Raises:
        UnknownPortalError: a name is not in *portals*; the message names those spelt alike.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in portals:
            similar = difflib.get_close_matches(name.lower(), portals, n=3)
            raise UnknownPortalError(name, registry, tuple(similar))
    if not wanted:
        return [portal for portal in portals.values() if portal.enabled]
    return [portals[name] for name in wanted]


def portal_as_dict(portal: Portal) -> dict[str, Any]:
    """What `icma portals list --json` prints of a portal: JSON values only."""
    return {
        "id": portal.id,
        "name": portal.name,
        "home": portal.home,
        "language": portal.language,
        "reuse": portal.reuse,
        "sources": [asdict(source) for source in portal.sources],
        "timezone": portal.timezone,
        "enabled": portal.enabled,
        "hosts": list(portal.hosts),
        "article_url_pattern": portal.article_url_pattern,
        "rules": [_rule_as_dict(rule) for rule in portal.rules],
        "crawl": asdict(portal.crawl),
    }


def _find_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        problem = "is not a folder" if folder.exists() else "no such folder"
        raise PortalFileError(folder, None, f"{problem}; name one with portal files in it, or leave --portals out")
    # macOS and editors leave ._sherg.az.toml and .#sherg.az.toml beside the file itself.
    paths = [path for path in folder.glob("*.toml") if not path.name.startswith(".")]
    if not paths:
        raise PortalFileError(folder, None, "holds no portal file (*.toml); icma portals add URL writes one")
    return sorted(paths, key=lambda path: path.stem)


def _rule_as_dict(rule: Rule) -> dict[str, Any]:
    valid_from = rule.valid_from.isoformat() if rule.valid_from else None
    return {**asdict(rule), "valid_from": valid_from}
