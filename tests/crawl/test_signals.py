"""What a portal says of reuse, from its server to the next dump."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

HTML = "text/html; charset=utf-8"


def dumped(run_in, folder: Path, *more: str) -> list[dict]:
    done = run_in(folder, "dump", "jsonl", "-o", "out.jsonl", "--publisher", "Icma.az", *more)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture
def folder(site, tmp_path: Path, run_in) -> Path:
    for number in range(1, 4):
        site.article(f"/xeber/park-{number}", f"Bakıda {number} saylı park açılıb")
    site.write_portal_file(tmp_path / "portals")
    assert run_in(tmp_path, "crawl").returncode == 0
    return tmp_path


def test_a_header_that_appears_reaches_the_next_dump(site, folder: Path, run_in):
    assert {record["reuse"] for record in dumped(run_in, folder)} == {"full"}
    cursor = json.loads((folder / "out.jsonl.manifest.json").read_text("utf-8"))["cursor"]
    status, headers, body = site.routes["/xeber/park-2"]
    site.routes["/xeber/park-2"] = (status, headers | {"X-Robots-Tag": "nosnippet"}, body)
    assert run_in(folder, "crawl", "--recheck").returncode == 0
    (record,) = dumped(run_in, folder, "--since", str(cursor))
    assert (record["url"], record["change"], record["reuse"]) == (site.home + "xeber/park-2", "revised", "link")
    assert (record["text"], record["lead"], record["image_url"]) == ("", None, None)
    (signal,) = json.loads(run_in(folder, "portals", "show", "fake", "--json").stdout)["signals"]
    assert (signal["kind"], signal["articles"], signal["url"]) == ("robots-header", 1, record["url"])
    assert re.fullmatch(r"(\d{4}-\d\d-\d\d \d\d:\d\d) to \1", signal["seen"])
    said = run_in(folder, "show", record["url"])
    assert "The page says nosnippet: handed on as link" in said.stderr


def test_a_tdm_file_limits_the_whole_portal(site, tmp_path: Path, run_in):
    site.article("/xeber/park-1", "Bakıda 1 saylı park açılıb")
    rules = [{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://fake.example/policy"}]
    site.routes["/.well-known/tdmrep.json"] = (200, {"Content-Type": "application/json"}, json.dumps(rules).encode())
    site.write_portal_file(tmp_path / "portals")
    for _ in range(2):
        assert run_in(tmp_path, "crawl").returncode == 0
    assert site.paths().count("/.well-known/tdmrep.json") == 1, "once a day"
    assert {record["reuse"] for record in dumped(run_in, tmp_path)} == {"excerpt"}
    shown = json.loads(run_in(tmp_path, "portals", "show", "fake", "--json").stdout)
    assert (shown["reuse"], shown["reuse_now"]) == ("full", "excerpt")
    (signal,) = shown["signals"]
    assert (signal["kind"], signal["allows"], signal["state"]) == ("tdm-file", "excerpt", "in force")


def test_a_portal_without_a_tdm_file_is_asked_once(site, folder: Path, run_in):
    assert run_in(folder, "crawl").returncode == 0
    assert site.paths().count("/.well-known/tdmrep.json") == 1
    shown = json.loads(run_in(folder, "portals", "show", "fake", "--json").stdout)
    assert (shown["reuse_now"], shown["signals"]) == ("full", [])


def test_a_tdm_file_that_robots_forbids_is_left_alone(site, tmp_path: Path, run_in):
    site.routes["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /.well-known/\n")
    site.article("/xeber/park-1", "Bakıda 1 saylı park açılıb")
    site.write_portal_file(tmp_path / "portals")
    assert run_in(tmp_path, "crawl").returncode == 0
    assert "/.well-known/tdmrep.json" not in site.paths()


def test_a_stricter_portal_file_reaches_the_next_dump(site, folder: Path, run_in):
    dumped(run_in, folder)
    cursor = json.loads((folder / "out.jsonl.manifest.json").read_text("utf-8"))["cursor"]
    file = folder / "portals" / "fake.toml"
    file.write_text(file.read_text("utf-8").replace('reuse = "full"', 'reuse = "link"'), "utf-8")
    assert run_in(folder, "crawl").returncode == 0
    records = dumped(run_in, folder, "--since", str(cursor))
    assert [(record["change"], record["cause"], record["reuse"]) for record in records] == [
        ("revised", "operator", "link")
    ] * 3
