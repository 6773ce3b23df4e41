"""How a page is sent: a page and the request's headers in, status, headers and body out."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from icma_crawler.demo.site import DemoPage

_GZIP_FROM_BYTES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAnswer:
    """A response; HEAD gets the same headers without the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(page: DemoPage, request_headers: Mapping[str, str]) -> DemoAnswer:
    """Send *page*, or 304 where the asker has it already (RFC 9110, 13.2.2), gzipped where that is accepted."""
    if page.status == 200 and _is_known(page, request_headers):
        return DemoAnswer(status=304, headers=_validators(page), body=b"")
    headers = [("Content-Type", page.content_type), ("Vary", "Accept-Encoding")]
    body = page.body
    if len(body) >= _GZIP_FROM_BYTES and _accepts_gzip(request_headers):
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    if page.location:
        headers.append(("Location", page.location))
    if page.status == 200:
        headers.extend(_validators(page))
    return DemoAnswer(status=page.status, headers=tuple(headers), body=body)


def _validators(page: DemoPage) -> tuple[tuple[str, str], ...]:
    return ("ETag", page.etag), ("Last-Modified", _http_date(page.modified_at))


def _http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), usegmt=True)


def _is_known(page: DemoPage, headers: Mapping[str, str]) -> bool:
    """If-None-Match decides alone where it is given."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        return page.etag in (tag.strip() for tag in tags.split(",")) or tags.strip() == "*"
    since = headers.get("If-Modified-Since")
    return since is not None and _is_not_newer(page.modified_at, since)


def _is_not_newer(modified_at: datetime, since: str) -> bool:
    try:
        return modified_at <= parsedate_to_datetime(since)
    except (TypeError, ValueError):  # not a date, or one without a zone
        return False


def _accepts_gzip(headers: Mapping[str, str]) -> bool:
    return "gzip" in headers.get("Accept-Encoding", "").lower()
