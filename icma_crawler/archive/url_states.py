"""The state machine of a url of the frontier: what a look came to, and what that makes of it. Pure.

A url is *alone* until it has led to an article; then it is *held*: it is the address at which that article is looked at,
or another one of it (``duplicate_of``). What a look comes to, the state after it, and what the crawl counts:

    a look came to     alone         held          counts as
    ---------------    ----------    ----------    ---------
    taken              pending       (stays)       pending       a crawl has it in hand
    archived           archived      archived      archived      a new article
    revised            archived      archived      revised       its text, address or rights changed
    restored           archived      archived      restored      it was gone, and is there again
    unchanged          unchanged     unchanged     unchanged
    duplicate          unchanged     unchanged     unchanged     the page is an article's that has another address
    missing            unchanged     unchanged     unchanged     not there this time; a few times more and it is gone
    still-gone         gone          gone          unchanged     gone it was, gone it is
    gone               gone          gone          gone
    withdrawn          withdrawn     withdrawn     withdrawn     an address of the register; nothing leads out of it
    rejected           rejected      (stays)       rejected      a page, but no article
    refused            refused       (stays)       refused       the portal does not let us
    failed             failed        (stays)       failed        no page came
    pending            pending       (stays)       pending       its turn did not come

A held url that cannot be read this time stays what it was: the crawl counts what happened, the url keeps its state.
A withdrawn one stays that whatever a look comes to that was under way, and is never looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from icma_crawler.models import FrontierState, Outcome

LookResult = Outcome | Literal["taken", "duplicate", "missing", "still-gone"]


class Transition(NamedTuple):
    """The state after a look, for a url that is alone and for one that is held (None: it stays); and what it counts as."""

    alone: FrontierState
    held: FrontierState | None
    outcome: Outcome


TRANSITIONS: Mapping[LookResult, Transition] = {
    "taken": Transition("pending", None, "pending"),
    "archived": Transition("archived", "archived", "archived"),
    "revised": Transition("archived", "archived", "revised"),
    "restored": Transition("archived", "archived", "restored"),
    "unchanged": Transition("unchanged", "unchanged", "unchanged"),
    "duplicate": Transition("unchanged", "unchanged", "unchanged"),
    "missing": Transition("unchanged", "unchanged", "unchanged"),
    "still-gone": Transition("gone", "gone", "unchanged"),
    "gone": Transition("gone", "gone", "gone"),
    "withdrawn": Transition("withdrawn", "withdrawn", "withdrawn"),
    "rejected": Transition("rejected", None, "rejected"),
    "refused": Transition("refused", None, "refused"),
    "failed": Transition("failed", None, "failed"),
    "pending": Transition("pending", None, "pending"),
}


class Standing(NamedTuple):
    """What a url is before a look is written down.

    ``is_copy``: it is another address of an article; ``rests_until`` is then when it is looked at by itself, None where
    it is not. ``attempts`` are the looks so far; ``is_dated`` tells whether its source gave it a date of publication.
    """

    state: FrontierState
    is_held: bool
    is_copy: bool
    rests_until: datetime | None
    attempts: int
    is_dated: bool


def state_after(standing: Standing, result: LookResult) -> FrontierState:
    """The state that a look makes of a url."""
    if standing.state == "withdrawn":
        return "withdrawn"
    step = TRANSITIONS[result]
    return (step.held or standing.state) if standing.is_held else step.alone


def next_look(
    standing: Standing,
    result: LookResult,
    *,
    reason: str | None,
    stays_copy: bool,
    asked: datetime | None,
    now: datetime,
) -> datetime | None:
    """When a url is looked at again by itself; *asked* is what the crawl decided for an article. None: never.

    What failed is tried again ever later. What was no article may become one; so may a page that showed another's text.
    *stays_copy*: it goes on to be another address of an article, which is looked at elsewhere.
    """
    if standing.state == "withdrawn" or (stays_copy and standing.rests_until is None):
        return None
    if result in ("failed", "refused"):
        return now + _RETRY_AFTER[min(standing.attempts + 1, len(_RETRY_AFTER) - 1)]
    if stays_copy and result == "rejected":
        return later_look("duplicate", standing.attempts, now=now)
    if stays_copy and result == "pending":
        return standing.rests_until
    if result == "rejected" and not standing.is_held:
        return later_look(reason, standing.attempts, is_dated=standing.is_dated, now=now)
    return asked


def later_look(reason: str | None, looks: int, *, is_dated: bool = False, now: datetime) -> datetime | None:
    """When to see whether a page has become an article: a headline got its text, a live coverage ended, a wall fell.

    Or a text that several addresses showed, such as the placeholder page of a portal that is being worked on, made room
    for theirs. What reads as a listing or a static page gets no second look, unless its source dated it like an article.
    """
    if reason not in _MAY_BECOME_AN_ARTICLE or looks >= len(_LOOK_LATER) or (reason == "not-article" and not is_dated):
        return None
    return now + _LOOK_LATER[looks]


_RETRY_AFTER = (timedelta(0), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
"""How long a failed url rests before its next attempt, by attempts made; the last value goes on for ever."""

_LOOK_LATER = (timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""When a page that was no article yet is looked at again, by looks taken; after the last it is left alone."""

_MAY_BECOME_AN_ARTICLE = frozenset(
    {
        "live-blog", "soft-404", "empty-shell", "login-wall", "consent-wall", "video-only", "not-article",
        "http-404", "home-redirect", "duplicate",
    }
)  # fmt: skip
