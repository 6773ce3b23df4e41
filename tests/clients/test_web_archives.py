"""The pages of the newsroom, as WARC and WACZ, in the programs of web archivists."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from pathlib import Path

import pytest
import urllib3

pytestmark = pytest.mark.clients

OLD = {"PYTHONWARNINGS": "ignore", "PATH": "/usr/bin:/bin"}


@pytest.fixture
def taken(crawled, run_in, tmp_path) -> Path:
    """The crawled newsroom as WARC and WACZ."""
    for form, name in (("warc", "pages.warc.gz"), ("wacz", "pages.wacz")):
        done = run_in(
            tmp_path, "dump", form, "-o", name, "--publisher", "Icma.az", "--archive", crawled.archive, timeout=120
        )
        assert done.returncode == 0, done.stderr
    return tmp_path


def test_gzip_and_warcvalid_pass_the_warc(program, tool, taken):
    file = taken / "pages.warc.gz"
    subprocess.run([program("gzip"), "-t", file], check=True, timeout=60)
    checked = subprocess.run(
        [tool("warcvalid"), file], check=False, capture_output=True, text=True, timeout=120, env=OLD
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    cut = taken / "cut.warc.gz"
    cut.write_bytes(file.read_bytes()[:-100])
    assert subprocess.run([program("gzip"), "-t", cut], check=False, capture_output=True, timeout=60).returncode != 0


def test_wacz_validate_passes_the_wacz(tool, taken):
    command = [tool("wacz"), "validate", "-f", taken / "pages.wacz"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env=OLD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Invalid" not in done.stdout + done.stderr


def test_pywb_replays_every_article_as_it_was_captured(tool, taken, crawled, run_in):
    add = [tool("wb-manager"), "add", "news", taken / "pages.warc.gz"]
    for command in ([tool("wb-manager"), "init", "news"], add):
        subprocess.run(command, check=True, cwd=taken, capture_output=True, timeout=120, env=OLD)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    with (taken / "wayback.log").open("w") as log:
        server = subprocess.Popen(
            [tool("wayback"), "-p", str(port), "-b", "127.0.0.1"], cwd=taken, stdout=log, stderr=log, env=OLD
        )
    try:
        _wait(port)
        listed = run_in(taken, "dump", "jsonl", "--publisher", "Icma.az", "--archive", crawled.archive).stdout
        urls = [json.loads(line)["url"] for line in listed.splitlines()]
        assert len(urls) > 50
        for url in urls[::5]:
            replayed = urllib3.request("GET", f"http://127.0.0.1:{port}/news/2036id_/{url}", timeout=30)
            assert replayed.status == 200, url
            live = urllib3.request("GET", url, timeout=30)
            assert replayed.data == live.data
        shown = urllib3.request(
            "GET", f"http://127.0.0.1:{port}/news/2036mp_/{crawled.newsroom.articles[0].url}", timeout=30
        )
        assert crawled.newsroom.articles[0].title in shown.data.decode()
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int) -> None:
    give_up_at = time.monotonic() + 60
    while True:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < give_up_at, "wayback did not start"
        time.sleep(0.1)
