"""The units in deploy/ are what they say: systemd takes them, and the commands in them are ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from icma_crawler.cli.main import icma

DEPLOY = Path(__file__).parents[1] / "deploy"
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
