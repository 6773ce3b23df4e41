"""What a crawl has said, and what must then be in its archive."""

from __future__ import annotations

import json
from pathlib import Path

from fault_lab import crash_copy, faults_of, rows

from icma_crawler.demo import Newsroom


def reported(log: str) -> set[str]:
    """The urls that a crawl has said are archived (`icma crawl --log-json`), in lines that came out whole."""
    lines = log.splitlines(keepends=True)
    events = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
    return {event["url"] for event in events if event["event"] == "archived"}


def check_promised(archive: Path, promised: set[str]) -> None:
    """Nothing is damaged, and each promised article is there with its text, its page and its place in the log."""
    assert faults_of(archive) == []
    if not promised:
        return  # killed so early that the archive may have no tables yet
    with crash_copy(archive) as copy:
        kept = rows(
            copy,
            """
            SELECT f.url
            FROM frontier f
            JOIN articles a ON a.id = f.article_id
            JOIN revisions r ON r.article_id = a.id AND r.revision = a.revision
            JOIN captures p ON p.id = r.capture_id
            JOIN search_text s ON s.rowid = a.id
            JOIN changes c ON c.article_id = a.id AND c.change = 'new'
            WHERE f.state = 'archived'
              AND a.body <> ''
            """,
        )
    assert promised <= {url for (url,) in kept}


def check_complete(archive: Path, newsroom: Newsroom) -> None:
    """What the newsroom published is there once, and nothing else."""
    expected = sorted((article.url, article.title_shown, 1) for article in newsroom.articles)
    assert sorted(rows(archive, "SELECT url, title_shown, revision FROM articles")) == expected
    assert rows(archive, "SELECT change, count(*) FROM changes GROUP BY change") == [("new", len(expected))]
    assert rows(archive, "SELECT url FROM frontier WHERE state = 'pending'") == []
    assert rows(archive, "SELECT count(*) FROM search_text") == [(len(expected),)]
