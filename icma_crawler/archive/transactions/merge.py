"""Merging a whole archive into another: each article that is not known yet, with its history, pages and addresses."""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.withdrawals import Withdrawal
from icma_crawler.archive.transactions.import_record import Taken
from icma_crawler.archive.transactions.store_page import store_page
from icma_crawler.errors import NotFoundError
from icma_crawler.models import ChangeKind

_CHANGES: dict[str, ChangeKind] = {"gone": "gone", "withdrawn": "withdrawn"}


def merge_article(archive: Archive, other: Archive, urn: str, now: datetime) -> Taken:
    """Copy the article *urn* of *other* with all its history and pages. What is known here stays as it is.

    Raises:
        NotFoundError: *other* has no such article.
    """
    theirs = other.articles.id_of_urn(urn)
    if theirs is None:
        raise NotFoundError(urn, other.path)
    article = other.articles.row_of(theirs)
    is_withdrawn = article["status"] == "withdrawn"
    addresses = [article["url"], *other.aliases.urls_of(theirs)]
    with archive.write():
        ours = archive.articles.id_of_urn(urn)
        if ours is not None:
            return "kept" if is_withdrawn and archive.articles.status_of(ours) != "withdrawn" else "known"
        if not is_withdrawn and archive.withdrawals.has_any(addresses):
            return "refused"
        if any(archive.aliases.article_at(url) is not None for url in addresses):
            return "kept"
        _copy(archive, other, theirs, now)
    return "withdrawn" if is_withdrawn else "new"


def merge_register(archive: Archive, other: Archive) -> None:
    """What was withdrawn there does not come here later; what stands here is for the operator to take down."""
    with archive.write():
        for withdrawal in other.withdrawals.all():
            if not _is_live(archive, withdrawal.key):
                ours = _same_article(archive, other, withdrawal.article_id)
                archive.withdrawals.add(
                    Withdrawal(key=withdrawal.key, article_id=ours, reason=withdrawal.reason, at=withdrawal.at)
                )


def _copy(archive: Archive, other: Archive, theirs: int, now: datetime) -> None:
    article = other.articles.row_of(theirs)
    portal, status = article["portal"], article["status"]
    _copy_portal(archive, other, portal)
    ours = archive.articles.add({name: value for name, value in article.items() if name != "id"})
    captures: dict[int | None, int] = {
        each: store_page(archive, portal, other.captures.load(each)) for each in other.revisions.captures_of(theirs)
    }
    for revision in other.revisions.rows_of(theirs):
        capture_id = captures.get(revision["capture_id"])
        archive.revisions.add_row(revision | {"article_id": ours, "capture_id": capture_id})
    for alias in other.aliases.rows_of(theirs):
        archive.aliases.add_row(alias | {"article_id": ours})
    for signal in other.reuse_signals.rows_of(portal, theirs):
        archive.reuse_signals.add_row(signal | {"article_id": ours})
    for imported in other.imports.rows_of(theirs):
        archive.imports.add_row(imported | {"article_id": ours})
    archive.pictures.save(ours, *other.pictures.words_of(theirs))
    if status != "withdrawn":
        archive.search.index(ours, article["title_shown"], article["lead"], article["body"])
    change = _CHANGES.get(status, "new")
    archive.changes.add(ours, change, cause=other.changes.last_cause(theirs), at=now)


def _copy_portal(archive: Archive, other: Archive, portal_id: str) -> None:
    if archive.portals.is_known(portal_id):
        return
    archive.portals.add_row(other.portals.row_of(portal_id))
    for signal in other.reuse_signals.rows_of(portal_id, None):
        archive.reuse_signals.add_row(signal)
    for line in other.boilerplate.rows_of(portal_id):
        archive.boilerplate.add_row(line)


def _is_live(archive: Archive, key: str) -> bool:
    article_id = archive.aliases.article_at_key(key)
    return article_id is not None and archive.articles.status_of(article_id) != "withdrawn"


def _same_article(archive: Archive, other: Archive, theirs: int | None) -> int | None:
    """The article here that one of *other* is."""
    archived = None if theirs is None else other.articles.load(theirs)
    return None if archived is None else archive.articles.id_of_urn(archived.urn)
