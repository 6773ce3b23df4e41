"""What the README tells a newcomer to type works, on an archive of the sample newsroom."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from other_program import ask

from icma_crawler.archive import open_archive
from icma_crawler.config import Config

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LIVE = ("icma crawl", "icma demo", "icma serve", "icma schedule", "icma portals add", "icma publish", "icma notify")
"""These ask portals or servers; tests of their own run them on loopback."""


def commands(file: str) -> list[str]:
    """The icma commands of a document's shell blocks, comments and continuations resolved."""
    lines = "\n".join(BLOCK.findall((ROOT / file).read_text("utf-8"))).replace("\\\n", " ").splitlines()
    plain = [line.split(" # ")[0].strip() for line in lines]
    return [line for line in plain if line.startswith("icma ") and "…" not in line]


@pytest.fixture(scope="module")
def folder(crawled, tmp_path_factory) -> Path:
    """Where a newcomer stands after the first crawl, with a saved page and a settings file."""
    made = tmp_path_factory.mktemp("readme")
    with open_archive(crawled.archive, readonly=True) as archive:
        archive.engine.copy_to(made / "archive.db")
    (made / "icma.toml").write_text('publisher = "Example.az"\ncontact = "https://example.org/bot"\n', "utf-8")
    (made / "page.html").write_text("<html><h1>Park açılıb</h1><p>Bakıda yeni park açılıb.</p></html>", "utf-8")
    return made


@pytest.mark.parametrize("command", [one for one in commands("README.md") if not one.startswith(LIVE)])
def test_the_readmes_commands_work(command: str, folder: Path, run_in):
    piped = None
    for part in command.split(" | "):
        done = run_in(folder, *shlex.split(part)[1:], typed=piped)
        assert done.returncode == 0, done.stdout + done.stderr
        piped = done.stdout
    assert (done.stdout + done.stderr).strip()


@pytest.mark.parametrize("command", [one for one in commands("README.md") if one.startswith(LIVE)])
def test_the_readmes_live_commands_are_spelt_right(command: str, folder: Path, run_in):
    """Up to their arguments: an option that does not exist is found before anything is asked."""
    words = [word for word in shlex.split(command)[1:] if not word.startswith("http")]
    done = run_in(folder, *words, "--help")
    assert done.returncode == 0, done.stderr


def test_every_setting_is_in_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in Config.__dataclass_fields__ if f"`{name}`" not in text] == []


def test_every_column_of_articles_is_in_the_readme(crawled):
    text = (ROOT / "README.md").read_text("utf-8")
    columns = [row[1] for row in ask(crawled.archive, "PRAGMA table_info(articles)")]
    assert [name for name in columns if f"`{name}`" not in text] == []
