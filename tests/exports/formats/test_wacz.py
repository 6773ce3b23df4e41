from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile

import pytest

pytest.importorskip("wacz.main", reason="the extra warc is not installed")


def test_its_own_tool_finds_no_fault(filled):
    program = "import sys, wacz.main; sys.exit(wacz.main.main())"
    command = [sys.executable, "-c", program, "validate", "-f", filled.sell("wacz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "is valid" in done.stdout


def test_the_pages_are_listed_and_indexed(stand):
    stand.publish("a")
    with zipfile.ZipFile(stand.sell("wacz")) as package:
        pages = [json.loads(line) for line in package.read("pages/pages.jsonl").splitlines()]
        index = gzip.decompress(package.read("indexes/index.cdx.gz")).decode()
        assert package.read("archive/data.warc.gz")
    assert (pages[1]["url"], pages[1]["title"], pages[1]["ts"]) == (
        "https://sherg.az/a",
        "Park açılıb",
        "2026-01-18T09:30:00Z",
    )
    assert '"url": "https://sherg.az/a"' in index


def test_only_what_may_leave_whole_leaves(stand):
    stand.publish("a")
    stand.set_reuse("excerpt")
    with zipfile.ZipFile(stand.sell("wacz")) as package:
        assert package.read("pages/pages.jsonl").count(b"\n") == 1


def test_nothing_is_said_on_the_standard_output(stand, capsys):
    stand.sell("wacz")
    assert capsys.readouterr() == ("", "")
