"""Bytes of a page in, text out: the character set is decided once, and its name kept."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from icma_crawler.charsets import page_codec

_HEAD_BYTES = 4096
_WIDE_BYTES = 256
_META = re.compile(rb"""<meta\b[^>]*?charset\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml\b[^>]*?encoding\s*=\s*["']([\w:.-]+)""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w:.-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a label means is what browsers make of it (https://encoding.spec.whatwg.org/#names-and-labels).
_ALIASES = {
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso8859-9": "windows-1254",
    "latin5": "windows-1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
}
_BY_LANGUAGE = {"az": "windows-1254", "tr": "windows-1254", "ru": "windows-1251", "uk": "windows-1251"}
_MIN_DAMAGE_SHARE = 100
_SAMPLE_BYTES = 100_000
_FEW = 2
_CYRILLIC_WORD = re.compile(r"\b[а-яё]{3,}\b", re.IGNORECASE)
_MIXED_WORD = re.compile(r"[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
_ICELANDIC = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A page as text; ``how`` is "bom", "valid", "header", "meta" or "guess"."""

    text: str
    charset: str
    how: str


def decode(body: bytes, *, content_type: str | None, language: str) -> Decoded:
    """Decide the charset of *body*: BOM, two bytes a letter, valid UTF-8, what header or page declare, then a guess.

    UTF-16 without a BOM is told by its NULs. Valid UTF-8 beats a declaration, since other charsets hardly ever form it
    by accident; so do letters that no text in the declared one has. The guess knows only the three single-byte sets of
    the portals' languages; undecodable bytes become U+FFFD.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return Decoded(text=body[len(mark) :].decode(name, "replace"), charset=name, how="bom")
    wide = _wide_codec(body)
    if wide:
        return Decoded(text=body.decode(wide, "replace"), charset=wide, how="width")
    head = body[:_HEAD_BYTES]
    declared = [
        ("header", _known(_find(_HEADER, content_type or ""))),
        ("meta", _known(_find_bytes(_META, head) or _find_bytes(_XML, head))),
    ]
    text = _utf8(body, is_declared=any(name == "utf-8" for _, name in declared))
    if text is not None:
        return Decoded(text=text, charset="utf-8", how="valid")
    for how, label in declared:
        if label and label != "utf-8" and not _is_refuted(label, body, language):
            return Decoded(text=body.decode(label, "replace"), charset=label, how=how)
    guess = _guess(body, language)
    return Decoded(text=body.decode(guess, "replace"), charset=guess, how="guess")


def _wide_codec(body: bytes) -> str | None:
    """UTF-16 without its mark: a page begins with tags, which are ASCII, and every other byte of those is NUL."""
    head = body[:_WIDE_BYTES]
    nuls_even, nuls_odd = head[::2].count(0), head[1::2].count(0)
    has_pattern = max(nuls_even, nuls_odd) * 4 >= _WIDE_BYTES and min(nuls_even, nuls_odd) <= _FEW
    if not has_pattern:
        return None
    return "utf-16-be" if nuls_even > nuls_odd else "utf-16-le"


def _utf8(body: bytes, *, is_declared: bool) -> str | None:
    """The text if *body* is UTF-8; where UTF-8 is declared a few broken bytes (a cut comment, an advert) do not count."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        wide = sum(byte >= 0xC2 for byte in body[:200_000])
        return text if broken * (4 if is_declared else _MIN_DAMAGE_SHARE) < wide else None


def _is_refuted(label: str, body: bytes, language: str) -> bool:
    """Whether the letters speak against a declared single-byte set."""
    sample = body[:_SAMPLE_BYTES]
    if label == "windows-1251":
        text = sample.decode(label, "replace")
        cyrillic, mixed = len(_CYRILLIC_WORD.findall(text)), len(_MIXED_WORD.findall(text))
        return mixed > _FEW and mixed > cyrillic
    if label not in ("windows-1252", "windows-1254"):
        return False
    if _is_cyrillic(sample):
        return True
    # ı ş ğ İ Ş Ğ share their bytes with ý þ ð Ý Þ Ð, which neither Azerbaijani nor Turkish has.
    return label == "windows-1252" and language[:2] in ("az", "tr") and len(_ICELANDIC.findall(sample)) > _FEW


def _is_cyrillic(sample: bytes) -> bool:
    """Whether high bytes come in runs, as those of Cyrillic words do."""
    high = len(re.findall(rb"[\x80-\xff]", sample))
    runs = len(re.findall(rb"[\xc0-\xff]{3}", sample))
    return runs * 3 > high * 0.4


def _guess(body: bytes, language: str) -> str:
    """windows-1251 where the bytes look like Cyrillic; else by the portal's language."""
    if _is_cyrillic(body[:_SAMPLE_BYTES]):
        return "windows-1251"
    name = _BY_LANGUAGE.get(language[:2], "windows-1252")
    return "windows-1252" if name == "windows-1251" else name


def _known(label: str | None) -> str | None:
    """The codec for a declared label, or None where there is none."""
    if not label:
        return None
    name = label.strip().lower()
    found = page_codec(_ALIASES.get(name, name))
    if found is None or found.startswith(("utf-16", "utf-32")):
        return None  # a label read as ASCII cannot be UTF-16
    return _ALIASES.get(found, _ALIASES.get(name, found)).replace("cp125", "windows-125")


def _find(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None


def _find_bytes(pattern: re.Pattern[bytes], data: bytes) -> str | None:
    match = pattern.search(data)
    return match[1].decode("ascii", "ignore") if match else None
