"""Before a page is taken for a new article: the known one that it may be another state of is looked at first."""

from __future__ import annotations

from collections.abc import Sequence

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.known_urls import Entry
from icma_crawler.archive.transactions.identity import find_former, find_known, find_original
from icma_crawler.models import Article


def take_former(
    archive: Archive, portal_id: str, entry: Entry, article: Article, addresses: Sequence[str], *, crawl_id: int
) -> Entry | None:
    """A known article to look at again before the page of *entry* is taken for a new one; it becomes this crawl's.

    *entry* itself where that article is this crawl's already and waits for its look. None: the page may be recorded.
    """
    with archive.write():
        if entry.duplicate_of is not None:
            original = find_original(archive, entry.duplicate_of, article)
            return None if original is None else _take_original(archive, entry, original, crawl_id)
        former = find_former(archive, portal_id, article, archive.known_urls.announced_at(entry.id), crawl_id)
        if former is None or find_known(archive, portal_id, article, addresses) is not None:
            return None
        return archive.frontier.take([former], crawl_id)[0]


def _take_original(archive: Archive, entry: Entry, original: int, crawl_id: int) -> Entry | None:
    is_waiting = archive.frontier.is_waiting(original, crawl_id)
    if is_waiting is None:
        return archive.frontier.take([original], crawl_id)[0]
    return entry if is_waiting else None
