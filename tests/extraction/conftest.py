"""Captures built from a few lines of HTML, for the tests of the extraction."""

from datetime import UTC, datetime

import pytest

from icma_crawler.extraction import warm_up
from icma_crawler.models import Capture, Portal

NOW = datetime(2025, 10, 21, 8, 0, tzinfo=UTC)
PORTAL = Portal(
    id="cinar.example", name="Çinar.example", home="https://cinar.example/", language="az", timezone="Asia/Baku"
)
URL = "https://cinar.example/siyaset/komissiya-yeni-qerari-tesdiqledi"
PARAGRAPH = (
    "Komissiya yeni qərarı təsdiqləyib və sənəd bu gün ictimaiyyətə açıqlanıb, müzakirələr isə üç ay davam edib."
)


@pytest.fixture(scope="session", autouse=True)
def _warmed():
    warm_up()


@pytest.fixture
def portal():
    return PORTAL


@pytest.fixture
def capture():
    """Make a capture of HTML (text or bytes) fetched from the portal."""

    def make(html, *, url=URL, content_type="text/html", now=NOW, is_partial=False):
        body = html if isinstance(html, bytes) else html.encode("utf-8", "surrogatepass")
        return Capture(
            url=url,
            final_url=url,
            status=200,
            headers=(("content-type", content_type),),
            body=body,
            fetched_at=now,
            is_partial=is_partial,
        )

    return make


@pytest.fixture
def story(capture):
    """Make a capture of a whole article page; *head* and *meta* are what differs."""

    def make(*, head="", title="Komissiya yeni qərarı təsdiqlədi", meta="", body=None, rest="", **options):
        text = body if body is not None else f"<p>{PARAGRAPH}</p>" * 3
        return capture(
            f'<!DOCTYPE html><html lang="az"><head><meta charset="utf-8">{head}</head><body><main><h1>{title}</h1>'
            f'<div class="info">{meta}</div><div class="news-text">{text}</div></main>{rest}</body></html>',
            **options,
        )

    return make
