"""The stream: the same record by either way of reading, and increments that add up to the whole."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from icma_crawler.archive import open_archive
from icma_crawler.exports import Edition, Records, dump, record_digest, record_of
from icma_crawler.models import Portal

pq = pytest.importorskip("pyarrow.parquet", reason="the extra parquet is not installed")

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]) | st.sampled_from('"\\\x00\x1f\x7f\u2028/<&'), max_size=12
)
SENDERS_OWN = {"seq", "change", "cause", "attribution"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "revise", "gone", "withdrawn", "restored", "dump"]),
        st.integers(min_value=0, max_value=4),
    ),
    max_size=25,
)


def read(archive, since=0, now=None):
    edition = Edition(
        publisher="Icma.az", archive=archive.meta.uuid, since=since, cursor=archive.changes.head, made_at=now
    )
    return [json.loads(line) for line in Records(archive, edition).lines()]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.fixed_dictionaries(dict.fromkeys(("title", "lead", "body", "section", "kicker", "origin_url"), TEXT)),
    names=st.lists(TEXT, max_size=2),
)
def test_a_record_is_the_same_from_sql_as_from_values(stand, texts, names):
    if stand.archive.changes.head == 0:
        stand.publish("a", published_at=stand.now)
    lists = {"authors": json.dumps(names, ensure_ascii=False), "tags": json.dumps(names[:1], ensure_ascii=False)}
    stand.archive.articles.update(1, texts | lists)
    change, archived = next(stand.archive.changes.iter_since())
    (line,) = read(stand.archive)
    assert line == record_of(archived, publisher="Icma.az", change=change)
    assert line["record_sha256"] == record_digest(line)


@pytest.mark.parametrize("reuse", ["full", "excerpt", "link"])
def test_a_cut_record_is_the_same_too(stand, reuse):
    stand.set_reuse(reuse)
    stand.publish("a", lead="Aparıcı.", body="Bir iki üç. Dörd beş altı.\n\nYeddi səkkiz doqquz on.")
    change, archived = next(stand.archive.changes.iter_since())
    assert read(stand.archive) == [record_of(archived, publisher="Icma.az", change=change)]


def test_the_stricter_of_article_and_portal_holds(stand):
    stand.publish("a")
    stand.set_reuse("link")
    (line,) = read(stand.archive)
    assert (line["reuse"], line["text"]) == ("link", "")
    assert line["record_sha256"] == record_digest(line)


REUSE = ("full", "excerpt", "link")


@pytest.mark.parametrize("said", list(product(REUSE, repeat=3)), ids="-".join)
def test_the_strictest_of_all_that_was_said_holds(stand, said):
    """The article's own reuse, the portal file's, and what the portal signals: whoever says least counts."""
    stand.publish("a", lead="Aparıcı.", body='Bir iki üç. Dörd beş altı.\n\nYeddi "səkkiz" doqquz on.', image_url="x")
    stand.set_reuse(said[1])
    stand.archive.portals.limit_reuse("sherg.az", said[2], "source")
    stand.archive.articles.limit_reuse(1, said[0])
    (line,) = read(stand.archive)
    assert line["reuse"] == max(said, key=REUSE.index)
    change, archived = next(stand.archive.changes.iter_since())
    whole = replace(archived, reuse=line["reuse"])
    assert line == record_of(whole, publisher="Icma.az", change=change)
    assert line["record_sha256"] == record_digest(line)


def test_what_is_gone_stays_gone_when_our_program_reads_it_anew(stand):
    stand.publish("a")
    stand.take_away("a", "gone")
    stand.archive.changes.add(1, "revised", cause="extraction", at=stand.now)
    assert [line["change"] for line in read(stand.archive, since=2)] == ["gone"]
    assert [change.change for change, _ in stand.archive.changes.iter_since(2)] == ["gone"]


def test_the_sentences_of_a_withdrawn_article_are_in_the_portal_s_language(stand, sentences):
    stand.publish("a", language="ru")
    stand.take_away("a", "withdrawn")
    stand.archive.articles.update(1, {"language": None})
    (line,) = read(stand.archive)
    assert tuple(line["attribution"][key] for key in ("statement", "source", "archived")) == sentences


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_any_split_of_the_stream_ends_with_the_content_of_one_full_dump(tmp_path_factory, steps, make_desk, now):
    with open_archive(tmp_path_factory.mktemp("split") / "archive.db") as archive:
        imported = {}
        for since in increments(make_desk(archive), steps, now):
            imported |= {line["id"]: content_of(line) for line in read(archive, since=since)}
        assert imported == {line["id"]: content_of(line) for line in read(archive)}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_so_it_does_in_every_format(tmp_path_factory, steps, make_desk, now):
    """What a consumer of each format holds, who keeps the newest entry of each id and drops what a tombstone names."""
    folder = tmp_path_factory.mktemp("split")

    def sell(form, since):
        dump(archive, form, folder / form, publisher="Icma.az", since=since, now=now)
        return CONSUMERS[form](folder / form)

    with open_archive(folder / "archive.db") as archive:
        held = {form: {} for form in CONSUMERS}
        for since in increments(make_desk(archive), steps, now):
            for form in CONSUMERS:
                held[form] |= sell(form, since)
        assert held == {form: sell(form, 0) for form in CONSUMERS}


def increments(desk, steps, now):
    """Do the steps one after the other; at each "dump", and at the end, gives the cursor of the dump before."""
    cursor = 0
    for number, (step, article) in enumerate([*steps, ("dump", 0)]):
        if step == "dump":
            yield cursor
            cursor = desk.archive.changes.head
        else:
            act(desk, step, f"p{article}", now + timedelta(hours=number), number)


@pytest.fixture
def make_desk(desk):
    portal = Portal(
        id="sherg.az", name="Sherg.az", home="https://sherg.az/", language="az", timezone="Asia/Baku", reuse="full"
    )
    return lambda archive: type(desk)(archive, portal)


def content_of(line):
    """What an importer keeps: whether the article stands, and all that is not the sender's own."""
    kept = {key: value for key, value in line.items() if key not in SENDERS_OWN}
    return {**kept, "status": status_of(line["change"])}


def act(desk, step, path, at, number):
    """One thing that can happen to an article, where it can."""
    archive = desk.archive
    article_id = archive.aliases.article_at(f"https://sherg.az/{path}")
    status = None if article_id is None else archive.articles.status_of(article_id)
    possible = {None: "publish", "live": "revise gone withdrawn", "gone": "restored withdrawn", "withdrawn": ""}
    if step not in possible[status].split():
        return
    if step == "publish":
        desk.publish(path, now=at)
        return
    with archive.write():
        status = {"revise": "live", "restored": "live"}.get(step, step)
        revision = archive.articles.row_of(article_id)["revision"] + 1
        archive.articles.update(article_id, {"status": status, "title": f"Başlıq {number}", "revision": revision})
        archive.changes.add(article_id, {"revise": "revised"}.get(step, step), cause="source", at=at)


def from_rows(rows):
    told = {"change", "cause", "seq"}
    return {row["id"]: {**row, **dict.fromkeys(told), "status": status_of(row["change"])} for row in rows}


def status_of(change):
    return change if change in ("gone", "withdrawn") else "live"


def from_csv(out):
    return from_rows(csv.DictReader(StringIO(out.read_text("utf-8-sig"), newline="")))


def from_parquet(out):
    return from_rows(pq.read_table(out).to_pylist())


def from_sqlite(out):
    with closing(sqlite3.connect(out)) as conn:
        conn.row_factory = sqlite3.Row
        return from_rows(map(dict, conn.execute("SELECT * FROM articles").fetchall()))


def from_rss(out):
    return {item.findtext("guid"): etree.tostring(item) for item in etree.parse(out).findall("./channel/item")}


def from_atom(out):
    """A tombstone takes its entry away, and the replacement that follows is not newer."""
    feed = etree.parse(out)
    gone = {one.get("ref") for one in feed.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")}
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    found = {entry.findtext("{http://www.w3.org/2005/Atom}id"): etree.tostring(entry) for entry in entries}
    assert gone <= set(found)
    return found | dict.fromkeys(gone)


def from_jsonfeed(out):
    items = json.loads(out.read_text())["items"]
    return {item["id"]: item | {"_archive": {**item["_archive"], "change": None}} for item in items}


def from_ninjs(out):
    return {item["uri"]: item for item in map(json.loads, out.read_text().splitlines())}


CONSUMERS = {
    "csv": from_csv,
    "parquet": from_parquet,
    "sqlite": from_sqlite,
    "rss": from_rss,
    "atom": from_atom,
    "jsonfeed": from_jsonfeed,
    "ninjs": from_ninjs,
}
