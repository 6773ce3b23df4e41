"""Portal files on the disk: written, switched off and on, and the folder they stand in."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from icma_crawler.errors import UnknownPortalError, UsageError
from icma_crawler.models import CrawlPolicy, Portal
from icma_crawler.portals import default_registry, load_portal, load_portals, pick_portals
from icma_crawler.system.files import write_whole
from icma_crawler.urls import domain_of

LOCAL = Path("portals")

_ENABLED = re.compile(r"^[ \t]*enabled[ \t]*=[^\n#]*", re.MULTILINE)
_FIRST_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def id_of(home: str) -> str:
    """What a portal is called after its address: "sherg.az", "bbc.com-azeri"."""
    path = "-".join(part for part in urlsplit(home).path.split("/") if part)
    return re.sub(r"[^a-z0-9._-]+", "-", "-".join(filter(None, (domain_of(home), path))).lower()).strip("-.")


def format_portal(portal: Portal, notes: Iterable[str] = ()) -> str:
    """The file of a portal, as short as its defaults allow; *notes* stand above it as comments."""
    facts = {"name": portal.name, "home": portal.home, "language": portal.language, "timezone": portal.timezone}
    lines = [f"# {' '.join(note.split())}" for note in notes]
    # A JSON string is a TOML string, but for DEL.
    lines += [f"{key} = {_quoted(value)}" for key, value in facts.items()]
    lines += ['reuse = "excerpt"'] if portal.reuse == "excerpt" else [f"reuse = {_quoted(portal.reuse)}"]
    lines += [] if portal.enabled else ["enabled = false"]
    for source in portal.sources:
        lines += ["", "[[sources]]", f"kind = {_quoted(source.kind)}", f"url = {_quoted(source.url)}"]
    if portal.article_url_pattern:
        lines += ["", "[article]", f"url_pattern = {_quoted(portal.article_url_pattern)}"]
    if portal.crawl != CrawlPolicy():
        policy = portal.crawl
        lines += ["", "[crawl]", f"delay_seconds = {policy.delay_seconds:g}", f"concurrency = {policy.concurrency}"]
    return "\n".join([*lines, ""])


def find_registry(folder: Path | None) -> Path:
    """The folder that portal files are written to, made or not."""
    return LOCAL if folder is None else folder


def writable_registry(folder: Path | None) -> tuple[Path, int]:
    """The folder that portal files are written to, made where it is missing; and how many files were put into it.

    *folder* is what the operator named. Without one it is ./portals; since that folder takes the place of the packaged
    registry, these portals are copied into it when it is made, and none is lost by adding or disabling one.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        return folder, 0
    if LOCAL.is_dir():
        return LOCAL, 0
    packaged = default_registry()
    files = [packaged / f"{portal}.toml" for portal in load_portals(packaged)]
    LOCAL.mkdir()
    for file in files:
        write_whole(LOCAL / file.name, [file.read_bytes()])
    return LOCAL, len(files)


def find_file(folder: Path, portal_id: str) -> Path:
    """The file of a portal.

    Raises:
        UnknownPortalError: the folder has none of that name.
    """
    file = folder / f"{portal_id}.toml"
    if Path(portal_id).name != portal_id or not file.is_file():
        pick_portals(load_portals(folder), [portal_id], folder)  # says what is spelt alike
        raise UnknownPortalError(portal_id, folder)
    return file


def write_portal(file: Path, portal: Portal, *, notes: Iterable[str] = (), may_replace: bool = False) -> None:
    """Write a portal's file, and read it back: what was written can be crawled.

    Raises:
        UsageError: the file is there, and may not be replaced.
    """
    if file.exists() and not may_replace:
        raise UsageError(f"{file}: there is such a portal already; --yes replaces its file, --id gives another name")
    write_whole(file, [format_portal(portal, notes)])
    load_portal(file)


def set_enabled(file: Path, *, enabled: bool) -> bool:
    """Switch a portal off or on in its file, leaving all else as it stands; returns whether that changed anything."""
    if load_portal(file).enabled == enabled:
        return False
    text = file.read_bytes().decode("utf-8-sig")
    changed = switched(text, enabled=enabled)
    if tomllib.loads(changed) != tomllib.loads(text) | {"enabled": enabled}:
        raise UsageError(f"{file}: write enabled = {str(enabled).lower()} above its first table yourself")
    write_whole(file, [changed])
    return True


def switched(text: str, *, enabled: bool) -> str:
    """The text of a portal file with its key "enabled" set; it belongs above the first table."""
    table = _FIRST_TABLE.search(text)
    top, rest = (text[: table.start()], text[table.start() :]) if table else (text, "")
    line = f"enabled = {str(enabled).lower()}"
    if _ENABLED.search(top):
        return _ENABLED.sub(line, top, count=1) + rest
    if rest:
        return f"{top.rstrip()}\n{line}\n\n{rest}"
    return f"{top.rstrip()}\n{line}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
