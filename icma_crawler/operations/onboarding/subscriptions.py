"""Subscription lists into portal files and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from icma_crawler.errors import PortalFileError
from icma_crawler.exports.formats.opml import outline_of
from icma_crawler.models import Portal, Source
from icma_crawler.operations.onboarding.portal_files import id_of, write_portal
from icma_crawler.portals import Subscription, load_portals, read_opml
from icma_crawler.urls import domain_of, needs_own_file

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(slots=True)
class ImportedList:
    """What became of a list: ids of new portals, names of known sites, and sites whose file cannot be written."""

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def import_opml(data: bytes, folder: Path) -> ImportedList:
    """Write a portal file for each site of an OPML file that *folder* does not know yet.

    A list may be a stranger's, and a portal file opens what it names: private places are left out.

    Raises:
        UsageError: not an OPML file.
    """
    subscriptions = read_opml(data)
    portals = load_portals(folder).values() if any(folder.glob("*.toml")) else ()
    domains = {domain for portal in portals for domain in portal.domains}
    imported = ImportedList(
        failed=[f"{link}: no link that a site could be reached by" for link in subscriptions.unusable]
    )
    for subscription in subscriptions.sites:
        portal = _portal_of(subscription)
        file = folder / f"{portal.id}.toml"
        if domain_of(portal.home) in domains or file.exists():
            imported.known.append(portal.name)
            continue
        private = [url for url in (portal.home, *(source.url for source in portal.sources)) if needs_own_file(url)]
        if private:
            imported.failed.append(
                f"{private[0]}: a private address or an unusual port; write its portal file yourself"
            )
            continue
        try:
            write_portal(file, portal)
        except PortalFileError as error:
            file.unlink(missing_ok=True)
            imported.failed.append(str(error))
        else:
            imported.added.append(portal.id)
    return imported


def format_opml(portals: Iterable[Portal], *, now: datetime) -> Iterator[str]:
    """The registry as OPML 2.0."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head>\n<title>icma portals</title>\n'
    yield f"<dateCreated>{format_datetime(now)}</dateCreated>\n</head>\n<body>\n"
    yield from map(outline_of, portals)
    yield "</body>\n</opml>\n"


def _portal_of(subscription: Subscription) -> Portal:
    home = subscription.home
    is_az = domain_of(home).partition(":")[0].endswith(".az")
    stated = (subscription.language or "").partition("-")[0].lower()
    language = stated if _LANGUAGE.fullmatch(stated) else ("az" if is_az else "und")
    return Portal(
        id=id_of(home),
        name=subscription.name,
        home=home,
        language=language,
        timezone="Asia/Baku" if is_az else "UTC",
        sources=tuple(Source(kind="feed", url=feed) for feed in subscription.feeds),
    )
