"""Content-Encoding: what is whole, what is cut, what is a lie, and what is too much."""

# ruff: noqa: S311, PT017 - noise needs no secrecy; both endings of a try are right

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
import zstandard

from icma_crawler.crawl.fetch.decoding import DecodeError, decode

PLAIN = b"<html>" + random.Random(3).randbytes(9000).hex().encode() + b"</html>"
MAX = 1_000_000
PACK = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("name", PACK)
def test_a_whole_body_is_whole(name: str):
    assert decode(PACK[name](PLAIN), [name], max_bytes=MAX).body == PLAIN
    assert not decode(PACK[name](PLAIN), [name], max_bytes=MAX).is_cut


@pytest.mark.parametrize("name", PACK)
def test_no_cut_body_passes_for_whole(name: str):
    """Wherever it is cut: it is told so, or there is nothing to read."""
    packed = PACK[name](PLAIN)
    for length in [*range(1, 40), *range(40, len(packed) - 40, 211), *range(len(packed) - 40, len(packed))]:
        try:
            decoded = decode(packed[:length], [name], max_bytes=MAX)
        except DecodeError as error:
            assert error.reason == "encoding"
        else:
            assert decoded.is_cut, length
            assert PLAIN.startswith(decoded.body)


def test_no_changed_byte_of_a_gzip_passes_for_whole():
    packed = gzip.compress(PLAIN[:500])
    for position in range(10, len(packed)):
        changed = bytearray(packed)
        changed[position] ^= 0x55
        try:
            decoded = decode(bytes(changed), ["gzip"], max_bytes=MAX)
        except DecodeError:
            continue
        assert decoded.is_cut, position


def test_deflate_without_its_header_is_read_too():
    packed = zlib.compress(PLAIN, wbits=-15)
    for padding in (b"", b"\r\n", bytes(8)):
        decoded = decode(packed + padding, ["deflate"], max_bytes=MAX)
        assert (decoded.body, decoded.is_cut) == (PLAIN, False)


def test_a_deflate_whose_header_is_hit_is_not_read_as_data_without_one():
    for length in range(300, 3000, 100):
        packed = zlib.compress(PLAIN[:length])
        for position, flip in ((position, flip) for position in (0, 1) for flip in range(1, 256)):
            changed = bytearray(packed)
            changed[position] ^= flip
            try:
                decoded = decode(bytes(changed), ["deflate"], max_bytes=MAX)
            except DecodeError:
                continue
            assert decoded.is_cut or decoded.body == PLAIN[:length], (length, position, flip)


@pytest.mark.parametrize("name", PACK)
def test_a_body_over_the_limit_is_refused_before_it_is_unpacked(name: str):
    with pytest.raises(DecodeError) as raised:
        decode(PACK[name](bytes(5 * MAX)), [name], max_bytes=MAX)
    assert raised.value.reason == "too-big"
    assert len(decode(PACK[name](bytes(MAX)), [name], max_bytes=MAX).body) == MAX


@pytest.mark.parametrize("name", [*PACK, "utf-8", "x-unknown"])
def test_a_plain_body_under_a_false_header_is_read_as_it_is(name: str):
    assert decode(b"  <!doctype html><p>Park", [name], max_bytes=MAX).body == b"  <!doctype html><p>Park"


def test_noise_under_a_header_is_refused():
    for seed in range(200):
        noise = b"\x00" + random.Random(seed).randbytes(200)
        for name in ("gzip", "zstd", "x-unknown"):
            with pytest.raises(DecodeError):
                decode(noise, [name], max_bytes=MAX)
