"""An article's words out of every other page of its portal: sidebars, "most read" lists, teasers that break off.

Finding is apart from blanking: reading thousands of pages takes longer than a write transaction may.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from icma_crawler.archive.archive import Archive
from icma_crawler.redaction import WORTH_SEARCHING, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWording:
    """The captures of a portal that hold a wording, and the newest that was looked at."""

    wording: Wording
    captures: tuple[int, ...]
    newest: int


def find_wording(archive: Archive, article_id: int) -> FoundWording:
    """Where an article's words stand now, its own pages among it; to be given to `blank_wording` soon."""
    wording = _wording_of(archive, article_id)
    newest = archive.captures.newest_id()
    return FoundWording(wording=wording, captures=tuple(_holding(archive, article_id, wording, after=0)), newest=newest)


def blank_wording(archive: Archive, article_id: int, found: FoundWording | None, now: datetime) -> None:
    """Blank an article's words in all its portal holds; what was stored after *found* is looked at now."""
    wording = _wording_of(archive, article_id)
    is_fresh = found is not None and found.wording == wording
    known = found.captures if found and is_fresh else ()
    later = [*_holding(archive, article_id, wording, after=found.newest if found and is_fresh else 0)]
    _retire_dictionaries(archive, article_id, wording)
    for capture_id in [*known, *later]:
        body = archive.captures.load(capture_id).body
        if wording.found_in(body):
            archive.captures.redact(capture_id, wording.blanked(body), now)
    archive.frontier.blank_titles(sorted(wording.passages))
    archive.boilerplate.blank_samples(sorted(wording.passages))


def _holding(archive: Archive, article_id: int, wording: Wording, *, after: int) -> Iterator[int]:
    for capture_id in archive.captures.pages_after(archive.articles.portal_of(article_id), after):
        if wording.found_in(archive.captures.load(capture_id).body):
            yield capture_id


def _wording_of(archive: Archive, article_id: int) -> Wording:
    """The article's words in every revision, passage by passage, and its pictures that no other article has."""
    current = archive.articles.row_of(article_id)
    passages: set[str] = set(archive.known_urls.titles_of(article_id))
    passages.add(archive.pictures.own_caption(article_id) or "")
    for state in [current, *archive.revisions.past_fields(article_id)]:
        passages.update(state.get(name) or "" for name in ("title", "title_shown", "lead"))
        passages.update((state.get("body") or "").split("\n\n"))
        passages.update(_own_picture(archive, article_id, state.get("image_url")))
    worth = frozenset(passage for passage in passages if len(passage) >= WORTH_SEARCHING)
    return Wording(passages=worth, charset=current["charset"] or "utf-8")


def _own_picture(archive: Archive, article_id: int, image_url: str | None) -> list[str]:
    """A picture's address, but not that of a logo which other articles have too."""
    if not image_url or archive.articles.has_other_with_image(image_url, article_id):
        return []
    return [urlsplit(image_url).path]  # pages name it with and without the host


def _retire_dictionaries(archive: Archive, article_id: int, wording: Wording) -> None:
    """Store the captures whose dictionary holds the words without it, and drop it."""
    for dictionary_id in archive.dictionaries.ids_of(archive.articles.portal_of(article_id)):
        if wording.found_in(archive.dictionaries.load(dictionary_id) or b""):
            for capture_id in archive.captures.packed_with(dictionary_id):
                archive.captures.unlink_dictionary(capture_id)
            archive.dictionaries.remove(dictionary_id)
