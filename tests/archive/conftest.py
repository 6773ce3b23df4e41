"""What the archive's tests share: an archive in which nothing is due."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from icma_crawler.archive import Archive, SourceAnswer
from icma_crawler.models import Portal, Source

HOUR = timedelta(hours=1)


@pytest.fixture
def idle(desk, now: datetime, portal: Portal) -> Archive:
    """An archive in which every source of the portal was asked a moment ago."""
    archive = desk.archive
    with archive.write():
        home, feed = archive.sources.save(
            portal.id, [Source(kind="section", url=portal.home), Source(kind="feed", url=portal.home + "rss")], now=now
        )
        for source in (home, feed):
            archive.sources.answered(source.id, SourceAnswer(status=200), next_due_at=now + HOUR, now=now)
            archive.sources.walked(source.id, now)
    desk.end()
    return archive
