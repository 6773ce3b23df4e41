from __future__ import annotations

import json
import sqlite3
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from other_program import ask, change

from icma_crawler.archive import Archive, digest_of
from icma_crawler.errors import NotFoundError
from icma_crawler.models import Article, Rejection

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)
LATER = timedelta(days=2)
BODY = "Bakıda yeni park açılıb.\n\nParkda iki yüz ağac əkilib."


def changes_of(archive: Archive) -> list[str]:
    return [row[0] for row in ask(archive.path, "SELECT change FROM changes ORDER BY seq")]


def count(archive: Archive, table: str) -> int:
    return ask(archive.path, f"SELECT count(*) FROM {table}")[0][0]


def test_a_new_page_becomes_an_article(desk, now: datetime, make_article, make_capture):
    (entry,) = desk.announce("park")
    published_at = datetime(2026, 1, 18, 9, 0, tzinfo=UTC)
    article: Article = make_article(
        lead="Bir park.", authors=("Aynur Quliyeva",), tags=("park",), section="Cəmiyyət", published_at=published_at
    )
    assert desk.file(entry, article) == "archived"
    archived = desk.archive.find("1")
    assert archived.article == article
    assert (archived.portal, archived.source_name, archived.source_url) == ("sherg.az", "Sherg.az", "https://sherg.az")
    assert (archived.revision, archived.status, archived.reuse) == (1, "live", "excerpt")
    assert archived.archived_at == now
    assert archived.content_sha256 == digest_of(article)
    assert archived.urn == f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'sherg.az https://sherg.az/park')}"
    assert changes_of(desk.archive) == ["new"]


def test_an_article_is_found_by_every_name_it_has(desk, make_article, make_capture):
    (entry,) = desk.announce("xeber?id=17")
    desk.file(entry, make_article("park"), make_capture("xeber?id=17", final_url="https://sherg.az/xeber/park"))
    archived = desk.archive.find("1")
    for name in (
        archived.urn,
        "https://sherg.az/park",
        "sherg.az/park",
        "http://www.sherg.az/park/?utm_source=x",
        "https://sherg.az/xeber/park",
        "https://sherg.az/xeber?id=17",
        " 1 ",
    ):
        assert desk.archive.find(name) == archived


@pytest.mark.parametrize("name", ["2", "0", "9" * 30, "²", "urn:uuid:no", "https://sherg.az/no", "no", "", "-1", "%"])
def test_another_name_finds_nothing(desk, name: str):
    desk.publish("park")
    with pytest.raises(NotFoundError, match="icma search finds articles"):
        desk.archive.find(name)


def test_the_same_page_again_is_unchanged(desk, now: datetime):
    desk.publish("park")
    assert desk.look_again("park", now=now + LATER) == "unchanged"
    assert changes_of(desk.archive) == ["new"]
    assert len(desk.archive.revisions.history_of(1)) == 1
    assert count(desk.archive, "captures") == 1


@pytest.mark.parametrize(
    "value",
    [{"image_url": "https://sherg.az/a.jpg?v=2"}, {"modified_at": datetime(2026, 1, 19, tzinfo=UTC)}, {"tags": ("x",)}],
)
def test_what_a_reader_does_not_read_makes_no_revision(desk, now: datetime, value: dict[str, object]):
    desk.publish("park")
    assert desk.look_again("park", now=now + LATER, **value) == "unchanged"


def test_modified_headline_makes_a_second_revision(desk, now: datetime):
    desk.publish("park", authors=("Aynur",), tags=("park",))
    before = desk.archive.find("1")
    outcome = desk.look_again("park", now=now + LATER, title="Yeni park açılıb", authors=("Aynur",), tags=("park",))
    assert outcome == "revised"
    after = desk.archive.find("1")
    assert (after.revision, after.article.title) == (2, "Yeni park açılıb")
    assert (after.urn, after.archived_at, after.url) == (before.urn, before.archived_at, before.url)
    assert changes_of(desk.archive) == ["new", "revised"]


def test_the_earlier_state_is_kept_whole(desk, now: datetime):
    desk.publish("park", authors=("Aynur",), lead="Köhnə lid.")
    desk.look_again("park", now=now + LATER, title="Yeni park açılıb", lead="Yeni lid.")
    first, second = desk.archive.revisions.history_of(1)
    assert (first.revision, first.title, first.lead) == (1, "Park açılıb", "Köhnə lid.")
    assert (second.revision, second.title, second.lead) == (2, "Yeni park açılıb", "Yeni lid.")
    assert (first.recorded_at, second.recorded_at) == (now, now + LATER)
    assert first.content_sha256 != second.content_sha256
    kept = json.loads(ask(desk.archive.path, "SELECT fields FROM revisions WHERE revision = 1")[0][0])
    assert json.loads(kept["authors"]) == ["Aynur"]
    assert kept["body"].endswith("Ünvan: park.")
    assert ask(desk.archive.path, "SELECT fields FROM revisions WHERE revision = 2")[0] == (None,)


def test_each_revision_names_the_page_it_came_from(desk, now: datetime):
    desk.publish("park")
    desk.look_again("park", now=now + LATER, title="Yeni park açılıb")
    rows = ask(desk.archive.path, "SELECT capture_id FROM revisions ORDER BY revision")
    first, second = (desk.archive.captures.load(row[0]) for row in rows)
    assert b"Yeni park" not in first.body
    assert b"Yeni park" in second.body
    assert second.fetched_at == now + LATER


def test_search_follows_a_revision(desk, now: datetime):
    desk.publish("park")
    desk.look_again("park", now=now + LATER, title="Stadion tikilir", body="Stadion tikilir. " * 20)
    assert desk.archive.search.find("stadion")
    assert desk.archive.search.find("park") == []


def test_a_rejection_keeps_its_page_and_its_reason(desk):
    (entry,) = desk.announce("haqqimizda")
    assert desk.file(entry, Rejection(reason="not-article", detail="no paragraph")) == "rejected"
    assert count(desk.archive, "captures") == 1
    assert count(desk.archive, "articles") == 0
    (gap,) = desk.archive.balances.gaps()
    assert (gap.state, gap.reason, gap.last_status, gap.attempts) == ("rejected", "not-article", 200, 1)


def test_a_robot_check_counts_as_a_refusal(desk):
    (entry,) = desk.announce("a")
    assert desk.file(entry, Rejection(reason="challenge")) == "refused"
    assert desk.archive.balances.gaps()[0].state == "refused"


def test_a_gone_article_that_is_back_is_restored(desk, archive: Archive, now: datetime):
    desk.publish("park")
    change(archive.path, "UPDATE articles SET status = 'gone'")
    assert desk.look_again("park", now=now + LATER) == "restored"
    assert archive.find("1").status == "live"
    assert archive.find("1").revision == 1
    assert changes_of(archive) == ["new", "restored"]


def test_a_withdrawn_article_stays_withdrawn(desk, archive: Archive, make_article):
    (entry,) = desk.announce("park")
    change(archive.path, "INSERT INTO withdrawals (key, reason, at) VALUES ('sherg.az/park', 'asked', '')")
    assert desk.file(entry, make_article("park")) == "withdrawn"
    assert count(archive, "articles") == 0
    assert count(archive, "captures") == 0


def test_a_page_is_recorded_whole_or_not_at_all(desk, archive: Archive, make_article):
    (entry,) = desk.announce("park")
    tables = ["captures", "articles", "revisions", "aliases", "changes", "search_text"]
    change(archive.path, "CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        desk.file(entry, make_article("park"))
    assert [count(archive, table) for table in tables] == [0] * 6
    assert archive.balances.gaps()[0].state == "pending"
    change(archive.path, "DROP TRIGGER full")
    assert desk.file(entry, make_article("park")) == "archived"
    assert [count(archive, table) for table in tables] == [1] * 6


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("idman", "Bakı", "unchanged"),
        ("Bakı", "idman", "unchanged"),
        ("İdman", "Siyasət", "revised"),
        (None, "Siyasət", "revised"),
    ],
)
def test_a_section_that_only_the_url_tells_makes_no_revision(desk, before: str | None, after: str, outcome: str):
    """Which link beside the headline is taken for the section's may change with what else is new."""
    article_id = desk.publish("idman/qarabag", section=before)
    assert desk.look_again("idman/qarabag", section=after) == outcome
    kept = desk.archive.find(str(article_id)).article.section
    assert kept == (before if outcome == "unchanged" else after)


def test_an_edit_takes_the_section_with_it(desk):
    desk.publish("idman/qarabag", section="idman")
    assert desk.look_again("idman/qarabag", section="Bakı", title="Qarabağ qalib gəldi") == "revised"
