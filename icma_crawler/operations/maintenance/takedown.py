"""Taking articles out of the archive for good, on someone's right to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from icma_crawler.archive import Archive
from icma_crawler.archive.transactions.redact import find_wording
from icma_crawler.archive.transactions.withdraw import refuse_address, wipe_pages, withdraw_article
from icma_crawler.errors import NotFoundError, UrlError
from icma_crawler.urls import canonical_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a takedown did: articles wiped, addresses only entered in the register, and whether the file is clean."""

    wiped: int
    registered: int
    already: int
    is_clean: bool


def withdraw(archive: Archive, wanted: Sequence[str], reason: str, *, now: datetime) -> Withdrawn:
    """Withdraw articles by id, urn or url. An address that is not archived enters the register all the same.

    Raises:
        NotFoundError: an id or urn that is no article's; nothing is withdrawn then.
    """
    found: list[int] = []
    addresses: list[str] = []
    for what in wanted:
        try:
            found.append(archive.find(what).id)
        except NotFoundError:
            try:
                addresses.append(canonical_url(what))
            except UrlError as error:
                raise NotFoundError(what, archive.path) from error
    wiped = already = 0
    # One transaction each: a takedown of a whole portal must not keep other writers waiting. Their own pages first, so
    # that no article is looked for in a page that is about to go.
    for article_id in found:
        wipe_pages(archive, article_id, now)
    for article_id in found:
        if withdraw_article(archive, article_id, reason, now, find_wording(archive, article_id)):
            wiped += 1
        else:
            already += 1
    with archive.write():
        for url in addresses:
            refuse_address(archive, url, reason, now)
    return Withdrawn(wiped=wiped, registered=len(addresses), already=already, is_clean=archive.engine.erase())
