from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing

import pytest

pytestmark = pytest.mark.clients


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_newsboat_has_every_article_once(program, sold, served, tmp_path, form):
    newsboat, feed = program("newsboat"), sold(form)
    urls, cache = tmp_path / "urls", tmp_path / "cache.db"
    urls.write_text(f"{served}/sold/{feed.name}\n")
    for _ in range(2):
        command = [newsboat, "-u", urls, "-c", cache, "-x", "reload"]
        subprocess.run(command, check=True, timeout=60, env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8"})
    with closing(sqlite3.connect(cache)) as conn:
        rows = conn.execute("SELECT title, url, content FROM rss_item ORDER BY pubDate DESC").fetchall()
    assert [url for _, url, _ in rows] == [f"https://sherg.az/p{number}" for number in range(12)]
    assert rows[0][0] == "Xəbər 0 & <b>"
    assert all("Bu xəbər 18 Yanvar 2026 13:30 mənbədən arxivləşdirilmişdir" in content for *_, content in rows)
