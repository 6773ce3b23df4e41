"""What a host asks for is heeded: pauses, delays, redirects of robots.txt; and what TLS says is believed."""

from __future__ import annotations

import datetime as dt
import gzip
import ipaddress
import json
import sqlite3
import ssl
import time
from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hostile_lab import Asked, RawServer, answer, feed, page, run_crawl, write_portal

NOW = dt.datetime.now(dt.UTC)


def article(name: str) -> bytes:
    return answer(200, page(name, f"Bakıda {name} parkı açılıb"))


class Patience:
    """A host that counts its requests; ``too_early`` are those that came within so many seconds of the one before."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._free_at = 0.0
        self.asked = 0
        self.too_early: list[str] = []

    def note(self, path: str) -> None:
        now = time.monotonic()
        if now < self._free_at:
            self.too_early.append(path)
        self._free_at = now + self._seconds
        self.asked += 1

    def before(self, answers: Iterable[bytes]):
        """A route that gives one answer after the other, then the last again."""
        left = list(answers)

        def respond(channel, asked: Asked) -> None:
            self.note(asked.path)
            channel.sendall(left.pop(0) if len(left) > 1 else left[0])

        return respond


def write(folder: Path, site: RawServer, crawl: str = "") -> None:
    write_portal(folder / "portals", "site", site.home, sources=(("feed", site.home + "rss"),), crawl=crawl)


# ---- Retry-After


@pytest.mark.parametrize("status", [429, pytest.param(503, marks=pytest.mark.hostile)])
def test_a_short_pause_is_waited_for(server: RawServer, tmp_path: Path, status: int, note):
    patience = Patience(2)
    server.routes["/xeber/busy"] = patience.before([answer(status, b"", "Retry-After: 2"), article("məşğul")])
    server.routes["/rss"] = feed([server.home + "xeber/busy"])
    write(tmp_path, server)
    done = run_crawl(tmp_path)
    assert done.outcomes() == {"/xeber/busy": ("archived", None)}
    assert (patience.asked, patience.too_early) == (2, [])
    note(f"manners: {status} Retry-After: 2", "archived", "asked again when it was over")


@pytest.mark.hostile
@pytest.mark.parametrize("form", ["seconds", "date", "far"])
def test_a_long_pause_survives_the_process_and_nothing_is_lost(server: RawServer, tmp_path: Path, form: str, note):
    text = {"seconds": "120", "date": format_datetime(NOW + dt.timedelta(minutes=5), usegmt=True), "far": "999999999"}[
        form
    ]
    patience = Patience(0)
    server.routes["/xeber/busy"] = patience.before([answer(503, b"", f"Retry-After: {text}"), article("məşğul")])
    names = ["xeber/busy", *(f"xeber/park-{number}" for number in range(5))]
    for name in names[1:]:
        server.routes[f"/{name}"] = article(name)
    server.routes["/rss"] = feed([server.home + name for name in names])
    write(tmp_path, server, "")
    first = run_crawl(tmp_path)
    assert first.outcomes()["/xeber/busy"] == ("pending", "host-paused")
    ((until,),) = first.rows("SELECT not_before FROM hosts WHERE not_before IS NOT NULL")
    left = dt.datetime.fromisoformat(str(until)) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(seconds=90) < left <= dt.timedelta(hours=1, seconds=2)
    before = len(server.asked)
    run_crawl(tmp_path)
    assert len(server.asked) == before  # not even robots.txt
    connection = sqlite3.connect(tmp_path / "archive.db")
    with connection:
        connection.execute("UPDATE hosts SET not_before = ?", [NOW.isoformat(timespec="seconds")])
    connection.close()
    last = run_crawl(tmp_path)
    assert set(last.outcomes().values()) == {("archived", None)}
    assert len(last.outcomes()) == 6
    assert patience.asked == 2
    note(f"manners: long Retry-After, {form}", "pending, then archived", "over three crawls", tries=3)


@pytest.mark.hostile
@pytest.mark.parametrize("text", ["-5", "soon", "", "1e9", "Tue, 99 Foo 2026"])
def test_junk_is_no_pause(server: RawServer, tmp_path: Path, text: str, note):
    server.routes["/xeber/busy"] = answer(429, b"", f"Retry-After: {text}")
    server.routes["/xeber/park"] = article("park")
    server.routes["/rss"] = feed([server.home + "xeber/busy", server.home + "xeber/park"])
    write(tmp_path, server)
    outcomes = run_crawl(tmp_path).outcomes()
    assert outcomes == {"/xeber/busy": ("refused", "http-429"), "/xeber/park": ("archived", None)}
    note(f"manners: Retry-After {text!r}", "refused http-429", "no pause")


@pytest.mark.hostile
def test_a_host_that_keeps_refusing_is_left_alone_and_the_rest_stays_pending(server: RawServer, tmp_path: Path):
    for number in range(40):
        server.routes[f"/xeber/park-{number}"] = answer(429)
    server.routes["/rss"] = feed([f"{server.home}xeber/park-{number}" for number in range(40)])
    write(tmp_path, server)
    done = run_crawl(tmp_path)
    states = [state for state, _ in done.outcomes().values()]
    assert len(server.asked) < 35
    assert set(done.outcomes().values()) == {("refused", "http-429"), ("pending", "host-paused")}
    assert states.count("pending") >= 10
    assert "host paused host=http://127.0.0.1" in done.stderr


@pytest.mark.hostile
def test_a_portal_that_asks_for_a_pause_does_not_hold_up_another(server: RawServer, tmp_path: Path):
    server.routes["/rss"] = answer(503, b"", "Retry-After: 3000")
    write(tmp_path, server)
    with RawServer("127.0.0.3") as other:
        other.routes["/xeber/park"] = article("park")
        other.routes["/rss"] = feed([other.home + "xeber/park"])
        write_portal(tmp_path / "portals", "other", other.home, sources=(("feed", other.home + "rss"),))
        done = run_crawl(tmp_path)
    assert done.outcomes() == {"/xeber/park": ("archived", None)}
    assert server.paths().count("/rss") == 1  # nor is it waited for
    assert done.source_reasons()[server.home + "rss"] == "host-paused"


# ---- robots.txt


@pytest.mark.hostile
def test_crawl_delay_is_kept(server: RawServer, tmp_path: Path, note):
    server.routes["/robots.txt"] = answer(200, b"User-agent: *\nCrawl-delay: 1.5\n", kind="text/plain")
    patience = Patience(1)  # less than was asked for: a busy machine hears of a request after it was made
    for number in range(3):
        server.routes[f"/xeber/park-{number}"] = patience.before([article(str(number))])
    server.routes["/rss"] = patience.before([feed([f"{server.home}xeber/park-{number}" for number in range(3)])])
    write(tmp_path, server)
    run_crawl(tmp_path)
    assert (patience.asked, patience.too_early) == (4, [])
    note("manners: Crawl-delay 1.5", "kept", f"{patience.asked} requests, none too early")


def redirect(location: str) -> bytes:
    return answer(302, b"", f"Location: {location}")


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("hops", "state", "reason"),
    [(1, "refused", "robots"), (5, "refused", "robots"), (6, "archived", None), (99, "archived", None)],
)
def test_robots_txt_is_followed_five_times(
    server: RawServer, tmp_path: Path, note, *, hops: int, state: str, reason: str | None
):
    server.routes["/robots.txt"] = redirect("/robots-1")
    for number in range(1, 100):
        server.routes[f"/robots-{number}"] = redirect(f"/robots-{number + 1}")
    server.routes[f"/robots-{hops}"] = answer(200, b"User-agent: *\nDisallow: /xeber/\n", kind="text/plain")
    server.routes["/xeber/park"] = article("park")
    server.routes["/rss"] = feed([server.home + "xeber/park"])
    write(tmp_path, server)
    assert run_crawl(tmp_path).outcomes() == {"/xeber/park": (state, reason)}
    note(f"robots.txt: {hops} redirects", f"{state} {reason or ''}")


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (answer(404, b"User-agent: *\nDisallow: /\n"), ("archived", None)),
        (answer(403), ("archived", None)),
        (answer(200, b"<html>not found</html>"), ("archived", None)),
        (answer(200, bytes(range(256)) * 4000), ("archived", None)),
        (answer(200, b"User-agent: *\nDisallow: /" + b"*a" * 3000 + b"$\n"), ("archived", None)),
        (answer(200, b"User-agent: *\nDisallow: /xeber/\n" + b"#" * 600_000), ("refused", "robots")),
        (answer(200, b"\xef\xbb\xbfUser-agent: *\r\rDisallow: /xeber/\r"), ("refused", "robots")),
        (answer(200, b"User-agent: *\nCrawl-delay: nan\nDisallow:\n"), ("archived", None)),
        (answer(200, b"User-agent: *\nCrawl-delay: -3\nDisallow:\n"), ("archived", None)),
        (answer(203, b"User-agent: *\nDisallow: /xeber/\n"), ("refused", "robots")),
        (b"HTTP/1.0 200 OK\r\n\r\nUser-agent: *\nDisallow: /foto/\n", ("archived", None)),
    ],
    ids=[
        "404-with-rules",
        "403",
        "html",
        "binary",
        "stars",
        "600-kb",
        "bom-and-cr",
        "delay-nan",
        "delay-negative",
        "203",
        "no-length",
    ],
)
def test_odd_robots_files(
    server: RawServer, tmp_path: Path, request, note, *, robots: bytes, outcome: tuple[str, str | None]
):
    server.routes["/robots.txt"] = robots
    server.routes["/xeber/park"] = article("park")
    server.routes["/rss"] = feed([server.home + "xeber/park"])
    write(tmp_path, server)
    done = run_crawl(tmp_path)
    note(f"robots.txt: {request.node.callspec.id}", " ".join(filter(None, outcome)))
    if outcome == ("archived", None):
        assert done.outcomes() == {"/xeber/park": outcome}
    else:
        assert done.outcomes().get("/xeber/park", outcome) == outcome
        assert "/xeber/park" not in server.paths()


@pytest.mark.hostile
@pytest.mark.parametrize("status", [206, 429, 500, 503])
def test_robots_txt_that_cannot_be_had_forbids_for_now(server: RawServer, tmp_path: Path, status: int, note):
    server.routes["/robots.txt"] = answer(status, b"User-agent: *\nDisallow:\n")
    write(tmp_path, server)
    done = run_crawl(tmp_path)
    assert set(server.paths()) == {"/robots.txt"}
    assert set(done.source_reasons().values()) == {"robots-unreachable"}
    note(f"robots.txt: {status}", "failed robots-unreachable")


@pytest.mark.hostile
def test_a_cut_robots_txt_forbids_for_now(server: RawServer, tmp_path: Path, note):
    """What is missing may be what forbids."""
    whole = gzip.compress(b"User-agent: *\nDisallow: /foto/\nDisallow: /xeber/\n")
    server.routes["/robots.txt"] = answer(200, whole[:-20], "Content-Encoding: gzip", kind="text/plain")
    write(tmp_path, server)
    done = run_crawl(tmp_path)
    assert set(server.paths()) == {"/robots.txt"}
    assert set(done.source_reasons().values()) == {"robots-unreachable"}
    note("robots.txt: gzip, cut", "failed robots-unreachable")


# ---- TLS


def certificate(folder: Path, name: str, *, address: str, days: tuple[int, int]) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + dt.timedelta(days=days[0]))
        .not_valid_after(NOW + dt.timedelta(days=days[1]))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.fixture(params=["self-signed", "expired", "other-host"])
def unverified(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RawServer]:
    days = (-20, -10) if request.param == "expired" else (-1, 10)
    address = "127.0.0.77" if request.param == "other-host" else "127.0.0.1"
    with RawServer(tls=certificate(tmp_path, request.param, address=address, days=days)) as site:
        site.routes["/xeber/park"] = answer(200, page("park"), "X-Icma-Tls: verified")
        site.routes["/rss"] = feed([site.home + "xeber/park"])
        yield site


@pytest.mark.hostile
def test_a_certificate_that_does_not_verify_is_no_page(unverified: RawServer, tmp_path: Path, request, note):
    write(tmp_path, unverified)
    done = run_crawl(tmp_path)
    assert unverified.asked == []
    assert set(done.source_reasons().values()) == {"tls"}
    note(f"certificate: {request.node.callspec.params['unverified']}", "failed tls", "nothing was asked")


def test_the_exception_is_written_beside_what_it_let_in(unverified: RawServer, tmp_path: Path):
    write(tmp_path, unverified, "verify_tls = false")
    done = run_crawl(tmp_path)
    assert done.outcomes() == {"/xeber/park": ("archived", None)}
    ((headers,),) = done.rows("SELECT headers FROM captures WHERE url LIKE '%/xeber/park'")
    assert [value for name, value in json.loads(str(headers)) if name == "x-icma-tls"] == ["unverified"]


def test_a_portal_cannot_write_our_mark(server: RawServer, tmp_path: Path):
    server.routes["/xeber/park"] = answer(200, page("park"), "X-Icma-Tls: unverified")
    server.routes["/rss"] = feed([server.home + "xeber/park"])
    write(tmp_path, server)
    ((headers,),) = run_crawl(tmp_path).rows("SELECT headers FROM captures WHERE url LIKE '%/xeber/park'")
    assert "x-icma-tls" not in str(headers)
