"""What the tests of discovery share: a portal, answers to read, and the folder of shared test material."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icma_crawler.discovery import Listing, Shapes, read_source
from icma_crawler.models import Capture, Portal, Source, SourceKind

HOME = "https://sherg.az/"
NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)


@pytest.fixture
def portal() -> Portal:
    return _portal()


@pytest.fixture(scope="session")
def make_portal() -> Callable[..., Portal]:
    """A portal with what differs from sherg.az."""
    return _portal


@pytest.fixture(scope="session")
def make_capture() -> Callable[..., Capture]:
    """A whole answer with status 200."""
    return _capture


def _portal(*, home: str = HOME, language: str = "az", pattern: str | None = None) -> Portal:
    return Portal(
        id="sherg.az",
        name="Sherg.az",
        home=home,
        language=language,
        timezone="Asia/Baku",
        article_url_pattern=pattern,
    )


@pytest.fixture
def read() -> Callable[..., Listing]:
    """Read a body as the answer of a source of sherg.az."""

    def read_body(
        body: str | bytes,
        kind: SourceKind = "feed",
        *,
        url: str | None = None,
        content_type: str | None = None,
        portal: Portal | None = None,
        shapes: Shapes | None = None,
    ) -> Listing:
        url = url or {"section": HOME, "feed": f"{HOME}rss"}.get(kind, f"{HOME}sitemap.xml")
        answer = _capture(url, body.encode() if isinstance(body, str) else body, content_type)
        return read_source(Source(kind=kind, url=url), answer, portal or _portal(), known_shapes=shapes)

    return read_body


def _capture(url: str, body: bytes, content_type: str | None = None) -> Capture:
    headers = (("content-type", content_type),) if content_type else ()
    return Capture(url=url, final_url=url, status=200, headers=headers, body=body, fetched_at=NOW)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the corpus and the newsfarm, from ICMA_SHARED."""
    default = Path(__file__).parents[2] / ".." / "shared"
    folder = Path(os.environ.get("ICMA_SHARED", default)).resolve()
    if not (folder / "corpus").is_dir():
        pytest.skip(f"no test material in {folder}; set ICMA_SHARED")
    return folder
