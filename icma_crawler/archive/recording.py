"""Recording a look at a page: capture, frontier, article, revision, search entry and change row, all or nothing.

The caller holds the transaction; the deciding is done in `icma_crawler.archive.changes`, without disk or clock.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from icma_crawler.archive import flags, identity, importing, signals
from icma_crawler.archive.captures import store_capture
from icma_crawler.archive.changelog import log_change
from icma_crawler.archive.changes import KnownState, decide, digest_of, doubt_about, is_gone
from icma_crawler.archive.frontier import Entry
from icma_crawler.archive.rereading import take_over
from icma_crawler.archive.revising import insert_article, revise_article
from icma_crawler.archive.settling import later_look, look_at_one, remember_answer, settle
from icma_crawler.archive.stamps import from_stamp, to_stamp
from icma_crawler.edits import edit_kind
from icma_crawler.models import Article, Capture, Cause, ChangeKind, Portal, Rejection, ReuseSignal

Outcome = Literal["archived", "revised", "restored", "unchanged", "gone", "withdrawn", "rejected", "refused"]

_REFUSALS = frozenset({"challenge"})
_OUTCOMES: dict[ChangeKind | None, Outcome] = {
    None: "unchanged",
    "new": "archived",
    "revised": "revised",
    "restored": "restored",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the page of a frontier entry: what came, when, and when to look again.

    ``signals`` is what the headers say of reuse, where the page is not read again.
    """

    portal: Portal
    entry: Entry
    capture: Capture
    now: datetime
    next_due_at: datetime | None = None
    signals: tuple[ReuseSignal, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address the page was met at."""
        return (self.capture.final_url, self.capture.url, self.entry.candidate.url)


def record(
    conn: sqlite3.Connection, look: Look, result: Article | Rejection, baseline: Article | Rejection | None = None
) -> Outcome:
    """Write down what a page turned out to be.

    *baseline* is what today's extractor reads out of the stored page of a known article, given where that article
    was read by another version: only what differs from it is the publisher's edit.
    """
    known = identity.known_by_id(conn, look.entry.article_id)
    if isinstance(result, Rejection):
        return _record_rejection(conn, look, known, result)
    if identity.is_withdrawn(conn, (*look.addresses, result.url)):
        settle(conn, look.entry.id, "withdrawn", status=look.capture.status, now=look.now)
        return "withdrawn"
    original = identity.known_by_id(conn, look.entry.duplicate_of)
    if original is not None and not _is_still_a_copy(conn, original, result, baseline):
        identity.forget_aliases(conn, original.id, (*look.addresses, result.url))
        original = baseline = None  # both are another article's
    known = known or original or identity.find_known(conn, look.portal.id, result, look.addresses)
    if known is None or importing.is_imported(conn, known.id):
        return _record_first(conn, look, known, result)
    is_same = known.content_sha256 == digest_of(result) and known.status == "live"
    if original is not None or (is_same and not look.entry.is_recheck):
        is_by_text = original is not None or identity.known_by_addresses(conn, result, look.addresses) is None
        return _record_duplicate(conn, look, known, result, is_by_text=is_by_text)
    if isinstance(baseline, Article) and digest_of(baseline) != digest_of(result):
        known = take_over(conn, known, baseline, look.now)  # what differs from here on is the publisher's
    result = identity.with_steady_section(conn, known, result)
    is_another = identity.shows_another(conn, look.portal.id, known, result, look.capture.final_url)
    doubt = doubt_about(known, result, is_another=is_another)
    if doubt is not None and not flags.is_confirmed(conn, known.id, result, doubt, look.now):
        _flag(conn, look, known, result, doubt)
        _settle(conn, look, None, known.id, reason=doubt)
        return "unchanged"
    return _record_known(conn, look, known, result, baseline)


def record_same(conn: sqlite3.Connection, look: Look) -> Outcome:
    """A known article was looked at again and its page is the same, to the byte or by the server's word."""
    known = identity.known_by_id(conn, look.entry.article_id)
    change: ChangeKind | None = None
    if known is not None and known.status != "withdrawn":
        flags.lower_flag(conn, known.id)  # it shows again what the archive has
        capture = look.capture
        if signals.note_headers(
            conn, known.id, capture.final_url, look.signals, is_whole=capture.status == 200, now=look.now
        ):
            change = "revised"
        if known.status == "gone":
            change = "restored"
            conn.execute("UPDATE articles SET status = 'live' WHERE id = ?", [known.id])
        if change is not None:
            log_change(conn, known.id, change, cause="source", at=look.now)
    conn.execute("UPDATE frontier SET misses = 0, missed_since = NULL WHERE id = ?", [look.entry.id])
    _settle(conn, look, change, look.entry.article_id)
    return _OUTCOMES[change]


def record_miss(
    conn: sqlite3.Connection,
    entry: Entry,
    *,
    reason: str,
    status: int | None,
    next_due_at: datetime | None,
    now: datetime,
) -> bool:
    """A known article was not there (404, 410, or a redirect to the home page); returns whether that makes it gone.

    Nothing is marked here: `mark_gone` does, once the crawl knows that not everything vanished at once.
    """
    known = identity.known_by_id(conn, entry.article_id)
    if known is not None and not identity.is_kept_at(conn, known.id, entry.candidate.url):
        # It was met elsewhere while this address was asked, which says nothing any more.
        settle(conn, entry.id, "unchanged", reason="duplicate", status=status, now=now)
        return False
    conn.execute(
        "UPDATE frontier SET misses = misses + 1, missed_since = coalesce(missed_since, ?) WHERE id = ?",
        [to_stamp(now), entry.id],
    )
    misses, since = conn.execute("SELECT misses, missed_since FROM frontier WHERE id = ?", [entry.id]).fetchone()
    was_gone = known is not None and known.status == "gone"
    settle(
        conn,
        entry.id,
        "gone" if was_gone else "unchanged",
        outcome="unchanged",
        reason=reason,
        status=status,
        next_due_at=next_due_at,
        now=now,
    )
    return not was_gone and is_gone(misses, now - from_stamp(since), status)


def mark_gone(conn: sqlite3.Connection, entry: Entry, *, next_due_at: datetime | None, now: datetime) -> None:
    """The source has taken the article down: the status says so, the text stays."""
    done = conn.execute("UPDATE articles SET status = 'gone' WHERE id = ? AND status = 'live'", [entry.article_id])
    if done.rowcount:
        log_change(conn, int(entry.article_id or 0), "gone", cause="source", at=now)
    conn.execute(
        "UPDATE frontier SET state = 'gone', outcome = 'gone', next_due_at = ? WHERE id = ?",
        [to_stamp(next_due_at), entry.id],
    )


def accept(conn: sqlite3.Connection, article_id: int, article: Article, *, now: datetime) -> None:
    """Make what a flagged page shows the article's current revision, because the operator says so."""
    known, flag = identity.known_by_id(conn, article_id), flags.find_flag(conn, article_id)
    if known is None or flag is None:
        return
    revise_article(
        conn,
        known,
        article,
        kind=edit_kind(known, article),
        cause="operator",
        capture_id=flag.capture_id,
        now=now,
    )
    flags.lower_flag(conn, article_id)
    signals.note_page(conn, article_id, article.url, article.signals, is_new=False, now=now)
    log_change(conn, article_id, "revised", cause="operator", at=now)


def _record_first(conn: sqlite3.Connection, look: Look, known: KnownState | None, article: Article) -> Outcome:
    """The first time that this archive reads an article itself; another may have handed it on before."""
    return _record_new(conn, look, article) if known is None else _record_own(conn, look, known, article)


def _record_new(conn: sqlite3.Connection, look: Look, article: Article) -> Outcome:
    if identity.known_by_url(conn, article.url) is not None:
        # The canonical link names an article that this page has nothing in common with: the page stands for itself.
        article = replace(article, url=look.capture.final_url)
    capture_id = store_capture(conn, look.portal.id, look.capture, "page")
    article_id = insert_article(conn, look.portal, article, capture_id, look.now)
    log_change(conn, article_id, "new", cause="source", at=look.now)
    signals.note_page(conn, article_id, article.url, article.signals, is_new=True, now=look.now)
    identity.remember_aliases(conn, article_id, (*look.addresses, article.url), look.now)
    _remember(conn, look)
    _settle(conn, look, "new", article_id)
    return "archived"


def _record_own(conn: sqlite3.Connection, look: Look, known: KnownState, article: Article) -> Outcome:
    """An article that another archive handed on is read by ourselves: no edit, but our own evidence from here on."""
    change: ChangeKind = "restored" if known.status == "gone" else "revised"
    importing.make_own(conn, known.id)
    capture_id = store_capture(conn, look.portal.id, look.capture, "page")
    revise_article(conn, known, article, kind="extraction", cause="extraction", capture_id=capture_id, now=look.now)
    signals.note_page(conn, known.id, article.url, article.signals, is_new=False, now=look.now)
    log_change(conn, known.id, change, cause="extraction", at=look.now)
    identity.remember_aliases(conn, known.id, (*look.addresses, article.url), look.now)
    _remember(conn, look)
    _settle(conn, look, change, known.id)
    return _OUTCOMES[change]


def _is_still_a_copy(
    conn: sqlite3.Connection, original: KnownState, article: Article, baseline: Article | Rejection | None
) -> bool:
    """Whether a page shows the text of *original*, as it is, as today's extractor reads it, or as its own page does."""
    flag = flags.find_flag(conn, original.id)
    texts = {original.content_sha256, flag and flag.content_sha256}
    if isinstance(baseline, Article):
        texts.add(digest_of(baseline))
    return digest_of(identity.with_steady_section(conn, original, article)) in texts


def _record_duplicate(
    conn: sqlite3.Connection, look: Look, known: KnownState, article: Article, *, is_by_text: bool
) -> Outcome:
    """A second address of an article that is archived: it becomes an alias and is not looked at again.

    Where nothing but the text joins the two it is, a few times: both may have shown what was neither's.
    """
    identity.remember_aliases(conn, known.id, (*look.addresses, article.url), look.now)
    settle(
        conn,
        look.entry.id,
        "unchanged",
        reason="duplicate",
        status=look.capture.status,
        article_id=known.id,
        next_due_at=later_look("duplicate", look.entry.attempts, now=look.now) if is_by_text else None,
        now=look.now,
    )
    return "unchanged"


def _record_known(
    conn: sqlite3.Connection, look: Look, known: KnownState, article: Article, baseline: Article | Rejection | None
) -> Outcome:
    """Bring a known article up to date."""
    flags.lower_flag(conn, known.id)
    change = decide(known, article)
    # At a second address an article is still at its first, unless it is known to be gone from there.
    has_moved = (look.entry.is_recheck or known.status == "gone") and identity.move(conn, known, article)
    cause: Cause = "source"
    if isinstance(baseline, Article) and digest_of(baseline) == digest_of(article):
        cause = "extraction"
    if known.content_sha256 != digest_of(article):
        capture_id = store_capture(conn, look.portal.id, look.capture, "page")
        revise_article(
            conn, known, article, kind=_kind_of(known, article, cause), cause=cause, capture_id=capture_id, now=look.now
        )
    elif change == "restored":
        conn.execute("UPDATE articles SET status = 'live' WHERE id = ?", [known.id])
    is_limited = signals.note_page(conn, known.id, article.url, article.signals, is_new=False, now=look.now)
    if change is None and (has_moved or is_limited):
        change = "revised"
    if change is not None:
        log_change(conn, known.id, change, cause=cause, at=look.now)
    identity.remember_aliases(conn, known.id, (*look.addresses, article.url), look.now)
    _remember(conn, look)
    _settle(conn, look, change, known.id)
    return _OUTCOMES[change]


def _kind_of(known: KnownState, article: Article, cause: Cause) -> str:
    """What kind of edit makes *article* of what is known; what we read better by ourselves is none."""
    return "extraction" if cause == "extraction" else edit_kind(known, article)


def _record_rejection(conn: sqlite3.Connection, look: Look, known: KnownState | None, rejection: Rejection) -> Outcome:
    outcome: Literal["refused", "rejected"] = "refused" if rejection.reason in _REFUSALS else "rejected"
    if known is not None:
        # A wall or an error where an article was: worth a flag, never a revision.
        _flag(conn, look, known, rejection, rejection.reason)
    else:
        store_capture(conn, look.portal.id, look.capture, "page")
    settle(
        conn,
        look.entry.id,
        outcome,
        reason=rejection.reason,
        detail=rejection.detail,
        status=look.capture.status,
        next_due_at=look.next_due_at if known is not None else None,
        now=look.now,
    )
    return outcome


def _flag(conn: sqlite3.Connection, look: Look, known: KnownState, result: Article | Rejection, reason: str) -> None:
    if flags.is_raised(conn, known.id, result, reason):
        flags.seen_again(conn, known.id, look.now)
        return
    capture_id = store_capture(conn, look.portal.id, look.capture, "page")
    flags.raise_flag(conn, known.id, result, reason=reason, capture_id=capture_id, now=look.now)


def _remember(conn: sqlite3.Connection, look: Look) -> None:
    capture = look.capture
    remember_answer(
        conn,
        look.entry.id,
        etag=None if capture.is_partial else capture.header("etag"),
        last_modified=None if capture.is_partial else capture.header("last-modified"),
        payload_sha256=capture.payload_sha256,
    )


def _settle(
    conn: sqlite3.Connection, look: Look, change: ChangeKind | None, article_id: int | None, reason: str | None = None
) -> None:
    settle(
        conn,
        look.entry.id,
        "archived" if change else "unchanged",
        outcome=_OUTCOMES[change],
        reason=reason,
        status=look.capture.status,
        article_id=article_id,
        next_due_at=look.next_due_at,
        now=look.now,
    )
    if article_id is not None:
        look_at_one(conn, article_id, look.entry.id)
