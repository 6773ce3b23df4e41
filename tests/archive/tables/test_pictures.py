"""What stands below an article's picture: kept with its current state, handed to another archive, gone with a takedown."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import pytest
from other_program import ask

from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions.reread import reread
from icma_crawler.imports import import_archive
from icma_crawler.operations.maintenance.takedown import withdraw

HOUR = timedelta(hours=1)
CAPTION = "Nəbi Məmmədov yeni parkın açılışında çıxış edir"
WORDS = {"image_url": "https://sherg.az/park.jpg", "image_caption": CAPTION, "image_credit": "Rəna Əliyeva"}


def words_of(archive, what: str = "1") -> tuple[str | None, str | None]:
    article = archive.find(what).article
    return article.image_caption, article.image_credit


def rows_of(archive) -> list[tuple]:
    return ask(archive.path, "SELECT article_id, caption, credit FROM pictures")


def test_caption_and_credit_are_kept(desk):
    desk.publish("park", **WORDS)
    desk.publish("muzey")
    assert words_of(desk.archive) == (CAPTION, "Rəna Əliyeva")
    assert words_of(desk.archive, "2") == (None, None)
    assert rows_of(desk.archive) == [(1, CAPTION, "Rəna Əliyeva")]


def test_every_way_to_read_an_article_has_them(desk):
    desk.publish("park", **WORDS)
    ((_, changed),) = desk.archive.changes.iter_since()
    assert desk.archive.find("1") == desk.archive.articles.newest() == changed


@pytest.mark.parametrize("words", [{}, {"image_caption": "Park bu gün"}, {"image_credit": "Trend"}])
def test_an_edit_brings_what_the_page_says_now(desk, now, words):
    desk.publish("park", **WORDS)
    assert desk.look_again("park", title="Düzəliş", now=now + HOUR, **words) == "revised"
    assert words_of(desk.archive) == (words.get("image_caption"), words.get("image_credit"))


def test_what_another_extractor_reads_below_the_same_picture_is_taken(desk, now, make_article):
    desk.publish("park", extractor="1")
    body = desk.archive.find("1").article.body
    with desk.archive.write():
        reread(desk.archive, 1, 1, make_article("park", body=body, extractor="2", **WORDS), now + HOUR)
    assert words_of(desk.archive) == (CAPTION, "Rəna Əliyeva")


def test_a_takedown_leaves_no_byte_of_them(desk, now, make_capture, make_article):
    desk.publish("park", **WORDS)
    (entry,) = desk.announce("muzey")
    beside = f"<html><body><p>Muzey açılıb.</p><figcaption>{CAPTION}</figcaption></body></html>"
    desk.file(entry, make_article("muzey"), make_capture("muzey", body=beside.encode()))
    withdraw(desk.archive, ["1"], "şikayət", now=now + HOUR)
    assert rows_of(desk.archive) == []
    path = desk.archive.path
    assert CAPTION.encode() not in b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert ask(desk.archive.path, "SELECT count(*) FROM captures WHERE redacted_at IS NOT NULL")[0] == (2,)
    assert list(desk.archive.find_faults(lambda *_: None)) == []


def test_a_caption_that_others_have_too_is_not_taken_out_of_their_pages(desk, now, make_capture, make_article):
    desk.publish("park", **WORDS)
    (entry,) = desk.announce("muzey")
    page = f"<html><body><p>Muzey açılıb.</p><figcaption>{CAPTION}</figcaption></body></html>"
    desk.file(entry, make_article("muzey", **WORDS), make_capture("muzey", body=page.encode()))
    withdraw(desk.archive, ["1"], "şikayət", now=now + HOUR)
    assert words_of(desk.archive, "2") == (CAPTION, "Rəna Əliyeva")
    assert ask(desk.archive.path, "SELECT count(*) FROM captures WHERE redacted_at IS NOT NULL")[0] == (1,)


def test_another_archive_gets_them_with_the_article(desk, tmp_path, now):
    desk.publish("park", **WORDS)
    desk.archive.close()
    open_archive(tmp_path / "ours.db").close()
    import_archive(tmp_path / "ours.db", desk.archive.path, lambda *_: None, now=now)
    with open_archive(tmp_path / "ours.db") as ours:
        assert words_of(ours) == (CAPTION, "Rəna Əliyeva")


def test_a_caption_that_another_program_changes_is_found(desk):
    desk.publish("park", **WORDS)
    desk.archive.close()
    connection = sqlite3.connect(desk.archive.path)
    with connection:
        connection.execute("UPDATE pictures SET credit = 'Kimsə'")
    connection.close()
    with open_archive(desk.archive.path) as archive:
        assert any(fault.where == "picture 1" for fault in archive.find_faults(lambda *_: None))
