"""The character set is decided once: BOM, valid UTF-8, header, meta, guess."""

import codecs

import pytest

from icma_crawler.extraction.page.charset import decode

TURKISH = "İstanbul'da şehircilik toplantısı yapıldı, çözüm önerileri görüşüldü"
RUSSIAN = "В городе открыли новую выставку, посетителей встречали музыканты"
FRENCH = "L’été dernier, la préfecture a déjà été rénovée"


def read(body, *, content_type=None, language="az"):
    decoded = decode(body, content_type=content_type, language=language)
    return decoded.text, decoded.charset, decoded.how


def test_bom_wins_over_a_wrong_declaration():
    body = codecs.BOM_UTF8 + TURKISH.encode()
    assert read(body, content_type="text/html; charset=windows-1251") == (TURKISH, "utf-8", "bom")


def test_valid_utf8_wins_over_a_wrong_declaration():
    assert read(TURKISH.encode(), content_type="text/html; charset=windows-1254") == (TURKISH, "utf-8", "valid")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-16", "text/html; charset=utf-8"])
@pytest.mark.parametrize("sentence", [TURKISH, RUSSIAN, "Plain words"])
def test_utf16_without_its_mark(codec, content_type, sentence):
    page = f"<!DOCTYPE html><html><head><title>{sentence}</title></head><body><p>{sentence}</p></body></html>"
    assert read(page.encode(codec), content_type=content_type) == (page, codec, "width")


@pytest.mark.parametrize(
    "page", ["", "<", "a\0b", "<p>" + "a\0" * 20 + "</p>" + TURKISH, "\0" * 300, "<\0p\0>\0" * 3 + TURKISH * 9]
)
def test_nuls_in_utf8_are_not_utf16(page):
    assert read(page.encode())[1] == "utf-8"


def test_header_wins_over_meta():
    body = b'<meta charset="windows-1252">' + RUSSIAN.encode("cp1251")
    text, charset, how = read(body, content_type="text/html; charset=windows-1251")
    assert (text.endswith(RUSSIAN), charset, how) == (True, "windows-1251", "header")


@pytest.mark.parametrize(
    ("label", "codec", "sentence", "charset"),
    [
        ("iso-8859-9", "cp1254", TURKISH, "windows-1254"),
        ("ISO-8859-1", "cp1252", FRENCH, "windows-1252"),
        ("windows-1251", "cp1251", RUSSIAN, "windows-1251"),
        ("koi8-r", "koi8-r", RUSSIAN, "koi8-r"),
        ("utf-16", "cp1254", TURKISH, "windows-1254"),
        ("no-such-charset", "cp1254", TURKISH, "windows-1254"),
    ],
)
def test_meta_labels_mean_what_browsers_make_of_them(label, codec, sentence, charset):
    text, found, _ = read(f'<meta charset="{label}">'.encode() + sentence.encode(codec))
    assert text.endswith(sentence)
    assert found == charset


@pytest.mark.parametrize(
    ("codec", "sentence", "language", "charset"),
    [
        ("cp1254", TURKISH, "az", "windows-1254"),
        ("cp1254", TURKISH, "tr", "windows-1254"),
        ("cp1251", RUSSIAN, "ru", "windows-1251"),
        ("cp1251", RUSSIAN, "az", "windows-1251"),
        ("cp1252", FRENCH, "fr", "windows-1252"),
    ],
)
def test_undeclared_bytes_are_guessed_by_the_portals_language(codec, sentence, language, charset):
    assert read(sentence.encode(codec), language=language) == (sentence, charset, "guess")


def test_one_broken_byte_does_not_make_utf8_another_charset():
    text, charset, _ = read(TURKISH.encode() * 30 + b"\xff", content_type="text/html; charset=utf-8")
    assert charset == "utf-8"
    assert text.count("\ufffd") == 1


@pytest.mark.parametrize(
    ("label", "codec", "sentence", "language", "charset"),
    [
        ("iso-8859-1", "cp1254", TURKISH, "tr", "windows-1254"),
        ("windows-1252", "cp1254", TURKISH, "az", "windows-1254"),
        ("windows-1251", "cp1254", TURKISH, "az", "windows-1254"),
        ("windows-1254", "cp1251", RUSSIAN, "az", "windows-1251"),
        ("iso-8859-1", "cp1251", RUSSIAN, "ru", "windows-1251"),
    ],
)
def test_letters_beat_a_wrong_declaration(label, codec, sentence, language, charset):
    body = sentence.encode(codec)
    assert read(body, content_type=f"text/html; charset={label}", language=language) == (sentence, charset, "guess")


@pytest.mark.parametrize(
    ("label", "codec", "sentence"),
    [
        ("windows-1252", "cp1252", FRENCH),
        ("windows-1251", "cp1251", RUSSIAN),
        ("windows-1251", "cp1251", "Apple и Google, ЕС"),
    ],
)
@pytest.mark.parametrize("language", ["az", "fr", "ru"])
def test_a_right_declaration_stands(label, codec, sentence, language):
    body = sentence.encode(codec)
    assert read(body, content_type=f"text/html; charset={label}", language=language) == (sentence, label, "header")
