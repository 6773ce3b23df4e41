"""A reader that looks all the time, while dumps come and go, never sees a broken one."""

from __future__ import annotations

import csv
import gzip
import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from lxml import etree, html

from icma_crawler.exports.dump import manifest_path

MANY = 30


def records_of_sqlite(out):
    with closing(sqlite3.connect(f"file:{out.resolve()}?mode=ro&immutable=1", uri=True)) as conn:
        assert conn.execute("PRAGMA quick_check").fetchone() == ("ok",)
        return conn.execute("SELECT count(*) FROM articles").fetchone()[0]


def records_of_site(out):
    folder = out.resolve()
    try:
        links = html.fromstring((folder / "index.html").read_bytes()).xpath("//ul[@class='articles']//a/@href")
        assert all((folder / link).read_text("utf-8").endswith("</html>\n") for link in links)
        assert (folder / "feed.atom").read_text("utf-8").endswith("</feed>\n")
    except FileNotFoundError:
        # Only the version before is kept for those still in it; this reader slept through two.
        assert not folder.exists()
        return MANY
    return len(links)


def records_of_csv(out):
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return len(list(csv.DictReader(lines)))


READERS = {
    "csv": records_of_csv,
    "atom": lambda out: len(etree.fromstring(out.read_bytes()).findall("{*}entry")),
    "jsonfeed": lambda out: len(json.loads(out.read_bytes())["items"]),
    "sqlite": records_of_sqlite,
    "warc": lambda out: gzip.decompress(out.read_bytes()).count(b"WARC-Type: response"),
    "html": records_of_site,
}


@pytest.mark.parametrize("form", READERS)
def test_what_stands_under_the_name_is_always_whole(stand, form):
    for number in range(MANY):
        stand.publish(f"p{number}", published_at=stand.now)
    sizes = {MANY} if form == "html" else {1, MANY}
    out = stand.sell(form)
    done = threading.Event()

    def look():
        seen = []
        while not done.is_set():
            seen.append(READERS[form](out))
            json.loads(manifest_path(out).read_bytes())
        return seen

    with ThreadPoolExecutor(max_workers=1) as threads:
        reader = threads.submit(look)
        try:
            for turn in range(1, 7):
                stand.sell(form, since=MANY - 1 if turn % 2 else 0, now=stand.now + timedelta(minutes=turn))
        finally:
            done.set()
        seen = reader.result()
    assert seen
    assert set(seen) <= sizes
