"""Recording a look at a page: capture, frontier, article, revision, search entry and change row, all or nothing.

The deciding is done in `icma_crawler.archive.decisions` and `icma_crawler.archive.url_states`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from icma_crawler.archive.archive import Archive
from icma_crawler.archive.decisions import KnownState, decide, digest_of, doubt_about, is_gone
from icma_crawler.archive.tables.known_urls import Entry
from icma_crawler.archive.transactions import identity
from icma_crawler.archive.transactions.flag_page import flag_page, is_confirmed
from icma_crawler.archive.transactions.limit_reuse import note_headers, note_page
from icma_crawler.archive.transactions.store_page import store_page
from icma_crawler.archive.transactions.write_state import insert_article, revise_article, take_over
from icma_crawler.archive.url_states import later_look
from icma_crawler.edits import edit_kind
from icma_crawler.models import Article, Capture, Cause, ChangeKind, Outcome, Portal, Rejection, ReuseSignal

_REFUSALS = frozenset({"challenge"})
_OUTCOMES: dict[ChangeKind | None, Outcome] = {
    None: "unchanged",
    "new": "archived",
    "revised": "revised",
    "restored": "restored",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLook:
    """One look at the page of a frontier entry: what came, when, and when to look again.

    ``reuse_signals`` is what the headers say of reuse, where the page is not read again.
    """

    portal: Portal
    entry: Entry
    capture: Capture
    now: datetime
    next_due_at: datetime | None = None
    reuse_signals: tuple[ReuseSignal, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address the page was met at."""
        return (self.capture.final_url, self.capture.url, self.entry.candidate.url)


def record_page(
    archive: Archive, look: PageLook, result: Article | Rejection, baseline: Article | Rejection | None = None
) -> Outcome:
    """Write down what a page turned out to be; returns what the crawl counts it as.

    *baseline* is what today's extractor reads out of the stored page of a known article, given where that article
    was read by another version: only what differs from it is the publisher's edit.
    """
    with archive.write():
        known = archive.articles.known(look.entry.article_id)
        if isinstance(result, Rejection):
            return _record_rejection(archive, look, known, result)
        if archive.withdrawals.has_any((*look.addresses, result.url)):
            archive.frontier.settle(look.entry.id, "withdrawn", status=look.capture.status, now=look.now)
            return "withdrawn"
        return _record_article(archive, look, known, result, baseline)


def record_same(archive: Archive, look: PageLook) -> Outcome:
    """A known article was looked at again and its page is the same, to the byte or by the server's word.

    Returns what the crawl counts it as: "restored" where it was gone, "revised" where the headers allow something else.
    """
    with archive.write():
        known = archive.articles.known(look.entry.article_id)
        change: ChangeKind | None = None
        if known is not None and known.status != "withdrawn":
            archive.flags.lower(known.id)  # it shows again what the archive has
            url, is_whole = look.capture.final_url, look.capture.status == 200
            if note_headers(archive, known.id, url, look.reuse_signals, is_whole=is_whole, now=look.now):
                change = "revised"
            if known.status == "gone":
                change = "restored"
                archive.articles.mark_live(known.id)
            if change is not None:
                archive.changes.add(known.id, change, cause="source", at=look.now)
        archive.frontier.forget_misses(look.entry.id)
        _settle(archive, look, change, look.entry.article_id)
    return _OUTCOMES[change]


def record_miss(
    archive: Archive,
    entry: Entry,
    *,
    reason: str,
    status: int | None,
    next_due_at: datetime | None = None,
    now: datetime,
) -> bool:
    """A known article was not there (404, 410, or a redirect to the home page); returns whether that makes it gone.

    *status* None leaves the one before. Nothing is marked here: `mark_gone` does, once the crawl knows that not everything vanished at once.
    """
    with archive.write():
        known = archive.articles.known(entry.article_id)
        if known is not None and not identity.is_kept_at(known, entry.candidate.url):
            # It was met elsewhere while this address was asked, which says nothing any more.
            archive.frontier.settle(entry.id, "duplicate", article_id=known.id, status=status, now=now)
            return False
        misses, since = archive.frontier.count_miss(entry.id, now)
        was_gone = known is not None and known.status == "gone"
        archive.frontier.settle(
            entry.id,
            "still-gone" if was_gone else "missing",
            reason=reason,
            status=status,
            next_due_at=next_due_at,
            now=now,
        )
    return not was_gone and is_gone(misses, now - since, status)


def mark_gone(archive: Archive, entry: Entry, *, next_due_at: datetime | None = None, now: datetime) -> None:
    """The source has taken the article down: the status says so, the text stays.

    It is looked for again at *next_due_at*; None: never.
    """
    with archive.write():
        if entry.article_id is not None and archive.articles.mark_gone(entry.article_id):
            archive.changes.add(entry.article_id, "gone", cause="source", at=now)
        archive.frontier.mark_gone(entry.id, next_due_at)


def _record_article(
    archive: Archive,
    look: PageLook,
    known: KnownState | None,
    result: Article,
    baseline: Article | Rejection | None,
) -> Outcome:
    original = archive.articles.known(look.entry.duplicate_of)
    if original is not None and not _is_still_a_copy(archive, original, result, baseline):
        archive.aliases.remove(original.id, (*look.addresses, result.url), but=original.url)
        original = baseline = None  # both are another article's
    known = known or original or identity.find_known(archive, look.portal.id, result, look.addresses)
    if known is None:
        return _record_new(archive, look, result)
    if archive.imports.is_imported(known.id):
        return _record_own(archive, look, known, result)
    is_same = known.content_sha256 == digest_of(result) and known.status == "live"
    if original is not None or (is_same and not look.entry.is_recheck):
        is_by_text = original is not None or identity.known_by_addresses(archive, result, look.addresses) is None
        return _record_duplicate(archive, look, known, result, is_by_text=is_by_text)
    if isinstance(baseline, Article) and digest_of(baseline) != digest_of(result):
        known = take_over(archive, known, baseline, look.now)  # what differs from here on is the publisher's
    result = identity.with_steady_section(known, result)
    is_another = identity.shows_another(archive, look.portal.id, known, result, look.capture.final_url)
    doubt = doubt_about(known, result, is_another=is_another)
    if doubt is not None and not is_confirmed(archive, known.id, result, doubt, look.now):
        flag_page(archive, look.portal.id, known.id, look.capture, result, reason=doubt, now=look.now)
        _settle(archive, look, None, known.id, reason=doubt)
        return "unchanged"
    return _record_known(archive, look, known, result, baseline)


def _record_new(archive: Archive, look: PageLook, article: Article) -> Outcome:
    if archive.aliases.article_at(article.url) is not None:
        # The canonical link names an article that this page has nothing in common with: the page stands for itself.
        article = replace(article, url=look.capture.final_url)
    capture_id = store_page(archive, look.portal.id, look.capture)
    article_id = insert_article(archive, look.portal, article, capture_id, look.now)
    archive.changes.add(article_id, "new", cause="source", at=look.now)
    note_page(archive, article_id, article.url, article.reuse_signals, is_new=True, now=look.now)
    _remember(archive, look, article_id, article)
    _settle(archive, look, "new", article_id)
    return "archived"


def _record_own(archive: Archive, look: PageLook, known: KnownState, article: Article) -> Outcome:
    """An article that another archive handed on is read by ourselves: no edit, but our own evidence from here on."""
    change: ChangeKind = "restored" if known.status == "gone" else "revised"
    archive.imports.make_own(known.id)
    capture_id = store_page(archive, look.portal.id, look.capture)
    revise_article(archive, known, article, kind="extraction", cause="extraction", capture_id=capture_id, now=look.now)
    note_page(archive, known.id, article.url, article.reuse_signals, is_new=False, now=look.now)
    archive.changes.add(known.id, change, cause="extraction", at=look.now)
    _remember(archive, look, known.id, article)
    _settle(archive, look, change, known.id)
    return _OUTCOMES[change]


def _is_still_a_copy(
    archive: Archive, original: KnownState, article: Article, baseline: Article | Rejection | None
) -> bool:
    """Whether a page shows the text of *original*, as it is, as today's extractor reads it, or as its own page does."""
    flag = archive.flags.find(original.id)
    texts = {original.content_sha256, flag and flag.content_sha256}
    if isinstance(baseline, Article):
        texts.add(digest_of(baseline))
    return digest_of(identity.with_steady_section(original, article)) in texts


def _record_duplicate(
    archive: Archive, look: PageLook, known: KnownState, article: Article, *, is_by_text: bool
) -> Outcome:
    """A second address of an article that is archived: it becomes an alias and is not looked at again.

    Where nothing but the text joins the two it is, a few times: both may have shown what was neither's.
    """
    archive.aliases.add(known.id, (*look.addresses, article.url), look.now)
    archive.frontier.settle(
        look.entry.id,
        "duplicate",
        status=look.capture.status,
        article_id=known.id,
        next_due_at=later_look("duplicate", look.entry.attempts, now=look.now) if is_by_text else None,
        now=look.now,
    )
    return "unchanged"


def _record_known(
    archive: Archive, look: PageLook, known: KnownState, article: Article, baseline: Article | Rejection | None
) -> Outcome:
    """Bring a known article up to date."""
    archive.flags.lower(known.id)
    change = decide(known, article)
    # At a second address an article is still at its first, unless it is known to be gone from there.
    has_moved = (look.entry.is_recheck or known.status == "gone") and identity.move(archive, known, article)
    cause: Cause = "source"
    if isinstance(baseline, Article) and digest_of(baseline) == digest_of(article):
        cause = "extraction"
    if known.content_sha256 != digest_of(article):
        kind = "extraction" if cause == "extraction" else edit_kind(known, article)
        capture_id = store_page(archive, look.portal.id, look.capture)
        revise_article(archive, known, article, kind=kind, cause=cause, capture_id=capture_id, now=look.now)
    elif change == "restored":
        archive.articles.mark_live(known.id)
    is_limited = note_page(archive, known.id, article.url, article.reuse_signals, is_new=False, now=look.now)
    if change is None and (has_moved or is_limited):
        change = "revised"
    if change is not None:
        archive.changes.add(known.id, change, cause=cause, at=look.now)
    _remember(archive, look, known.id, article)
    _settle(archive, look, change, known.id)
    return _OUTCOMES[change]


def _record_rejection(archive: Archive, look: PageLook, known: KnownState | None, rejection: Rejection) -> Outcome:
    outcome: Literal["refused", "rejected"] = "refused" if rejection.reason in _REFUSALS else "rejected"
    if known is not None:
        # A wall or an error where an article was: worth a flag, never a revision.
        flag_page(archive, look.portal.id, known.id, look.capture, rejection, reason=rejection.reason, now=look.now)
    else:
        store_page(archive, look.portal.id, look.capture)
    archive.frontier.settle(
        look.entry.id,
        outcome,
        reason=rejection.reason,
        detail=rejection.detail,
        status=look.capture.status,
        next_due_at=look.next_due_at if known is not None else None,
        now=look.now,
    )
    return outcome


def _remember(archive: Archive, look: PageLook, article_id: int, article: Article) -> None:
    """The addresses of a page, and what to ask it with the next time."""
    archive.aliases.add(article_id, (*look.addresses, article.url), look.now)
    capture = look.capture
    archive.frontier.remember_answer(
        look.entry.id,
        etag=None if capture.is_partial else capture.header("etag"),
        last_modified=None if capture.is_partial else capture.header("last-modified"),
        payload_sha256=capture.payload_sha256,
    )


def _settle(
    archive: Archive, look: PageLook, change: ChangeKind | None, article_id: int | None, reason: str | None = None
) -> None:
    archive.frontier.settle(
        look.entry.id,
        _OUTCOMES[change],
        reason=reason,
        status=look.capture.status,
        article_id=article_id,
        next_due_at=look.next_due_at,
        now=look.now,
    )
    if article_id is not None:
        url = archive.articles.url_of(article_id) or look.capture.final_url
        archive.frontier.look_at_one(article_id, url, look.entry.id)
