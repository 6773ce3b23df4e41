"""A record of a dump into values; what is none, or was altered, is refused."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from icma_crawler.archive import Delivery, core_of
from icma_crawler.exports import record_digest
from icma_crawler.models import Access, ArchivedArticle, Article, Cause, ChangeKind, Precision, Reuse

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_URN = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_record(record: dict[str, Any], sender: UUID) -> Delivery:
    """A line of a dump as values.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none, or was altered.
    """
    change = _one_of(record["change"], ChangeKind)
    article = None if change == "withdrawn" else _article(record)
    if not _URN.fullmatch(record["id"]):
        raise ValueError("id is no urn")
    archived = ArchivedArticle(
        id=0,
        urn=record["id"],
        portal=_text(record["portal"]),
        url=_link(record["url"]),
        source_name=_text(record["source"]["name"]),
        source_url=_link(record["source"]["url"]),
        archived_at=_moment(record["archived_at"]),
        revision=_count(record["revision"]),
        status="gone" if change == "gone" else "withdrawn" if article is None else "live",
        reuse=_one_of(record["reuse"], Reuse),
        content_sha256=_text(record["content_sha256"]) if article else "",
        article=article,
    )
    digest = record_digest(core_of(archived))
    if digest != record["record_sha256"]:
        raise ValueError("record_sha256 does not fit what it says")
    return Delivery(
        sender=sender,
        seq=_count(record["seq"]),
        change=change,
        cause=_one_of(record["cause"], Cause),
        archived=archived,
        record_sha256=digest,
    )


def _article(record: dict[str, Any]) -> Article:
    origin = record["origin"] or {"name": None, "url": None}
    text, lead = _text(record["text"]), _text_or_none(record["lead"])
    return Article(
        url=_link(record["url"]),
        title=_text(record["title"]),
        title_shown=_text(record["title_shown"]),
        kicker=_text_or_none(record["kicker"]),
        lead=lead,
        body=text,
        authors=tuple(map(_text, record["authors"])),
        section=_text_or_none(record["section"]),
        tags=tuple(map(_text, record["tags"])),
        image_url=_text_or_none(record["image_url"]),
        language=_text_or_none(record["language"]),
        published_at=_moment(record["published_at"]) if record["published_at"] else None,
        published_precision=_one_of(record["published_precision"], Precision)
        if record["published_precision"]
        else None,
        modified_at=_moment(record["modified_at"]) if record["modified_at"] else None,
        access=_one_of(record["access"], Access),
        origin_name=_text_or_none(origin["name"]),
        origin_url=_text_or_none(origin["url"]),
        word_count=len(text.split()),
    )


def _one_of(value: object, kinds: Any) -> Any:
    if value not in get_args(kinds):
        raise ValueError(f"{str(value)[:40]!r} is none of {', '.join(get_args(kinds))}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or _FORBIDDEN.search(value):
        raise ValueError("a text is missing or holds what no text does")
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _link(value: object) -> str:
    url = _text(value)
    if not url.startswith(("https://", "http://")) or " " in url:
        raise ValueError(f"{url[:80]!r} is no web address")
    return url


def _moment(value: object) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("a number is missing")
    return value
