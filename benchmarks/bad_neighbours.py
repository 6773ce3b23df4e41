"""What a bad portal costs the good ones: their time beside each kind of bad one, against their time alone.

python benchmarks/bad_neighbours.py [--rounds 3] [--only slow-body]

Four good portals of 40 pages, one request after the other, each page 250 ms after the one before; beside them a portal
with 40 urls, 16 at a time, all of one kind. A good portal's time is that of its crawl, from the first source to the last
article in the archive; the figure is the mean of the four, of several rounds the median.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

from hostile_lab import RawServer, answer, feed, page, run_crawl, write_portal
from test_fetch_hazards import brotli_bomb, flood, packed, plain, slowly, to, zeros

GOOD, PAGES, BAD = 4, 40, 40
LIMIT = 1.2
MEGABYTE = 1024 * 1024


def article(name: str) -> bytes:
    return answer(200, page(name, f"Bakıda {name} parkı açılıb"))


def bad_kinds() -> dict[str, bytes | Callable[..., None]]:
    bomb = zeros(300, zlib.compressobj(9, wbits=31))
    paragraphs = page("bomb").replace(b"</article>", b"<p>Park.</p>" * 25_000 + b"</article>")
    many = page("attributes").replace(
        b"</article>", b"<p " + b" ".join(b"a%d=1" % n for n in range(40_000)) + b"></article>"
    )
    large = page("large") + b"<p>park </p>" * 1_200_000
    return {
        "good pages": lambda channel, asked: channel.sendall(article(asked.path)),
        "slow headers": slowly(b"HTTP/1.1 200 OK\r\n", lambda n: b"X-%d: y\r\n" % n, 0.5),
        "slow body": slowly(plain("Content-Length: 100000"), lambda _: b"<p>", 0.5),
        "silence": slowly(b"", lambda _: b"", 1),
        "pages that take 10 s to read": answer(200, paragraphs),
        "pages of 40,000 attributes": answer(200, many),
        "redirect loops": lambda channel, asked: channel.sendall(to(asked.path)),
        "redirects without end": lambda channel, asked: channel.sendall(to(asked.path + "x")),
        "bodies of 15 MB": answer(200, large),
        "bodies without end": flood(plain("Connection: close"), bytes(65536), 200),
        "headers without end": flood(plain("X: y")[:-2], b"X-Filler: " + b"a" * 1000 + b"\r\n", 100),
        "gzip bombs": packed("gzip", bomb),
        "brotli bombs": packed("br", brotli_bomb()),
        "errors": answer(500, b"oops"),
        "resets": b"",
    }


def good_seconds(folder: Path, bad: bytes | Callable[..., None] | None) -> float:
    """One crawl; the mean time of a good portal."""
    with ExitStack() as stack:
        good = [stack.enter_context(RawServer(f"127.0.0.{number + 3}")) for number in range(GOOD)]
        for number, site in enumerate(good):
            names = [f"xeber/park-{number}-{k}" for k in range(PAGES)]
            site.routes |= {f"/{name}": article(name) for name in names}
            site.routes["/rss"] = feed([site.home + name for name in names])
            write(folder, f"good{number}", site, "delay_seconds = 0.25\nconcurrency = 1")
        if bad is not None:
            site = stack.enter_context(RawServer())
            site.routes = Everything(bad)
            site.routes["/rss"] = feed([f"{site.home}xeber/bad-{k}" for k in range(BAD)])
            write(folder, "bad", site, "delay_seconds = 0\nconcurrency = 16")
        done = run_crawl(folder, "--json", timeout=900)
        runs = [run for run in done.runs if str(run["portal"]).startswith("good")]
        assert [run["archived"] for run in runs] == [PAGES] * GOOD, runs
        return statistics.mean(seconds_of(run) for run in runs)


def seconds_of(run: dict[str, object]) -> float:
    started, finished = (datetime.fromisoformat(str(run[name])) for name in ("started_at", "finished_at"))
    return (finished - started).total_seconds()


class Everything(dict):
    """Routes in which every path leads to one answer."""

    def __init__(self, respond: bytes | Callable[..., None]) -> None:
        super().__init__({"/robots.txt": answer(404)})
        self._respond = respond

    def get(self, path: str, default: object = None) -> object:
        return super().get(path, default if not path.startswith("/xeber/") else self._respond)


def write(folder: Path, name: str, site: RawServer, crawl: str) -> None:
    write_portal(folder / "portals", name, site.home, sources=(("feed", site.home + "rss"),))
    path = folder / "portals" / f"{name}.toml"
    path.write_text(path.read_text().replace("delay_seconds = 0\nconcurrency = 16\n", crawl + "\n"))


def measured(bad: bytes | Callable[..., None] | None, rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            seconds.append(good_seconds(Path(name), bad))
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="one kind of bad portal")
    asked = parser.parse_args()
    alone = measured(None, asked.rounds)
    print(f"{'alone':<34} {alone:6.2f} s")
    over = []
    for kind, bad in bad_kinds().items():
        if asked.only in (None, kind):
            seconds = measured(bad, asked.rounds)
            ratio = seconds / alone
            over += [kind] if ratio > LIMIT else []
            print(f"{'beside ' + kind:<34} {seconds:6.2f} s  x {ratio:.2f}", flush=True)
    print(f"over x {LIMIT}: {', '.join(over) or 'none'}")


if __name__ == "__main__":
    main()
