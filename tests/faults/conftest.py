"""Processes to kill, and archives that are worth killing them for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands import Zygote

from icma_crawler.archive import open_archive
from icma_crawler.archive.transactions.announce import announce
from icma_crawler.archive.transactions.crawl_runs import begin_crawl, end_crawl
from icma_crawler.archive.transactions.record_page import PageLook, record_page
from icma_crawler.models import Article, Candidate, Capture, Portal

NOW = datetime(2026, 1, 18, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def _zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    with Zygote(tmp_path_factory.mktemp("zygote"), {"ICMA_WORKERS": "1"}) as opened:
        yield opened


@pytest.fixture
def zygote(_zygote: Zygote, tmp_path: Path) -> Zygote:
    """Starts commands in the test's own folder."""
    _zygote.folder = tmp_path
    return _zygote


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 3,000 articles, so that what is done with it takes a while."""
    return make_archive(tmp_path_factory.mktemp("large") / "archive.db", 3000)


@pytest.fixture(scope="session")
def middling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 900 articles: an import takes them in several steps."""
    return make_archive(tmp_path_factory.mktemp("middling") / "archive.db", 900)


def make_archive(path: Path, articles: int) -> Path:
    """Articles of three portals, each with a page and a text of its own."""
    with open_archive(path) as archive:
        for number in range(3):
            home = f"https://portal{number}.example/"
            portal = Portal(
                id=f"portal{number}", name=f"Portal {number}", home=home, language="az", timezone="Asia/Baku"
            )
            urls = [f"{home}xeber/{each}" for each in range(articles // 3)]
            with archive.write():
                archive.portals.save(portal, NOW)
                crawl = begin_crawl(archive, portal, NOW)
                found = [Candidate(url=url, source_url=home) for url in urls]
                for entry in announce(archive, portal.id, None, found, crawl_id=crawl, now=NOW).new:
                    url = entry.candidate.url
                    record_page(
                        archive, PageLook(portal=portal, entry=entry, capture=_capture(url), now=NOW), _article(url)
                    )
                end_crawl(archive, crawl, reason="finished", requests=1, size_bytes=1, now=NOW)
    return path


def _article(url: str) -> Article:
    title = f"Bakıda {url.rpartition('/')[2]} nömrəli park açılıb"
    body = "\n\n".join(f"Parkda iki yüz ağac əkilib, {url}, {number}-ci abzas." for number in range(8))
    facts = {"language": "az", "extractor": "1", "word_count": len(body.split()), "published_at": NOW}
    return Article(url=url, title=title, title_shown=title, body=body, **facts)


def _capture(url: str) -> Capture:
    page = f"<html><h1>{url}</h1><p>{_article(url).body}</p></html>".encode()
    headers = (("content-type", "text/html"),)
    return Capture(url=url, final_url=url, status=200, headers=headers, body=page, fetched_at=NOW)
