"""Every way an answer can be broken, in one crawl beside good pages: each ends in one outcome, with its reason."""

# ruff: noqa: S311, PLR0915 - noise needs no secrecy, and a table is long

from __future__ import annotations

import gzip
import random
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import brotli
import pytest
import zstandard
from hostile_lab import Asked, Crawl, RawServer, Respond, answer, feed, page, run_crawl, write_portal

pytestmark = pytest.mark.hostile

MEGABYTE = 1024 * 1024
MEMORY_LIMIT = 512 * MEGABYTE
GOOD = 20


@dataclass(frozen=True)
class Hazard:
    """What a path answers, and the outcomes that are right: state and reason, and whether the page is told partial."""

    name: str
    respond: bytes | Respond
    state: str
    reason: str | None = None
    is_partial: bool = False


def article(name: str) -> bytes:
    return page(name, f"Bakıda {name} parkı açılıb")


def packed(encoding: str, body: bytes, *more: str) -> bytes:
    return answer(200, body, f"Content-Encoding: {encoding}", *more)


def slowly(head: bytes, piece: Callable[[int], bytes], pause: float, seconds: float = 45) -> Respond:
    """Sends *head*, then a piece again and again."""

    def respond(channel: socket.socket, _: Asked) -> None:
        channel.sendall(head)
        give_up_at, number = time.monotonic() + seconds, 0
        while time.monotonic() < give_up_at:
            channel.sendall(piece(number))
            number += 1
            time.sleep(pause)

    return respond


def flood(head: bytes, piece: bytes, megabytes: int) -> Respond:
    def respond(channel: socket.socket, _: Asked) -> None:
        channel.sendall(head)
        for _ in range(megabytes * MEGABYTE // len(piece)):
            channel.sendall(piece)

    return respond


def reset(channel: socket.socket, _: Asked) -> None:
    channel.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>")
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    channel.close()


def to(location: str | bytes, status: int = 302) -> bytes:
    raw = location if isinstance(location, bytes) else location.encode()
    return answer(status).replace(b"\r\n\r\n", b"\r\nLocation: " + raw + b"\r\n\r\n")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + end
    return answer(200, body, "Transfer-Encoding: chunked")


def plain(*headers: str, body: bytes = b"") -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html; charset=utf-8", *headers, "", ""]).encode() + body


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=5)
    return b"".join(packer.process(bytes(MEGABYTE)) for _ in range(300)) + packer.finish()


def zeros(megabytes: int, packer: object) -> bytes:
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


class Material:
    """A good page, another one for each hazard, since one text is archived once."""

    number = 0

    @property
    def whole(self) -> bytes:
        noise = random.Random(self.number).randbytes(3000).hex()
        return article(f"{self.number} sayli").replace(b"</article>", f"<!--{noise}--></article>".encode())

    @property
    def gz(self) -> bytes:
        return gzip.compress(self.whole)

    @property
    def br(self) -> bytes:
        return brotli.compress(self.whole)

    @property
    def zs(self) -> bytes:
        return zstandard.compress(self.whole)


def hazards(m: Material) -> Iterator[Hazard]:
    noise = random.Random(1).randbytes(3000)
    # ---- compression
    yield Hazard("gzip", packed("gzip", m.gz), "archived")
    yield Hazard("x-gzip", packed("x-gzip", m.gz), "archived")
    yield Hazard(
        "gzip-two-members", packed("gzip", gzip.compress(m.whole[:900]) + gzip.compress(m.whole[900:])), "archived"
    )
    yield Hazard("gzip-padding", packed("gzip", m.gz + bytes(100)), "archived")
    yield Hazard("gzip-of-gzip", packed("gzip, gzip", gzip.compress(m.gz)), "archived")
    yield Hazard("deflate", packed("deflate", zlib.compress(m.whole)), "archived")
    yield Hazard("deflate-raw", packed("deflate", zlib.compress(m.whole, wbits=-15)), "archived")
    yield Hazard("brotli", packed("br", m.br), "archived")
    yield Hazard("zstd", packed("zstd", m.zs), "archived")
    yield Hazard("encoding-in-capitals", packed("GZIP", m.gz), "archived")
    yield Hazard("encoding-identity", packed("identity", m.whole), "archived")
    yield Hazard("gzip-cut", packed("gzip", m.gz[: len(m.gz) // 2]), "archived", is_partial=True)
    yield Hazard("gzip-cut-by-a-byte", packed("gzip", m.gz[:-1]), "archived", is_partial=True)
    yield Hazard("gzip-without-trailer", packed("gzip", m.gz[:-8]), "archived", is_partial=True)
    yield Hazard(
        "gzip-wrong-checksum", packed("gzip", m.gz[:-8] + b"\0\0\0\0" + m.gz[-4:]), "archived", is_partial=True
    )
    yield Hazard("gzip-wrong-length", packed("gzip", m.gz[:-4] + b"\1\0\0\0"), "archived", is_partial=True)
    yield Hazard("gzip-broken-inside", packed("gzip", m.gz[:20] + bytes(60) + m.gz[80:]), "failed", "encoding")
    yield Hazard("gzip-only-a-head", packed("gzip", m.gz[:10]), "failed", "encoding")
    yield Hazard("deflate-cut", packed("deflate", zlib.compress(m.whole)[:-60]), "archived", is_partial=True)
    yield Hazard(
        "deflate-wrong-checksum",
        packed("deflate", zlib.compress(m.whole)[:-4] + b"\0\0\0\0"),
        "archived",
        is_partial=True,
    )
    yield Hazard("brotli-cut", packed("br", m.br[:-60]), "archived", is_partial=True)
    yield Hazard("zstd-cut", packed("zstd", m.zs[: len(m.zs) // 2]), "failed", "encoding")
    yield Hazard("lie-gzip-is-plain", packed("gzip", m.whole), "archived")
    yield Hazard("lie-brotli-is-plain", packed("br", m.whole), "archived")
    yield Hazard("lie-zstd-is-plain", packed("zstd", m.whole), "archived")
    yield Hazard("lie-deflate-is-plain", packed("deflate", m.whole), "archived")
    yield Hazard("lie-gzip-is-noise", packed("gzip", b"\0" + noise), "failed", "encoding")
    yield Hazard("lie-gzip-is-brotli", packed("gzip", m.br), "failed", "encoding")
    yield Hazard("lie-plain-is-gzip", answer(200, m.gz), "rejected", "not-html")
    yield Hazard("encoding-unknown-plain", packed("utf-8", m.whole), "archived")
    yield Hazard("encoding-unknown-noise", packed("lzma", b"\0" + noise), "failed", "encoding")
    yield Hazard("encoding-many-layers", packed(", ".join(["gzip"] * 50), m.gz), "failed", "encoding")
    # ---- size
    yield Hazard("bomb-gzip", packed("gzip", zeros(300, zlib.compressobj(9, wbits=31))), "failed", "too-big")
    yield Hazard("bomb-deflate", packed("deflate", zeros(300, zlib.compressobj(9))), "failed", "too-big")
    yield Hazard("bomb-brotli", packed("br", brotli_bomb()), "failed", "too-big")
    yield Hazard("bomb-zstd", packed("zstd", zeros(300, zstandard.ZstdCompressor().compressobj())), "failed", "too-big")
    yield Hazard(
        "bomb-gzip-of-gzip",
        packed("gzip, gzip", gzip.compress(zeros(300, zlib.compressobj(9, wbits=31)))),
        "failed",
        "too-big",
    )
    wide = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    yield Hazard(
        "zstd-huge-window",
        packed(
            "zstd",
            zstandard.ZstdCompressor(compression_params=wide).compressobj().compress(b"") + zstandard_frame(wide),
        ),
        "failed",
        "encoding",
    )
    yield Hazard("body-20-mb-stated", answer(200, bytes(20 * MEGABYTE)), "failed", "too-big")
    yield Hazard("body-stated-gigabytes", plain("Content-Length: 9999999999", body=b"<html>"), "failed", "too-big")
    yield Hazard("body-endless", flood(plain("Connection: close"), bytes(65536), 200), "failed", "too-big")
    yield Hazard(
        "body-endless-chunks",
        flood(plain("Transfer-Encoding: chunked"), b"10000\r\n" + bytes(65536) + b"\r\n", 200),
        "failed",
        "too-big",
    )
    yield Hazard(
        "body-15-mb-page", answer(200, m.whole + b"<p>park </p>" * 1_300_000), "rejected", "too-big-to-extract"
    )
    yield Hazard(
        "gzip-15-mb-page",
        packed("gzip", gzip.compress(m.whole + b"<p>park </p>" * 1_300_000)),
        "rejected",
        "too-big-to-extract",
    )
    # ---- headers
    yield Hazard(
        "headers-endless", flood(plain("X: y")[:-2], b"X-Filler: " + b"a" * 1000 + b"\r\n", 100), "failed", "too-big"
    )
    fillers = [f"X-{number}: {'a' * 900}" for number in range(90)]
    yield Hazard("headers-80-kb", answer(200, m.whole, *fillers), "failed", "too-big")
    yield Hazard("headers-40-kb", answer(200, m.whole, *fillers[:45]), "archived")
    yield Hazard("header-line-endless", flood(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 65536, 100), "failed", "connect")
    yield Hazard(
        "header-continued-for-ever",
        flood(b"HTTP/1.1 200 OK\r\nX: a\r\n", b" aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 50),
        "failed",
        "too-big",
    )
    yield Hazard(
        "interim-answers-endless",
        flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 50),
        "failed",
        "too-big",
    )
    yield Hazard("status-line-endless", flood(b"HTTP/1.1 200 ", b"O" * 65536, 50), "failed", "connect")
    yield Hazard("header-without-colon", plain("nonsense", f"Content-Length: {len(m.whole)}", body=m.whole), "archived")
    yield Hazard("header-bytes", plain("X-Odd: \x01\x7f", f"Content-Length: {len(m.whole)}", body=m.whole), "archived")
    yield Hazard("header-latin-1", answer(200, m.whole, "X-Odd: \xe9\xff"), "archived")
    yield Hazard("cookies-100", answer(200, m.whole, *[f"Set-Cookie: a{n}=b" for n in range(100)]), "archived")
    # ---- length and framing
    yield Hazard("length-too-long", answer(200, m.whole, f"Content-Length: {len(m.whole) + 500}"), "failed", "cut")
    yield Hazard("length-too-short", answer(200, m.whole, f"Content-Length: {len(m.whole) - 400}"), "archived")
    yield Hazard("length-negative", answer(200, m.whole, "Content-Length: -5"), "failed", "connect")
    yield Hazard("length-in-words", answer(200, m.whole, "Content-Length: many"), "failed", "connect")
    yield Hazard(
        "length-twice", plain("Content-Length: 5", f"Content-Length: {len(m.whole)}", body=m.whole), "failed", "connect"
    )
    yield Hazard("no-length-whole", plain("Connection: close", body=m.whole), "archived")
    yield Hazard("no-length-cut", plain("Connection: close", body=m.whole[:-300]), "archived", is_partial=True)
    yield Hazard("http-1.0", plain(body=m.whole).replace(b"HTTP/1.1", b"HTTP/1.0"), "archived")
    yield Hazard(
        "http-1.0-cut", plain(body=m.whole[:-300]).replace(b"HTTP/1.1", b"HTTP/1.0"), "archived", is_partial=True
    )
    yield Hazard("http-0.9", m.whole, "failed", "connect")
    yield Hazard("chunked", chunked(m.whole[:500], m.whole[500:]), "archived")
    yield Hazard("chunked-no-end", chunked(m.whole, end=b""), "failed", "cut")
    yield Hazard("chunked-cut-inside", chunked(m.whole)[:-300], "failed", "cut")
    yield Hazard("chunked-bad-size", answer(200, b"zz\r\n" + m.whole, "Transfer-Encoding: chunked"), "failed")
    yield Hazard("chunked-negative", answer(200, b"-5\r\n" + m.whole, "Transfer-Encoding: chunked"), "failed")
    yield Hazard("chunked-size-endless", answer(200, b"1" * 100_000, "Transfer-Encoding: chunked"), "failed")
    yield Hazard("chunked-is-not", answer(200, m.whole, "Transfer-Encoding: chunked"), "failed")
    yield Hazard("hangs-up", b"", "failed", "connect")
    yield Hazard("hangs-up-in-headers", b"HTTP/1.1 200 OK\r\nContent-T", "failed", "connect")
    yield Hazard("reset", reset, "failed")
    yield Hazard("garbage", noise, "failed", "connect")
    yield Hazard("not-http", b"220 ftp.example ESMTP ready\r\n", "failed", "connect")
    yield Hazard("empty-lines-only", b"\r\n" * 50, "failed", "connect")
    # ---- time
    yield Hazard("silence", slowly(b"", lambda _: b"", 1), "failed", "timeout")
    yield Hazard("slow-headers", slowly(b"HTTP/1.1 200 OK\r\n", lambda n: b"X-%d: y\r\n" % n, 0.5), "failed", "timeout")
    yield Hazard("slow-body", slowly(plain("Content-Length: 100000"), lambda _: b"<p>", 0.5), "failed", "timeout")
    yield Hazard(
        "slow-chunks", slowly(plain("Transfer-Encoding: chunked"), lambda _: b"1\r\na\r\n", 0.5), "failed", "timeout"
    )
    # ---- status
    for status in (
        201,
        202,
        203,
        204,
        205,
        206,
        207,
        226,
        300,
        304,
        305,
        306,
        400,
        405,
        406,
        409,
        416,
        418,
        421,
        422,
        425,
        431,
        501,
        505,
        511,
        520,
        599,
        600,
        999,
    ):
        yield Hazard(
            f"status-{status}", answer(status, b"" if status in (204, 304) else m.whole), "failed", f"http-{status}"
        )
    for status in (401, 402, 403, 451):
        yield Hazard(f"status-{status}", answer(status, m.whole), "refused", f"http-{status}")
    for status in (404, 410):
        yield Hazard(f"status-{status}", answer(status, m.whole), "rejected", f"http-{status}")
    for status in (408, 500, 502, 503, 504, 522, 524):
        yield Hazard(f"status-{status}", answer(status, m.whole), "failed", f"http-{status}")
    yield Hazard(
        "status-206-asked-by-nobody",
        answer(206, m.whole, f"Content-Range: bytes 0-{len(m.whole) - 1}/99999"),
        "failed",
        "http-206",
    )
    yield Hazard("status-0", answer("000", m.whole), "failed")
    yield Hazard("status-in-words", answer("OK", m.whole), "failed", "connect")
    yield Hazard("status-huge", answer("2000000", m.whole), "failed")
    yield Hazard("status-negative", answer("-200", m.whole), "failed")
    # ---- redirects
    yield Hazard("loop-self", to("/h/loop-self"), "failed", "redirect-loop")
    yield Hazard("loop-a", to("/h/loop-b"), "failed", "redirect-loop")
    yield Hazard("loop-b", to("/h/loop-a", 301), "failed", "redirect-loop")
    yield Hazard(
        "loop-growing", lambda channel, asked: channel.sendall(to(asked.path + "x")), "failed", "redirect-loop"
    )
    yield Hazard("redirect-without-location", answer(302), "failed", "http-302")
    yield Hazard("redirect-empty-location", to(""), "failed")
    yield Hazard("redirect-to-file", to("file:///etc/passwd"), "refused", "bad-url")
    yield Hazard("redirect-to-ftp", to("ftp://127.0.0.1/"), "refused", "bad-url")
    yield Hazard("redirect-to-data", to("data:text/html,<h1>x</h1>"), "refused", "bad-url")
    yield Hazard("redirect-to-script", to("javascript:alert(1)"), "refused", "bad-url")
    yield Hazard("redirect-to-other-port", to("http://127.0.0.1:22/"), "refused", "private-address")
    yield Hazard("redirect-to-bad-port", to("http://127.0.0.1:99999/"), "refused", "bad-url")
    yield Hazard("redirect-to-bad-host", to("http://[::1/"), "refused", "bad-url")
    yield Hazard("redirect-to-no-host", to("http://"), "failed", "redirect-loop")
    yield Hazard("redirect-with-user", to("http://127.0.0.1@127.0.0.2/"), "refused", "bad-url")
    yield Hazard("redirect-with-controls", to(b"/h/\x01\x02\xff"), "rejected", "http-404")
    yield Hazard("redirect-elsewhere", to("https://another.example/"), "refused", "off-portal")
    yield Hazard("redirect-to-home", to("/"), "rejected", "home-redirect")
    yield Hazard("redirect-very-long", to("/h/" + "a" * 9000), "rejected", "http-404")
    # ---- type
    yield Hazard("pdf-as-html", answer(200, b"%PDF-1.7\n" + noise), "rejected", "not-html")
    yield Hazard("png-as-html", answer(200, b"\x89PNG\r\n\x1a\n" + noise), "rejected", "not-html")
    yield Hazard("html-as-pdf", answer(200, m.whole, kind="application/pdf"), "rejected", "not-html")
    yield Hazard("zip", answer(200, b"PK\3\4" + noise, kind="application/zip"), "rejected", "not-html")
    yield Hazard("noise", answer(200, noise), "rejected")
    yield Hazard("nothing", answer(200), "rejected", "empty-shell")
    yield Hazard("type-nonsense", answer(200, m.whole, kind=";;;"), "rejected")
    yield Hazard(
        "no-type",
        plain(f"Content-Length: {len(m.whole)}", body=m.whole).replace(
            b"Content-Type: text/html; charset=utf-8\r\n", b""
        ),
        "archived",
    )
    yield Hazard("nul-bytes", answer(200, m.whole.replace(b"<p>", b"<p>\0\0\0", 3)), "archived")
    yield Hazard("charset-unknown", answer(200, m.whole, kind="text/html; charset=klingon"), "archived")


def zstandard_frame(parameters: zstandard.ZstdCompressionParameters) -> bytes:
    """A frame whose header asks the reader for 128 MB."""
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return packer.compress(b"<html>" * 100_000) + packer.flush()


def all_hazards() -> Iterator[Hazard]:
    material = Material()
    for hazard in hazards(material):
        yield hazard
        material.number += 1


HAZARDS = list(all_hazards())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """All hazards in one portal, sixteen at a time, beside a good portal."""
    folder = tmp_path_factory.mktemp("hazards")
    with RawServer() as site, RawServer("127.0.0.3") as good:
        for hazard in HAZARDS:
            site.routes[f"/h/{hazard.name}"] = hazard.respond
        for name in list(site.routes):
            if "loop-growing" in name:
                for length in range(10):
                    site.routes[name + "x" * length] = site.routes[name]
        site.routes["/"] = answer(200, b"<html><body><p>Xeberler</p></body></html>")
        site.routes["/rss"] = feed([f"{site.home}h/{hazard.name}" for hazard in HAZARDS])
        for number in range(GOOD):
            good.routes[f"/xeber/park-{number}"] = answer(200, article(f"{number} nömrəli"))
        good.routes["/rss"] = feed([f"{good.home}xeber/park-{number}" for number in range(GOOD)])
        write_portal(folder / "portals", "bad", site.home, sources=(("feed", site.home + "rss"),))
        write_portal(folder / "portals", "good", good.home, sources=(("feed", good.home + "rss"),))
        yield run_crawl(folder, watch=True)


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.name)
def test_each_hazard_ends_in_one_outcome(crawled: Crawl, hazard: Hazard, note):
    state, reason = crawled.outcomes()[f"/h/{hazard.name}"]
    note(f"fetch: {hazard.name}", f"{state} {reason or ''}", "")
    assert (state, hazard.reason and reason) == (hazard.state, hazard.reason)
    assert state == "archived" or reason
    partial = crawled.rows("SELECT is_partial FROM captures WHERE url LIKE '%/h/' || ?", hazard.name)
    if state == "archived":
        assert partial == [(int(hazard.is_partial),)]
        (access,) = crawled.rows("SELECT access FROM articles WHERE url LIKE '%/h/' || ?", hazard.name)
        assert (access == ("partial",)) is hazard.is_partial


def test_nothing_was_left_behind(crawled: Crawl):
    assert crawled.rows("SELECT count(*) FROM frontier WHERE state = 'pending' OR outcome = 'pending'") == [(0,)]
    assert "Traceback" not in crawled.stderr
    assert len(crawled.outcomes()) == len(HAZARDS) + GOOD


def test_the_good_portal_is_whole(crawled: Crawl):
    assert crawled.rows("SELECT count(*) FROM articles WHERE portal = 'good'") == [(GOOD,)]
    (run,) = [run for run in crawled.runs if run["portal"] == "good"]
    assert run["archived"] == GOOD


def test_memory_stays_within_bounds(crawled: Crawl, note):
    note(
        f"fetch: all {len(HAZARDS)} kinds, 16 in flight",
        "memory",
        f"{crawled.peak_bytes / MEGABYTE:.0f} MB PSS, {crawled.seconds:.0f} s",
    )
    assert crawled.peak_bytes < MEMORY_LIMIT


def test_nobody_else_was_called(crawled: Crawl):
    assert {host for host, port in crawled.connected if port not in (0, 53)} == {"127.0.0.1", "127.0.0.3"}
    assert len({place for place in crawled.connected if place[1] not in (0, 53)}) == 2


def test_the_archive_is_sound(crawled: Crawl, tmp_path: Path):
    assert crawled.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("encoding", ["plain", "gzip"])
def test_large_bodies_share_their_memory(server: RawServer, tmp_path: Path, encoding: str, note):
    """Forty pages of 15 MB, sixteen at a time: each comes to its outcome, some after a wait."""
    body = article("boyuk") + b"<p>park </p>" * 1_200_000
    whole = answer(200, body) if encoding == "plain" else packed("gzip", gzip.compress(body))
    names = [f"xeber/boyuk-{number}" for number in range(40)]
    server.routes |= {f"/{name}": whole for name in names}
    server.routes["/rss"] = feed([server.home + name for name in names])
    write_portal(tmp_path / "portals", "large", server.home, sources=(("feed", server.home + "rss"),))
    done = run_crawl(tmp_path, watch=True)
    figures = f"{done.peak_bytes / MEGABYTE:.0f} MB PSS, {done.seconds:.0f} s"
    note(f"fetch: 40 x 15 MB, {encoding}, 16 in flight", "rejected too-big-to-extract", figures)
    assert set(done.outcomes().values()) == {("rejected", "too-big-to-extract")}
    assert done.peak_bytes < MEMORY_LIMIT
