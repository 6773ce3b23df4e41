from __future__ import annotations

import gzip
from datetime import datetime
from hashlib import sha256

import pytest
from other_program import ask

from icma_crawler.archive import Archive
from icma_crawler.archive.packing import skeleton
from icma_crawler.archive.transactions.store_page import store_page

HEADLINES = ["Nazir yeni körpünü açdı və nitq söylədi", "Bakıda qar yağacağı gözlənilir, hava dəyişir"]
WORDS = ["xəbər", "bildirilir", "ki", "Bakı", "şəhərində", "tədbir", "keçirilib", "nazir", "deyib"]
LAYOUT = "".join(
    f'<nav class="menu-{i}"><a href="/bolme/{i}">Bölmə {i}</a></nav><script>var slot{i} = "{sha256(b"%d" % i).hexdigest()}";</script>\n'
    for i in range(400)
)


def page(seed: int) -> bytes:
    """A page of some 60 kB, of which only the text differs from its neighbours."""
    words = [WORDS[byte % len(WORDS)] for i in range(5) for byte in sha256(b"%d %d" % (seed, i)).digest()]
    text = f"<h1>{HEADLINES[seed % 2]} {seed}</h1><p>{' '.join(words)}</p>"
    return f"<html><head><title>{seed}</title></head><body>{LAYOUT}{text}</body></html>".encode()


@pytest.fixture
def kept(desk, archive: Archive, make_capture) -> list[int]:
    """Captures of ten pages that share a layout."""
    with archive.write():
        return [store_page(archive, "sherg.az", make_capture(f"{i}", page(i))) for i in range(10)]


def test_a_page_is_read_back_byte_for_byte(archive: Archive, kept: list[int]):
    for number, capture_id in enumerate(kept):
        assert archive.captures.load(capture_id).body == page(number)


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 1000, gzip.compress(b"x", mtime=0), "xəbər".encode("utf-16")])
def test_any_bytes_are_read_back(desk, archive: Archive, kept: list[int], make_capture, body: bytes):
    capture = make_capture("z", body)
    with archive.write():
        capture_id = store_page(archive, "sherg.az", capture)
    loaded = archive.captures.load(capture_id)
    assert loaded.body == body
    assert loaded.payload_sha256 == capture.payload_sha256


def test_what_was_answered_is_kept_with_the_page(desk, archive: Archive, make_capture, now: datetime):
    headers = (
        ("content-type", "text/html"),
        ("etag", '"1"'),
        ("set-cookie", "secret=1"),
        ("link", "<a>"),
        ("link", "<b>"),
    )
    capture = make_capture("a", b"x", status=404, headers=headers, final_url="https://sherg.az/b", is_partial=True)
    with archive.write():
        capture_id = store_page(archive, "sherg.az", capture)
    loaded = archive.captures.load(capture_id)
    assert (loaded.url, loaded.final_url, loaded.status) == ("https://sherg.az/a", "https://sherg.az/b", 404)
    assert (loaded.fetched_at, loaded.is_partial) == (now, True)
    assert loaded.headers == (headers[0], headers[1], headers[3], headers[4])  # cookies are nobody's business


def test_a_portal_s_pages_share_a_dictionary(archive: Archive, kept: list[int]):
    rows = ask(archive.path, "SELECT dictionary_id, size_bytes, stored_bytes FROM captures ORDER BY id")
    assert rows[0][0] is None  # the first page has nothing to share yet
    assert {row[0] for row in rows[1:]} == {1}
    for _, size, stored in rows[1:]:
        assert stored < size / 20


def test_no_article_s_text_is_in_a_dictionary(archive: Archive, kept: list[int]):
    common = skeleton(page(1), page(3))  # both have the same headline words
    assert len(common) > 20_000
    assert b"menu-399" in common
    assert HEADLINES[1].encode() not in common
    assert "tədbir".encode() not in common


def test_the_text_of_a_link_is_no_markup():
    """A list of related articles stands on many pages; its headlines are text all the same."""
    shared = f'<ul><li><a href="/x">{HEADLINES[0]}</a></li><li class="x">Siyasət</li></ul>'.encode()
    common = skeleton(b"<p>a</p>" + shared, b"<p>b</p>" + shared)
    assert b'li class="x">Siyas' in common
    assert HEADLINES[0].encode() not in common


def test_another_portal_s_dictionary_is_not_used(desk, archive: Archive, kept: list[int], make_capture, now):
    other = desk.portal.__class__(
        id="report.az", name="Report.az", home="https://report.az/", language="az", timezone="Asia/Baku"
    )
    with archive.write():
        archive.portals.save(other, now)
        capture_id = store_page(archive, "report.az", make_capture("a", page(1)))
    row = ask(archive.path, "SELECT dictionary_id FROM captures WHERE id = ?", capture_id)[0]
    assert row == (None,)


def test_a_new_layout_gets_a_new_dictionary_in_time(desk, archive: Archive, kept: list[int], make_capture):
    with archive.write():
        for number in range(30):
            body = page(number)
            for i in range(400):
                body = body.replace(sha256(b"%d" % i).hexdigest().encode(), sha256(b"new %d" % i).hexdigest().encode())
            store_page(archive, "sherg.az", make_capture(f"new-{number}", body))
    rows = ask(archive.path, "SELECT id, payload_sha256, dictionary_id FROM captures ORDER BY id")
    assert rows[-1][2] == 2
    assert {row[2] for row in rows} == {None, 1, 2}
    assert [archive.captures.load(row[0]).payload_sha256 for row in rows] == [row[1] for row in rows]


def test_pages_are_found_by_their_portal_and_listings_are_none(desk, archive: Archive, kept: list[int], make_capture):
    captures = archive.captures
    listing = captures.add("sherg.az", make_capture("", b"<html/>"), "listing")
    assert captures.newest_id() == listing
    assert captures.newest_pages("sherg.az", 3) == kept[:-4:-1]
    assert captures.pages_after("sherg.az", kept[-3]) == kept[-2:]
    assert captures.page_at("sherg.az", "https://sherg.az/4") == kept[4]
    assert captures.page_at("sherg.az", "https://sherg.az/") is None
    assert captures.page_at("report.az", "https://sherg.az/4") is None


def test_a_page_that_loses_its_dictionary_is_the_same(archive: Archive, kept: list[int]):
    packed = archive.captures.packed_with(1)
    assert packed == kept[1:]
    archive.captures.unlink_dictionary(packed[0])
    assert archive.captures.packed_with(1) == kept[2:]
    assert archive.captures.load(packed[0]).body == page(1)


def test_a_page_without_some_words_is_another_page(archive: Archive, kept: list[int], now: datetime):
    archive.captures.redact(kept[0], b"<p></p>", now)
    assert archive.captures.load(kept[0]).body == b"<p></p>"
    columns = "SELECT payload_sha256, size_bytes, redacted_at FROM captures WHERE id = ?"
    assert ask(archive.path, columns, kept[0]) == [(sha256(b"<p></p>").hexdigest(), 7, now.isoformat())]
    assert list(archive.find_faults(lambda *_: None)) == []


def test_a_page_that_is_not_there_is_an_error(archive: Archive):
    with pytest.raises(LookupError, match="no page 7"):
        archive.captures.load(7)
