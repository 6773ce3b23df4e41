"""Thousands of broken inputs through the functions that read them: each ends as a value, and clean."""

# ruff: noqa: PT017 - both endings of a try are right

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from counting import give_up_after
from hostile_lab import MemoryWatch
from mutations import ANY, MARKUP, PACKED, PACKERS, Mutant, mutants
from readers import assert_clean, assert_read, capture_of
from seeds import NOW, Seed, pages, robots, sources

from icma_crawler.crawl.fetch.decoding import DecodeError, decode
from icma_crawler.crawl.fetch.responses import NotAllowedError
from icma_crawler.crawl.fetch.robots import policy_from, read_robots
from icma_crawler.discovery import read_source, sources_from_robots
from icma_crawler.errors import SourceError
from icma_crawler.models import Article, Portal, Rejection, Source, SourceKind
from icma_crawler.reasons import REASONS
from icma_crawler.rights import read_tdm_file
from icma_crawler.workers import ExtractionPool

pytestmark = pytest.mark.hostile

WORKERS_LIMIT = 400 * 1024 * 1024
SECONDS_EACH = 10
AGENT = "icma-crawler/1.0 (+https://example.org/bot)"
TDM_FILE = b'[{"location":"/","tdm-reservation":1,"tdm-policy":"https://portal.example/p"},{"location":"/x/*","tdm-reservation":0}]'
OURS = {"extract-crash", "extract-timeout", "internal"}


def packed_inputs(name: str) -> list[Mutant]:
    packed = [Seed("https://portal.example/", PACKERS[name](page.body)) for page in pages(40)]
    return mutants(packed, PACKED, 400, seed=5)


INPUTS: dict[str, Callable[[], list[Mutant]]] = {
    "feed": lambda: mutants(sources(), MARKUP, 1500, seed=1),
    "sitemap": lambda: mutants(sources(), MARKUP, 1500, seed=2),
    "section": lambda: mutants(sources(), MARKUP, 1500, seed=3),
    "robots": lambda: mutants(robots(300), ANY, 1000, seed=4),
    "page": lambda: mutants(pages(4), MARKUP, 2000, seed=6),
    "tdm": lambda: mutants([Seed("https://portal.example/.well-known/tdmrep.json", TDM_FILE)], MARKUP, 300, seed=7),
} | {name: partial(packed_inputs, name) for name in PACKERS}


class Tally:
    """Outcomes and seconds by kind of damage, for the table; and all digests, since an input counts once."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds: Counter[str] = Counter()
        self.digests: set[str] = set()

    def add(self, mutant: Mutant, outcome: str, seconds: float) -> None:
        self.outcomes[mutant.kind][outcome] += 1
        self.seconds[mutant.kind] += seconds
        self.digests.add(mutant.digest)

    def tell(self, note, what: str, **more: float) -> None:
        for kind, outcomes in self.outcomes.items():
            told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
            note(f"{what}: {kind}", "one each", told, tries=outcomes.total(), seconds=self.seconds[kind], **more)


def one_by_one(broken: list[Mutant]) -> Iterator[Mutant]:
    """Each in turn, and an end to the test where the reading of one has none."""
    for mutant in broken:
        with give_up_after(60):
            yield mutant


def portal_of(mutant: Mutant) -> Portal:
    return Portal(id="portal", name="Portal", home=mutant.seed.home, language="az", timezone="Asia/Baku")


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_broken_sources(kind: SourceKind, note):
    tally = Tally()
    for mutant in one_by_one(INPUTS[kind]()):
        began = time.process_time()
        try:
            listing = read_source(
                Source(kind=kind, url=mutant.seed.url), capture_of(mutant.body, mutant.seed.url), portal_of(mutant)
            )
        except SourceError as error:
            assert error.reason in REASONS
            outcome = error.reason
        else:
            outcome = "read"
            assert all(portal_of(mutant).owns(candidate.url) for candidate in listing.candidates)
            assert_clean(listing)
        tally.add(mutant, outcome, time.process_time() - began)
    tally.tell(note, f"mutated {kind}")
    assert len(tally.digests) == 1500


def test_broken_robots_files(note):
    tally = Tally()
    for mutant in one_by_one(INPUTS["robots"]()):
        began = time.process_time()
        known = read_robots(200, mutant.body, NOW)
        policy = policy_from(known)
        try:
            policy.check("https://portal.example/xeber/12345-park?page=2", AGENT)
            outcome = "allowed"
        except NotAllowedError as error:
            outcome = error.reason
            assert outcome == "robots"
        assert all(portal_of(mutant).owns(one.url) for one in sources_from_robots(known.body, portal_of(mutant)))
        tally.add(mutant, outcome, time.process_time() - began)
    tally.tell(note, "mutated robots.txt")
    assert len(tally.digests) == 1000


@pytest.mark.parametrize("name", PACKERS)
def test_broken_packings(name: str, note):
    """What comes out is the page, or its beginning and told to be cut, or nothing, with a reason."""
    tally = Tally()
    plain = {PACKERS[name](page.body): page.body for page in pages(40)}
    for mutant in one_by_one(INPUTS[name]()):
        began = time.process_time()
        try:
            decoded = decode(mutant.body, [name], max_bytes=2_000_000)
        except DecodeError as error:
            assert error.reason in ("encoding", "too-big")
            outcome = error.reason
        else:
            outcome = "cut" if decoded.is_cut else "whole"
            # gzip and deflate have checksums; without one a changed byte cannot be told from what was meant.
            if name in ("gzip", "deflate") and not decoded.is_cut and decoded.body != mutant.body:
                assert decoded.body.startswith(plain[mutant.seed.body])
        tally.add(mutant, outcome, time.process_time() - began)
    tally.tell(note, f"damaged {name}")
    assert len(tally.digests) == 400


def test_broken_pages_in_the_worker_processes(note):
    tally = Tally()
    broken = INPUTS["page"]()
    with MemoryWatch(os.getpid(), only_below=True) as memory:
        results = asyncio.run(read_all(broken))
    for mutant, (result, seconds) in zip(broken, results, strict=True):
        if isinstance(result, Rejection):
            assert result.reason in REASONS.keys() - OURS, result
            tally.add(mutant, result.reason, seconds)
        else:
            assert_read(result)
            tally.add(mutant, "article", seconds)
    tally.tell(note, "mutated page", peak_bytes=memory.peak_bytes)
    assert len(tally.digests) == 2000
    assert memory.peak_bytes < WORKERS_LIMIT


async def read_all(broken: list[Mutant]) -> list[tuple[Article | Rejection, float]]:
    """All through the pool of a crawl, as many at a time as a crawl has in flight."""
    pool = ExtractionPool(2, SECONDS_EACH)
    turn = asyncio.Semaphore(16)

    async def read(mutant: Mutant) -> tuple[Article | Rejection, float]:
        async with turn:
            began = time.monotonic()
            result = await pool.extract(capture_of(mutant.body, mutant.seed.url), portal_of(mutant))
            return result, time.monotonic() - began

    try:
        return await asyncio.gather(*map(read, broken))
    finally:
        await asyncio.to_thread(pool.close)


def test_broken_tdm_files(note):
    tally = Tally()
    for mutant in one_by_one(INPUTS["tdm"]()):
        began = time.process_time()
        found = read_tdm_file(mutant.body)
        assert_clean(found)
        tally.add(mutant, f"{len(found)} signals" if found else "nothing reserved", time.process_time() - began)
    tally.tell(note, "mutated TDM file")


def test_there_are_enough_different_inputs(note):
    digests = {mutant.digest for make in INPUTS.values() for mutant in make()}
    note("mutated: different inputs in all", "counted", f"{len(digests)} by sha256", tries=len(digests))
    assert len(digests) >= 5_000
