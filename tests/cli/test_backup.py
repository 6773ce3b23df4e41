"""Backup, restore, verify and withdraw, as an operator uses them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icma_crawler.archive import open_archive
from icma_crawler.exports import record_digest


@pytest.fixture
def kept(crawled, tmp_path: Path) -> Path:
    """A folder with a crawled archive of the test's own."""
    with open_archive(crawled.archive, readonly=True) as archive:
        archive.engine.copy_to(tmp_path / "archive.db")
    return tmp_path


def change(file: Path, sql: str, *values: object) -> None:
    """Damage an archive behind the program's back."""
    with sqlite3.connect(file) as conn:
        conn.execute(sql, values)
    conn.close()


def test_a_backup_is_whole_and_older_ones_are_kept(kept: Path, run_icma):
    for _ in range(3):
        done = run_icma("backup", "copy.db", "--keep", 2)
        assert done.returncode == 0, done.stderr
    assert "61 articles" in done.stdout
    assert sorted(file.name for file in kept.glob("copy.db*")) == ["copy.db", "copy.db.1", "copy.db.2"]
    assert run_icma("verify", "--archive", "copy.db").returncode == 0


def test_what_killed_backups_left_is_removed_by_a_later_one(kept: Path, run_icma):
    old, young = kept / ".copy.db.17.part", kept / ".copy.db.18.part"
    for file in (old, kept / ".copy.db.17.part-wal", young):
        file.touch()
    for file in (old, kept / ".copy.db.17.part-wal"):
        os.utime(file, (0, 0))
    assert run_icma("backup", "copy.db").returncode == 0
    assert [file.name for file in kept.glob(".copy.db*")] == [young.name]


def test_a_whole_archive_verifies(kept: Path, run_icma):
    done = run_icma("verify")
    assert (done.returncode, done.stdout.split(" (")[0]) == (0, "the archive is whole"), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("UPDATE articles SET body = body || '.' WHERE id = 7", "article 7 http"),
        ("UPDATE articles SET title_shown = 'Başqa' WHERE id = 3", "article 3 http"),
        ("UPDATE captures SET body = substr(body, 1, 40) WHERE id = 5", "page 5 http"),
        ("UPDATE captures SET payload_sha256 = 'x' WHERE id = 5", "page 5 http"),
        ("DELETE FROM changes WHERE seq = 9", "change 9: rows 9 to 9 are missing"),
        ("UPDATE changes SET change = 'gone' WHERE seq = 9", "change 9: it does not follow"),
        ("UPDATE search_text SET title = 'x' WHERE rowid = 4", "the search index: it is out of step"),
        ("DELETE FROM search_text WHERE rowid = 4", "the search index"),
        ("UPDATE hosts SET robots_body = CAST(x'ff' AS TEXT)", "the table hosts"),
        (
            "UPDATE observed SET published_at = '2026-11-2p' WHERE article_id = 4",
            "the table observed: 1 rows cannot be",
        ),
        ("UPDATE portals SET timezone = 'Asia/Bakq' WHERE id = 'cinar-demo'", "the table portals: 1 rows cannot be"),
        ("DELETE FROM portals WHERE id = 'cinar-demo'", "the table articles: "),
        ("DELETE FROM meta WHERE name = 'uuid'", "the table meta: its uuid is gone"),
    ],
)
def test_damage_is_named_with_what_to_do(kept: Path, run_icma, damage: str, where: str):
    change(kept / "archive.db", damage)
    done = run_icma("verify")
    assert done.returncode == 1
    assert where in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("damage", "command"),
    [
        ("UPDATE observed SET published_at = '2026-11-2p'", ["status"]),
        ("UPDATE sources SET asked_at = '2026-11-2p'", ["status"]),
        ("UPDATE sources SET asked_at = '2026-11-2p'", ["crawl"]),
        ("UPDATE hosts SET robots_at = '2026-11-2p'", ["crawl"]),
        ("UPDATE portals SET timezone = 'Asia/Bakq'", ["status"]),
        ("UPDATE articles SET published_at = '2026-11-2p' WHERE id = 4", ["show", "4"]),
        ("UPDATE articles SET tags = '[' WHERE id = 4", ["show", "4"]),
        ("DELETE FROM meta", ["dump", "jsonl", "--publisher", "Example.az"]),
    ],
)
def test_a_command_that_meets_damage_says_so_in_one_line(
    kept: Path, crawled, run_icma, damage: str, command: list[str]
):
    shutil.copytree(crawled.portals, kept / "portals")
    change(kept / "archive.db", damage)
    done = run_icma(*command)
    assert done.returncode == 1
    assert "archive.db: is damaged or not an archive (malformed " in done.stderr
    assert "restore a backup" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "command", [["verify"], ["accept", "1"], ["withdraw", "1", "--reason", "x"], ["verify", "--rebuild-search"]]
)
@pytest.mark.parametrize(
    ("make", "problem"), [(Path.touch, "the file is empty; restore a backup"), (None, "no archive here yet")]
)
def test_what_is_done_to_an_archive_makes_none(tmp_path: Path, run_icma, command: list[str], make, problem: str):
    """A mistyped name or a file that the disk has emptied must not pass as a whole archive."""
    if make:
        make(tmp_path / "archive.db")
    done = run_icma(*command)
    assert done.returncode == 1
    assert done.stderr.startswith(f"icma: archive.db: {problem}")
    assert not (tmp_path / "archive.db").exists() or (tmp_path / "archive.db").stat().st_size == 0


def test_the_search_index_can_be_made_anew(kept: Path, run_icma):
    change(kept / "archive.db", "DELETE FROM search_text WHERE rowid = 4")
    done = run_icma("verify", "--rebuild-search")
    assert done.returncode == 0, done.stdout


def test_a_dump_is_proven_complete(kept: Path, run_icma):
    run_icma("dump", "jsonl", "-o", "d.jsonl", "--publisher", "X")
    assert run_icma("verify", "d.jsonl").returncode == 0


FORGERIES = {
    "reworded": {"text": "Başqa mətn."},
    "renamed": {"title": "Başqa başlıq"},
    "another link": {"url": "https://evil.example/"},
    "another day": {"published_at": "1999-01-01T00:00:00+00:00"},
    "another change": {"change": "withdrawn"},
    "another source": {
        "attribution": {
            "archived": "Bu xəbər 1 Yanvar 2020 10:00 mənbədən arxivləşdirilmişdir",
            "source": "Mənbə: https://evil.example",
            "statement": "X, Y portalına istinadən məlumatı açıqlayır.",
        }
    },
}
"""What somebody says instead who knows how to make the record's own hash fit."""


@pytest.mark.parametrize("edit", ["drop", "alter", "double"])
def test_a_dump_that_was_tampered_with_is_not(kept: Path, run_icma, edit: str):
    tamper(kept, run_icma, edit)
    done = run_icma("verify", "d.jsonl", "--json")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)) == (3 if edit == "double" else 2)  # the file's hash, and the very row


@pytest.mark.parametrize(
    "edit", ["drop", "alter", "double", "swap", "forge", "cut", "retitle", "nonsense", "endless", *FORGERIES]
)
def test_a_dump_whose_manifest_was_made_to_fit_is_not_proven_either(kept: Path, run_icma, edit: str):
    tamper(kept, run_icma, edit)
    manifest = kept / "d.jsonl.manifest.json"
    facts = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps(facts | {"sha256": hashlib.sha256((kept / "d.jsonl").read_bytes()).hexdigest()}))
    done = run_icma("verify", "d.jsonl", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)


@pytest.mark.parametrize("text", [None, "Başqa mətn."])
def test_an_older_dump_is_proven_by_the_hash_in_the_log(kept: Path, run_icma, text: str | None):
    """Its articles have changed since, so that the archive no longer sends what was sent."""
    change(kept / "archive.db", "UPDATE portals SET reuse = 'full'")
    change(kept / "archive.db", "UPDATE articles SET reuse = 'full'")
    run_icma("dump", "jsonl", "-o", "d.jsonl", "--publisher", "X")
    lines = (kept / "d.jsonl").read_text("utf-8").splitlines()
    record = json.loads(lines[3]) | ({"text": text} if text else {})
    lines[3] = json.dumps(record | {"record_sha256": record_digest(record)}, ensure_ascii=False)
    write_dump(kept, lines)
    with open_archive(kept / "archive.db") as archive:
        archive.changes.add(archive.find(record["id"]).id, "revised", cause="operator", at=datetime.now(UTC))
    done = run_icma("verify", "d.jsonl")
    assert done.returncode == (1 if text else 0), done.stdout
    assert not text or "d.jsonl:4: its text is not the one that was logged" in done.stdout


def write_dump(folder: Path, lines: list[str]) -> None:
    """A dump with a manifest that fits."""
    data = "".join(f"{line}\n" for line in lines).encode()
    (folder / "d.jsonl").write_bytes(data)
    manifest = folder / "d.jsonl.manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | {"sha256": hashlib.sha256(data).hexdigest()}))


@pytest.mark.parametrize(
    "facts",
    [None, [1], {"cursor": None}, {"cursor": 10**30}, {"since": -1}, {"since": 99, "cursor": 3}, {"sha256": ...}],
)
def test_what_is_no_manifest_is_told(kept: Path, run_icma, facts: object):
    run_icma("dump", "jsonl", "-o", "d.jsonl", "--publisher", "X")
    manifest = kept / "d.jsonl.manifest.json"
    if isinstance(facts, dict):
        facts = {key: value for key, value in (json.loads(manifest.read_bytes()) | facts).items() if value is not ...}
    manifest.write_text(json.dumps(facts))
    done = run_icma("verify", "d.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("icma: d.jsonl.manifest.json: not the manifest of a dump (")
    assert done.stderr.count("\n") == 1


def test_a_dump_reaches_no_farther_than_the_change_log(kept: Path, run_icma):
    run_icma("dump", "jsonl", "-o", "d.jsonl", "--publisher", "X")
    manifest = kept / "d.jsonl.manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_bytes()) | {"cursor": 99}))
    done = run_icma("verify", "d.jsonl")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "d.jsonl: it claims to reach cursor 99, but the change log ends at 61",
    )


def tamper(folder: Path, run_icma, edit: str) -> None:
    """A dump in which somebody changed something; those who retitle also make the record's own hash fit."""
    run_icma("dump", "jsonl", "-o", "d.jsonl", "--publisher", "X")
    lines = (folder / "d.jsonl").read_text("utf-8").splitlines()
    record = json.loads(lines[3])
    if edit == "drop":
        del lines[3]
    elif edit == "alter":
        lines[3] = json.dumps(record | {"title": "Başqa başlıq"})
    elif edit == "double":
        lines.insert(3, lines[2])
    elif edit == "swap":
        lines[3], lines[4] = lines[4], lines[3]
    elif edit == "forge":
        lines.insert(3, json.dumps(record | {"id": "urn:uuid:00000000-0000-5000-8000-000000000000"}))
    elif edit == "cut":
        lines[-1] = lines[-1][:40]
    elif edit == "retitle":
        record |= {"title": "Başqa başlıq", "content_sha256": "0" * 64}
        lines[3] = json.dumps(record | {"record_sha256": record_digest(record)})
    elif edit in FORGERIES:
        record |= FORGERIES[edit]
        lines[3] = json.dumps(record | {"record_sha256": record_digest(record)})
    elif edit == "endless":
        lines[3] = json.dumps(record | {"seq": float("inf")})
    else:
        lines[3] = "[1, 2]"
    (folder / "d.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def test_a_restored_backup_keeps_what_was_withdrawn_since_out(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    url = "http://" + run_icma("show", "5").stdout.split("http://")[-1].split()[0]
    assert run_icma("withdraw", "5", "--reason", "şikayət").returncode == 0
    refused = run_icma("restore", "copy.db")
    assert (refused.returncode, "--force" in refused.stderr) == (2, True)
    done = run_icma("restore", "copy.db", "--force")
    assert (done.returncode, "1 articles withdrawn again" in done.stdout) == (0, True), done.stderr
    assert "withdrawn" in run_icma("show", url).stdout
    assert run_icma("verify").returncode == 0


def test_a_restored_archive_has_a_name_of_its_own(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    run_icma("restore", "copy.db", "--force")
    with open_archive(kept / "archive.db", readonly=True) as new, open_archive(kept / "copy.db", readonly=True) as old:
        assert new.meta.uuid != old.meta.uuid
        assert new.changes.head == old.changes.head


def test_a_cut_backup_is_refused(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    whole = (kept / "copy.db").read_bytes()
    (kept / "copy.db").write_bytes(whole[: len(whole) // 2])
    shutil.copy(kept / "archive.db", kept / "before.db")
    done = run_icma("restore", "copy.db", "--force")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (kept / "archive.db").read_bytes() == (kept / "before.db").read_bytes()


def test_withdraw_asks_for_a_reason_and_lists_the_register(kept: Path, run_icma):
    assert run_icma("withdraw", "5").returncode == 2
    assert run_icma("withdraw", "5", "--reason", "məhkəmə qərarı").returncode == 0
    assert "məhkəmə qərarı" in run_icma("withdraw", "--list").stdout
    assert run_icma("withdraw", "999", "--reason", "x").returncode == 1


def name_of(file: Path) -> str:
    with open_archive(file, readonly=True) as archive:
        return archive.meta.uuid


def test_a_backup_with_faults_is_restored_only_where_that_is_asked_for(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    change(kept / "copy.db", "UPDATE articles SET body = body || '.' WHERE id = 7")
    before = name_of(kept / "archive.db")
    done = run_icma("restore", "copy.db", "--force")
    assert done.returncode == 1
    assert done.stderr.startswith("icma: copy.db: this backup is damaged (article 7 http")
    assert "take an older one, or this one with --damaged" in done.stderr
    assert name_of(kept / "archive.db") == before
    assert run_icma("restore", "copy.db", "--force", "--damaged").returncode == 0


@pytest.mark.parametrize("content", [b"", b"S", b"no archive"])
def test_a_file_without_an_archive_replaces_none(kept: Path, run_icma, content: bytes):
    (kept / "copy.db").write_bytes(content)
    before = name_of(kept / "archive.db")
    done = run_icma("restore", "copy.db", "--force")
    assert (done.returncode, done.stderr) == (1, "icma: copy.db: there is no archive in it\n")
    assert name_of(kept / "archive.db") == before


def test_a_restored_archive_is_its_owners_to_read(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    (kept / "copy.db").chmod(0o644)
    assert run_icma("restore", "copy.db", "--archive", "new.db").returncode == 0
    assert (kept / "new.db").stat().st_mode & 0o777 == 0o600


def test_a_slip_in_a_portals_name_is_no_takedown(kept: Path, run_icma):
    done = run_icma("withdraw", "--portal", "nix.demo", "--reason", "x")
    assert (done.returncode, "no portal 'nix.demo'" in done.stderr) == (2, True)
    assert run_icma("publish", "wordpress", "http://127.0.0.1:9", "--dry-run", "--portal", "nix.demo").returncode == 2


def test_a_list_of_withdrawals_may_have_remarks_and_come_from_windows(kept: Path, run_icma):
    (kept / "list.txt").write_text("2\r\n# məhkəmə\r\n\r\n 3 \r\n", "utf-8-sig")
    done = run_icma("withdraw", "--from", "list.txt", "--reason", "x")
    assert done.stdout.startswith("2 withdrawn, 0 were before, 0 more"), done.stderr


def test_a_restore_beside_a_program_that_uses_the_archive_is_refused(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    with open_archive(kept / "archive.db") as archive:
        before = archive.meta.uuid
        done = run_icma("restore", "copy.db", "--force")
        assert (done.returncode, "in use by another program; stop it first" in done.stderr) == (1, True)
    with open_archive(kept / "archive.db") as archive:
        assert archive.meta.uuid == before


def test_a_register_that_cannot_be_read_is_told(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    (kept / "archive.db").write_bytes(b"SQLite format 3\0" + bytes(5000))
    done = run_icma("restore", "copy.db", "--force")
    assert done.returncode == 0, done.stderr
    assert "withdraw again what was withdrawn since the backup was made" in done.stderr
    assert run_icma("verify").returncode == 0


def test_a_damaged_copy_takes_no_good_ones_place(kept: Path, run_icma):
    run_icma("backup", "copy.db")
    good = (kept / "copy.db").read_bytes()
    change(kept / "archive.db", "UPDATE articles SET body = body || '.' WHERE id = 7")
    done = run_icma("backup", "copy.db", "--keep", 1)
    assert done.returncode == 1
    assert "the copy has faults, the first in article 7" in done.stderr
    assert (kept / "copy.db").read_bytes() == good
    assert sorted(file.name for file in kept.glob("copy.db*")) == ["copy.db", "copy.db.damaged"]
