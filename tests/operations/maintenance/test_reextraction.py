"""Reading stored pages again: the crawled newsroom's archive, an older extractor's traces in it, and what is written."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest


@pytest.fixture
def copied(crawled, tmp_path: Path) -> sqlite3.Connection:
    """The crawled newsroom's archive, to change, with its portal files beside it."""
    (tmp_path / "portals").symlink_to(crawled.portals)
    source, target = sqlite3.connect(crawled.archive), sqlite3.connect(tmp_path / "archive.db", isolation_level=None)
    source.backup(target)
    source.close()
    yield target
    target.close()


@pytest.fixture
def read_again(run_icma):
    """Run `icma reextract --json`; its reports by portal."""

    def run(*options: str) -> dict[str, dict]:
        done = run_icma("reextract", "--json", *options)
        assert done.returncode == 0, done.stderr
        return {one["portal"]: one for one in json.loads(done.stdout)}

    return run


def pretend_older(conn: sqlite3.Connection, changes: str = "extractor = 'icma 0.0.9'", where: str = "id = 1") -> None:
    """What an older extractor would have left."""
    conn.execute(f"UPDATE articles SET {changes} WHERE {where}")


def rows(conn: sqlite3.Connection, sql: str) -> list[tuple]:
    return conn.execute(sql).fetchall()


def test_what_is_up_to_date_is_not_read_again(copied, read_again):
    read_again()
    before = rows(copied, "SELECT * FROM articles")
    assert sum(one["read"] for one in read_again().values()) == 0
    assert rows(copied, "SELECT * FROM articles") == before


def test_an_older_text_becomes_a_revision_that_is_no_edit(copied, read_again):
    read_again()
    (body,) = copied.execute("SELECT body FROM articles WHERE id = 1").fetchone()
    pretend_older(copied, "extractor = 'icma 0.0.9', body = body || ' Əlavə', content_sha256 = 'old'")
    (portal, head) = copied.execute(
        "SELECT portal, (SELECT max(seq) FROM changes) FROM articles WHERE id = 1"
    ).fetchone()
    report = read_again("--portal", portal)[portal]
    assert (report["read"], report["changed"], report["fields"], report["written"]) == (1, 1, {"body": 1}, True)
    assert rows(copied, "SELECT body FROM articles WHERE id = 1") == [(body,)]
    last = "SELECT kind, cause FROM revisions WHERE article_id = 1 ORDER BY revision DESC LIMIT 1"
    assert rows(copied, last) == [("extraction", "extraction")]
    assert rows(copied, f"SELECT article_id, change, cause FROM changes WHERE seq > {head}") == [
        (1, "revised", "extraction")
    ]


def test_a_field_outside_the_text_changes_without_a_revision(copied, read_again):
    read_again()
    pretend_older(copied, "extractor = 'icma 0.0.9', published_at = NULL")
    head, revision = copied.execute(
        "SELECT (SELECT max(seq) FROM changes), revision FROM articles WHERE id = 1"
    ).fetchone()
    read_again()
    assert rows(copied, "SELECT published_at IS NOT NULL, revision FROM articles WHERE id = 1") == [(1, revision)]
    assert rows(copied, f"SELECT change, cause FROM changes WHERE seq > {head}") == [("revised", "extraction")]


def test_what_stored_pages_say_of_reuse_is_read_too(copied, read_again):
    """Their headers were kept when nobody read such signals in them yet."""
    read_again()
    (head,) = copied.execute("SELECT max(seq) FROM changes").fetchone()
    copied.execute(
        """
        UPDATE captures
        SET headers = json_insert(headers, '$[#]', json_array('x-robots-tag', 'nosnippet'))
        WHERE id = (SELECT capture_id FROM revisions WHERE article_id = 1 ORDER BY revision DESC LIMIT 1)
        """
    )
    pretend_older(copied)
    read_again()
    assert rows(copied, "SELECT reuse FROM articles WHERE id = 1") == [("link",)]
    assert rows(copied, f"SELECT article_id, change, cause FROM changes WHERE seq > {head}") == [
        (1, "revised", "extraction")
    ]


def test_where_nothing_differs_nothing_is_told(copied, read_again):
    read_again()
    pretend_older(copied, where="1")
    head = rows(copied, "SELECT max(seq) FROM changes")
    reports = read_again()
    assert sum(one["read"] for one in reports.values()) == 61
    assert sum(one["changed"] for one in reports.values()) == 0
    assert rows(copied, "SELECT max(seq) FROM changes") == head
    assert rows(copied, "SELECT count(*) FROM articles WHERE extractor = 'icma 0.0.9'") == [(0,)]


def test_a_gone_article_stays_gone(copied, read_again):
    read_again()
    pretend_older(
        copied,
        "extractor = 'icma 0.0.9', title = 'Başqa', title_shown = 'Başqa', content_sha256 = 'x', status = 'gone'",
    )
    read_again()
    assert rows(copied, "SELECT status, title <> 'Başqa' FROM articles WHERE id = 1") == [("gone", 1)]


def test_a_dry_run_changes_nothing(copied, read_again, run_icma):
    pretend_older(copied, "extractor = 'icma 0.0.9', section = 'Başqa', content_sha256 = 'old'")
    before = [rows(copied, f"SELECT * FROM {table}") for table in ("articles", "revisions", "changes", "boilerplate")]
    done = run_icma("reextract", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "section: 1" in done.stdout
    assert "- Başqa" in done.stdout
    assert "would differ" in done.stderr
    assert not any(one["written"] for one in read_again("--dry-run").values())
    assert [
        rows(copied, f"SELECT * FROM {table}") for table in ("articles", "revisions", "changes", "boilerplate")
    ] == before


def test_an_unknown_portal_is_misuse(copied, run_icma):
    done = run_icma("reextract", "--portal", "nobody")
    assert done.returncode == 2
    assert "nobody" in done.stderr


def test_since_takes_only_what_was_archived_later(copied, read_again):
    pretend_older(copied, where="1")
    assert sum(one["read"] for one in read_again("--since", "2099-01-01").values()) == 0


def test_a_portals_stored_pages_can_be_checked(copied, run_icma):
    (portal,) = copied.execute("SELECT portal FROM articles WHERE id = 1").fetchone()
    done = run_icma("portals", "check", portal, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert 0 < found["articles"] <= found["pages"] <= 20
    assert {one["field"]: one["filled"] for one in found["fields"]}["title"] == found["articles"]
    table = run_icma("portals", "check", portal).stdout
    assert "found on" in table
    assert "published_at" in table


def test_a_selector_that_matches_nothing_is_told(copied, crawled, tmp_path, run_icma):
    """The field is then found without it, so that its fill rate says nothing of the rule."""
    (portal,) = copied.execute("SELECT portal FROM articles WHERE id = 1").fetchone()
    own = tmp_path / "ruled"
    own.mkdir()
    rules = '[[rules]]\nvalid_from = 2020-01-01\ntitle = "h1"\nbody = "div.no-such"\n'
    later = '[[rules]]\nvalid_from = 2999-01-01\ntitle = "h9"\n'
    file = next(crawled.portals.glob(f"{portal}.toml"))
    (own / file.name).write_text(f"{file.read_text('utf-8')}\n{rules}{later}", "utf-8")
    done = run_icma("portals", "check", portal, "--portals", own, "--json")
    found = {one["key"]: (one["matched"], one["pages"]) for one in json.loads(done.stdout)["rules"]}
    assert found["title"][0] > 0
    assert found["body"][0] == 0 < found["body"][1]
    assert "the field is found without it" in run_icma("portals", "check", portal, "--portals", own).stdout


def test_a_portal_without_stored_pages_cannot_be_checked(crawled, tmp_path, run_icma):
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "new.example.toml").write_text(
        'name = "New"\nhome = "https://new.example/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n', "utf-8"
    )
    done = run_icma("portals", "check", "new.example", "--archive", crawled.archive)
    assert done.returncode == 1
    assert "icma crawl new.example" in done.stderr
