"""Content-Encoding undone, within bounds, and with the truth about what was not whole.

Scrapy's own middleware takes half a gzip body, or one with a wrong checksum, for a whole page.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Self

import brotli
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from icma_crawler.crawl.fetch.body_budget import LARGE_BYTES, bodies
from icma_crawler.crawl.fetch.responses import NotAllowedError
from icma_crawler.crawl.fetch.spider import spider_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd  # Scrapy brings it

ACCEPTED = b"gzip, deflate, br, zstd"

_MAX_LAYERS = 3
_MOST_PADDING = 8  # bytes that may follow raw deflate data, which have no checksum to be known by
_CHUNK = 256 * 1024
_ZSTD_WINDOW_LOG = 23  # 8 MB, what a decoder should support (RFC 8878, 3.1.1.1.2); a frame may ask for gigabytes
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_END = re.compile(
    rb"</html\s*>|</body\s*>|</rss\s*>|</feed\s*>|</rdf:rdf\s*>|</urlset\s*>|</sitemapindex\s*>|[}\]]\s*\Z",
    re.IGNORECASE,
)
_TEXT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*[<{\[#\w]")


class DecodeError(Exception):
    """A body that cannot be decoded; ``reason`` is a code of `icma_crawler.reasons`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """A body as it is meant to be read; ``is_cut`` where its end is missing or its checksum wrong."""

    body: bytes
    is_cut: bool = False


class _Plain:
    """What a decoder gives, piece by piece, up to a bound."""

    def __init__(self, max_bytes: int) -> None:
        self._pieces = BytesIO()
        self._left = max_bytes

    @property
    def room(self) -> int:
        """How much to ask for next; a byte over the bound tells that there is more."""
        return min(_CHUNK, self._left + 1)

    def add(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            self._pieces.close()  # the error's traceback would keep 16 MB alive until some garbage collection
            raise DecodeError("too-big")
        self._pieces.write(piece)

    def whole(self) -> bytes:
        return self._pieces.getvalue()


def decode(body: bytes, encodings: Sequence[str], *, max_bytes: int) -> DecodedBody:
    """Undo *encodings* (as the header lists them, so the last one first), no layer larger than *max_bytes*.

    A header that lies about a plain body is not believed.

    Raises:
        DecodeError: ``too-big``; ``encoding`` where the body is neither what the header says nor plain, or so short a
            piece that there is nothing to read.
    """
    layers = [name for name in encodings if name not in ("identity", "")]
    if len(layers) > _MAX_LAYERS:
        raise DecodeError("encoding")
    is_cut = False
    for name in reversed(layers):
        if not body:
            break
        layer = _undo(body, name, max_bytes)
        body, is_cut = layer.body, is_cut or layer.is_cut
    if is_cut and not body:
        raise DecodeError("encoding")
    return DecodedBody(body, is_cut)


def _undo(body: bytes, name: str, max_bytes: int) -> DecodedBody:
    decoder = _DECODERS.get(name)
    if decoder is not None:
        try:
            return decoder(body, max_bytes)
        except (zlib.error, brotli.error, zstd.ZstdError):
            pass
    if _is_plain(body):
        return DecodedBody(body)
    raise DecodeError("encoding")


def _is_plain(body: bytes) -> bool:
    """Whether a body that is said to be compressed is readable as it is."""
    head = body[:2000]
    return bool(_TEXT.match(head)) and b"\x00" not in head and sum(byte < 9 for byte in head) == 0


def _gunzip(body: bytes, max_bytes: int) -> DecodedBody:
    """One gzip member after the other; what follows the last one is padding, as browsers have it."""
    parts: list[bytes] = []
    while body.startswith(b"\x1f\x8b") or not parts:
        try:
            part, is_cut, body = _inflate(body, 31, max_bytes - sum(map(len, parts)))
        except zlib.error as error:
            if "incorrect" not in str(error):  # "incorrect data check", "incorrect length check": only the trailer
                raise
            part, is_cut, body = (*_inflate(body[:-8], 31, max_bytes - sum(map(len, parts)))[:1], True, b"")
        parts.append(part)
        if is_cut:
            return DecodedBody(b"".join(parts), is_cut=True)
    return DecodedBody(b"".join(parts))


def _inflate(body: bytes, wbits: int, max_bytes: int) -> tuple[bytes, bool, bytes]:
    """The plain bytes, whether the end was missing, and what follows it."""
    unpacker = zlib.decompressobj(wbits)
    plain = _Plain(max_bytes)
    while body and not unpacker.eof:
        plain.add(unpacker.decompress(body, plain.room))
        body = unpacker.unconsumed_tail
    return plain.whole(), not unpacker.eof, unpacker.unused_data


def _deflate(body: bytes, max_bytes: int) -> DecodedBody:
    """With the zlib header, as the standard has it, or without, as some servers send it."""
    try:
        plain, is_cut, _ = _inflate(body, 15, max_bytes)
    except zlib.error as error:
        if "incorrect data check" in str(error):
            return DecodedBody(_inflate(body[:-4], 15, max_bytes)[0], is_cut=True)
        plain, is_cut, rest = _inflate(body, -15, max_bytes)
        if len(rest) > _MOST_PADDING:  # a broken header, read as data that happens to end somewhere
            raise
    return DecodedBody(plain, is_cut)


def _unbrotli(body: bytes, max_bytes: int) -> DecodedBody:
    unpacker = brotli.Decompressor()
    plain, packed, is_stuck = _Plain(max_bytes), body, False
    while not (unpacker.is_finished() or is_stuck):
        piece = unpacker.process(packed, output_buffer_limit=_CHUNK)
        plain.add(piece)
        is_stuck = not piece and not packed
        packed = b""
    return DecodedBody(plain.whole(), is_cut=not unpacker.is_finished())


def _unzstd(body: bytes, max_bytes: int) -> DecodedBody:
    unpacker = _zstd_decompressor()
    plain, packed = _Plain(max_bytes), body
    is_whole = is_stuck = False
    while not (is_whole or is_stuck):
        piece = unpacker.decompress(packed, plain.room)
        plain.add(piece)
        is_stuck = not piece and not packed
        packed = b""
        is_whole = unpacker.eof
        if is_whole and unpacker.unused_data.startswith(_ZSTD_MAGIC):
            unpacker, packed, is_whole, is_stuck = _zstd_decompressor(), unpacker.unused_data, False, False
    return DecodedBody(plain.whole(), is_cut=not is_whole)


def _zstd_decompressor() -> zstd.ZstdDecompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


_DECODERS: dict[str, Callable[[bytes, int], DecodedBody]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


class DecodingMiddleware:
    """Hands on bodies decoded, marks what was cut, and tries once more to have it whole."""

    def __init__(self, crawler: Crawler, max_bytes: int) -> None:
        self._crawler = crawler
        self._max_bytes = max_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler, crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", ACCEPTED)

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        encodings = _encodings_of(response)
        is_cut = "dataloss" in response.flags
        if encodings and response.body:
            decoded = await self._decode(response.body, encodings)
            is_cut = is_cut or decoded.is_cut
            response = _replaced(response, decoded.body)
            bodies.hold(response)
        elif "partial" in response.flags:  # nobody said how long it is, so its own end must tell
            is_cut = is_cut or not _END.search(response.body[-2000:])
        if is_cut and response.status == 200:
            spider = spider_of(self._crawler)
            again = get_retry_request(request, spider=spider, reason="cut", max_retry_times=1)
            if again is not None:
                return again
            response.flags.append("cut")
        return response

    async def _decode(self, body: bytes, encodings: Sequence[str]) -> DecodedBody:
        """A body that turns out to be large is decoded when there is room for it."""
        try:
            return decode(body, encodings, max_bytes=LARGE_BYTES)
        except DecodeError as error:
            if error.reason != "too-big":
                raise NotAllowedError(error.reason) from error
        claim = await bodies.room()
        try:
            return decode(body, encodings, max_bytes=self._max_bytes)
        except DecodeError as error:
            raise NotAllowedError(error.reason) from error
        finally:
            claim.release()


def _encodings_of(response: Response) -> list[str]:
    values = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    return [name.strip().lower() for name in values.split(",") if name.strip()]


def _replaced(response: Response, body: bytes) -> Response:
    """The response with its plain body, and of the class that its content asks for."""
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    return response.replace(cls=kind, headers=headers, body=body)
