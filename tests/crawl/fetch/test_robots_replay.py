"""Thousands of real robots.txt files through the policy: none of them ends in a fault, or takes long."""

from __future__ import annotations

import os
import tarfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from counting import calls_of

from icma_crawler.crawl.fetch.responses import NotAllowedError
from icma_crawler.crawl.fetch.robots import policy_from, read_robots

AGENT = "icma-crawler/1.0 (+https://example.org/bot)"
URLS = ["https://example.az/", "https://example.az/xeber/12345-park?page=2", "https://example.az/%C9%99/" + "a" * 1500]


def real_files() -> Path:
    path = Path(os.environ.get("ICMA_SHARED", Path(__file__).parents[4] / "shared")) / "corpus" / "robots.tar.gz"
    if not path.is_file():
        pytest.skip("needs the corpus of real robots.txt files (ICMA_SHARED)")
    return path


def test_every_real_robots_file_is_read():
    delays = []

    def read(body: bytes) -> None:
        policy = policy_from(read_robots(200, body, datetime.now(UTC)))
        for url in URLS:
            try:
                policy.check(url, AGENT)
            except NotAllowedError as error:
                assert error.reason == "robots"  # noqa: PT017 - both endings are right
        delays.append(policy.delay_seconds(AGENT))

    with tarfile.open(real_files()) as corpus:
        for member in corpus:
            handle = corpus.extractfile(member) if member.isfile() else None
            if handle is None:
                continue
            body = handle.read()
            assert calls_of(partial(read, body)) < 3_000 + 10 * len(body), member.name
    assert len(delays) > 4000
    assert any(delays)
