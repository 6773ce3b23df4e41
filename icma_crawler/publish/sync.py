"""Keeping a site in step: the change log after the last cursor, one article after the other, each written down.

Before a post is made, that it is being made is committed; after the site's answer, its id. An interruption in between is
found out by asking the site, so that no article is ever there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from icma_crawler.archive import Archive, Post, open_archive
from icma_crawler.errors import ArchiveError
from icma_crawler.exports import Dispatch, Edition, Records
from icma_crawler.publish.wordpress import PostRefusedError, WordPress, slug_of
from icma_crawler.system.clock import utc_now
from icma_crawler.system.locks import only_one

Done = Literal["created", "updated", "unchanged", "trashed", "deleted", "left"]
OnPublished = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was done on the site, by kind, the posts it refused with its reasons, and the cursor it is up to."""

    site: str
    cursor: int
    done: Mapping[str, int]
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who publishes, and what of the archive."""

    publisher: str
    portal: str | None = None
    language: str | None = None
    since: int | None = None


def keep_in_step(archive: Archive, wordpress: WordPress, terms: Terms, tell: OnPublished) -> Published:
    """Bring a site up to the archive's newest state.

    Raises:
        SiteError: it refused everything, or cannot be reached; what was done is written down.
        ArchiveError: another process publishes from this archive.
    """
    with _alone(archive), open_archive(archive.path, readonly=True) as reading, reading.read():
        stream = _stream(reading, archive, wordpress.site, terms)
        wordpress.open()
        keeper = _Keeper(archive, wordpress, terms.portal, since=stream.since)
        for number, dispatch in enumerate(stream, start=1):
            keeper.keep(dispatch)
            tell(number, stream.length)
        return keeper.finish(stream.cursor)


def plan(archive: Archive, site: str, terms: Terms) -> Published:
    """What `keep_in_step` would do, without asking the site."""
    stream = _stream(archive, archive, site, terms)
    counts: Counter[str] = Counter(
        _step(archive.publications.find_post(site, each.record["id"]), each) for each in stream
    )
    return Published(site=site, cursor=stream.cursor, done=dict(counts))


class _Stream:
    """The dispatches after a cursor, and how many there are at most."""

    def __init__(self, archive: Archive, edition: Edition) -> None:
        self._records = Records(archive, edition)
        self.since, self.cursor = edition.since, edition.cursor
        self.length = edition.cursor - edition.since

    def __iter__(self) -> Iterator[Dispatch]:
        return iter(self._records)


def _stream(reading: Archive, archive: Archive, site: str, terms: Terms) -> _Stream:
    since = archive.publications.cursor_of(site, terms.portal) if terms.since is None else terms.since
    edition = Edition(
        publisher=terms.publisher,
        archive=reading.meta.uuid,
        since=min(since, reading.changes.head),
        cursor=reading.changes.head,
        made_at=utc_now(),
        portals=tuple(reading.portals.find_all()),
        portal=terms.portal,
        language=terms.language,
    )
    return _Stream(reading, edition)


class _Keeper:
    """One run on one site."""

    def __init__(self, archive: Archive, wordpress: WordPress, portal_id: str | None, *, since: int) -> None:
        self._archive, self._wordpress, self._portal = archive, wordpress, portal_id
        self._done: Counter[str] = Counter()
        self._refused: list[tuple[str, str]] = []
        self._cursor = since

    def keep(self, dispatch: Dispatch) -> None:
        """Do what one record asks for. The cursor stays before the first one that was refused."""
        try:
            self._done[self._carry_out(dispatch)] += 1
        except PostRefusedError as error:
            self._refused.append((dispatch.record["url"], str(error)))
        if not self._refused:
            self._save_cursor(dispatch.record["seq"])

    def finish(self, cursor: int) -> Published:
        if not self._refused:
            self._save_cursor(cursor)
        return Published(
            site=self._wordpress.site, cursor=self._cursor, done=dict(self._done), refused=tuple(self._refused)
        )

    def _carry_out(self, dispatch: Dispatch) -> Done:
        site, record = self._wordpress.site, dispatch.record
        post = self._archive.publications.find_post(site, record["id"])
        step = _step(post, dispatch)
        if step == "created":
            return self._create(post or Post(site=site, urn=record["id"], slug=slug_of(dispatch)), dispatch)
        if post is None or step in ("unchanged", "left"):
            return step
        if step == "updated":
            return self._update(post, dispatch)
        return self._remove(self._with_id(post), dispatch, for_good=step == "deleted")

    def _create(self, post: Post, dispatch: Dispatch) -> Done:
        made = self._wordpress.find(post.urn, post.slug)
        if made is not None:
            return self._update(replace(post, post_id=made, state="there"), dispatch)
        self._save(post)
        made = self._wordpress.create(dispatch, post.slug)
        self._save(replace(post, post_id=made, state="there", record_sha256=dispatch.record["record_sha256"]))
        return "created"

    def _update(self, post: Post, dispatch: Dispatch) -> Done:
        # What an editor trashed stays there: only what we trashed ourselves is taken out again.
        slug = post.slug if post.state == "trashed" else None
        is_there = self._wordpress.update(int(post.post_id or 0), dispatch, slug=slug)
        state: Literal["there", "lost"] = "there" if is_there else "lost"
        self._save(replace(post, state=state, record_sha256=dispatch.record["record_sha256"]))
        return "updated" if is_there else "left"

    def _remove(self, post: Post, dispatch: Dispatch, *, for_good: bool) -> Done:
        if post.post_id is not None:
            (self._wordpress.delete if for_good else self._wordpress.trash)(post.post_id)
        state: Literal["deleted", "trashed"] = "deleted" if for_good else "trashed"
        # Its words are the title's: with the post they have done their service.
        slug = "" if for_good else post.slug
        self._save(replace(post, state=state, slug=slug, record_sha256=dispatch.record["record_sha256"]))
        return state

    def _with_id(self, post: Post) -> Post:
        """An interrupted run may have made a post whose id we never heard."""
        return post if post.post_id is not None else replace(post, post_id=self._wordpress.find(post.urn, post.slug))

    def _save(self, post: Post) -> None:
        with self._archive.write():
            self._archive.publications.save_post(post, utc_now())

    def _save_cursor(self, cursor: int) -> None:
        self._cursor = cursor
        with self._archive.write():
            self._archive.publications.save_cursor(self._wordpress.site, self._portal, cursor, utc_now())


def _step(post: Post | None, dispatch: Dispatch) -> Done:
    """What a record asks for, given what stands on the site."""
    change = dispatch.record["change"]
    if change == "withdrawn":
        return "unchanged" if post is None or post.state in ("deleted", "lost") else "deleted"
    if post is not None and post.state in ("lost", "deleted"):
        return "left"
    if change == "gone":
        return "unchanged" if post is None or post.state == "trashed" else "trashed"
    if post is None or post.post_id is None:
        return "created"
    is_same = post.state == "there" and post.record_sha256 == dispatch.record["record_sha256"]
    return "unchanged" if is_same else "updated"


@contextmanager
def _alone(archive: Archive) -> Iterator[None]:
    """One publishing process for each archive."""
    try:
        with only_one(archive.path, "publishing", is_patient=False):
            yield
    except BlockingIOError as error:
        raise ArchiveError(archive.path, "another icma publish is running; run again when it is done") from error
