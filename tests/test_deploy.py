"""What is in deploy/: systemd takes the units, the commands are ours, what the container installs is pinned to the bytes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from icma_crawler.cli.main import icma

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
LOCK = (DEPLOY / "requirements.txt").read_text("utf-8")
PINNED = {
    canonicalize_name(name): (version, hashes)
    for name, version, hashes in re.findall(
        r"^([\w.-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", LOCK, re.MULTILINE
    )
}

COMMAND = re.compile(r"\bicma ([a-z]+)((?: --[a-z-]+)*)")
FILES = ["icma-crawl.service", "icma-schedule.service", "crontab", "Containerfile"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path):
    units = []
    for unit in (*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")):
        copy = tmp_path / unit.name
        # The program and the user of the text are not on this machine.
        text = unit.read_text("utf-8").replace("/opt/icma/bin/icma", sys.executable).replace("User=icma", "User=root")
        copy.write_text(text, "utf-8")
        units.append(str(copy))
    assert len(units) == 3
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if any(Path(unit).name in line for unit in units)]
    assert (done.returncode, told) == (0, []), done.stderr


@pytest.mark.parametrize("name", FILES)
def test_the_commands_are_ours(name: str):
    lines = (DEPLOY / name).read_text("utf-8").splitlines()
    text = " ".join(line for line in lines if not line.startswith("#"))
    told = COMMAND.findall(" ".join(re.sub(r"ENTRYPOINT|CMD|[\"\[\],]", " ", text).split()))
    assert told
    for command, options in told:
        found = icma.get_command(click.Context(icma), command)
        assert found is not None, command
        known = {name for parameter in found.params for name in parameter.opts}
        assert set(options.split()) <= known


def test_the_container_runs_without_root():
    lines = (DEPLOY / "Containerfile").read_text("utf-8").splitlines()
    (user,) = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert user not in ("root", "0")


def test_an_unclean_end_is_no_failure_of_a_service():
    for unit in DEPLOY.glob("*.service"):
        assert "SuccessExitStatus=1 3" in unit.read_text("utf-8") or "SuccessExitStatus=3" in unit.read_text("utf-8"), (
            unit
        )


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
    steps = (DEPLOY / "Containerfile").read_text("utf-8")
    installs = re.findall(r"pip install [^\n]*", steps)
    assert ["--require-hashes" in step or "--no-deps --no-build-isolation" in step for step in installs] == [True, True]
