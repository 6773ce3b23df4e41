from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from icma_crawler.archive import Archive, ToldState
from icma_crawler.config import NoticeRule
from icma_crawler.errors import NoticeError
from icma_crawler.models import CrawlRun
from icma_crawler.operations.health import PortalHealth, portal_health
from icma_crawler.operations.health.metrics import format_metrics, write_metrics
from icma_crawler.operations.notices.delivery import send_notices
from icma_crawler.operations.notices.digest import Notice, find_notices, send_due, send_trouble
from icma_crawler.system.locks import only_one

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def health(desk, now) -> PortalHealth:
    desk.publish()
    desk.end()
    (health,) = portal_health(desk.archive, now=now)
    return replace(health, verdict="ok", reason="as always", is_broken=False)


@pytest.fixture
def silent(health: PortalHealth, now) -> PortalHealth:
    return replace(health, verdict="silent", reason="no article for 2 days", is_broken=True, since=now)


class Inbox:
    """Who hears: remembers each digest, or fails when told to."""

    def __init__(self) -> None:
        self.digests: list[list[Notice]] = []
        self.is_down = False

    def __call__(self, notices) -> None:
        if self.is_down:
            raise NoticeError("https://hook (refused)")
        self.digests.append(list(notices))


# ---- what is told


def test_a_portal_that_is_well_is_no_news(health, now):
    assert find_notices([health], {}, now=now) == []


def test_a_change_is_told_once(archive: Archive, silent, now):
    inbox = Inbox()
    for hours in range(0, 100, 10):
        send_due(archive, [silent], inbox, now=now + hours * HOUR)
    assert [[notice.sentence for notice in digest] for digest in inbox.digests] == [
        ["sherg.az: silent: no article for 2 days"]
    ]


def test_a_portal_is_told_of_at_most_once_a_day(archive: Archive, health, silent, now):
    inbox = Inbox()
    for hours in range(96):  # it comes and goes every hour
        send_due(archive, [silent if hours % 2 == 0 else health], inbox, now=now + hours * HOUR)
    assert 2 <= len(inbox.digests) <= 4


def test_what_is_well_again_before_anybody_would_hear_is_never_told(health, silent, now):
    told = {"sherg.az": ToldState(portal="sherg.az", state="ok", told_at=now - HOUR)}
    assert find_notices([silent], told, now=now) == []
    assert find_notices([health], told, now=now + DAY) == []


def test_a_recovery_is_told(health, now):
    told = {"sherg.az": ToldState(portal="sherg.az", state="silent", told_at=now - DAY)}
    (notice,) = find_notices([health], told, now=now)
    assert notice.sentence == "sherg.az: well again (was silent)"


def test_an_interrupted_crawl_is_no_news(silent, now):
    assert find_notices([replace(silent, verdict="interrupted")], {}, now=now) == []


def test_a_clock_that_was_ahead_does_not_silence_for_ever(silent, now):
    told = {"sherg.az": ToldState(portal="sherg.az", state="ok", told_at=now + 999 * DAY)}
    assert len(find_notices([silent], told, now=now)) == 1


def test_what_could_not_be_sent_is_sent_the_next_time(archive: Archive, silent, now):
    inbox = Inbox()
    inbox.is_down = True
    with pytest.raises(NoticeError):
        send_due(archive, [silent], inbox, now=now)
    inbox.is_down = False
    send_due(archive, [silent], inbox, now=now + HOUR)
    assert len(inbox.digests) == 1


def test_what_only_one_of_two_ways_took_is_not_sent_again(archive: Archive, silent, now):
    def half(_: object) -> None:
        raise NoticeError("ops@example.org (refused)", was_heard=True)

    with pytest.raises(NoticeError):
        send_due(archive, [silent], half, now=now)
    assert send_due(archive, [silent], Inbox(), now=now + HOUR) == []


def test_of_two_rounds_that_end_at_once_one_waits(archive: Archive, silent, now):
    def send(_notices) -> None:
        with pytest.raises(BlockingIOError), only_one(archive.path, "notifying", is_patient=False):
            """Another round would have to wait here."""

    assert len(send_due(archive, [silent], send, now=now)) == 1
    with only_one(archive.path, "notifying", is_patient=False):
        """Nobody is kept waiting for longer."""
    assert send_due(archive, [silent], send, now=now) == []


def test_a_failed_run_is_told_once_a_day_and_its_end_too(tmp_path):
    from datetime import UTC, datetime

    inbox, path = Inbox(), tmp_path / "archive.db"
    now = datetime.now(UTC)
    send_trouble(path, None, inbox, now=now)
    send_trouble(path, "the disk is full", inbox, now=now)
    send_trouble(path, "the disk is full", inbox, now=now + HOUR)
    send_trouble(path, "the disk is full", inbox, now=now + DAY + HOUR)
    send_trouble(path, None, inbox, now=now + 2 * DAY)
    assert [digest[0].sentence for digest in inbox.digests] == [
        "the crawl: run-failed: the disk is full",
        "the crawl: run-failed: the disk is full",
        "the crawl: well again (was run-failed)",
    ]


# ---- how it is sent

NOTICE = Notice(portal="sherg.az", before="ok", verdict="blocked", reason="403 since 14:02\r\nBcc: x@y")


@dataclass
class Hook:
    url: str
    bodies: list[bytes]
    status: int = 200
    location: str | None = None


@pytest.fixture
def hook() -> Iterator[Hook]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(found.status)
            if found.location:
                self.send_header("Location", found.location)
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Hook(f"http://127.0.0.1:{server.server_port}/hook", [])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def mail_server() -> Iterator[tuple[str, list[str]]]:
    """As little of SMTP as one message needs."""
    lines: list[str] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            answer, in_data = b"220 ready", False
            while True:
                if answer:
                    stream.write(answer + b"\r\n")
                    stream.flush()
                line = stream.readline().decode().rstrip("\r\n")
                lines.append(line)
                if in_data:
                    in_data = line != "."
                    answer = b"" if in_data else b"250 taken"
                elif line.upper() == "DATA":
                    in_data, answer = True, b"354 go on"
                elif line.upper() == "QUIT" or not line:
                    stream.write(b"221 bye\r\n")
                    return
                else:
                    answer = b"250 fine"

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", lines
        thread.join(10)


def test_a_webhook_gets_json(hook: Hook):
    send_notices(NoticeRule(webhook=hook.url), [NOTICE])
    (body,) = map(json.loads, hook.bodies)
    assert body["text"].startswith("sherg.az: blocked: 403")
    assert body["notices"][0]["portal"] == "sherg.az"


def test_a_mail_is_sent_and_cannot_be_given_headers(mail_server):
    smtp, lines = mail_server
    send_notices(NoticeRule(email="ops@example.org", smtp=smtp), [NOTICE])
    header = lines[lines.index("data") : lines.index("", lines.index("data"))]
    assert "Subject: icma: sherg.az: blocked: 403 since 14:02 Bcc: x@y" in header
    assert not [line for line in header if line.startswith("Bcc")]
    assert "To: ops@example.org" in header


def test_each_way_is_tried_and_the_failed_one_named(hook: Hook):
    with pytest.raises(NoticeError, match=r"ops@example\.org \(.*refused"):
        send_notices(NoticeRule(webhook=hook.url, email="ops@example.org", smtp="127.0.0.1:1"), [NOTICE])
    assert len(hook.bodies) == 1


def test_a_webhook_that_answers_with_an_error_is_a_failure(hook: Hook):
    hook.status = 500
    with pytest.raises(NoticeError, match="Internal Server Error"):
        send_notices(NoticeRule(webhook=hook.url), [NOTICE])


@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_a_webhook_that_moved_is_a_failure(hook: Hook, status: int):
    """Nobody would hear: a client goes on with an empty request."""
    hook.status, hook.location = status, hook.url
    with pytest.raises(NoticeError, match=hook.url):
        send_notices(NoticeRule(webhook=hook.url), [NOTICE])
    assert len(hook.bodies) == 1


# ---- metrics


def test_metrics_have_a_line_for_each_portal(silent, now, tmp_path):
    run = CrawlRun(portal="sherg.az", started_at=now, finished_at=now, reason="finished", archived=3)
    text = "".join(format_metrics([replace(silent, portal='a"b\\')], {"sherg.az": run}, now=now))
    assert 'icma_portal_verdict{portal="a\\"b\\\\",verdict="silent"} 1\n' in text
    assert 'icma_crawl_urls{portal="sherg.az",outcome="archived"} 3\n' in text
    assert f"icma_written_timestamp_seconds {now.timestamp():.0f}\n" in text
    write_metrics(tmp_path / "icma.prom", [silent], {}, now=now)
    (file,) = tmp_path.glob("*.prom")
    assert (file.name, file.stat().st_mode & 0o777) == ("icma.prom", 0o644)
