"""The lab itself: a crawl of several portals, whatever each of them is made of."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.wild


def test_portals_are_crawled_together(wild):
    for name in ("first", "second"):
        portal = wild.portal(name)
        portal.feed("/rss", f"<item><title>Park {name}</title><link>{portal.url('/xeber/park-1001')}</link></item>")
        portal.article("/xeber/park-1001", f"Bakıda park açılıb {name}", at="2026-01-18T13:30:00+04:00")
        portal.html("/", '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>')
    runs = wild.crawl()
    assert {name: run["archived"] for name, run in runs.items()} == {"first": 1, "second": 1}
    assert wild.titles("second") == ["Bakıda park açılıb second"]
