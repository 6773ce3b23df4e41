"""What an operator writes in icma.toml about notices, logs and metrics, and what the commands make of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

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


@dataclass
class Hook:
    """A webhook that icma.toml names, and what it was told."""

    folder: Path
    told: list[dict[str, Any]] = field(default_factory=list)
    status: int = 204

    def set_up(self, port: int) -> None:
        (self.folder / "icma.toml").write_text(
            f'metrics = "icma.prom"\n[notices]\nwebhook = "http://127.0.0.1:{port}/"\n'
        )

    @property
    def reasons(self) -> list[str]:
        return [notice["reason"] for body in self.told for notice in body["notices"]]


@pytest.fixture
def hook(tmp_path) -> Iterator[Hook]:
    found = Hook(tmp_path)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        found.set_up(server.server_port)
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def down(tmp_path) -> None:
    """A portal that does not answer."""
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "down.toml").write_text(
        'name = "Down"\nhome = "http://127.0.0.1:1/"\nlanguage = "az"\ntimezone = "Asia/Baku"\n[crawl]\ndelay_seconds = 0\n'
    )


def test_a_test_notice_arrives(run_icma, hook: Hook):
    done = run_icma("notify", "--test")
    assert (done.returncode, done.stderr) == (0, "sent\n")
    assert [body["text"] for body in hook.told] == ["the crawl: test: this is only a test"]
    hook.status = 500
    done = run_icma("notify", "--test")
    assert done.returncode == 1
    assert "could not be sent" in done.stderr


def test_without_a_rule_there_is_nothing_to_test(run_icma):
    assert run_icma("notify", "--test").returncode == 2


@pytest.mark.usefixtures("down")
def test_a_portal_that_is_down_is_told_of_by_the_crawl_itself(run_icma, hook: Hook):
    first = run_icma("crawl")
    second = run_icma("crawl")
    assert first.returncode == second.returncode == 1
    assert [[notice["portal"] for notice in body["notices"]] for body in hook.told] == [["down"]]


@pytest.mark.usefixtures("down")
def test_the_metrics_are_written_also_where_the_notice_cannot_be_sent(run_icma, hook: Hook):
    hook.status = 500
    done = run_icma("crawl")
    assert "could not be sent" in done.stderr
    assert 'icma_portal_broken{portal="down"} 1' in (hook.folder / "icma.prom").read_text()


@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("mode", [(), ("--due",)])
def test_a_damaged_archive_is_told_of(run_icma, hook: Hook, mode: tuple[str, ...]):
    (hook.folder / "archive.db").write_bytes(bytes(range(1, 256)) * 80)
    assert run_icma("crawl", *mode).returncode == 1
    assert len(hook.reasons) == 1
    assert "is damaged" in hook.reasons[0]


@pytest.mark.usefixtures("down")
def test_a_portal_file_with_a_mistake_is_told_of(run_icma, hook: Hook):
    (hook.folder / "portals" / "bad.toml").write_text("name =\n")
    assert run_icma("crawl", "--due").returncode == 2
    assert len(hook.reasons) == 1
    assert "bad.toml" in hook.reasons[0]


@pytest.mark.usefixtures("down")
def test_a_missing_folder_is_told_of_once_a_day(run_icma, hook: Hook):
    for _ in range(2):
        done = run_icma("crawl", "--archive", "nowhere/archive.db", env={"TMPDIR": str(hook.folder)})
        assert (done.returncode, "does not exist" in done.stderr) == (1, True)
    assert len(hook.reasons) == 1
