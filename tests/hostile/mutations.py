"""Bytes that were right once, broken by a seeded hand: each kind of damage that a portal, a proxy or an attacker does."""

# ruff: noqa: S311 - noise needs no secrecy

from __future__ import annotations

import gzip
import hashlib
import random
import re
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import brotli
import zstandard
from seeds import Seed

Damage = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Mutant:
    """One broken input: what was broken, in which way, the digest that tells it from all others, and its bytes."""

    seed: Seed
    kind: str
    digest: str
    body: bytes


def mutants(seeds: Sequence[Seed], damages: dict[str, Damage], count: int, *, seed: int) -> list[Mutant]:
    """*count* different inputs: each kind of damage in turn, to a third of them another one on top."""
    dice = random.Random(seed)
    kinds = list(damages)
    found: dict[str, Mutant] = {}
    for turn in range(10 * count):
        kind, original = kinds[turn % len(kinds)], dice.choice(seeds)
        body = damages[kind](original.body, dice)
        if body and dice.random() < 1 / 3:
            body = damages[dice.choice(kinds)](body, dice)
        if body != original.body:
            digest = hashlib.sha256(body).hexdigest()
            found.setdefault(digest, Mutant(original, kind, digest, body))
        if len(found) == count:
            return list(found.values())
    raise AssertionError(f"only {len(found)} of {count} mutants")


# ---- any bytes


def flip_bits(body: bytes, dice: random.Random) -> bytes:
    broken = bytearray(body)
    for _ in range(dice.randint(1, 40)):
        broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
    return bytes(broken)


def cut(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body))]


def lose_the_beginning(body: bytes, dice: random.Random) -> bytes:
    return body[dice.randrange(len(body)) :]


def lose_a_part(body: bytes, dice: random.Random) -> bytes:
    start, end = _part(body, dice)
    return body[:start] + body[end:]


def repeat_a_part(body: bytes, dice: random.Random) -> bytes:
    start, end = _part(body[:20_000], dice)
    return body[:end] + body[start:end] * dice.randint(1, 20) + body[end:]


def swap_parts(body: bytes, dice: random.Random) -> bytes:
    pieces = sorted(dice.randrange(len(body)) for _ in range(3))
    first, second, third = pieces
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def insert_noise(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body))
    return body[:at] + dice.randbytes(dice.randint(1, 3000)) + body[at:]


# ---- letters


def re_encode(body: bytes, dice: random.Random) -> bytes:
    """Another encoding than the label says."""
    encoding = dice.choice(
        ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp1254", "cp1251", "koi8-r", "iso-8859-9", "cp037")
    )
    return body.decode("utf-8", "replace").encode(encoding, "replace")


def encode_twice(body: bytes, _: random.Random) -> bytes:
    return body.decode("latin-1").encode()


def relabel(body: bytes, dice: random.Random) -> bytes:
    """Another label than the encoding has."""
    label = dice.choice(
        (b"utf-16", b"utf-7", b"koi8-r", b"windows-1251", b"klingon", b"base64", b"idna", b"", b"x" * 500)
    )
    labelled = re.sub(rb"((?:charset|encoding)\s*=\s*[\"']?)[\w.:-]+", rb"\g<1>" + label, body, count=3)
    return labelled if labelled != body else b'<?xml version="1.0" encoding="' + label + b'"?>' + body


def controls(body: bytes, dice: random.Random) -> bytes:
    """NUL, C0 and C1 controls, bidi marks, bytes that would be surrogates, non-characters, overlong forms."""
    signs = (
        *(
            b"\0",
            b"\x01",
            b"\x08",
            b"\x0b",
            b"\x1b[2J",
            b"\x7f",
            b"\xc2\x85",
            b"\xe2\x80\xa8",
            b"\xe2\x80\xae",
            b"\xef\xbf\xbf",
        ),
        *(
            b"\xed\xa0\x80",
            b"\xed\xbf\xbf",
            b"\xc0\x80",
            b"\xf8\x88\x80\x80\x80",
            b"\xef\xbb\xbf",
            b"\xe2\x81\xa6",
            b"\xcc\x87" * 200,
        ),
    )
    return _sown(body, dice, signs)


def references(body: bytes, dice: random.Random) -> bytes:
    """Character references to what is no character, and to what is none of ours."""
    signs = (
        *(
            b"&#0;",
            b"&#xD800;",
            b"&#55296;",
            b"&#x110000;",
            b"&#99999999999;",
            b"&#x1F;",
            b"&#xFFFF;",
            b"&#8238;",
            b"&#-1;",
        ),
        *(
            b"&l9;",
            b"&xxe;",
            b"&amp;amp;amp;lt;script&amp;gt;",
            b"&" * 500,
            b"&lt;img src=x onerror=alert(1)&gt;",
            b"\\ud800",
        ),
    )
    return _sown(body, dice, signs)


# ---- markup


def nest(body: bytes, dice: random.Random) -> bytes:
    tag = dice.choice((b"div", b"font", b"b", b"a", b"table", b"ul", b"item", b"span", b"svg", b"math"))
    return _after_a_tag(body, dice, b"<%b>" % tag * dice.choice((30, 240, 260, 3000)))


def giant_attributes(body: bytes, dice: random.Random) -> bytes:
    many = b" ".join(b"a%d=%d" % (n, n) for n in range(dice.choice((50, 900, 3000))))
    giant = dice.choice(
        (many, b'class="' + b"x " * dice.choice((500, 40_000)) + b'"', b'href="' + b"a" * 70_000, b"=" * 5000)
    )
    return _after_a_tag(body, dice, b"<p " + giant + b">")


def unclosed(body: bytes, dice: random.Random) -> bytes:
    """What swallows all that follows it."""
    openers = (
        *(
            b"<script>",
            b"<style>",
            b"<!--",
            b"<![CDATA[",
            b"<textarea>",
            b"<plaintext>",
            b"<title>",
            b"<xmp>",
            b"<template>",
        ),
        *(
            b"<select>",
            b"<noscript>",
            b"<iframe>",
            b"<svg><style>",
            b"<?php ",
            b"<!DOCTYPE x [",
            b'<a href="',
            b"<table><tr>",
        ),
    )
    return _after_a_tag(body, dice, dice.choice(openers))


def break_tags(body: bytes, dice: random.Random) -> bytes:
    """Brackets, quotes and slashes lost, doubled or taken for one another."""
    broken = bytearray(body)
    places = [match.start() for match in re.finditer(rb"[<>\"'/=&]", body)]
    for at in dice.sample(places, min(len(places), dice.randint(1, 30))):
        broken[at : at + 1] = dice.choice((b" ", b"<", b">", b'"', b"'", b"=", b"/"))
    return bytes(broken)


def rename_tags(body: bytes, dice: random.Random) -> bytes:
    names = sorted(set(re.findall(rb"</?([a-zA-Z][\w:]*)", body))) or [b"a"]
    old = dice.choice(names)
    new = dice.choice([*names, b"x:y", b"p", b"a" * 3000, b"\xc9\x99", b"script"])
    return re.sub(rb"(</?)" + re.escape(old) + rb"\b", lambda found: found[1] + new, body)


def entities(body: bytes, dice: random.Random) -> bytes:
    """A document type with entities: laughs, files, addresses."""
    declared = dice.choice(
        (
            b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY l9 "&b;&b;&b;&b;&b;&b;&b;">]>',
            b'<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>',
            b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.2/evil.dtd">%p;]>',
            b'<!DOCTYPE x SYSTEM "http://127.0.0.2/evil.dtd">',
            b'<!DOCTYPE x [<!ATTLIST p a CDATA "' + b"x" * 20_000 + b'">]>',
            b"<!DOCTYPE " + b"[" * 3000,
        )
    )
    prolog = re.match(rb"\s*<\?xml[^>]*>", body)
    at = prolog.end() if prolog else 0
    return _sown(body[:at] + declared + body[at:], dice, (b"&xxe;", b"&l9;", b"&b;"))


# ---- meaning


def wrong_numbers(body: bytes, dice: random.Random) -> bytes:
    """Days, hours, years and lengths that there are not."""
    numbers = (
        b"0",
        b"00",
        b"99",
        b"9999",
        b"-1",
        b"1e309",
        b"NaN",
        b"0x7f",
        b"\xd9\xa3",
        b"9" * 400,
        b"2026-02-30",
        b"1.5",
    )
    return re.sub(rb"\d+", lambda found: dice.choice(numbers) if dice.random() < 0.2 else found[0], body)


def wrong_links(body: bytes, dice: random.Random) -> bytes:
    links = (
        *(
            b"http://127.0.0.2/",
            b"file:///etc/passwd",
            b"javascript:alert(1)",
            b"http://[::1",
            b"//",
            b"http://a:b@c/",
            b"?",
            b"#",
        ),
        *(
            b"http://" + b"a." * 200 + b"az/",
            b"https://xn--a/",
            b"http://a/%zz%00",
            b"data:text/html,x",
            b"\xff",
            b"/a" * 2000,
        ),
    )
    return re.sub(rb"https?://[^\s\"'<>]+", lambda found: dice.choice(links) if dice.random() < 0.3 else found[0], body)


def wrong_json(body: bytes, dice: random.Random) -> bytes:
    """Values of another type, endless depth, numbers beyond all bounds, within whatever JSON there is."""
    values = (
        b"null",
        b"[]",
        b"{}",
        b"[[[]]]",
        b"NaN",
        b"1e999",
        b'"\\ud800"',
        b'{"@value":{"a":[1]}}',
        b"[" * 2000,
        b"true",
        b"-0",
    )
    return re.sub(
        rb":\s*(\"(?:[^\"\\<>]|\\.){0,200}\"|\d+|true|false|null)",
        lambda found: b":" + dice.choice(values) if dice.random() < 0.2 else found[0],
        body,
    )


# ---- packing


def wrong_trailer(body: bytes, dice: random.Random) -> bytes:
    return body[:-8] + dice.randbytes(8)


def wrong_header(body: bytes, dice: random.Random) -> bytes:
    return dice.randbytes(dice.randint(1, 10)) + body[10:]


def several_members(body: bytes, dice: random.Random) -> bytes:
    return body * dice.randint(2, 4) + dice.randbytes(dice.randint(0, 30))


ANY: dict[str, Damage] = {
    "bits flipped": flip_bits,
    "cut": cut,
    "beginning lost": lose_the_beginning,
    "part lost": lose_a_part,
    "part repeated": repeat_a_part,
    "parts swapped": swap_parts,
    "noise inserted": insert_noise,
    "encoding other than the label": re_encode,
    "encoded twice": encode_twice,
    "control characters": controls,
}
MARKUP: dict[str, Damage] = ANY | {
    "label other than the encoding": relabel,
    "odd character references": references,
    "nested deep": nest,
    "giant attributes": giant_attributes,
    "element never closed": unclosed,
    "tags broken": break_tags,
    "tags renamed": rename_tags,
    "entities declared": entities,
    "numbers out of bounds": wrong_numbers,
    "links to elsewhere": wrong_links,
    "JSON of other types": wrong_json,
}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda body: gzip.compress(body, 1, mtime=0),
    "deflate": lambda body: zlib.compress(body, 1),
    "br": lambda body: brotli.compress(body, quality=1),
    "zstd": lambda body: zstandard.compress(body, 1),
}
PACKED: dict[str, Damage] = {
    "bits flipped": flip_bits,
    "cut": cut,
    "beginning lost": lose_the_beginning,
    "part lost": lose_a_part,
    "part repeated": repeat_a_part,
    "noise inserted": insert_noise,
    "trailer wrong": wrong_trailer,
    "header wrong": wrong_header,
    "several members": several_members,
}


def _part(body: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(body))
    return start, min(len(body), start + dice.randint(1, 4000))


def _sown(body: bytes, dice: random.Random, signs: Iterable[bytes]) -> bytes:
    """*signs* at some places."""
    signs = tuple(signs)
    places = sorted(dice.randrange(len(body) + 1) for _ in range(dice.randint(1, 30)))
    pieces = [body[start:end] for start, end in zip([0, *places], [*places, len(body)], strict=True)]
    return pieces[0] + b"".join(dice.choice(signs) + piece for piece in pieces[1:])


def _after_a_tag(body: bytes, dice: random.Random, inserted: bytes) -> bytes:
    ends = [match.end() for match in re.finditer(rb">", body)] or [0]
    at = dice.choice(ends)
    return body[:at] + inserted + body[at:]
