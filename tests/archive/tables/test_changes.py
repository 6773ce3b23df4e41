"""The change log: chained, and read from a cursor on."""

from __future__ import annotations

from datetime import datetime, timedelta

from other_program import ask

from icma_crawler.archive import Archive
from icma_crawler.archive.tables.changes import GENESIS, chain

LATER = timedelta(days=2)


def test_each_change_is_chained_to_the_one_before(desk, now: datetime):
    desk.publish("park")
    desk.publish("stadion", body="Stadion.")
    desk.look_again("park", now=now + LATER, title="Yeni park açılıb")
    previous = GENESIS
    rows = ask(
        desk.archive.path,
        "SELECT c.seq, a.urn, c.change, c.content_sha256, c.hash FROM changes c JOIN articles a ON a.id = c.article_id "
        "ORDER BY seq",
    )
    assert [row[0] for row in rows] == [1, 2, 3]
    for seq, urn, kind, digest, link in rows:
        assert link == chain(previous, seq, urn, kind, digest)
        previous = link


def test_a_dump_reads_each_changed_article_once(desk, archive: Archive, now: datetime):
    desk.publish("a")
    desk.publish("b")
    desk.look_again("a", now=now + LATER, title="Yeni")
    assert [(change.seq, change.change, one.id) for change, one in archive.changes.iter_since()] == [
        (2, "new", 2),
        (3, "new", 1),
    ]
    assert [(change.seq, change.change, one.id) for change, one in archive.changes.iter_since(since=2)] == [
        (3, "revised", 1)
    ]
    assert list(archive.changes.iter_since(since=archive.changes.head)) == []
    assert list(archive.changes.iter_since(portal_id="report.az")) == []


def test_what_a_revised_article_is_depends_on_who_asks(desk, archive: Archive, now: datetime):
    desk.publish("a")
    desk.publish("b")
    desk.look_again("a", title="Yeni", now=now + LATER)
    told = {since: [change.change for change, _ in archive.changes.iter_since(since)] for since in (0, 1, 2)}
    assert told == {0: ["new", "new"], 1: ["new", "revised"], 2: ["revised"]}
    archive.articles.mark_gone(1)
    assert [change.change for change, _ in archive.changes.iter_since(2)] == ["gone"]


def test_a_cursor_lies_before_so_many_changes(desk, archive: Archive):
    for path in ("a", "b", "c"):
        desk.publish(path)
    assert [archive.changes.cursor_before(count) for count in (0, 1, 3, 9)] == [3, 2, 0, 0]
    assert archive.changes.cursor_before(1, "sherg.az") == 2
    assert archive.changes.cursor_before(0, "report.az") == 0


def test_what_a_dump_of_a_range_must_hold_is_the_newest_of_each_article(desk, archive: Archive, now: datetime):
    desk.publish("a")
    desk.publish("b")
    desk.look_again("a", title="Yeni", now=now + LATER)
    urns = {article_id: archive.find(str(article_id)).urn for article_id in (1, 2)}
    logged = archive.changes.logged_between
    assert {urn: state.seq for urn, state in logged(0, 3).items()} == {urns[1]: 3, urns[2]: 2}
    assert {urn: state.seq for urn, state in logged(0, 2).items()} == {urns[1]: 1, urns[2]: 2}
    assert {urn: state.seq for urn, state in logged(2, 3).items()} == {urns[1]: 3}
    assert logged(0, 3)[urns[1]].content_sha256 == archive.find("1").content_sha256
    assert archive.changes.last_cause(1) == "source"
