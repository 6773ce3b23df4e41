from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from other_program import ask, change

from icma_crawler.archive import Archive, open_archive
from icma_crawler.archive.engines.sqlite.search import match_expression
from icma_crawler.archive.hits import snippet
from icma_crawler.errors import ArchiveError
from icma_crawler.models import Portal
from icma_crawler.text import FOLD_VERSION

DAY = timedelta(days=1)


@pytest.fixture
def titled(desk):
    """Publish an article with this text and nothing else; returns its id."""

    def publish(title: str, body: str = "", **values: object) -> int:
        return desk.publish(f"xeber-{hash(title + body)}", title=title, body=body or f"{title}.", **values)

    return publish


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("azerbaycan", "Azərbaycan"),
        ("azerbaycan", "AZƏRBAYCAN"),
        ("AZƏRBAYCAN", "azərbaycan"),
        ("Azərbaycan", "Azərbaycanda"),
        ("azerbaycan", "Азәрбајҹан"),
        ("bakida", "BAKIDA"),
        ("bakida", "Bakıda"),
        ("BAKIDA", "Bakıda"),
        ("sirket", "ŞİRKƏT"),
        ("sirket", "şirkətin"),
        ("iqtisadiyyat", "İqtisadiyyat"),
        ("ISTIQLAL", "İstiqlal"),
        ("isiq", "IŞIQ"),
        ("hesenova", "Həsənova"),
        ("qazaxistan", "Qazaxıstanla"),
        ("Qazaxıstan", "Qazaxıstanın"),
        ("uşaq", "uşağı"),
        ("usaq", "uşaqlar"),
        ("çörək", "çörəyi"),
        ("corek", "çörəklər"),
        ("prezident", "Prezident’in"),
        ("prezidentin", "prezidentin"),
        ("sherg az", "Sherg.az-a"),
        ("azertac", "AZƏRTAC-ın"),
        ("2025", "2025-ci"),
        ("Əli", "Əli"),
        ("йод", "Йод"),
        ("Москва", "Москвада"),
    ],
)
def test_a_word_is_found_however_it_is_spelt(titled, archive: Archive, query: str, written: str):
    article = titled("Xəbər", f"Burada {written} yazılıb.")
    assert [hit.id for hit in archive.search.find(query)] == [article]


@pytest.mark.parametrize(
    ("query", "written"), [("baku", "Bakıda"), ("il", "ildən"), ("azər", "üzər"), ("park", "bulvar")]
)
def test_another_word_is_not_found(titled, archive: Archive, query: str, written: str):
    titled("Xəbər", f"Burada {written} yazılıb.")
    assert archive.search.find(query) == []


def test_every_word_must_be_there(titled, archive: Archive):
    both = titled("Yeni park", "Bakıda açıldı.")
    titled("Yeni stadion", "Gəncədə açıldı.")
    assert [hit.id for hit in archive.search.find("bakida acildi park")] == [both]


def test_a_phrase_is_taken_in_its_order(titled, archive: Archive):
    day = titled("Bayraq günü qeyd edildi")
    titled("Günü bayraq altında")
    assert [hit.id for hit in archive.search.find('"bayraq günü"')] == [day]
    assert [hit.id for hit in archive.search.find('"bayraq günü" qeyd')] == [day]
    assert [hit.id for hit in archive.search.find('"BAYRAQ GUNU')] != []  # a quote left open


def test_a_lead_is_searched_too(titled, archive: Archive):
    article = titled("Park", lead="Səbinə xanım danışır.")
    assert [hit.id for hit in archive.search.find("sebine")] == [article]


@pytest.mark.parametrize(
    "query",
    ['"', '""', '"""', "*", "park*", "NEAR(", "NEAR(a b, 2)", "park AND", "AND", "OR NOT", "-park", "title:park", "^park",
     "{title}:park", "park)", "(park", "'", "''; DROP TABLE articles; --", "\\", "%", "a:b", "\x00", "+", "", "   ", "🙂"],
)  # fmt: skip
def test_the_language_of_the_index_is_not_the_searcher_s(titled, archive: Archive, query: str):
    titled("Park açıldı")
    for hit in archive.search.find(query):
        assert hit.title == "Park açıldı"
    assert archive.articles.count() == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(query=st.text(st.one_of(st.sampled_from("\"*()^:-+{}\\'NEAR OT"), st.characters(codec="utf-8"))))
def test_any_text_can_be_searched_for(archive: Archive, query: str):
    archive.search.find(query)


def test_words_are_letters_to_the_index():
    assert match_expression("AND OR NOT NEAR") == '"and" AND "or" AND "not" AND "near"*'
    assert match_expression('park "bayraq günü" il') == '("park"* OR "pary"*) AND "bayraq gunu" AND "il"'


def test_the_newest_comes_first(desk, archive: Archive, now: datetime):
    old = desk.publish("a", title="Park", published_at=now - 9 * DAY, now=now + DAY)
    new = desk.publish("b", title="Park", published_at=now - DAY, now=now)
    undated = desk.publish("c", title="Park", now=now - 2 * DAY)
    assert [hit.id for hit in archive.search.find("park")] == [new, undated, old]
    assert [hit.id for hit in archive.search.find("park", limit=1)] == [new]


def test_a_search_keeps_to_its_days(desk, archive: Archive):
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    first, second, third = [desk.publish(f"d{day.day}", title="Park", published_at=day) for day in days]
    assert [hit.id for hit in archive.search.find("park", since=days[1])] == [third, second]
    assert [hit.id for hit in archive.search.find("park", until=days[1])] == [first]
    assert [hit.id for hit in archive.search.find("park", since=days[1], until=days[2])] == [second]


def test_a_search_keeps_to_its_portal(desk, archive: Archive):
    desk.publish("a", title="Park")
    assert len(archive.search.find("park", portal_id="sherg.az")) == 1
    assert archive.search.find("park", portal_id="report.az") == []


def test_a_hit_shows_the_text_as_it_is_written(desk, archive: Archive, now: datetime):
    desk.publish("a", title="BAKIDA yeni park", lead="Lid.", body=f"{'Söz ' * 100}Qazaxıstanla saziş. {'Son ' * 100}")
    (hit,) = archive.search.find("qazaxistan")
    assert (hit.url, hit.portal, hit.title) == ("https://sherg.az/a", "sherg.az", "BAKIDA yeni park")
    assert (hit.published_at, hit.archived_at) == (None, now)
    assert "Qazaxıstanla saziş." in hit.snippet
    assert hit.snippet.startswith("… ")
    assert hit.snippet.endswith(" …")
    assert len(hit.snippet) < 180


def test_a_snippet_begins_with_the_text_where_nothing_is_found():
    assert snippet("Bir iki üç.", "dörd") == "Bir iki üç."
    assert snippet("", "dörd") == ""
    assert snippet("Bir\n\niki", "") == "Bir iki"


def test_the_index_is_made_anew_when_folding_changes(titled, archive: Archive):
    titled("Azərbaycan")
    archive.meta.save("fold_version", "0")
    assert archive.search.refresh() == 1
    assert archive.search.refresh() == 0
    assert len(archive.search.find("azerbaycan")) == 1
    change(archive.path, "INSERT INTO search_index (search_index) VALUES ('integrity-check')")


@pytest.fixture
def folded_by_older(titled, archive: Archive) -> Path:
    """An archive whose words an older program folded, which left the letter "ə" as it is."""
    titled("Azərbaycan")
    archive.close()
    change(archive.path, "UPDATE search_text SET title = 'azərbaycan', body = 'azərbaycan.'")
    change(archive.path, "INSERT INTO search_index (search_index) VALUES ('rebuild')")
    change(archive.path, "UPDATE meta SET value = '0' WHERE name = 'fold_version'")
    return archive.path


def found_in(path: Path, *, readonly: bool) -> int:
    """How many articles a search finds that only today's folding lets find anything."""
    with open_archive(path, readonly=readonly) as opened:
        return len(opened.search.find("azerbaycan"))


def test_who_only_reads_leaves_the_words_as_an_older_program_folded_them(folded_by_older: Path):
    assert found_in(folded_by_older, readonly=True) == 0
    assert ask(folded_by_older, "SELECT value FROM meta WHERE name = 'fold_version'") == [("0",)]
    assert ask(folded_by_older, "SELECT title FROM search_text") == [("azərbaycan",)]


def test_who_opens_the_archive_to_write_folds_its_words_anew(folded_by_older: Path):
    assert found_in(folded_by_older, readonly=False) == 1
    assert found_in(folded_by_older, readonly=True) == 1
    assert ask(folded_by_older, "SELECT value FROM meta WHERE name = 'fold_version'") == [(str(FOLD_VERSION),)]
    with open_archive(folded_by_older) as opened:
        assert list(opened.find_faults(lambda *_: None)) == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("DELETE FROM meta WHERE name = 'fold_version'", "its fold_version is gone"),
        ("UPDATE meta SET value = CAST(x'ff' AS TEXT) WHERE name = 'fold_version'", "1 rows cannot be read"),
        ("UPDATE meta SET value = 'x' WHERE name = 'fold_version'", None),
    ],
)
def test_a_version_that_is_damaged_keeps_nobody_from_verifying(archive: Archive, damage: str, fault: str | None):
    change(archive.path, damage)
    with open_archive(archive.path) as opened:
        assert [each.problem for each in opened.find_faults(lambda *_: None)] == ([] if fault is None else [fault])
    with pytest.raises(ArchiveError, match="is damaged"), open_archive(archive.path, readonly=True) as opened:
        assert opened.meta.fold_version


def test_words_folded_by_today_s_rules_are_left_alone(titled, archive: Archive):
    titled("Azərbaycan")
    change(archive.path, "UPDATE search_text SET title = 'as it was'")
    open_archive(archive.path).close()
    assert ask(archive.path, "SELECT title FROM search_text") == [("as it was",)]


def test_the_index_holds_what_the_archive_holds(desk, archive: Archive, portal: Portal, now: datetime):
    for number in range(5):
        desk.publish(f"p{number}", title=f"Park {number}")
        desk.look_again(f"p{number}", now=now + DAY, title=f"Stadion {number}")
    change(archive.path, "INSERT INTO search_index (search_index) VALUES ('integrity-check')")
    rows = ask(archive.path, "SELECT rowid, title FROM search_text")
    assert rows == [(number + 1, f"stadion {number}") for number in range(5)]


def test_a_damaged_index_keeps_nobody_from_verifying(folded_by_older: Path):
    change(folded_by_older, "UPDATE search_index_data SET block = x'00' WHERE id IN (1, 10)")
    with pytest.raises(ArchiveError, match="is damaged"):
        open_archive(folded_by_older)
    with open_archive(folded_by_older, refresh_search=False) as opened:
        assert [each.where for each in opened.find_faults(lambda *_: None)] != []
