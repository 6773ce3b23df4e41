"""Takedown: the words leave the file for good, also inside captures; the tombstone stays."""

from __future__ import annotations

import html
import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from other_program import ask

from icma_crawler.archive import open_archive
from icma_crawler.archive.engines.sqlite import opening
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.archive.transactions.record_page import PageLook, mark_gone, record_miss, record_same
from icma_crawler.archive.transactions.redact import find_wording
from icma_crawler.archive.transactions.store_page import keep_listing
from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.models import Candidate, Recurring, Rejection
from icma_crawler.operations.maintenance.takedown import withdraw

TITLE = "Bakıda “gizli” sənəd & onun sahibi tapıldı"
PASSAGE = "Sənədin sahibi Filankəs Filankəsov Nizami küçəsində yaşayır."
BODY = f"Polis məlumat yayıb ki, sənəd metroda unudulub.\n\n{PASSAGE}"
HOUR = timedelta(hours=1)


def page(title: str, body: str, beside: str) -> bytes:
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in body.split("\n\n"))
    markup = "<div class='row'><span class='icon'></span></div>" * 40
    return f"<html><h1>{html.escape(title)}</h1>{paragraphs}{markup}<li>{html.escape(beside)}</li></html>".encode()


@pytest.fixture
def withdrawn(desk, now, make_article, make_capture):
    """Three articles; the pages of the others name the first, which was edited once and is then withdrawn."""
    (entry, other, third) = desk.announce("sened", "park", "muzey", title=TITLE)
    article = make_article("sened", title=TITLE, body=BODY)
    desk.file(entry, article, make_capture("sened", body=page(TITLE, BODY, "Park açılıb")))
    for beside, path in ((other, "park"), (third, "muzey")):
        desk.file(
            beside,
            make_article(path, body=f"Başqa xəbər: {path} haqqında."),
            make_capture(path, body=page("Başqa", f"Başqa xəbər: {path} haqqında.", TITLE)),
        )
    desk.look_again("sened", title=TITLE, body=f"{BODY}\n\nSənəd polisdədir.", now=now + HOUR)
    assert leaks(desk.archive.path) != []
    return withdraw(desk.archive, ["1"], "şikayət", now=now + 2 * HOUR)


def leaks(path: Path) -> list[str]:
    """Which of the withdrawn words any file of the archive still holds, as they would stand there."""
    data = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    words = [TITLE, PASSAGE, "Filankəsov", html.escape(TITLE)]
    return [text for text in words if text.encode() in data]


def test_no_byte_of_it_is_left_in_the_files(desk, withdrawn):
    assert withdrawn.is_clean
    assert leaks(desk.archive.path) == []


def test_no_byte_is_left_where_rows_once_lay(desk, now, make_article):
    """Rows move between the pages of a table as others grow, and leave copies behind that no deletion reaches."""
    dice, said = random.Random(1800), {}  # noqa: S311 - made-up articles
    for number in range(1, 61):
        words = [_word(f"{number} {at}") for at in range(dice.randrange(5, 30))]
        title = " ".join(words[: dice.randrange(2, 25)])
        (entry,) = desk.announce(f"xeber{number}", title=title)
        desk.file(entry, make_article(f"xeber{number}", title=title, body=" ".join(words)))
        said[number] = words
    for number in range(1, 61, 2):
        said[number] += [_word(f"{number} more {at}") for at in range(40)]
        desk.look_again(f"xeber{number}", title=" ".join(said[number][:3]), body=" ".join(said[number]))
    gone = set(dice.sample(sorted(said), 30))
    assert withdraw(desk.archive, [f"https://sherg.az/xeber{number}" for number in gone], "şikayət", now=now).is_clean
    data = b"".join(file.read_bytes() for file in desk.archive.path.parent.glob(desk.archive.path.name + "*"))
    # The search index writes only in what a word differs from the one before it.
    left = {number for number, words in said.items() if any(word[4:].encode() in data for word in words)}
    assert left == set(said) - gone


def _word(of: str) -> str:
    return sha256(of.encode()).hexdigest()[:12]


def test_a_takedown_beside_a_writer_is_finished_by_the_next(desk, withdrawn, monkeypatch):
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    with open_archive(desk.archive.path) as impatient, closing(sqlite3.connect(desk.archive.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not impatient.engine.erase()
        other.rollback()
    assert desk.archive.engine.erase()


def test_no_capture_holds_it_once_decompressed(desk, withdrawn):
    ids = [row[0] for row in ask(desk.archive.path, "SELECT id FROM captures")]
    bodies = [desk.archive.captures.load(capture_id).body.decode() for capture_id in ids]
    assert len(bodies) >= 3
    assert not any(text in body for body in bodies for text in (PASSAGE, html.escape(TITLE), TITLE))
    assert any("Başqa xəbər: park haqqında." in body for body in bodies)


def test_a_tombstone_stays(desk, withdrawn):
    archived = desk.archive.find("https://sherg.az/sened")
    assert (archived.status, archived.article) == ("withdrawn", None)
    assert archived.url == "https://sherg.az/sened"
    assert [(one.key, one.reason) for one in desk.archive.withdrawals.all()] == [("sherg.az/sened", "şikayət")]


def test_it_is_found_by_no_search(desk, withdrawn):
    assert desk.archive.search.find("filankesov") == []
    assert desk.archive.search.find("gizli") == []
    assert len(desk.archive.search.find("basqa xeber")) == 2


def test_the_change_log_says_so(desk, withdrawn):
    assert ask(desk.archive.path, "SELECT change, cause FROM changes ORDER BY seq DESC")[0] == (
        "withdrawn",
        "operator",
    )


def test_a_later_crawl_does_not_ask_for_it(desk, now, withdrawn):
    frontier, later = desk.archive.frontier, now + timedelta(days=9)
    due = frontier.take(frontier.unfinished(desk.portal.id, later), desk.crawl_id)
    due += frontier.take(frontier.rechecks(desk.portal.id, now=later, budget=99, is_all=True), desk.crawl_id)
    assert [entry.candidate.url for entry in due] == ["https://sherg.az/park", "https://sherg.az/muzey"]
    candidate = Candidate(url="http://www.sherg.az/sened/", source_url="https://sherg.az/")
    with desk.archive.write():
        found = announce(desk.archive, desk.portal.id, None, [candidate], crawl_id=desk.crawl_id, now=now)
    assert list(found.new) + list(found.changed) == []


def test_another_address_of_it_does_not_bring_it_back(desk, now, withdrawn, make_article, make_capture):
    (entry,) = desk.announce("sened-2")
    article = make_article("sened", title=TITLE, body=BODY)
    assert desk.file(entry, article, make_capture("sened-2", final_url="https://sherg.az/sened")) == "withdrawn"
    assert leaks(desk.archive.path) == []


def test_withdrawing_twice_changes_nothing(desk, now, withdrawn):
    head = desk.archive.changes.head
    assert withdraw(desk.archive, ["1"], "yenə", now=now + 3 * HOUR).already == 1
    assert desk.archive.changes.head == head


def test_an_address_that_was_never_archived_is_refused_from_then_on(desk, now):
    done = withdraw(desk.archive, ["https://sherg.az/hele-yox"], "məhkəmə", now=now)
    assert done.registered == 1
    assert desk.announce("hele-yox") == []


def test_an_address_that_waits_for_its_look_does_not_get_it(desk, now):
    (waiting,) = desk.announce("hele-yox", title=TITLE, guid=TITLE)
    withdraw(desk.archive, [waiting.candidate.url], "məhkəmə", now=now)
    assert desk.archive.frontier.unfinished(desk.portal.id, now) == []
    run = desk.end()
    assert (run.due, run.withdrawn, run.pending) == (1, 1, 0)
    assert leaks(desk.archive.path) == []


@pytest.mark.parametrize("is_archived", [True, False])
def test_a_listing_that_says_it_changed_sends_nobody_to_it(desk, now, make_article, is_archived: bool):
    (entry,) = desk.announce("sened")
    desk.file(entry, make_article("sened") if is_archived else Rejection(reason="not-article"))
    withdraw(desk.archive, [entry.candidate.url], "şikayət", now=now)
    later = now + timedelta(days=1)
    next_crawl = begin_crawl(desk.archive, desk.portal, later)
    told = replace(entry.candidate, modified_at=later)
    announced = announce(desk.archive, desk.portal.id, None, [told], crawl_id=next_crawl, now=later)
    assert (list(announced.changed), announced.withdrawn) == ([], 1)


@pytest.mark.parametrize("look", ["same", "missing", "failed"])
def test_a_look_that_was_under_way_does_not_bring_it_back(desk, now, make_capture, look: str):
    archive, later = desk.archive, now + timedelta(days=1)
    desk.publish("sened")
    frontier = archive.frontier
    (entry,) = frontier.take(frontier.rechecks("sherg.az", now=now, budget=1, is_all=True), desk.crawl_id)
    withdraw(archive, ["1"], "şikayət", now=now)
    if look == "same":
        record_same(archive, PageLook(portal=desk.portal, entry=entry, capture=make_capture("sened"), now=later))
    elif look == "missing":
        record_miss(archive, entry, reason="http-410", status=410, next_due_at=later, now=later)
        mark_gone(archive, entry, next_due_at=later, now=later)
    else:
        frontier.settle(entry.id, "failed", reason="timeout", next_due_at=later, now=later)
    assert archive.find("1").status == "withdrawn"
    assert archive.balances.by_day()[0].withdrawn == 1
    far = now + timedelta(days=300)
    assert frontier.unfinished("sherg.az", far) == frontier.rechecks("sherg.az", now=far, budget=9, is_all=True) == []


def test_a_rejected_page_of_the_portal_is_searched_too(desk, now, make_article, make_capture):
    (entry, wall) = desk.announce("sened", "siyahi")
    desk.file(entry, make_article("sened", title=TITLE, body=BODY), make_capture("sened", body=page(TITLE, BODY, "")))
    listing = make_capture("siyahi", body=page("Siyahı", "Xəbərlər", TITLE))
    desk.file(wall, Rejection(reason="not-article"), listing)
    withdraw(desk.archive, ["1"], "şikayət", now=now)
    assert leaks(desk.archive.path) == []


def test_a_portal_that_has_nothing_left_keeps_no_learned_lines(desk, now):
    desk.publish("park")
    desk.publish("bag")
    line = Recurring(fingerprint="f", kind="recurring", sample="Bizi izləyin", pages=9)
    with desk.archive.write():
        desk.archive.boilerplate.remember(desk.portal.id, [line], now)
    withdraw(desk.archive, ["1"], "şikayət", now=now)
    assert desk.archive.boilerplate.memory_of(desk.portal.id) == {"f"}
    withdraw(desk.archive, ["2"], "şikayət", now=now)
    assert desk.archive.boilerplate.memory_of(desk.portal.id) == frozenset()


def test_listings_that_told_of_it_are_dropped(desk, now, make_article, make_capture):
    (entry, unread) = desk.announce("sened", "oxunmamis", title=TITLE)
    desk.file(entry, make_article("sened", title=TITLE, body=BODY))
    for withdrawn in ("1", unread.candidate.url):
        with desk.archive.write():
            keep_listing(desk.archive, "sherg.az", make_capture("", body=page("Xəbərlər", PASSAGE, "Park")))
        assert withdraw(desk.archive, [withdrawn], "şikayət", now=now).is_clean
        assert ask(desk.archive.path, "SELECT id FROM captures WHERE kind = 'listing'") == []
        assert leaks(desk.archive.path) == []


def test_a_listing_that_a_crawl_replaces_during_a_takedown_is_no_hindrance(desk, now, make_article, make_capture):
    (entry,) = desk.announce("sened", title=TITLE)
    desk.file(entry, make_article("sened", title=TITLE, body=BODY))
    with desk.archive.write():
        keep_listing(desk.archive, "sherg.az", make_capture("", body=page("Xəbərlər", PASSAGE, "Park")))
    found = find_wording(desk.archive, 1)
    desk.publish("muzey")
    with desk.archive.write():
        keep_listing(desk.archive, "sherg.az", make_capture("", body=page("Xəbərlər", PASSAGE, "Muzey")))
    with desk.archive.write():
        assert withdraw_article(desk.archive, 1, "şikayət", now, found)
    assert ask(desk.archive.path, "SELECT id FROM captures WHERE kind = 'listing'") == []


@pytest.mark.parametrize(
    "link",
    [
        "<a class=x href='/sened'>{}</a>",
        '<A HREF="https://www.sherg.az/sened/?utm_source=most&amp;utm_medium=read" title="{}"><img alt="{}"><h3>{}</h3></A>',
        "<a href=/sened>{}",
    ],
)
def test_later_pages_are_kept_without_what_their_links_say_of_it(desk, now, make_article, make_capture, link: str):
    first, second = desk.announce("sened", "park", title=TITLE)
    desk.file(first, make_article("sened", title=TITLE, body=BODY))
    withdraw(desk.archive, ["1"], "şikayət", now=now)
    markup = f"<p>Bakıda park açılıb.</p><a href='/muzey'>Muzey</a> <a href='/sened'>əvvəl</a> {link.replace('{}', html.escape(TITLE))} <p>Son</p>"
    desk.file(second, make_article("park", body="Bakıda park açılıb."), make_capture("park", body=markup.encode()))
    ((kept, redacted_at),) = ask(desk.archive.path, "SELECT id, redacted_at FROM captures WHERE size_bytes > 0")
    body = desk.archive.captures.load(kept).body.decode()
    assert redacted_at
    assert "Bakıda park açılıb." in body
    assert "Muzey" in body
    assert "əvvəl" in body
    assert "Son" in body
    assert leaks(desk.archive.path) == []
    assert TITLE not in html.unescape(body)
    assert list(desk.archive.find_faults(lambda _done, _total: None)) == []


def test_a_takedown_while_the_archive_is_verified_is_no_fault(desk, now):
    """Pages are rewritten then; what is verified is the archive as it stood when that began."""
    for path in ("sened", "park", "muzey"):
        desk.publish(path)
    with open_archive(desk.archive.path) as verified:
        is_done = False

        def take_down_once(_done: int, _total: int) -> None:
            nonlocal is_done
            if not is_done:
                is_done = True
                with desk.archive.write():
                    withdraw_article(desk.archive, 3, "x", now)

        assert list(verified.find_faults(take_down_once)) == []
        assert is_done
