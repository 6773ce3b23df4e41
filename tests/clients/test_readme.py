"""What the README tells those downstream to type, section by section, with the programs that it names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

ROOT = Path(__file__).parents[2]
TAKE = re.search(
    r"^## Take the archive to your site\n(.*?)^## ", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
)[1]
SECTIONS = {
    title: "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    for title, text in re.findall(r"^### (.*?)\n(.*?)(?=^### |\Z)", TAKE, re.MULTILINE | re.DOTALL)
}
TRIED = ["A site of files", "A feed reader", "An analyst", "A web archivist"]
OF_OTHERS = {"A site of files": ["hugo"], "An analyst": ["sqlite-utils"], "A web archivist": ["wb-manager"]}
"""The programs of a section beside our own; WordPress has a test of its own."""


@pytest.fixture
def folder(crawled, tmp_path):
    """Where someone stands after the first crawl, with a site that Hugo knows."""
    shutil.copy(crawled.archive, tmp_path / "archive.db")
    (tmp_path / "icma.toml").write_text('publisher = "Example.az"\n', "utf-8")
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    (tmp_path / "layouts/_default").mkdir(parents=True)
    (tmp_path / "config.toml").write_text('baseURL = "https://news.example/"\n', "utf-8")
    for name in ("single", "list"):
        (tmp_path / f"layouts/_default/{name}.html").write_text("<h1>{{ .Title }}</h1>{{ .Content }}", "utf-8")
    return tmp_path


@pytest.mark.parametrize("title", TRIED)
def test_the_commands_of_a_section_work_one_after_the_other(title, folder, tool, program):
    for name in OF_OTHERS.get(title, []):
        (program if name == "hugo" else tool)(name)
    # Both environments have a python; the one with the programs of others is meant.
    path = f"{tool('python').parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SECTIONS[title]],
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_section_of_the_readme_is_left_out():
    assert set(SECTIONS) == {*TRIED, "A WordPress newsroom", "Another archive", "Takedown"}
