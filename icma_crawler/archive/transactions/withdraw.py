"""Takedown: an article's words leave the archive for good, a tombstone stays, and no crawl brings it back.

What is wiped: title, text, authors, image and the like, every earlier revision, the search entry, the article's own
captures, its words inside other pages of the portal (sidebars, "most read" lists), and the portal's kept listings, which
may say of it what it does not say itself. What stays: the address, the urn, when it was archived, and why it was
withdrawn. That no byte is left in the files is `Engine.erase`'s work.
"""

from __future__ import annotations

from datetime import datetime

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.tables.withdrawals import Withdrawal
from icma_crawler.archive.transactions.redact import FoundWording, blank_wording
from icma_crawler.urls import identity_key


def withdraw_article(
    archive: Archive, article_id: int, reason: str, now: datetime, found: FoundWording | None = None
) -> bool:
    """Wipe an article; returns False where it was withdrawn before.

    *found* is what `find_wording` told shortly before, so that pages need not be read while others wait to write.

    Raises:
        LookupError: there is no such article.
    """
    with archive.write():
        if archive.articles.status_of(article_id) == "withdrawn":
            return False
        wipe_pages(archive, article_id, now)
        blank_wording(archive, article_id, found, now)
        archive.captures.drop_listings(archive.articles.portal_of(article_id))
        for key in archive.aliases.keys_of(article_id):
            archive.withdrawals.add(Withdrawal(key=key, article_id=article_id, reason=reason, at=now))
        archive.frontier.withdraw(article_id)
        archive.articles.wipe(article_id)
        archive.revisions.wipe(article_id)
        archive.reuse_signals.remove(article_id)
        archive.imports.make_own(article_id)
        archive.pictures.remove(article_id)
        archive.search.remove(article_id)
        archive.flags.lower(article_id)
        archive.changes.add(article_id, "withdrawn", cause="operator", at=now)
    return True


def wipe_pages(archive: Archive, article_id: int, now: datetime) -> None:
    """Empty the captures of an article's own pages; what they show of others goes with them."""
    with archive.write():
        archive.captures.wipe(article_id, archive.aliases.urls_of(article_id), now)


def refuse_address(archive: Archive, url: str, reason: str, now: datetime) -> None:
    """Enter an address into the register that is not (or no longer) archived, so that it never will be."""
    refuse_key(archive, identity_key(url), reason, now)


def refuse_key(archive: Archive, key: str, reason: str, now: datetime) -> None:
    """`refuse_address`, by what all forms of the address share."""
    with archive.write():
        archive.withdrawals.add(Withdrawal(key=key, article_id=None, reason=reason, at=now))
        for portal in archive.frontier.refuse(key):
            archive.captures.drop_listings(portal)
