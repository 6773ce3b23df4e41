"""What the container installs is pinned, down to the bytes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "deploy" / "requirements.txt").read_text("utf-8")
PINNED = {
    canonicalize_name(name): (version, hashes)
    for name, version, hashes in re.findall(
        r"^([\w.-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", LOCK, re.MULTILINE
    )
}


def test_every_line_of_the_lock_is_a_version_with_its_hashes():
    assert len(PINNED) == len(re.findall(r"^\S", LOCK, re.MULTILINE))
    assert "://" not in LOCK


def test_the_lock_holds_what_the_program_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for requirement in map(Requirement, needed):
        version, _ = PINNED[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), requirement


def test_the_container_installs_the_lock_and_nothing_else():
    steps = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    installs = re.findall(r"pip install [^\n]*", steps)
    assert ["--require-hashes" in step or "--no-deps --no-build-isolation" in step for step in installs] == [True, True]
