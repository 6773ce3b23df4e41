"""What scripts and people may rely on: help, exit statuses, JSON, and errors of one line."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner

from icma_crawler.archive import Archive
from icma_crawler.cli.main import icma, main
from icma_crawler.models import Rejection

README = Path(__file__).parents[2] / "README.md"
PAGES = Path(__file__).parents[1] / "pages"
ARTICLE_KEYS = {
    "url",
    "title",
    "title_shown",
    "kicker",
    "lead",
    "body",
    "authors",
    "section",
    "tags",
    "image_url",
    "image_caption",
    "image_credit",
    "language",
    "published_at",
    "published_precision",
    "modified_at",
    "access",
    "origin_name",
    "origin_url",
    "word_count",
    "charset",
    "extractor",
}


def commands(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, "portals list"."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        yield " ".join((*names, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, *names, name)


COMMANDS = dict(commands(icma))


class Answer(NamedTuple):
    """What a command gave back."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def ask(crawled, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run `icma …` beside the archive of the crawled newsroom, in this process; only for commands that read."""
    monkeypatch.chdir(crawled.folder)
    for name in [name for name in os.environ if name.startswith("ICMA_")]:
        monkeypatch.delenv(name)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["icma", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return Answer(ended.value.code, *capsys.readouterr())

    return run


def json_lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    assert at.tzinfo is not None
    return at


# ---- help


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help(name: str):
    done = CliRunner().invoke(icma, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert done.output.startswith("Usage: ")
    assert COMMANDS[name].help


@pytest.mark.parametrize("name", [name for name in COMMANDS if " " not in name])
def test_each_command_shows_an_example(name: str):
    """Those that take an argument or an option worth one; what runs bare needs none."""
    command = COMMANDS[name]
    if not isinstance(command, click.Group) and not any(
        isinstance(p, click.Argument) and p.required for p in command.params
    ):
        return
    done = CliRunner().invoke(icma, [name, "--help"])
    assert re.search(rf"^ +icma {name} ", done.output, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in COMMANDS if " " not in name])
def test_each_command_is_in_the_readme(name: str):
    assert f"icma {name}" in README.read_text("utf-8")


def test_the_readme_names_no_command_that_is_not_there():
    named = set(re.findall(r"^(?:\$ )?icma ([a-z]+)", README.read_text("utf-8"), re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_the_promised_commands_are_there():
    promised = {"crawl", "extract", "portals", "search", "show", "history", "dump", "status", "gaps", "demo"}
    assert promised <= set(COMMANDS)


def test_the_version_is_told(run_icma):
    done = run_icma("--version")
    assert re.fullmatch(r"icma, version \d+\.\d+\.\d+\n", done.stdout)


# ---- JSON


def test_crawl_tells_a_run_for_each_portal(crawled):
    runs = json.loads(crawled.done.stdout)
    keys = ["portal", "started_at", "finished_at", "reason", "announced", "archived", "revised", "unchanged"]
    for run in runs:
        assert set(run) >= {*keys, "rejected", "refused", "failed", "pending"}
        assert moment(run["started_at"]) <= moment(run["finished_at"])
    assert len(runs) == 4


def test_search_tells_a_line_for_each_hit(ask):
    done = ask("search", "azerbaycan", "--json", "--limit", 3)
    hits = json_lines(done.stdout)
    assert (done.returncode, done.stderr, len(hits)) == (0, "", 3)
    for hit in hits:
        assert set(hit) >= {"id", "url", "portal", "title", "published_at", "archived_at", "snippet"}
        moment(hit["archived_at"])
    assert [hit["published_at"] for hit in hits] == sorted((hit["published_at"] for hit in hits), reverse=True)


def test_show_tells_the_whole_record(ask, crawled):
    article = crawled.newsroom.articles[0]
    record = json.loads(ask("show", article.url, "--json", "--publisher", "Icma.az").stdout)
    assert (record["url"], record["title"], record["portal"]) == (article.url, article.title, article.portal)
    assert record["text"].endswith(article.paragraphs[-1])
    assert record["attribution"]["statement"].startswith("Icma.az, ")
    assert {"id", "source", "archived_at", "revision", "reuse", "authors", "record_sha256"} <= set(record)
    assert json.loads(ask("show", record["id"], "--json").stdout)["url"] == article.url


def test_show_tells_whom_the_picture_is_by(ask, crawled):
    pictured, plain = (
        next(article for article in crawled.newsroom.articles if article.portal == portal)
        for portal in ("cinar-demo", "korpu-demo")
    )
    assert "\nPicture: (by Çinar.demo)\n" in ask("show", pictured.url).stdout
    assert "\nPicture: " not in ask("show", plain.url).stdout


def test_history_tells_each_state(ask, crawled):
    (state,) = json.loads(ask("history", crawled.newsroom.articles[0].url, "--json").stdout)
    assert set(state) >= {"revision", "recorded_at", "kind", "title", "content_sha256", "diff"}
    assert (state["revision"], state["title"]) == (1, crawled.newsroom.articles[0].title_shown)
    moment(state["recorded_at"])


def test_status_tells_the_health_of_each_portal(ask):
    done = ask("status", "--json")
    healths = json.loads(done.stdout)
    assert done.returncode == 0
    assert [health["portal"] for health in healths] == ["cinar-demo", "hefte-demo", "korpu-demo", "xezri-demo"]
    for health in healths:
        assert set(health) >= {"portal", "verdict", "reason", "since", "last_archived_at", "archived_7d", "next_due_at"}
        assert health["verdict"] in ("ok", "new")  # what a first crawl can tell
    assert sum(health["archived_7d"] for health in healths) == 61
    assert [one["portal"] for one in json.loads(ask("status", "korpu-demo", "--json").stdout)] == ["korpu-demo"]


def test_gaps_tell_a_line_for_each_link(ask):
    lines = json_lines(ask("gaps", "--json").stdout)
    assert {line["reason"] for line in lines} == {"soft-404", "login-wall"}
    for line in lines:
        assert set(line) >= {"portal", "url", "state", "reason", "announced_at", "attempts", "last_status"}
        assert (line["state"], line["attempts"], line["last_status"]) == ("rejected", 1, 200)
    assert json_lines(ask("gaps", "--json", "--portal", "cinar-demo").stdout) == []
    assert ask("gaps", "--portal", "cinar-dmeo").returncode == 2


def test_portals_tell_what_their_files_say(ask):
    portals = json.loads(ask("portals", "list", "--json").stdout)
    assert [portal["id"] for portal in portals] == ["cinar-demo", "hefte-demo", "korpu-demo", "xezri-demo"]
    for portal in portals:
        assert set(portal) >= {"id", "name", "home", "language", "reuse", "sources"}
    shown = json.loads(ask("portals", "show", "korpu-demo", "--json").stdout)
    assert portals[2].items() <= shown.items()
    assert (shown["reuse_now"], shown["signals"]) == (portals[2]["reuse"], [])


@pytest.fixture
def page(crawled, read_page) -> bytes:
    return read_page(crawled.newsroom.articles[0].url)


@pytest.mark.parametrize("name", ["page.html", "page.html.gz", "page-without-a-suffix"])
def test_extract_reads_a_saved_page(crawled, page: bytes, tmp_path: Path, run_icma, name: str):
    article = crawled.newsroom.articles[0]
    (tmp_path / name).write_bytes(gzip.compress(page) if name.endswith(".gz") else page)
    done = run_icma("extract", name, "--url", article.url, "--portals", crawled.portals)
    (line,) = json_lines(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (line["file"], line["url"]) == (name, article.url)
    assert set(line["article"]) >= ARTICLE_KEYS
    assert line["article"]["signals"] == []
    assert (line["article"]["title"], line["article"]["url"]) == (article.title, article.url)
    assert moment(line["article"]["published_at"]).replace(second=0) == article.published_at.replace(second=0)
    assert line["article"]["body"].endswith(article.paragraphs[-1])


def test_extract_tells_why_a_page_is_no_article(crawled, tmp_path: Path, run_icma, read_page):
    login = next(page for page in crawled.newsroom.other_pages if page.kind == "login-wall")
    (tmp_path / "login.html").write_bytes(read_page(login.url))
    (tmp_path / "empty.html").touch()
    done = run_icma("extract", "login.html", "empty.html", "--portals", crawled.portals)
    lines = json_lines(done.stdout)
    assert done.returncode == 0
    assert [line["file"] for line in lines] == ["login.html", "empty.html"]
    assert lines[0]["rejection"]["reason"] == "login-wall"
    assert set(lines[1]["rejection"]) == {"reason", "detail"}
    assert lines[0]["url"] is None


def test_a_dump_is_a_line_for_each_article(ask):
    done = ask("dump", "jsonl", "--publisher", "Icma.az")
    lines = json_lines(done.stdout)
    assert (done.returncode, len(lines)) == (0, 61)
    assert done.stderr == "61 records; the next one starts with --since 61\n"
    assert [line["seq"] for line in lines] == list(range(1, 62))
    assert ask("dump", "jsonl", "--publisher", "Icma.az", "--since", 61).stdout == ""


# ---- people


def test_show_prints_an_article_as_icma_az_would(ask, crawled):
    article = next(one for one in crawled.newsroom.articles if one.language == "az")
    portal = next(portal for portal in crawled.newsroom.portals if portal.id == article.portal)
    done = ask("show", article.url, "--publisher", "Icma.az")
    lines = done.stdout.splitlines()
    assert lines[0] == article.title_shown
    assert f"Icma.az, {portal.name} portalına istinadən məlumatı açıqlayır." in lines
    assert f"Mənbə: {portal.source_url}" in lines
    assert any(re.fullmatch(r"Bu xəbər \d+ \w+ \d{4} \d\d:\d\d mənbədən arxivləşdirilmişdir", line) for line in lines)
    assert article.paragraphs[0] in lines
    assert done.stderr == ""


def test_without_a_publisher_show_says_how_to_name_one(ask, crawled, monkeypatch: pytest.MonkeyPatch):
    done = ask("show", crawled.newsroom.articles[0].url)
    assert "istinadən" not in done.stdout
    assert "ICMA_PUBLISHER" in done.stderr
    monkeypatch.setenv("ICMA_PUBLISHER", "Icma.az")
    assert "Icma.az, " in ask("show", crawled.newsroom.articles[0].url).stdout


def test_tables_are_for_people(ask, crawled):
    assert "cinar-demo" in ask("status").stdout
    assert "the page says that nothing is there, with status 200" in ask("gaps").stdout
    assert "Çinar.demo" in ask("portals", "list").stdout
    assert "Asia/Baku" in ask("portals", "show", "cinar-demo").stdout
    assert ask("history", crawled.newsroom.articles[0].url).stdout.startswith("  1  ")
    assert "jsonl" in ask("dump", "--list").stdout
    found = ask("search", "qazaxistan")
    assert "Qazaxıstan" in found.stdout
    assert found.returncode == 0


def test_a_search_understands_days(ask):
    assert ask("search", "azerbaycan", "--since", "2001-01-01").returncode == 0
    assert ask("search", "azerbaycan", "--until", "1 yanvar 2001").returncode == 1
    assert ask("search", "azerbaycan", "--portal", "no-such").returncode == 1


# ---- what waits for a person


@pytest.fixture
def flagged(desk, now: datetime, make_article, run_icma):
    """An archive in which one article became short and another went behind a wall; runs `icma …` beside it."""
    text = "\n\n".join(f"Bakıda {number} yeni park açılıb və sakinlər razıdır." for number in range(9))
    for path in ("park", "muzey", "stadion"):
        desk.publish(path, title=f"Yeni {path}", body=f"{text}\n\n{path}")
    later = now + timedelta(hours=5)
    with desk.archive.write():
        known = desk.archive.frontier.take(
            desk.archive.frontier.rechecks(desk.portal.id, now=later, budget=9, is_all=True), desk.crawl_id
        )
    looks = {entry.candidate.url.rpartition("/")[2]: entry for entry in known}
    desk.file(looks["park"], make_article("park", title="Yeni park", body="Bakıda yeni park açılıb."), now=later)
    desk.file(looks["muzey"], Rejection(reason="login-wall"), now=later)
    desk.end()
    return run_icma


SHORTER = "(The page shows something else since 2026-01-18 18:30: the page now has much less text than the archived article (4 words). To take it over: icma accept 1)"
WALL = "(The page shows something else since 2026-01-18 18:30: the page asks for a login or a subscription and shows no text. The archived text stays; there is no other to accept.)"


@pytest.mark.parametrize("command", [["show"], ["history"], ["history", "--diff"]], ids=" ".join)
def test_a_flagged_article_is_told_with_what_to_do(flagged, command: list[str]):
    assert SHORTER in flagged(*command, "1").stderr.splitlines()
    assert WALL in flagged(*command, "2").stderr.splitlines()
    assert "something else" not in flagged(*command, "3").stderr
    assert flagged(*command, "1", "--json").stderr == ""


def test_accept_alone_lists_what_is_flagged(flagged):
    done = flagged("accept")
    assert done.returncode == 0
    assert [line.split()[:4] for line in done.stdout.splitlines()[1:]] == [
        ["1", "sherg.az", "2026-01-18", "18:30"],
        ["2", "sherg.az", "2026-01-18", "18:30"],
    ]
    assert "much less text" in done.stdout
    assert "Yeni muzey" in done.stdout
    assert done.stderr == "flagged: 2; 1 with a text that icma accept ID takes over\n"
    lines = json_lines(flagged("accept", "--portal", "sherg.az", "--json").stdout)
    assert [(line["id"], line["reason"], line["has_text"]) for line in lines] == [
        (1, "much-shorter", True),
        (2, "login-wall", False),
    ]
    assert moment(lines[0]["since"]) == datetime(2026, 1, 18, 14, 30, tzinfo=UTC)


def test_status_counts_what_is_flagged(flagged):
    assert "flagged: 2, as their pages show something else; icma accept lists them" in flagged("status").stderr
    assert "icma accept --portal sherg.az lists them" in flagged("status", "sherg.az").stderr
    assert json.loads(flagged("status", "--json").stdout)[0]["flagged"] == 2


def test_where_nothing_is_flagged_nothing_is_told(ask):
    assert ask("accept") == (0, "", "icma: nothing is flagged\n")
    assert "flagged" not in ask("status").stderr


def test_what_is_gone_shows_nothing_else(flagged, archive: Archive):
    archive.articles.mark_gone(2)
    assert [line["id"] for line in json_lines(flagged("accept", "--json").stdout)] == [1]
    assert "something else" not in flagged("show", "2").stderr


# ---- errors


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["search", "zzzzzz"], 1, "nothing found"),
        (["accept", "1", "--json"], 2, "--portal and --json are for the list: leave the article out"),
        (["accept", "--portal", "sherg"], 2, "no portal 'sherg' in archive.db"),
        (["show", "99999"], 1, "no article '99999' in archive.db; icma search finds articles by their words"),
        (["show", "9" * 40], 1, f"no article '{'9' * 40}' in archive.db; icma search finds articles by their words"),
        (["history", "https://sherg.az/no"], 1, "no article 'https://sherg.az/no' in archive.db"),
        (["status", "sherg.az"], 2, "sherg.az was never crawled into this archive"),
        (["dump", "jsonl"], 2, "an attribution must name who republishes: set publisher in icma.toml"),
        (["dump", "--publisher", "x"], 2, "name a format; icma dump --list explains them"),
        (["dump", "pdf"], 2, "no format 'pdf'"),
        (["dump", "jsonl", "--publisher", "x", "--since", "20251020"], 2, "--since 20251020: this archive's cursor is 61"),
        (["dump", "jsonl", "--publisher", "x", "-o", "no/out.jsonl"], 1, "no/out.jsonl: cannot be written"),
        (["crawl", "cinar-dem"], 2, "no portal 'cinar-dem' in portals; did you mean cinar-demo"),
        (["crawl", "qwerty"], 2, "no portal 'qwerty' in portals; icma portals list shows what there is"),
        (["portals", "show", "korpu"], 2, "no portal 'korpu' in portals; did you mean korpu-demo?"),
        (["portals", "list", "--portals", "no-such"], 2, "no-such: no such folder"),
        (["search", "a", "--archive", "no.db"], 1, "no.db: no archive here yet; icma crawl makes one"),
        (["search", "a", "--archive", "portals"], 1, "portals: this is a folder; --archive takes a file"),
        (["show", "1", "--publisher", " "], 2, "option: publisher: ' ' is not a text"),
    ],
)  # fmt: skip
def test_an_error_is_one_line_that_says_what_to_do(ask, arguments: list[str], code: int, message: str):
    done = ask(*arguments)
    assert done.returncode == code
    assert done.stderr.startswith(f"icma: {message}"), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.mark.parametrize("options", [[], ["--debug"]])
@pytest.mark.parametrize("command", [["portals", "add"], ["publish", "wordpress", "--dry-run", "--publisher", "x"]])
def test_an_error_tells_no_password(ask, options: list[str], command: list[str]):
    done = ask(*options, *command, "https://editor:geheim@news.example")
    assert done.returncode == 2
    assert "https://news.example" in done.stderr
    assert "geheim" not in done.stderr


def test_with_debug_an_error_has_a_traceback(ask):
    done = ask("--debug", "show", "99999")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback")
    assert done.stderr.splitlines()[-1].startswith("icma: no article '99999'")


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["search"],
        ["search", "a", "--since", "some day"],
        ["search", "a", "--limit", "0"],
        ["search", "a", "--limit", "9" * 30],
        ["crawl", "--no-such-option"],
        ["extract", "no-such-file.html"],
        ["dump", "jsonl", "--since", "yesterday"],
    ],
)
def test_a_misused_command_exits_with_two_and_says_how(ask, arguments: list[str]):
    done = ask(*arguments)
    assert done.returncode == 2
    assert "Usage: icma" in done.stderr
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_in_a_portal_file_names_file_and_key(tmp_path: Path, run_icma):
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "sherg.az.toml").write_text(
        'name = "Sherg.az"\nhome = "https://sherg.az/"\nlangauge = "az"\n'
    )
    done = run_icma("portals", "list")
    assert done.returncode == 2
    assert done.stderr.startswith("icma: portals/sherg.az.toml: langauge: ")
    assert done.stderr.count("\n") == 1


def test_a_mistake_in_icma_toml_names_file_and_key(tmp_path: Path, run_icma):
    (tmp_path / "icma.toml").write_text('archiv = "a.db"\n')
    done = run_icma("status")
    assert done.returncode == 2
    assert done.stderr.startswith("icma: icma.toml: archiv: there is no such setting; known are archive")
    assert done.stderr.count("\n") == 1


def test_a_mistake_in_the_environment_is_named(run_icma):
    done = run_icma("status", env={"ICMA_WORKERS": "many"})
    assert done.returncode == 2
    assert done.stderr == "icma: environment: workers: 'many' is not a number from 1 to 64\n"


def test_a_file_that_cannot_be_decompressed_is_named(tmp_path: Path, run_icma):
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(b"x" * 1000)[:-20])
    done = run_icma("extract", "page.html.gz")
    assert done.returncode == 1
    assert done.stderr.startswith("icma: page.html.gz: cannot be decompressed")
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_decompressed_costs_the_others_nothing(tmp_path: Path, run_icma):
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(b"x" * 1000)[:-20])
    (tmp_path / "page.html").write_text("<h1>404</h1>")
    done = run_icma("extract", "cut.html.gz", "page.html")
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["rejection"]["reason"] for line in lines] == ["encoding", "soft-404"]


def test_no_more_is_unpacked_than_can_be_read(tmp_path: Path, run_icma):
    (tmp_path / "bomb.html.gz").write_bytes(gzip.compress(b"<p>" * 20_000_000))
    done = run_icma("extract", "bomb.html.gz")
    assert json.loads(done.stdout)["rejection"]["reason"] == "too-big-to-extract"


def test_a_page_can_come_from_standard_input(run_icma):
    done = run_icma("extract", "-", typed="<h1>404</h1>")
    assert (json.loads(done.stdout)["file"], done.returncode) == ("-", 0)


def test_the_archive_can_be_named_in_the_environment(crawled, tmp_path: Path, run_icma):
    assert run_icma("status").returncode == 1
    assert run_icma("status", env={"ICMA_ARCHIVE": str(crawled.archive)}).returncode == 0
    assert "cinar-demo" in run_icma("portals", "list", env={"ICMA_PORTALS": str(crawled.portals)}).stdout


def test_the_module_is_the_command(crawled, run_in):
    done = run_in(crawled.folder, "search", "zzzzzz")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "icma: nothing found\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("dump", "jsonl", "--publisher", "Icma.az"),
        ("search", "a*", "--json", "--limit", "999"),
        ("portals", "list"),
        ("gaps",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_reader_who_has_seen_enough_is_no_error(crawled, arguments):
    """`icma search xəbər | head -1` ends quietly: the reader is gone before the first word is written."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "icma_crawler", *arguments]
    done = subprocess.run(command, cwd=crawled.folder, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_printed_is_utf_8_whatever_the_locale(crawled, run_in, tmp_path: Path):
    env = {"PYTHONIOENCODING": "ascii", "ICMA_ARCHIVE": str(crawled.archive)}
    done = run_in(tmp_path, "status", env=env)
    assert "▁" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_demo_needs_nothing(tmp_path: Path, run_icma):
    done = run_icma("demo")
    assert done.returncode == 0, done.stderr
    assert "Bu xəbər " in done.stdout
    assert "The sample newsroom is open:" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["archive.db"]
