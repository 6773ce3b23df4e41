"""Taking over what another archive hands on: a dump record at a time, each once, never over our own evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import columns_of
from icma_crawler.archive.tables.imports import Delivery, ImportedArticle
from icma_crawler.archive.transactions.limit_reuse import reuse_for
from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.archive.transactions.write_state import follow
from icma_crawler.archive.values import to_stamp
from icma_crawler.models import ArchivedArticle, Article, ChangeKind
from icma_crawler.rights import strictest

Taken = Literal["new", "updated", "withdrawn", "known", "kept", "refused"]
"""What became of a record: taken over, known already, our own article kept instead, or withdrawn here."""

_EXTRACTOR = "import"


def import_record(archive: Archive, delivery: Delivery, now: datetime) -> Taken:
    """Write one record down; returns what that came to. The same or an older record again changes nothing."""
    with archive.write():
        known = archive.imports.find(delivery.archived.urn)
        if known is None:
            return _take_unknown(archive, delivery, now)
        verdict = _why_not(archive, known, delivery)
        if verdict is not None:
            is_newer = known.sender != str(delivery.sender) or (known.seq or 0) < delivery.seq
            if verdict == "known" and known.sender is not None and is_newer:
                archive.imports.save(known.id, delivery, now)
            return verdict
        if delivery.archived.article is None:
            return _withdraw(archive, known.id, delivery, now)
        _update(archive, known, delivery, delivery.archived.article, now)
        return "updated"


def _why_not(archive: Archive, known: ImportedArticle, delivery: Delivery) -> Taken | None:
    """Why a record changes nothing; None where it does.

    The same article may come from two archives, or from one that was restored and so has a new name: then the higher
    revision counts.
    """
    archived, is_same_sender = delivery.archived, known.sender == str(delivery.sender)
    if known.status == "withdrawn":
        return "known" if archived.article is None else "refused"
    owner = archive.aliases.article_at(archived.url)
    if known.sender is None or (owner is not None and owner != known.id):
        return "kept"
    if archived.article is None and not is_same_sender:
        return None
    is_older = (known.seq or 0) > delivery.seq if is_same_sender else known.revision > archived.revision
    if is_older:
        return "known" if is_same_sender else "kept"
    is_same = known.record_sha256 == delivery.record_sha256 and known.status == archived.status
    return "known" if is_same or (is_same_sender and known.seq == delivery.seq) else None


def _take_unknown(archive: Archive, delivery: Delivery, now: datetime) -> Taken:
    archived = delivery.archived
    if archive.withdrawals.has_any([archived.url]):
        return "refused"
    if archive.aliases.article_at(archived.url) is not None:
        return "kept"
    language = archived.article.language if archived.article else None
    archive.portals.save_imported(
        archived.portal, name=archived.source_name, home=archived.source_url, language=language or "en", now=now
    )
    article_id = _insert(archive, delivery, now)
    archive.aliases.add(article_id, [archived.url], now)
    if archived.article is None:
        return _withdraw(archive, article_id, delivery, now)
    archive.search.index(article_id, archived.article.title_shown, archived.article.lead, archived.article.body)
    archive.imports.save(article_id, delivery, now)
    archive.changes.add(article_id, _first_change(archived.status), cause=delivery.cause, at=now)
    return "new"


def _first_change(status: str) -> ChangeKind:
    return "gone" if status == "gone" else "new"


def _insert(archive: Archive, delivery: Delivery, now: datetime) -> int:
    archived = delivery.archived
    columns = {
        "urn": archived.urn,
        "portal": archived.portal,
        "url": archived.url,
        "source_name": archived.source_name,
        "source_url": archived.source_url,
        "archived_at": to_stamp(archived.archived_at),
        **_state_of(archive, delivery),
    }
    article_id = archive.articles.add(columns)
    archive.revisions.add(
        article_id,
        columns,
        revision=archived.revision,
        kind="imported",
        cause=delivery.cause,
        capture_id=None,
        now=now,
    )
    return article_id


def _update(archive: Archive, known: ImportedArticle, delivery: Delivery, article: Article, now: datetime) -> None:
    archived, article_id = delivery.archived, known.id
    columns = {**_state_of(archive, delivery), "url": archived.url}
    archive.aliases.add(article_id, [archived.url], now)
    if archived.revision > known.revision:
        follow(archive, article_id, columns, kind="imported", cause=delivery.cause, capture_id=None, now=now)
    else:
        archive.articles.update(article_id, columns)
    archive.search.index(article_id, article.title_shown, article.lead, article.body)
    archive.imports.save(article_id, delivery, now)
    archive.changes.add(article_id, delivery.change, cause=delivery.cause, at=now)


def _withdraw(archive: Archive, article_id: int, delivery: Delivery, now: datetime) -> Taken:
    archived = delivery.archived
    archive.imports.make_own(article_id)
    # The sender's withdrawal may be the first to tell of the article's newest address, which is refused like the others.
    archive.aliases.add(article_id, [archived.url], now)
    withdraw_article(archive, article_id, f"withdrawn by archive {delivery.sender}", now)
    archive.articles.update(article_id, {"url": archived.url, "revision": archived.revision, "reuse": archived.reuse})
    return "withdrawn"


def _state_of(archive: Archive, delivery: Delivery) -> dict[str, object]:
    """The columns that each record of an article sets anew."""
    archived: ArchivedArticle = delivery.archived
    # A tombstone has no words; it is written empty and then withdrawn like any other.
    article = archived.article or Article(url=archived.url, title="", title_shown="", body="")
    return {
        **columns_of(article),
        "revision": archived.revision,
        "status": archived.status if archived.article else "live",
        "reuse": strictest(archived.reuse, reuse_for(archive, archived.portal, archived.url, ())),
        "content_sha256": archived.content_sha256,
        "extractor": _EXTRACTOR,
    }
