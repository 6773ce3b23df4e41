"""What an operator writes in icma.toml about notices, logs and metrics, and what the commands make of it."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from icma_crawler.config import Config
from icma_crawler.errors import ConfigError


def load(folder: Path, text: str) -> Config:
    (folder / "icma.toml").write_text(text, "utf-8")
    return Config.load(folder, environ={})


def test_notices_metrics_and_logs_are_set_in_the_file(tmp_path):
    config = load(
        tmp_path,
        'log = "json"\nmetrics = "m.prom"\nschedule_seconds = 300\n[notices]\nwebhook = "https://h.example/x"\n',
    )
    assert (config.log, config.metrics, config.schedule_seconds) == ("json", Path("m.prom"), 300.0)
    assert config.notices.webhook == "https://h.example/x"
    assert config.notices.smtp == "localhost:25"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('log = "xml"', "log"),
        ("schedule_seconds = 0", "schedule_seconds"),
        ('notices = "https://h.example/"', "notices"),
        ("[notices]", "notices"),
        ('[notices]\nwebhok = "https://h.example/"', "notices.webhok"),
        ('[notices]\nwebhook = "file:///etc/passwd"', "notices.webhook"),
        ('[notices]\nwebhook = "https://["', "notices.webhook"),
        ('[notices]\nemail = "nobody"', "notices.email"),
        ('[notices]\nemail = "a@b.c\\nBcc: x@y"', "notices.email"),
        ("[notices]\nemail = 3", "notices.email"),
    ],
)
def test_what_cannot_be_meant_is_an_error_with_its_key(text: str, key: str, tmp_path):
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert error.value.key == key


def test_a_test_notice_arrives(run_icma, tmp_path):
    assert run_icma("notify", "--test").returncode == 2
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        (tmp_path / "icma.toml").write_text(f'[notices]\nwebhook = "http://127.0.0.1:{server.server_port}/"\n')
        done = run_icma("notify", "--test")
        server.shutdown()
    assert (done.returncode, done.stderr) == (0, "sent\n")
    assert [body["text"] for body in bodies] == ["the crawl: test: this is only a test"]
    done = run_icma("notify", "--test")
    assert done.returncode == 1
    assert "could not be sent" in done.stderr


def test_a_portal_that_is_down_is_told_of_by_the_crawl_itself(run_icma, tmp_path):
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "down.toml").write_text(
        'name = "Down"\nhome = "http://127.0.0.1:1/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n[crawl]\ndelay_seconds = 0\n'
    )
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        (tmp_path / "icma.toml").write_text(f'[notices]\nwebhook = "http://127.0.0.1:{server.server_port}/"\n')
        first = run_icma("crawl")
        second = run_icma("crawl")
        server.shutdown()
    assert first.returncode == second.returncode == 1
    assert [[notice["portal"] for notice in body["notices"]] for body in bodies] == [["down"]]
