"""`icma history --diff`: what was edited, as people and programs read it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl
from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.models import Article, Candidate, Capture, Portal

URL = "https://sherg.az/yangin"
FIRST_AT = datetime(2026, 3, 1, 10, 2, tzinfo=UTC)
PORTAL = Portal(id="sherg.az", name="Sherg.az", home="https://sherg.az/", language="az", timezone="Asia/Baku")

FIRST = Article(
    url=URL,
    title="Bakıda yanğın olub, 5 nəfər xəsarət alıb",
    title_shown="Bakıda yanğın olub, 5 nəfər xəsarət alıb",
    body=(
        "Bakının Nəsimi rayonunda yaşayış binasında yanğın baş verib. Hadisə səhər qeydə alınıb. "
        "Nazirlikdən bildirilib ki, 5 nəfər xəsarət alıb.\n\n"
        "Yanğının söndürülməsinə 12 maşın cəlb olunub. Nazir müavini Elçin Quliyev hadisə yerinə gəlib. "
        "Binanın damı tamamilə yanıb.\n\n"
        "Sakinlər məktəbə yerləşdirilib. Araşdırma davam edir."
    ),
    word_count=40,
    extractor="1",
)
CORRECTED = replace(
    FIRST,
    title="Bakıda yanğın olub, 7 nəfər xəsarət alıb",
    title_shown="Bakıda yanğın olub, 7 nəfər xəsarət alıb",
    body=FIRST.body.replace("5 nəfər", "7 nəfər").replace("Elçin Quliyev", "Anar Quliyev"),
)
CONTINUED = replace(CORRECTED, body=CORRECTED.body + "\n\nAxşam məlum olub ki, yanğına qısaqapanma səbəb olub.")
SIGNED = replace(CONTINUED, authors=("Aynur Hüseynova",))


@pytest.fixture(scope="module")
def archive_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one article in four states, an hour apart."""
    path = tmp_path_factory.mktemp("history") / "archive.db"
    with open_archive(path) as archive, archive.write():
        archive.portals.save(PORTAL, FIRST_AT)
        for hours, article in enumerate((FIRST, CORRECTED, CONTINUED, SIGNED)):
            now = FIRST_AT + timedelta(hours=hours)
            crawl_id = begin_crawl(archive, PORTAL, now)
            if hours == 0:
                found = announce(
                    archive, PORTAL.id, None, [Candidate(url=URL, source_url=PORTAL.home)], crawl_id=crawl_id, now=now
                )
                (entry,) = found.new
            else:
                (entry,) = archive.frontier.take(
                    archive.frontier.rechecks(PORTAL.id, now=now, budget=1, is_all=True), crawl_id
                )
            page = Capture(
                url=URL, final_url=URL, status=200, headers=(), body=f"<p>{article.body}".encode(), fetched_at=now
            )
            assert record_page(archive, PageLook(portal=PORTAL, entry=entry, capture=page, now=now), article) == (
                "revised" if hours else "archived"
            )
    return path


@pytest.fixture
def icma_history(archive_file: Path, run_icma):
    def run(*arguments: str) -> str:
        done = run_icma("history", "1", "--archive", archive_file, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def on_a_terminal(archive_file: Path, **environment: str) -> str:
    """What `icma history 1 --diff` writes where standard output is a terminal of 72 columns."""
    ours, theirs = pty.openpty()
    plain = {
        name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE")
    }
    with subprocess.Popen(
        [sys.executable, "-m", "icma_crawler", "history", "1", "--diff", "--archive", str(archive_file)],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env={**plain, "TERM": "xterm-256color", "COLUMNS": "72", **environment},
    ) as process:
        os.close(theirs)
        written = b""
        while chunk := _read(ours):
            written += chunk
        assert process.stderr is not None
        assert process.stderr.read() == b""
    os.close(ours)
    assert process.returncode == 0
    return written.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the program at the other end is done
        return b""


def test_without_diff_each_state_is_a_line(icma_history) -> None:
    assert [line.split()[:4] for line in icma_history().splitlines()] == [
        ["1", "2026-03-01", "14:02", "new"],
        ["2", "2026-03-01", "15:02", "correction"],
        ["3", "2026-03-01", "16:02", "addition"],
        ["4", "2026-03-01", "17:02", "typo"],
    ]


def test_a_pipe_gets_marks_around_what_changed(icma_history) -> None:
    assert icma_history("--diff") == (
        "Revision 1 · 2026-03-01 14:02 · new\n"
        "    Bakıda yanğın olub, 5 nəfər xəsarət alıb\n"
        "\n"
        "Revision 2 · 2026-03-01 15:02 · correction\n"
        "+3 −3 words · numbers 5→7 · names Elçin Quliyev→Anar Quliyev\n"
        "\n"
        "  title\n"
        "  ~ Bakıda yanğın olub, [-5-]{+7+} nəfər xəsarət alıb\n"
        "\n"
        "  body\n"
        "    Hadisə səhər qeydə alınıb.\n"
        "  ~ Nazirlikdən bildirilib ki, [-5-]{+7+} nəfər xəsarət alıb.\n"
        "    Yanğının söndürülməsinə 12 maşın cəlb olunub.\n"
        "  ~ Nazir müavini [-Elçin-]{+Anar+} Quliyev hadisə yerinə gəlib.\n"
        "    Binanın damı tamamilə yanıb.\n"
        "\n"
        "Revision 3 · 2026-03-01 16:02 · addition\n"
        "+8 −0 words\n"
        "\n"
        "  body\n"
        "    Araşdırma davam edir.\n"
        "  + {+Axşam məlum olub ki, yanğına qısaqapanma səbəb olub.+}\n"
        "\n"
        "Revision 4 · 2026-03-01 17:02 · typo\n"
        "  The text is the same; author, section or another field changed.\n"
    )


def test_a_terminal_gets_colours_and_lines_that_fit(archive_file: Path) -> None:
    written = on_a_terminal(archive_file)
    assert "\x1b[9;31m5\x1b[0m" in written
    assert "\x1b[1;32m7\x1b[0m" in written
    assert "[-" not in written
    plain = re.sub(r"\x1b\[[\d;]*m", "", written)
    assert "~ Bakıda yanğın olub, 5 7 nəfər xəsarət alıb" in plain
    assert all(len(line) <= 72 for line in plain.splitlines())


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colours_gets_marks(archive_file: Path, environment: dict[str, str]) -> None:
    written = on_a_terminal(archive_file, **environment)
    assert "[-5-]{+7+}" in written
    assert "\x1b[9" not in written


def test_json_holds_the_edit_from_each_state_to_the_next(icma_history) -> None:
    first, second, third, fourth = json.loads(icma_history("--json"))
    assert {key: value for key, value in first.items() if key != "content_sha256"} == {
        "revision": 1,
        "recorded_at": "2026-03-01T10:02:00+00:00",
        "kind": "new",
        "title": FIRST.title_shown,
        "diff": None,
    }
    assert second["diff"] == {
        "kind": "correction",
        "words_added": 3,
        "words_removed": 3,
        "numbers_changed": [["5", "7"]],
        "names_changed": [["Elçin Quliyev", "Anar Quliyev"]],
        "sentences": [
            {"part": "title", "kind": "changed", "old": FIRST.title_shown, "new": CORRECTED.title_shown},
            {
                "part": "body",
                "kind": "changed",
                "old": "Nazirlikdən bildirilib ki, 5 nəfər xəsarət alıb.",
                "new": "Nazirlikdən bildirilib ki, 7 nəfər xəsarət alıb.",
            },
            {
                "part": "body",
                "kind": "changed",
                "old": "Nazir müavini Elçin Quliyev hadisə yerinə gəlib.",
                "new": "Nazir müavini Anar Quliyev hadisə yerinə gəlib.",
            },
        ],
    }
    assert third["diff"]["sentences"] == [
        {
            "part": "body",
            "kind": "added",
            "old": None,
            "new": "Axşam məlum olub ki, yanğına qısaqapanma səbəb olub.",
        }
    ]
    assert (fourth["diff"]["kind"], fourth["diff"]["sentences"]) == ("typo", [])
