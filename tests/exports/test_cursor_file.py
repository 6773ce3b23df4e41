from __future__ import annotations

import json

import pytest

from icma_crawler.archive import open_archive
from icma_crawler.errors import ArchiveError, UsageError
from icma_crawler.exports import dump


def seqs(out):
    return [json.loads(line)["seq"] for line in out.read_text().splitlines()]


def test_a_state_remembers_the_cursor(stand, tmp_path):
    state = tmp_path / "news.state"
    stand.publish("a")
    assert seqs(stand.sell("jsonl", state=state)) == [1]
    stand.publish("b")
    assert seqs(stand.sell("jsonl", state=state)) == [2]
    assert seqs(stand.sell("jsonl", state=state)) == []
    assert json.loads(state.read_text()) == {
        "archive": stand.archive.meta.uuid,
        "format": "jsonl",
        "portal": None,
        "cursor": 2,
    }


def test_a_state_moves_only_when_the_dump_is_complete(stand, tmp_path):
    state = tmp_path / "news.state"
    stand.publish("a")
    with pytest.raises(ArchiveError):
        stand.sell("jsonl", name="no/where.jsonl", state=state)
    assert not state.exists()


def test_a_state_of_another_archive_is_refused(stand, tmp_path):
    state = tmp_path / "news.state"
    stand.publish("a")
    stand.sell("jsonl", state=state)
    with open_archive(tmp_path / "other.db") as other, pytest.raises(UsageError, match="the state of another archive"):
        dump(other, "jsonl", tmp_path / "x.jsonl", publisher="Icma.az", state=state)
    assert not (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize(("form", "only"), [("csv", None), ("jsonl", "sherg.az")])
def test_a_state_serves_one_kind_of_dump(stand, tmp_path, form, only):
    state = tmp_path / "news.state"
    stand.sell("jsonl", state=state)
    with pytest.raises(UsageError, match="needs a state file of its own"):
        stand.sell(form, state=state, portal_id=only)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"archive": "x"}', "\x00"])
def test_what_is_no_state_is_refused(stand, tmp_path, text):
    state = tmp_path / "news.state"
    state.write_text(text)
    with pytest.raises(UsageError, match="not a state file"):
        stand.sell("jsonl", state=state)


def test_a_site_is_built_anew_only_when_something_changed(stand, tmp_path):
    state = tmp_path / "site.state"
    stand.publish("a")
    site = stand.sell("html", state=state)
    first = site.readlink()
    stand.sell("html", state=state)
    assert site.readlink() == first
    stand.publish("b")
    stand.sell("html", state=state, now=stand.now.replace(minute=59))
    assert site.readlink() != first
    assert len(list(site.glob("article/*/*.html"))) == 2


def test_the_command_refuses_what_does_not_fit(stand, run_icma, tmp_path):
    stand.publish("a")
    common = ["dump", "jsonl", "--publisher", "Icma.az"]
    other = tmp_path / "other.state"
    other.write_text('{"archive": "x", "format": "jsonl", "portal": null, "cursor": 1}')
    for arguments, words in [
        (["--since", "2026-01-01"], "is not a cursor"),
        (["--since", "2"], "this archive's cursor is 1"),
        (["--state", other], "the state of another archive"),
        (["--since", "0", "--state", other], "give one of them"),
        (["--portal", "nope.az"], "no portal 'nope.az'"),
        (["--site", "icma.az"], "name it with https://"),
    ]:
        done = run_icma(*common, *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr
