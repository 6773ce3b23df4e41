"""Scrapy's download handler with two bounds more: on the size of headers, and on all large bodies together."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure

from icma_crawler.crawl.fetch.body_budget import LARGE_BYTES, Claim, bodies
from icma_crawler.crawl.fetch.responses import NotAllowedError
from icma_crawler.crawl.fetch.spider import spider_of

MAX_HEAD_BYTES = 64 * 1024
"""Status line and headers, interim answers (1xx) included."""

# It warns of every body over the limit; the archive has the reason.
logging.getLogger("scrapy.core.downloader.handlers.http11").setLevel(logging.ERROR)


class HeadTooLargeError(Exception):
    """A server sends headers without end."""


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Downloads over connections that keep the bounds."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._pool._factory = _BoundedFactory  # noqa: SLF001 - where Scrapy puts its own

    async def download_request(self, request: Request) -> Response:
        try:
            download = asyncio.ensure_future(super().download_request(request))
            response = await spider_of(self._crawler).stop.guard(download)
        except DownloadFailedError as error:
            if _tells_of_head(error):
                raise NotAllowedError("too-big") from error
            raise
        bodies.hold(response)
        return response


def _tells_of_head(error: DownloadFailedError) -> bool:
    reasons = getattr(error.__cause__, "reasons", [])
    return any(reason.check(HeadTooLargeError) for reason in reasons)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """One connection; it counts what a response brings, and is not read while large bodies have no room."""

    _head_bytes = 0
    _body_bytes = 0
    _claim: Claim | None = None
    transport: Any  # the connection's, which can be paused

    def request(self, request: Any) -> Any:
        self._head_bytes = self._body_bytes = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        is_body = self._parser is not None and self._parser.state == "BODY"
        if not is_body and self._head_bytes + _head_length(data) > MAX_HEAD_BYTES:
            self._giveUp(Failure(HeadTooLargeError()))  # type: ignore[no-untyped-call]
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if is_body:
            self._count_body(len(data))
        elif self._parser is not None and self._parser.state != "BODY":
            self._head_bytes += len(data)

    def _count_body(self, size: int) -> None:
        self._body_bytes += size
        if self._body_bytes > LARGE_BYTES and self._claim is None and self._parser is not None:
            self._claim = bodies.claim(self._go_on)
            if not self._claim.granted_bytes:
                self.transport.pauseProducing()

    def _go_on(self) -> None:
        if self._parser is not None and self._claim is not None:
            self.transport.resumeProducing()

    def _disconnectParser(self, reason: Any) -> None:  # noqa: N802 - Twisted's name
        super()._disconnectParser(reason)  # type: ignore[no-untyped-call]
        if self._claim is not None:
            claim, self._claim = self._claim, None
            claim.release()


def _head_length(data: bytes) -> int:
    """How much of what came belongs to headers; the piece that ends them may hold the body, too."""
    ends = [end for end in (data.find(b"\r\n\r\n"), data.find(b"\n\n")) if end >= 0]
    return min(ends, default=len(data))


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: ARG002, N802 - Twisted's
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
