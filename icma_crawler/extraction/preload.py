"""What a worker loads before its first page, by extracting a small one: the first page alone costs 1-3 seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from icma_crawler.extraction.pipeline import extract
from icma_crawler.models import Capture, Portal

_SENTENCE = "Komissiya bu gün növbəti iclasını keçirib və gündəlikdəki məsələlərin hamısı müzakirə olunub."
_PAGE = """<!DOCTYPE html><html lang="az"><head><title>Komissiya iclas keçirdi</title></head><body>
<article><h1>Komissiya iclas keçirdi</h1><span class="date">20 Oktyabr 2025 14:02</span>{paragraphs}</article></body></html>"""


def warm_up() -> None:
    """Load all that extraction needs: trafilatura with its fallbacks' stop lists, and the tables of dates."""
    portal = Portal(id="warm-up", name="Warm-up", home="https://portal.example/", language="az", timezone="Asia/Baku")
    # The short page falls through to the thorough extraction, the long one does not.
    for count in (1, 8):
        page = _PAGE.format(paragraphs=f"<p>{_SENTENCE}</p>" * count)
        url = "https://portal.example/siyaset/komissiya-iclas-kecirdi"
        extract(
            Capture(
                url=url,
                final_url=url,
                status=200,
                headers=(),
                body=page.encode(),
                fetched_at=datetime(2025, 10, 20, 12, tzinfo=UTC),
            ),
            portal,
        )
