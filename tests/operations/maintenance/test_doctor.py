"""`icma doctor`: what it finds, what it advises, and how it ends."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from other_program import change

from icma_crawler.archive import open_archive
from icma_crawler.config import Config
from icma_crawler.operations.maintenance import doctor
from icma_crawler.operations.maintenance.doctor import examine


def states(config: Config) -> dict[str, str]:
    return {check.name: check.state for check in examine(config)}


@pytest.fixture
def config(archive, tmp_path: Path) -> Config:
    return Config(archive=tmp_path / "archive.db", contact="desk@example.org", publisher="Icma.az")


def test_all_is_well(config):
    found = examine(config)
    assert {check.state for check in found} == {"ok"}
    assert {"python", "sqlite", "scrapy", "time zones", "workers", "disk", "portals", "archive"} <= {
        c.name for c in found
    }
    assert all(not check.advice for check in found)


def test_what_is_not_set_is_a_warning_with_advice(tmp_path: Path):
    found = {check.name: check for check in examine(Config(archive=tmp_path / "none.db"))}
    assert {name for name, check in found.items() if check.state == "warn"} == {"contact", "publisher", "archive"}
    assert "ICMA_CONTACT" in found["contact"].advice
    assert "icma crawl makes it" in found["archive"].advice


def test_a_file_that_is_no_archive_fails(tmp_path: Path):
    (tmp_path / "other.db").write_text("not a database, but long enough to be looked at" * 40)
    assert states(Config(archive=tmp_path / "other.db"))["archive"] == "fail"


def test_a_portal_file_with_a_mistake_fails(config, tmp_path: Path):
    folder = tmp_path / "portals"
    folder.mkdir()
    (folder / "sherg.az.toml").write_text("naem = 1\n")
    assert states(config.changed({"portals": folder}, where="test"))["portals"] == "fail"


def test_unchecked_certificates_are_told(config, tmp_path: Path):
    folder = tmp_path / "portals"
    folder.mkdir()
    (folder / "sherg.az.toml").write_text(
        'name = "Sherg.az"\nhome = "https://sherg.az/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n'
        "[crawl]\nverify_tls = false\n"
    )
    assert states(config.changed({"portals": folder}, where="test"))["certificates"] == "warn"


def test_a_change_log_that_was_tampered_with_fails(config, desk):
    desk.publish("park")
    desk.publish("bag")
    assert states(config)["change log"] == "ok"
    with sqlite3.connect(config.archive) as conn:
        conn.execute("UPDATE changes SET content_sha256 = 'x' WHERE seq = 2")
    conn.close()
    assert states(config)["change log"] == "fail"


def test_a_holder_that_died_is_told(config, desk):
    assert states(config)["holders"] == "ok"  # held, by this process
    with sqlite3.connect(config.archive) as conn:
        conn.execute("UPDATE portals SET holder = substr(holder, 1, instr(holder, ':')) || '999999:1'")
    conn.close()
    assert states(config)["holders"] == "warn"


def test_words_that_other_spelling_rules_folded_are_told_until_they_are_folded_anew(config):
    change(config.archive, "UPDATE meta SET value = '0' WHERE name = 'fold_version'")
    for _ in range(2):  # looking changes nothing
        (check,) = [check for check in examine(config) if check.name == "search index"]
        assert (check.state, check.found) == ("warn", "made by version 0 of the spelling rules")
        assert check.advice == "the next crawl rebuilds it"
    open_archive(config.archive).close()
    assert states(config)["search index"] == "ok"


def test_a_library_that_is_missing_fails():
    found = doctor._library("no_such_library")
    assert (found.state, found.found) == ("fail", "No module named 'no_such_library'")


def test_little_disk_space_is_told(monkeypatch, tmp_path: Path):
    for free, state in ((10 << 30, "ok"), (1 << 30, "warn"), (1 << 20, "fail")):
        monkeypatch.setattr(
            doctor.shutil, "disk_usage", lambda _, free=free: doctor.shutil._ntuple_diskusage(0, 0, free)
        )
        assert doctor._disk(tmp_path).state == state


def test_the_command_tells_and_ends_with_0_or_1(run_icma, tmp_path: Path):
    done = run_icma("doctor", "--json")
    checks = json.loads(done.stdout)
    assert done.returncode == 0
    assert all(set(check) == {"name", "state", "found", "advice"} for check in checks)
    (tmp_path / "archive.db").write_bytes(b"broken" * 1000)
    done = run_icma("doctor")
    assert done.returncode == 1
    assert "FAIL" in done.stdout
