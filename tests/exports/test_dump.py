from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from icma_crawler.archive import Archive, open_archive
from icma_crawler.archive.transactions.record_page import mark_gone
from icma_crawler.errors import ArchiveError, UsageError
from icma_crawler.exports import FORMATS, dump

Lines = Callable[..., list[dict[str, object]]]


@pytest.fixture
def lines(archive: Archive) -> Lines:
    """What a dump to a stream holds."""

    def read(**options: object) -> list[dict[str, object]]:
        out = io.StringIO()
        dump(archive, "jsonl", out, publisher="Icma.az", **options)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    return read


def test_each_article_is_one_line(desk, lines: Lines):
    desk.publish("a")
    desk.publish("b")
    assert [(line["seq"], line["change"], line["url"]) for line in lines()] == [
        (1, "new", "https://sherg.az/a"),
        (2, "new", "https://sherg.az/b"),
    ]


def test_after_a_cursor_there_is_a_line_for_each_article_that_changed(desk, lines: Lines, now):
    for path in ("a", "b", "c"):
        desk.publish(path)
    for day, path in enumerate(["c", "a", "c"], start=1):
        desk.look_again(path, now=now + timedelta(days=day), title=f"Başlıq {day}")
    assert [(line["seq"], line["change"], line["url"][-1], line["revision"]) for line in lines(since=3)] == [
        (5, "revised", "a", 2),
        (6, "revised", "c", 3),
    ]
    assert [(line["seq"], line["change"], line["url"][-1]) for line in lines()] == [
        (2, "new", "b"),
        (5, "new", "a"),
        (6, "new", "c"),
    ]
    assert lines(since=6) == []


def test_what_is_gone_is_told(desk, archive: Archive, lines: Lines, now):
    desk.publish("a")
    with archive.write():
        (entry,) = archive.frontier.take(
            archive.frontier.rechecks("sherg.az", now=now, budget=1, is_all=True), desk.crawl_id
        )
        mark_gone(archive, entry, now=now)
    assert [(line["seq"], line["change"]) for line in lines(since=1)] == [(2, "gone")]


def test_a_portal_can_be_dumped_alone(desk, lines: Lines):
    desk.publish("a")
    assert len(lines(portal_id="sherg.az")) == 1
    assert lines(portal_id="report.az") == []


@pytest.mark.parametrize("since", [2, 20_251_020, -1])
def test_a_cursor_of_another_archive_is_refused(desk, lines: Lines, since: int):
    desk.publish("a")
    with pytest.raises(UsageError, match="this archive's cursor is 1; --since takes a cursor of this archive"):
        lines(since=since)


def test_a_format_that_is_not_there_is_refused(archive: Archive):
    with pytest.raises(UsageError, match="no format 'xml'; there is jsonl"):
        dump(archive, "xml", io.StringIO(), publisher="Icma.az")
    assert "jsonl" in FORMATS


def test_an_empty_archive_is_an_empty_dump(archive: Archive, tmp_path: Path):
    dumped = dump(archive, "jsonl", tmp_path / "out.jsonl", publisher="Icma.az")
    assert (dumped.rows, dumped.cursor) == (0, 0)
    assert (tmp_path / "out.jsonl").read_bytes() == b""


def test_the_manifest_tells_what_the_file_holds(desk, archive: Archive, tmp_path: Path, now):
    desk.publish("a")
    desk.publish("b")
    desk.look_again("a", now=now + timedelta(days=1), title="Yeni")
    out = tmp_path / "out.jsonl"
    dumped = dump(archive, "jsonl", out, publisher="Icma.az", since=1)
    manifest = json.loads((tmp_path / "out.jsonl.manifest.json").read_text())
    promised = {
        "format": "jsonl",
        "schema": 1,
        "archive": archive.meta.uuid,
        "since": 1,
        "cursor": 3,
        "portal": None,
        "rows": 2,
        "by_change": {"new": 1, "revised": 1},
        "skipped": {},
        "sha256": sha256(out.read_bytes()).hexdigest(),
    }
    assert {key: manifest[key] for key in promised} == promised
    assert (dumped.rows, dumped.cursor, dict(dumped.by_change)) == (2, 3, {"new": 1, "revised": 1})
    assert out.read_bytes().count(b"\n") == 2
    assert sorted(tmp_path.glob(".*")) == []


def test_letters_are_written_as_they_are(desk, archive: Archive, tmp_path: Path):
    desk.publish("a", title="Şərq bazarı")
    dump(archive, "jsonl", tmp_path / "out.jsonl", publisher="Icma.az")
    assert "Şərq bazarı" in (tmp_path / "out.jsonl").read_text("utf-8")


def test_a_dump_stands_under_its_name_only_when_it_is_whole(desk, archive: Archive, tmp_path: Path):
    """A reader who looks all the time sees the old file or the new one."""
    for number in range(40):
        desk.publish(f"p{number}")
    out = tmp_path / "dumps" / "out.jsonl"
    out.parent.mkdir()
    dump(archive, "jsonl", out, publisher="Icma.az", since=archive.changes.head - 1)
    whole = {1, 40}
    seen: set[int] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            text = out.read_text("utf-8")
            seen.add(text.count("\n") if text.endswith("\n") else -1)

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(5):
        dump(archive, "jsonl", out, publisher="Icma.az")
        dump(archive, "jsonl", out, publisher="Icma.az", since=archive.changes.head - 1)
    done.set()
    reader.join()
    assert seen <= whole
    assert sorted(path.name for path in out.parent.iterdir()) == ["out.jsonl", "out.jsonl.manifest.json"]


def test_a_dump_that_fails_leaves_the_old_file(desk, archive: Archive, tmp_path: Path):
    desk.publish("a")
    out = tmp_path / "out.jsonl"
    dump(archive, "jsonl", out, publisher="Icma.az")
    before = out.read_bytes()
    desk.publish("b")
    archive.articles.update(2, {"authors": "not JSON"})
    with pytest.raises((ValueError, sqlite3.Error)):
        dump(archive, "jsonl", out, publisher="Icma.az")
    assert out.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*out.jsonl*")) == ["out.jsonl", "out.jsonl.manifest.json"]


def test_a_folder_that_is_not_there_is_told(archive: Archive, tmp_path: Path):
    with pytest.raises(ArchiveError, match=r"out.jsonl: cannot be written \(No such file or directory\)"):
        dump(archive, "jsonl", tmp_path / "no" / "out.jsonl", publisher="Icma.az")
    with pytest.raises(ArchiveError, match="cannot be written"):
        dump(archive, "jsonl", tmp_path, publisher="Icma.az")


def test_a_device_is_not_replaced_by_a_file(desk, archive: Archive, tmp_path: Path):
    """A dump is put in its place by a rename; of /dev/null that would make a file."""
    desk.publish("a")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="not a file; without -o a dump goes to the standard output"):
        dump(archive, "jsonl", tmp_path / "pipe", publisher="Icma.az")
    assert (tmp_path / "pipe").is_fifo()


def test_a_dump_is_of_one_moment(desk, archive: Archive, now):
    """What is archived while a dump is read comes with the next cursor."""
    for number in range(50):
        desk.publish(f"p{number}")

    class Reader(io.StringIO):
        def write(self, text: str) -> int:
            if not self.tell():
                with open_archive(archive.path) as other:
                    other.articles.update(50, {"title": "Başqa"})
            return super().write(text)

    out = Reader()
    dumped = dump(archive, "jsonl", out, publisher="Icma.az")
    assert dumped.cursor == 50
    assert "Başqa" not in out.getvalue()
    assert archive.find("50").article.title == "Başqa"


def test_a_dump_can_be_read_by_the_web_server(desk, archive: Archive, tmp_path: Path):
    old = os.umask(0o022)
    try:
        dump(archive, "jsonl", tmp_path / "out.jsonl", publisher="Icma.az")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o644
