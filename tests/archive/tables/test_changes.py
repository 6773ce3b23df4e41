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
