"""A WordPress site: posts made, changed and taken away, with their categories and tags."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from icma_crawler.errors import SiteError
from icma_crawler.exports import Dispatch
from icma_crawler.exports.formats.wxr import post_content, post_meta, post_slug, post_words
from icma_crawler.exports.markup import headline, published
from icma_crawler.publish.wordpress_rest import LostAnswerError, RestApi

NAMESPACE = "icma/v1"
"""What the plugin in deploy/wordpress/ announces."""

_ATTEMPTS = 3
_TERM_LENGTH = 190
_MISSING = frozenset({404, 410})
_ALL_STATES = "publish,draft,pending,private,future,trash"

PostStatus = Literal["draft", "publish"]


class PostRefusedError(Exception):
    """The site takes other posts, but not this one; the message says why."""


class WordPress:
    """What can be done to the posts of one site."""

    def __init__(self, api: RestApi, *, status: PostStatus = "draft") -> None:
        self._api = api
        self._status = status
        self._terms: dict[tuple[str, str], int] = {}
        self.has_plugin = False

    @property
    def site(self) -> str:
        return self._api.site

    def open(self) -> None:
        """See that the site is there and takes our word.

        Raises:
            SiteError: it is not, or does not.
        """
        self.has_plugin = NAMESPACE in self._api.open()["namespaces"]
        who = self._api.get("/wp/v2/users/me", context="edit")
        if not who.is_ok:
            raise SiteError(self.site, f"it does not know this user ({who.problem})")

    def find(self, urn: str, slug: str) -> int | None:
        """The post that was made for an article earlier, by its urn where the plugin is there, else by its slug."""
        query = {"icma_id": urn} if self.has_plugin else {"slug": slug}
        answer = self._api.get("/wp/v2/posts", status=_ALL_STATES, context="edit", _fields="id", **query)
        return int(answer.body[0]["id"]) if answer.is_ok and answer.body else None

    def create(self, dispatch: Dispatch, slug: str) -> int:
        """Make the post of an article; returns its id. Never makes two, also where an answer is lost.

        Raises:
            PostRefusedError: the site does not take it.
        """
        values = {**self._values(dispatch), "slug": slug, "status": self._status}
        for _ in range(_ATTEMPTS):
            try:
                answer = self._api.create("/wp/v2/posts", values)
            except LostAnswerError:
                made = self.find(dispatch.record["id"], slug)
                if made is not None:
                    return made
                continue
            if not answer.is_ok:
                raise PostRefusedError(answer.problem)
            return int(answer.body["id"])
        raise SiteError(self.site, "its answers get lost; run again later")

    def update(self, post_id: int, dispatch: Dispatch, *, slug: str | None = None) -> bool:
        """Bring a post up to date; False where it is no longer there. With *slug* it comes back from the trash.

        Raises:
            PostRefusedError: the site does not take it.
        """
        values = self._values(dispatch) | ({"status": self._status, "slug": slug} if slug else {})
        answer = self._api.update(f"/wp/v2/posts/{post_id}", values)
        if answer.status in _MISSING:
            return False
        if not answer.is_ok:
            raise PostRefusedError(answer.problem)
        return True

    def trash(self, post_id: int) -> None:
        """Move a post to the trash, where an editor still finds it."""
        self._remove(post_id, force="false")

    def delete(self, post_id: int) -> None:
        """Delete a post for good, with the revisions WordPress keeps of it; from the trash, too."""
        self._remove(post_id, force="true")

    def _remove(self, post_id: int, *, force: str) -> None:
        answer = self._api.delete(f"/wp/v2/posts/{post_id}", force=force)
        if not (answer.is_ok or answer.status in _MISSING or answer.code == "rest_already_trashed"):
            raise PostRefusedError(answer.problem)

    def _values(self, dispatch: Dispatch) -> dict[str, Any]:
        record = dispatch.record
        at = datetime.fromisoformat(published(record)).astimezone(UTC)
        return {
            "title": post_words(headline(dispatch)),
            "content": post_content(dispatch),
            "excerpt": post_words(record["lead"] or ""),
            "date_gmt": f"{at:%Y-%m-%dT%H:%M:%S}",
            "categories": self._term_ids("categories", [record["section"]] if record["section"] else []),
            "tags": self._term_ids("tags", record["tags"]),
            "comment_status": "closed",
            "ping_status": "closed",
            "meta": dict(post_meta(record)),
        }

    def _term_ids(self, taxonomy: str, names: Iterable[str]) -> list[int]:
        return [self._term_id(taxonomy, name[:_TERM_LENGTH]) for name in dict.fromkeys(names)]

    def _term_id(self, taxonomy: str, name: str) -> int:
        """The id of a category or tag, made where the site has none of that name. Making one twice is refused."""
        known = self._terms.get((taxonomy, name))
        if known is None:
            answer = self._api.update(f"/wp/v2/{taxonomy}", {"name": name})
            if answer.is_ok:
                known = int(answer.body["id"])
            elif answer.code == "term_exists":
                known = int(answer.body["data"]["term_id"])
            else:
                raise PostRefusedError(f"{taxonomy} {name!r}: {answer.problem}")
            self._terms[taxonomy, name] = known
        return known


def slug_of(dispatch: Dispatch) -> str:
    """A readable slug that no other article has: the title's, and the beginning of the urn's number."""
    return post_slug(dispatch.record["title"], dispatch.record["id"])
