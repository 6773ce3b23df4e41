"""The one place where Scrapy's types become ours: responses to captures, failures to reason codes."""

from __future__ import annotations

from scrapy import exceptions as scrapy_errors
from scrapy.http import Response

from icma_crawler.models import Capture, FrontierState
from icma_crawler.system.clock import utc_now


class NotAllowedError(scrapy_errors.IgnoreRequest):
    """A request that is not made; ``reason`` is a code of `icma_crawler.reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def capture_of(response: Response, asked_url: str) -> Capture:
    """A response as a value: header names in lower case, the body decompressed."""
    return Capture(
        url=asked_url,
        final_url=response.url,
        status=response.status,
        headers=tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        ),
        body=response.body,
        fetched_at=utc_now(),
        is_partial="cut" in response.flags,
    )


def reason_of_status(status: int) -> tuple[FrontierState, str] | None:
    """What a status says about a page: its frontier state and reason; None where the page is to be read."""
    if status == 200:
        return None
    if status in (401, 402, 403, 429, 451):
        return "refused", f"http-{status}"
    if status in (404, 410):
        return "rejected", f"http-{status}"
    return "failed", f"http-{status}"


def reason_of_failure(error: BaseException) -> tuple[FrontierState, str]:
    """What a failed download means for a url."""
    if isinstance(error, NotAllowedError):
        return _state_of_refusal(error.reason), error.reason
    if isinstance(error, ValueError):  # a redirect to what is no url
        return "refused", "bad-url"
    return "failed", _reason_of_fault(error)


def _state_of_refusal(reason: str) -> FrontierState:
    if reason in ("host-paused", "interrupted"):
        return "pending"
    return "failed" if reason in _TRY_AGAIN else "refused"


def _reason_of_fault(error: BaseException) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    text = f"{type(error).__module__}.{type(error).__name__} {error}".lower()
    if "ssl" in text or "certificate" in text or "tls" in text or "service_identity" in text:
        return "tls"
    if isinstance(error, scrapy_errors.IgnoreRequest):
        return "redirect-loop" if "redirect" in text else "internal"
    return "connect"


TLS_MARK = "x-icma-tls"
"""A header of ours, among the stored ones: "unverified" where `[crawl] verify_tls = false` let a page in."""

MISSING = frozenset({"http-404", "http-410", "home-redirect"})
"""Reasons that say: the article is not there (any more)."""

_TRY_AGAIN = frozenset(
    {"robots-unreachable", "dns", "connect", "timeout", "tls", "too-big", "max-pages", "cut", "encoding", "internal"}
)
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (scrapy_errors.DownloadTimeoutError, "timeout"),
    (scrapy_errors.CannotResolveHostError, "dns"),
    (scrapy_errors.DownloadConnectionRefusedError, "connect"),
    (scrapy_errors.DownloadCancelledError, "too-big"),
    (scrapy_errors.ResponseDataLossError, "cut"),
    (EOFError, "encoding"),
    (OSError, "encoding"),
)
