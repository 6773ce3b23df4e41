"""Bytes in, UTF-8 and trees out: the one place of discovery that knows compression, encodings, parsers and escapes."""

from __future__ import annotations

import codecs
import html
import re
import zlib

from lxml import etree

from icma_crawler.charsets import page_codec
from icma_crawler.errors import SourceError
from icma_crawler.text import clean_line, is_xml_character

MAX_BODY_BYTES = 16_000_000
MAX_UNPACKED_BYTES = 50_000_000
_MAX_LAYERS = 2
_GZIP = b"\x1f\x8b"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
# What browsers do (WHATWG Encoding): the ISO names stand for the Windows pages that contain them.
_ALIASES = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
_BY_LANGUAGE = {"az": "cp1254", "tr": "cp1254", "ru": "cp1251"}
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32)])
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
# libxml2's recovery lets through what is no character, and lxml then fails to read it.
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));")
# After the first fault libxml2's recovery drops every named reference: "?a=1&amp;b=2" would become "?a=1b=2".
_NAMED_REFERENCE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(amp|lt|gt|quot|apos);", re.DOTALL)
_NUMBERS = {b"amp": b"&#38;", b"lt": b"&#60;", b"gt": b"&#62;", b"quot": b"&#34;", b"apos": b"&#39;"}
_TITLE_LIMIT = 1000
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!\[CDATA\[|\]\]>")
# What follows the end of a page is part of it for a browser; libxml2 makes a second tree of it, which nobody would see.
_EARLY_END = re.compile(rb"</(?:body|html)\b[^<>]*>", re.IGNORECASE)
_ENDLESS_TAG = re.compile(rb"<[^<>]{65536,}>?")


def unpack(body: bytes, url: str) -> tuple[bytes, bool]:
    """Undo gzip (a sitemap.xml.gz, at most two layers), and say whether the end was missing.

    Raises:
        SourceError: ``encoding`` where it is no gzip after all, ``too-big`` over `MAX_UNPACKED_BYTES`.
    """
    if len(body) > MAX_BODY_BYTES:
        raise SourceError(url, "too-big", f"{len(body)} bytes")
    cut = False
    for _ in range(_MAX_LAYERS):
        if not body.startswith(_GZIP):
            break
        body, layer_cut = _gunzip(body, url)
        cut = cut or layer_cut
    return body, cut


def _gunzip(packed: bytes, url: str) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    left = MAX_UNPACKED_BYTES
    while packed.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            parts.append(unpacker.decompress(packed, left))
        except zlib.error as error:
            raise SourceError(url, "encoding", str(error)) from error
        left -= len(parts[-1])
        if unpacker.unconsumed_tail or left <= 0:
            raise SourceError(url, "too-big", f"over {MAX_UNPACKED_BYTES} bytes unpacked")
        if not unpacker.eof:
            return b"".join(parts), True
        packed = unpacker.unused_data
    return b"".join(parts), False


def as_utf8(body: bytes, content_type: str | None, language: str) -> bytes:
    """The body in UTF-8 without a byte order mark or control bytes.

    The charset is decided by: byte order mark, being valid UTF-8, the HTTP header, the XML declaration or meta tag,
    UTF-8 with few faults, the usual Windows page of *language*.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _without_controls(_transcoded(body[len(mark) :], name))
    for start, name in _WIDE:
        if body.startswith(start):
            return _without_controls(_transcoded(body, name))
    return _without_controls(body if _is_utf8(body) else _from_legacy(body, content_type, language))


def _from_legacy(body: bytes, content_type: str | None, language: str) -> bytes:
    in_header = _CHARSET.search(content_type or "")
    in_markup = _DECLARED.search(body, 0, 4096)
    names = (in_header and in_header[1], in_markup and in_markup[1].decode("ascii", "replace"))
    for name in filter(None, names):
        codec = _codec(name)
        if codec and codec != "utf-8":
            return _transcoded(body, codec)
    text = body.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    if faults * 2 < sum(1 for letter in text if letter > "\x7f"):
        return text.encode()
    return _transcoded(body, _BY_LANGUAGE.get(language, "cp1252"))


def _codec(name: str) -> str | None:
    found = page_codec(name)
    return _ALIASES.get(found, found) if found else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _transcoded(body: bytes, codec: str) -> bytes:
    return body.decode(codec, "replace").encode("utf-8", "replace")


def _without_controls(body: bytes) -> bytes:
    return body.translate(None, _CONTROLS)


def parse_xml(body: bytes, base_url: str) -> etree._Element | None:
    """The tree of UTF-8 XML, faults mended: bare ampersands and unknown entities stay as text, nothing is expanded."""
    body = _REFERENCE.sub(_character, _BARE_AMPERSAND.sub(b"&amp;", body))
    body = _NAMED_REFERENCE.sub(_numbered, body)
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(body, parser, base_url=base_url)
    except etree.XMLSyntaxError:
        return None


def _numbered(match: re.Match[bytes]) -> bytes:
    """A named reference as the number that means the same; a CDATA section, which has none, as it stands."""
    return _NUMBERS[match[1]] if match[1] else match[0]


def _character(reference: re.Match[bytes]) -> bytes:
    """A character reference as it stands; of what XML does not know (surrogates, controls) the replacement character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if is_xml_character(number) else b"\xef\xbf\xbd"


def parse_html(body: bytes) -> etree._Element | None:
    """The tree of a UTF-8 page; None where there is nothing in it.

    A tag of over 64 kB (an image written into its own address, or 40,000 attributes) is dropped first: libxml2 takes
    a time that grows with the square of the number of attributes.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(_EARLY_END.sub(b"", _ENDLESS_TAG.sub(b"", body)), parser)
    except etree.XMLSyntaxError:
        return None


def plain_title(text: str | None) -> str | None:
    """The title of a feed's or sitemap's entry as a line of plain text, whatever rounds of escaping it went through."""
    if not text:
        return None
    for _ in range(3):
        if "&" not in text:
            break
        text = html.unescape(text)
    return clean_line(_TAG.sub("", text), limit=_TITLE_LIMIT) or None


def mended_link(link: str) -> str:
    """A link without the escapes and CDATA marks that a second round of XML has left in it."""
    return _TAG.sub("", link).replace("&amp;", "&").strip()
