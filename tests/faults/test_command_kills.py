"""Kill -9 at random moments of everything else that writes: nothing half is left, and the next run ends the work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Zygote
from fault_lab import Kills, copy_whole, faults_of, rows
from older_archives import make_older

from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions.pages import iter_captures_of
from icma_crawler.exports.dump import manifest_path
from icma_crawler.system.files import digest_of_folder

pytestmark = pytest.mark.faults

SEED = int(os.environ.get("ICMA_FAULT_SEED", "2026"))


def duration(zygote: Zygote, *arguments: object) -> float:
    """How long a command takes that is left alone."""
    ended = zygote.run(*arguments)
    assert ended.status == 0, ended
    return ended.seconds


def kill_once(zygote: Zygote, kills: Kills, longest: float, *arguments: object) -> bool:
    """Run a command and kill it at some moment of its life; returns whether that hit."""
    return kills.strike(zygote.start(*arguments), kills.moments.uniform(0, longest))


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


class Reader(threading.Thread):
    """Reads a file over and over, as a site downstream does; ``seen`` are the sha256 of what it ever read."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self._file = file
        self._is_over = threading.Event()
        self.seen: set[str] = set()
        self.times = 0

    def run(self) -> None:
        while not self._is_over.wait(0.002):
            self.seen.add(sha256(self._file))
            self.times += 1

    def stop(self) -> None:
        self._is_over.set()
        self.join()


def test_a_reader_never_sees_a_part_of_a_dump(zygote: Zygote, large: Path, tmp_path: Path, note):
    kills, out = Kills(SEED), tmp_path / "d.jsonl"
    commands = [("dump", "jsonl", "-o", out, "--archive", large, "--publisher", name) for name in ("Bir.az", "İki.az")]
    longest, whole = 0.0, set()
    for command in commands:
        longest = max(longest, duration(zygote, *command))
        whole.add(sha256(out))
    reader = Reader(out)
    reader.start()
    for number in kills.until(60):
        kill_once(zygote, kills, longest, *commands[number % 2])
        assert json.loads(manifest_path(out).read_bytes())["sha256"] in whole
    reader.stop()
    assert reader.seen <= whole
    assert len(whole) == 2
    assert zygote.run(*commands[0]).status == 0
    assert zygote.run("verify", out, "--archive", large).status == 0
    figures, more = kills.row()
    note("kill -9: dump to a file", "readers saw whole files only", f"{figures}, read {reader.times} times", **more)


def test_a_folder_of_pages_is_whole_whenever_it_is_looked_at(zygote: Zygote, crawled, tmp_path: Path, note):
    kills, out = Kills(SEED + 1), tmp_path / "site"
    command = ("dump", "html", "-o", out, "--archive", crawled.archive, "--publisher", "Icma.az")
    longest = duration(zygote, *command)
    names = {file.relative_to(out) for file in out.rglob("*")}
    for _ in kills.until(20):
        kill_once(zygote, kills, longest, *command)
        assert {file.relative_to(out) for file in out.rglob("*")} == names
    assert zygote.run(*command).status == 0
    assert digest_of_folder(out) == json.loads(manifest_path(out).read_bytes())["sha256"]
    assert len(list(tmp_path.glob("site.*.v"))) == 2  # this version and the one before; none of a killed dump
    figures, more = kills.row()
    note("kill -9: dump to a folder", "readers saw whole folders only", figures, **more)


def test_a_killed_series_of_dumps_leaves_no_gap(zygote: Zygote, crawled, tmp_path: Path, note):
    """A consumer who takes each dump that has its manifest, and asks on from its cursor, gets every article."""
    kills, out, state = Kills(SEED + 2), tmp_path / "d.jsonl", tmp_path / "state.json"
    command = ("dump", "jsonl", "-o", out, "--state", state, "--archive", crawled.archive, "--publisher", "Icma.az")
    longest = duration(zygote, *command)
    cursor = json.loads(state.read_bytes())["cursor"]
    for _ in kills.until(20):
        state.unlink(missing_ok=True)
        kill_once(zygote, kills, longest, *command)
        if state.exists():  # what the state claims was handed over is there
            assert json.loads(state.read_bytes())["cursor"] == cursor
            assert json.loads(manifest_path(out).read_bytes())["sha256"] == sha256(out)
    figures, more = kills.row()
    note("kill -9: dump with a state file", "cursor never ahead of the dump", figures, **more)


@pytest.mark.parametrize("kind", ["dump", "archive"])
def test_an_import_goes_on_where_it_was_killed(zygote: Zygote, middling: Path, tmp_path: Path, note, kind: str):
    kills, target = Kills(SEED + 3), tmp_path / "target.db"
    source = middling
    if kind == "dump":
        source = tmp_path / "d.jsonl"
        duration(zygote, "dump", "jsonl", "-o", source, "--archive", middling, "--publisher", "Icma.az")
    command = ("import", source, "--archive", target)
    open_archive(target).close()
    longest = duration(zygote, *command)
    for _ in kills.until(30):
        if not kill_once(zygote, kills, longest, *command):
            check_imported(middling, target)
            target.unlink()
            open_archive(target).close()
        assert faults_of(target) == []
    assert zygote.run(*command).status == 0
    check_imported(middling, target)
    figures, more = kills.row()
    note(
        f"kill -9: import of {'a dump' if kind == 'dump' else 'an archive'}",
        "each article once, none missing",
        figures,
        **more,
    )


def check_imported(source: Path, target: Path) -> None:
    what = "SELECT urn, url, status FROM articles ORDER BY urn"
    assert rows(target, what) == rows(source, what)
    assert faults_of(target) == []


def test_reading_pages_again_is_never_half_written(zygote: Zygote, crawled, tmp_path: Path, note):
    kills, archive = Kills(SEED + 4), tmp_path / "archive.db"
    command = ("reextract", "--archive", archive, "--portals", crawled.portals)
    truth = "SELECT url, tags, extractor FROM articles ORDER BY id"
    expected = rows(crawled.archive, truth)
    make_stale(crawled.archive, archive)
    longest = duration(zygote, *command)
    for _ in kills.until(40):
        is_hit = kill_once(zygote, kills, longest, *command)
        assert faults_of(archive) == []
        for old, new in zip(rows(archive, truth), expected, strict=True):
            assert old in (new, (new[0], '["köhnə"]', "older"))
        if not is_hit:
            assert rows(archive, truth) == expected
            make_stale(crawled.archive, archive)
    assert zygote.run(*command).status == 0
    assert rows(archive, truth) == expected
    figures, more = kills.row()
    note("kill -9: reextract", "each article before or after", figures, **more)


def make_stale(source: Path, archive: Path) -> None:
    """Articles as an older extractor would have read them."""
    copy_whole(source, archive)
    with open_archive(archive) as opened, opened.write():
        for urn in opened.articles.urns():
            article_id = opened.articles.id_of_urn(urn)
            opened.articles.update(article_id, {"tags": '["köhnə"]', "extractor": "older"})


@pytest.mark.parametrize("what", ["article", "portal"])
def test_a_killed_takedown_is_finished_by_the_next(zygote: Zygote, crawled, tmp_path: Path, note, what: str):
    kills, archive = Kills(SEED + 5), tmp_path / "archive.db"
    copy_whole(crawled.archive, archive)
    chosen = ["7"] if what == "article" else ["--portal", "xezri-demo"]
    command = ("withdraw", *chosen, "--reason", "məhkəmə qərarı", "--archive", archive)
    where = "id = 7" if what == "article" else "portal = 'xezri-demo'"
    texts = rows(archive, f"SELECT id, title_shown, body FROM articles WHERE {where}")
    longest = duration(zygote, *command)
    copy_whole(crawled.archive, archive)
    for _ in kills.until(25):
        kill_once(zygote, kills, longest, *command)
        assert faults_of(archive) == []
        check_each_is_whole_or_wiped(archive, texts)
        assert zygote.run(*command).status == 0
        check_wiped(archive, texts)
        copy_whole(crawled.archive, archive)
    figures, more = kills.row()
    note(f"kill -9: withdrawal of one {what}", "whole or wiped, then wiped", figures, **more)


def check_each_is_whole_or_wiped(archive: Path, texts: list[tuple]) -> None:
    for number, title, body in texts:
        state = rows(archive, "SELECT status, title_shown, body FROM articles WHERE id = ?", number)
        assert state in ([("live", title, body)], [("withdrawn", None, None)])
        is_wiped = state[0][0] == "withdrawn"
        for sql in (
            "SELECT count(*) = 0 FROM search_text WHERE rowid = ?",
            "SELECT count(*) > 0 FROM withdrawals WHERE article_id = ?",
            "SELECT count(*) = 1 FROM changes WHERE change = 'withdrawn' AND article_id = ?",
        ):
            assert rows(archive, sql, number) == [(is_wiped,)]


def check_wiped(archive: Path, texts: list[tuple]) -> None:
    """The tombstones stand; not a byte of the texts is left, in the file or in a stored page."""
    stored = b"".join([archive.read_bytes(), *pages_of(archive)])
    for number, title, body in texts:
        assert rows(archive, "SELECT status FROM articles WHERE id = ?", number) == [("withdrawn",)]
        for passage in [title, *body.split("\n\n")]:
            assert passage.encode() not in stored
    assert not (archive.with_name("archive.db-wal")).exists()
    assert faults_of(archive) == []


def pages_of(archive: Path) -> Iterator[bytes]:
    with open_archive(archive, readonly=True) as opened:
        for urn in opened.articles.urns():
            yield from (capture.body for capture in iter_captures_of(opened, urn))


def test_a_killed_backup_takes_no_good_ones_place(zygote: Zygote, large: Path, tmp_path: Path, note):
    kills, copy = Kills(SEED + 6), tmp_path / "copy.db"
    command = ("backup", copy, "--keep", 2, "--archive", large)
    longest = duration(zygote, *command)
    content = sha256(copy)
    for _ in kills.until(40):
        kill_once(zygote, kills, longest, *command)
        for file in tmp_path.glob("copy.db*"):  # each is a whole copy, under each name
            assert sha256(file) == content
        assert copy.exists()
    assert zygote.run(*command).status == 0
    assert faults_of(copy) == []
    figures, more = kills.row()
    note("kill -9: backup", "each name is a whole copy", figures, **more)


def test_a_killed_restore_leaves_a_whole_archive(zygote: Zygote, middling: Path, tmp_path: Path, note):
    kills, archive, backup = Kills(SEED + 7), tmp_path / "archive.db", tmp_path / "copy.db"
    copy_whole(middling, archive)
    assert zygote.run("backup", backup, "--archive", archive).status == 0
    assert zygote.run("withdraw", "5", "--reason", "x", "--archive", archive).status == 0
    command = ("restore", backup, "--force", "--archive", archive)
    longest = duration(zygote, *command)
    for _ in kills.until(30):
        before = rows(archive, "SELECT value FROM meta WHERE name = 'uuid'")
        is_hit = kill_once(zygote, kills, longest, *command)
        assert faults_of(archive) == []
        assert rows(archive, "SELECT status, body FROM articles WHERE id = 5") == [("withdrawn", None)]
        assert is_hit or rows(archive, "SELECT value FROM meta WHERE name = 'uuid'") != before
    assert zygote.run(*command).status == 0
    assert faults_of(archive) == faults_of(backup) == []
    figures, more = kills.row()
    note("kill -9: restore", "the old or the restored, whole", figures, **more)


def test_a_killed_update_of_an_older_archive_is_done_by_the_next_opening(
    zygote: Zygote, middling: Path, tmp_path: Path, note
):
    kills, archive = Kills(SEED + 8), tmp_path / "archive.db"
    command = ("search", "park", "--archive", archive)
    older = make_older(middling, tmp_path / "older.db", "m001_the_archive")
    texts = "SELECT urn, title_shown, body, content_sha256 FROM articles ORDER BY id"
    shutil.copyfile(older, archive)
    longest = duration(zygote, *command)
    for _ in kills.until(30):
        for file in tmp_path.glob("archive.db*"):
            file.unlink()
        shutil.copyfile(older, archive)
        kill_once(zygote, kills, longest, *command)
        assert rows(archive, "PRAGMA integrity_check") == [("ok",)]
        assert rows(archive, texts) == rows(older, texts)
        assert zygote.run(*command).status == 0
        assert faults_of(archive) == []
        assert rows(archive, texts) == rows(tmp_path / "archive.db.before-m002", texts)
        assert sorted(file.name for file in tmp_path.glob(".archive*")) == []
    figures, more = kills.row()
    note("kill -9: update from the first schema", "the old or the new, whole", figures, **more)
