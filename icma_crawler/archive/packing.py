"""The bytes of a page small: compressed with zstd against what the portal's pages share.

A dictionary is the skeleton of two earlier pages of the portal: the markup, scripts and styles that both have,
without the text of any article (so that a takedown need not reach into it). A page of 150 kB then takes a few kB.
"""

from __future__ import annotations

from functools import lru_cache

import zstandard

_LEVEL = 3
_LEAST_SHARED = 500  # bytes; what two pages share less of is no layout
_TEXT_LIMIT = 24  # bytes of visible text a shared tag may carry: "Siyasət", not a headline
_CODE_TAGS = (b"script", b"style", b"noscript", b"/script", b"/style")

UNPACK_ERRORS = (zstandard.ZstdError, ValueError, TypeError)
"""What `unpack` raises for bytes that are not what `pack` made."""


def pack(body: bytes, dictionary: bytes | None = None) -> bytes:
    """Compress a body, against a dictionary where there is one (given as it is, not packed)."""
    if dictionary is None:
        return zstandard.compress(body, _LEVEL)
    return _compressor(dictionary).compress(body)


def unpack(packed: bytes, dictionary: bytes | None = None) -> bytes:
    """What `pack` was given.

    Raises:
        one of `UNPACK_ERRORS`: the bytes are not what it made.
    """
    if dictionary is None:
        return zstandard.decompress(packed)
    data = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    return zstandard.ZstdDecompressor(dict_data=data).decompress(packed)


def learn_dictionary(page: bytes, other: bytes) -> bytes | None:
    """What two pages of a portal share, for all that follow; None where that is next to nothing."""
    common = skeleton(page, other)
    return common if len(common) >= _LEAST_SHARED else None


def skeleton(page: bytes, other: bytes) -> bytes:
    """What *page* shares with *other*, tag by tag, without the text that a reader reads."""
    shared = set(other.split(b"<"))
    kept = []
    for token in page.split(b"<"):
        if token not in shared:
            continue
        tag, closed, text = token.partition(b">")
        if not closed or tag.startswith(_CODE_TAGS) or len(text.strip()) <= _TEXT_LIMIT:
            kept.append(token)
        elif not tag.startswith(b"a "):
            kept.append(tag + closed)
    return b"<".join(kept)


@lru_cache(maxsize=64)
def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    data = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    data.precompute_compress(level=_LEVEL)
    return zstandard.ZstdCompressor(dict_data=data, level=_LEVEL)
