"""Another address of an article: by its link it is settled, by its text alone it is looked at a few times more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive, Entry
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.archive.transactions.record_page import PageLook, mark_gone, record_miss, record_page, record_same
from icma_crawler.archive.transactions.withdraw import withdraw_article
from icma_crawler.models import Article, Rejection

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
LATER = timedelta(days=2)
BODY = "Bakıda yeni park açılıb.\n\nParkda iki yüz ağac əkilib."


def changes_of(archive: Archive) -> list[str]:
    return [row[0] for row in ask(archive.path, "SELECT change FROM changes ORDER BY seq")]


def count(archive: Archive, table: str) -> int:
    return ask(archive.path, f"SELECT count(*) FROM {table}")[0][0]


def test_a_second_link_of_an_article_is_a_duplicate(desk, make_article, make_capture):
    desk.publish("park")
    known = desk.archive.find("1").article
    (entry,) = desk.announce("kohne-unvan")
    moved = make_capture("kohne-unvan", final_url="https://sherg.az/park")
    assert desk.file(entry, known, moved) == "unchanged"
    row = ask(desk.archive.path, "SELECT state, reason, article_id, duplicate_of FROM frontier WHERE id = ?", entry.id)
    assert row == [("unchanged", None, None, 1)]
    assert count(desk.archive, "articles") == 1
    assert desk.archive.find("https://sherg.az/kohne-unvan").id == 1
    assert take_copies(desk, LATER * 200) == []  # it is one article, whatever comes


@pytest.fixture
def second_address(desk, make_article, make_capture) -> Entry:
    """A second address of an article by a redirect; a listing that says it changed has it in hand of a new crawl."""
    article, other = desk.announce("park", "kohne-park")
    desk.file(article, make_article("park"))
    desk.file(other, make_article("park"), make_capture("kohne-park", final_url="https://sherg.az/park"))
    desk.end()
    desk.crawl_id = begin_crawl(desk.archive, desk.portal, NOW + LATER)
    told = replace(other.candidate, modified_at=NOW + LATER)
    announced = announce(desk.archive, "sherg.az", None, [told], crawl_id=desk.crawl_id, now=NOW + LATER)
    (entry,) = announced.changed
    return entry


def due_in_a_year(desk) -> list[int]:
    """Whatever a crawl without listings would look at."""
    frontier, later = desk.archive.frontier, NOW + timedelta(days=360)
    return frontier.unfinished("sherg.az", later) + frontier.rechecks("sherg.az", now=later, budget=9, is_all=True)


@pytest.mark.parametrize("result", ["failed", "refused", "rejected", "pending", "missing"])
def test_a_second_address_that_cannot_be_read_stays_one_and_is_left_alone(desk, second_address: Entry, result: str):
    assert (second_address.article_id, second_address.duplicate_of) == (1, None)
    with desk.archive.write():
        desk.archive.frontier.settle(
            second_address.id, result, reason="soft-404", next_due_at=NOW + 2 * LATER, now=NOW + LATER
        )
    assert getattr(desk.end(), {"missing": "unchanged"}.get(result, result)) == 1
    is_left = result == "pending"  # the same look, which did not come to its turn
    assert due_in_a_year(desk) == [*([second_address.id] if is_left else []), 1]
    assert ask(desk.archive.path, "SELECT state, article_id, duplicate_of, next_due_at FROM frontier WHERE id = 2") == [
        ("unchanged", None, 1, None)
    ]
    (day,) = desk.archive.balances.by_day()
    assert (day.announced, day.archived, day.duplicate, day.missing) == (2, 1, 1, 0)


def test_an_article_that_is_missed_at_its_second_address_is_gone_and_the_address_stays_one(desk, second_address: Entry):
    assert record_miss(desk.archive, second_address, reason="http-410", status=410, now=NOW + LATER)
    mark_gone(desk.archive, second_address, next_due_at=NOW + 2 * LATER, now=NOW + LATER)
    assert desk.archive.find("1").status == "gone"
    assert desk.end().gone == 1
    assert due_in_a_year(desk) == [1]
    assert (desk.archive.balances.by_day()[0].duplicate, desk.archive.balances.by_day()[0].gone) == (1, 0)


def test_a_wall_at_a_second_address_flags_the_article_and_the_address_stays_one(desk, second_address: Entry):
    assert desk.file(second_address, Rejection(reason="login-wall"), now=NOW + LATER) == "rejected"
    assert desk.archive.flags.find(1).reason == "login-wall"
    assert due_in_a_year(desk) == [1]
    assert desk.archive.balances.gaps() == []


def test_a_takedown_that_overtakes_a_look_at_a_second_address_is_final(desk, second_address: Entry, make_capture):
    with desk.archive.write():
        withdraw_article(desk.archive, 1, "asked", NOW)
    look = PageLook(
        portal=desk.portal,
        entry=second_address,
        capture=make_capture("kohne-park", status=304),
        now=NOW + LATER,
        next_due_at=NOW + 2 * LATER,
    )
    record_same(desk.archive, look)
    assert ask(desk.archive.path, "SELECT DISTINCT state, next_due_at FROM frontier") == [("withdrawn", None)]


def take_copies(desk, later: timedelta) -> list[Entry]:
    """The urls without an article of their own that are due after a while."""
    with desk.archive.write():
        return desk.archive.frontier.take(desk.archive.frontier.unfinished("sherg.az", NOW + later), desk.crawl_id)


def test_the_address_that_an_article_came_from_is_given_to_another_one(desk, make_article):
    """A name is minted from the first address: who looks at that by itself would mint it once more."""
    (first,) = desk.announce("park")
    desk.file(first, make_article("park"))
    mark_gone(desk.archive, replace(first, article_id=1), next_due_at=None, now=NOW)
    (second,) = desk.announce("park-yeni")
    assert desk.file(second, make_article("park-yeni"), now=NOW + LATER) == "restored"
    desk.end(now=NOW + LATER)
    desk.crawl_id = begin_crawl(desk.archive, desk.portal, NOW + 2 * LATER)
    told = replace(first.candidate, modified_at=NOW + 2 * LATER)
    ours = {"crawl_id": desk.crawl_id, "now": NOW + 2 * LATER}
    announce(desk.archive, "sherg.az", None, [told], most_changed=0, **ours)
    other = make_article("park", title="Stadion tikilir", body="Stadion tikilir.")
    assert [desk.file(entry, other, now=ours["now"]) for entry in take_copies(desk, 2 * LATER)] == []
    assert desk.archive.frontier.rechecks("sherg.az", now=ours["now"], budget=9) == [second.id]
    assert desk.archive.find("https://sherg.az/park").url == "https://sherg.az/park-yeni"


@pytest.fixture
def copy(desk, make_article) -> Article:
    """What the pages /park and /kopya show; nothing but that text says they are one article."""
    shown: Article = make_article("park", body=f"{BODY}\n\nSayt yenilənir.")
    desk.file(desk.announce("park")[0], shown)
    (entry,) = desk.announce("kopya")
    assert desk.file(entry, replace(shown, url="https://sherg.az/kopya")) == "unchanged"
    return replace(shown, url="https://sherg.az/kopya")


def test_a_copy_is_looked_at_three_times_more(desk, copy: Article):
    later = timedelta(0)
    for rest in (timedelta(hours=6), timedelta(days=1), timedelta(days=3)):
        assert take_copies(desk, later + rest - timedelta(seconds=1)) == []
        (entry,) = take_copies(desk, later + rest)
        assert (entry.candidate.url, entry.article_id, entry.duplicate_of) == (copy.url, None, 1)
        later += rest
        assert desk.file(entry, copy, now=NOW + later) == "unchanged"
    assert take_copies(desk, timedelta(days=400)) == []
    assert changes_of(desk.archive) == ["new"]
    (day,) = desk.archive.balances.by_day()
    assert (day.announced, day.archived, day.duplicate) == (2, 1, 1)
    assert desk.archive.find(copy.url).id == 1


def test_a_copy_that_shows_a_text_of_its_own_is_another_article(desk, copy: Article):
    (entry,) = take_copies(desk, LATER)
    assert desk.file(entry, replace(copy, body="Stadion tikilir."), now=NOW + LATER) == "archived"
    assert desk.archive.find(copy.url).id == 2
    assert desk.archive.find("https://sherg.az/park").id == 1
    assert changes_of(desk.archive) == ["new", "new"]
    assert desk.look_again("kopya", body="Stadion tikilir.", now=NOW + 2 * LATER) == "unchanged"
    assert (desk.archive.balances.by_day()[0].archived, desk.archive.balances.by_day()[0].duplicate) == (2, 0)


@pytest.mark.parametrize("state", ["failed", "refused", "rejected", "pending"])
def test_a_copy_that_cannot_be_read_this_time_is_asked_for_again(desk, copy: Article, state: str):
    (entry,) = take_copies(desk, LATER)
    with desk.archive.write():
        desk.archive.frontier.settle(entry.id, state, reason="timeout", now=NOW + LATER)
    assert desk.archive.balances.by_day()[0].duplicate == 1
    assert getattr(desk.end(), state) == 1
    (entry,) = take_copies(desk, 3 * LATER)
    assert entry.duplicate_of == 1
    assert desk.file(entry, replace(copy, body="Stadion tikilir."), now=NOW + 3 * LATER) == "archived"


def test_a_copy_stays_one_whatever_becomes_of_its_article(desk, copy: Article):
    change(desk.archive.path, "UPDATE articles SET status = 'gone'")
    (entry,) = take_copies(desk, LATER)
    assert desk.file(entry, copy, now=NOW + LATER) == "unchanged"
    assert changes_of(desk.archive) == ["new"]


def test_a_copy_that_a_better_reader_reads_otherwise_stays_one(desk, copy: Article, make_capture):
    """What today's extractor reads in the article's own page is what the copy is compared with."""
    (entry,) = take_copies(desk, LATER)
    better = replace(copy, lead="Bir park.", extractor="2")
    with desk.archive.write():
        outcome = record_page(
            desk.archive,
            PageLook(portal=desk.portal, entry=entry, capture=make_capture("kopya"), now=NOW + LATER),
            better,
            better,
        )
    assert outcome == "unchanged"
    assert changes_of(desk.archive) == ["new"]


def test_a_copy_of_what_was_withdrawn_is_not_asked_for_again(desk, copy: Article):
    with desk.archive.write():
        withdraw_article(desk.archive, 1, "asked", NOW)
    assert take_copies(desk, LATER) == []
    assert desk.announce("kopya") == []


def test_a_page_that_names_its_canonical_link_is_one_article_with_it(desk, make_article):
    desk.publish("park")
    known = desk.archive.find("1").article
    (entry,) = desk.announce("cap/park")  # the print version
    assert desk.file(entry, known) == "unchanged"
    assert count(desk.archive, "articles") == 1


def test_a_canonical_link_that_is_the_same_on_every_page_is_not_believed(desk, make_article):
    """Some portals print the home page's canonical link on each article."""
    desk.publish("park")
    (entry,) = desk.announce("stadion")
    stadium = make_article("park", title="Stadion", body="Stadion tikilir.\n\nİki ilə hazır olacaq.")
    assert desk.file(entry, stadium) == "archived"
    assert desk.archive.find("2").url == "https://sherg.az/stadion"
    assert desk.archive.find("1").article.title == "Park açılıb"
    assert desk.archive.find("https://sherg.az/stadion").id == 2
