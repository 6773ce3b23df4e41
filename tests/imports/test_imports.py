"""Another archive's dump, taken over: proven first, record for record the same after, never over our own evidence."""

from __future__ import annotations

import json
import signal
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from other_program import contents

from icma_crawler.archive import Archive, Entry, open_archive
from icma_crawler.archive.transactions.limit_reuse import refresh_reuse
from icma_crawler.archive.transactions.pages import stored_page
from icma_crawler.archive.transactions.record_page import mark_gone
from icma_crawler.archive.transactions.withdraw import refuse_address, withdraw_article
from icma_crawler.errors import IcmaError, UsageError
from icma_crawler.exports import dump
from icma_crawler.imports import Imported, import_archive, import_dump
from icma_crawler.models import Article, ReuseSignal

LATER = datetime(2026, 2, 1, tzinfo=UTC)
SENDERS_OWN = {"seq", "change", "cause", "attribution"}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "edit", "move", "gone", "restored", "withdraw", "limit", "hand on"]),
        st.integers(min_value=0, max_value=3),
    ),
    max_size=20,
)


def quiet(_done: int, _total: int) -> None:
    """No bar."""


def sell(archive: Archive, out: Path, **options: object) -> Path:
    dump(archive, "jsonl", out, publisher="Icma.az", **options)
    return out


def take(archive: Archive, file: Path, now: datetime) -> Imported:
    return import_dump(archive.path, file, quiet, now=now)


def content(archive: Archive, folder: Path) -> dict[str, dict]:
    """What a consumer of a full dump has: each article without what is the sender's own, and whether it stands."""
    lines = sell(archive, folder / f"content-{archive.meta.uuid}.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return {
        record["id"]: {key: value for key, value in record.items() if key not in SENDERS_OWN}
        | {"status": record["change"] if record["change"] in ("gone", "withdrawn") else "live"}
        for record in records
    }


def act(desk, step: str, path: str, at: datetime) -> None:
    """One thing that can happen to an article, where it can, by the doors that a crawl uses."""
    archive = desk.archive
    article_id = archive.aliases.article_at(f"https://sherg.az/{path}")
    status = None if article_id is None else archive.articles.status_of(article_id)
    if step == "publish" and status is None:
        desk.publish(path, now=at, lead="Aparıcı cümlə budur.", authors=("Aynur Quliyeva",))
    elif step == "edit" and status == "live":
        look(
            desk,
            article_id,
            at,
            _article(path, body=f"Bir iki üç dörd beş. Altı yeddi səkkiz. Saat {at:%d %H}: doqquz on."),
        )
    elif step == "gone" and status == "live":
        mark_gone(archive, entry_of(desk, article_id, at), next_due_at=None, now=at)
    elif step == "restored" and status == "gone":
        look(desk, article_id, at, _article(path))
    elif step == "withdraw" and status not in (None, "withdrawn"):
        withdraw_article(archive, article_id, "asked", at)
    elif step == "move" and status == "live":
        with archive.write():
            archive.articles.update(article_id, {"url": f"{archive.articles.url_of(article_id)}-yeni"})
            log_revised(archive, article_id, at)
    elif step == "limit":
        desk.portal = replace(desk.portal, reuse={"full": "excerpt", "excerpt": "link"}.get(desk.portal.reuse, "full"))
        with archive.write():
            archive.portals.save(desk.portal, at)
            assert refresh_reuse(archive, desk.portal.id, ("", 0), at) is None


def look(desk, article_id: int, at: datetime, article: Article) -> None:
    entry = entry_of(desk, article_id, at)
    desk.file(entry, article, now=at)


def entry_of(desk, article_id: int, at: datetime) -> Entry:
    frontier = desk.archive.frontier
    found = frontier.take(frontier.unfinished(desk.portal.id, at), desk.crawl_id)
    found += frontier.take(frontier.rechecks(desk.portal.id, now=at, budget=1000, is_all=True), desk.crawl_id)
    (entry,) = [one for one in found if one.article_id == article_id]
    return entry


def _article(path: str, body: str = "Park bu gün açılıb. İçəridə gölməçə var.") -> Article:
    url = f"https://sherg.az/{path}"
    return Article(
        url=url, title="Park", title_shown="Park", body=body, language="az", extractor="1", word_count=len(body.split())
    )


def log_revised(archive: Archive, article_id: int, at: datetime) -> None:
    archive.changes.add(article_id, "revised", cause="source", at=at)


@pytest.fixture
def receiver(tmp_path: Path):
    with open_archive(tmp_path / "receiver.db") as opened:
        yield opened


@pytest.fixture
def full_desk(desk, now: datetime):
    desk.portal = replace(desk.portal, reuse="full")
    with desk.archive.write():
        desk.archive.portals.save(desk.portal, now)
    return desk


@example(steps=[("publish", 0), ("hand on", 0), ("move", 0), ("withdraw", 0)])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_any_split_of_the_stream_ends_as_one_full_dump(tmp_path_factory, desk, now, steps):
    folder = tmp_path_factory.mktemp("split")
    with open_archive(folder / "a.db") as sender, open_archive(folder / "b.db") as piecewise:
        there = type(desk)(sender, replace(desk.portal, reuse="full"))
        since = 0
        for number, (step, article) in enumerate([*steps, ("hand on", 0)]):
            if step == "hand on":
                take(piecewise, sell(sender, folder / f"{number}.jsonl", since=since), now)
                since = sender.changes.head
            else:
                act(there, step, f"p{article}", now + timedelta(hours=number))
        expected = content(sender, folder)
        assert content(piecewise, folder) == expected
        assert list(piecewise.find_faults(quiet)) == []
        with open_archive(folder / "c.db") as at_once:
            take(at_once, sell(sender, folder / "full.jsonl"), now)
            assert content(at_once, folder) == expected


def test_what_is_imported_is_found_and_shown(full_desk, receiver, tmp_path, now):
    full_desk.publish("park", authors=("Aynur Quliyeva",), tags=("park",), section="Cəmiyyət")
    done = take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now + timedelta(days=3))
    assert (done.records, done.outcomes) == (1, {"new": 1})
    ours, theirs = receiver.find("https://sherg.az/park"), full_desk.archive.find("1")
    assert (ours.urn, ours.archived_at, ours.source_name) == (theirs.urn, theirs.archived_at, "Sherg.az")
    assert ours.article.authors == ("Aynur Quliyeva",)
    assert len(receiver.search.find("acilib")) == 1
    (past,) = receiver.revisions.history_of(ours.id)
    assert (past.kind, past.revision) == ("imported", 1)
    assert receiver.articles.stale("sherg.az", "another") == []


def test_an_import_again_changes_nothing(full_desk, receiver, tmp_path, now):
    full_desk.publish("park")
    file = sell(full_desk.archive, tmp_path / "d.jsonl")
    take(receiver, file, now)
    before = contents(receiver.path)
    assert take(receiver, file, now).outcomes == {}
    assert contents(receiver.path) == before


def test_an_older_dump_does_not_overwrite(full_desk, receiver, tmp_path, now):
    full_desk.publish("park")
    old = sell(full_desk.archive, tmp_path / "old.jsonl")
    full_desk.look_again("park", now=now + timedelta(hours=1), title="Park bağlanıb")
    take(receiver, sell(full_desk.archive, tmp_path / "new.jsonl"), now)
    take(receiver, old, now)
    assert receiver.find("1").article.title == "Park bağlanıb"


def test_a_gap_is_refused_with_what_to_do(full_desk, receiver, tmp_path, now):
    for path in ("a", "b"):
        full_desk.publish(path)
    file = sell(full_desk.archive, tmp_path / "d.jsonl", since=1)
    with pytest.raises(UsageError, match=r"begins after cursor 1, but only what is up to 0 .* --since 0"):
        take(receiver, file, now)
    assert receiver.changes.head == 0


def alter(line: str) -> str:
    record = json.loads(line)
    return json.dumps(record | {"text": record["text"] + " Əlavə."}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda lines: lines[:1], "not as it was written"),
        (lambda lines: [*lines, lines[0]], "not as it was written"),
        (lambda lines: [lines[0][:-40], *lines[1:]], "not as it was written"),
        (lambda lines: [alter(lines[0]), lines[1]], "not as it was written"),
    ],
    ids=["cut", "longer", "broken", "altered"],
)
def test_a_broken_file_is_refused_and_nothing_changes(full_desk, receiver, tmp_path, spoil, expected):
    for path in ("a", "b"):
        full_desk.publish(path)
    file = sell(full_desk.archive, tmp_path / "d.jsonl")
    file.write_text("\n".join(spoil(file.read_text("utf-8").splitlines())) + "\n", "utf-8")
    with pytest.raises(UsageError, match=expected):
        take(receiver, file, LATER)
    assert receiver.changes.head == 0


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Başqa mətn."},
        {"url": "javascript:alert(1)"},
        {"reuse": "all"},
        {"archived_at": "dünən"},
        {"title": "sətir\x0b"},
        {"authors": "Aynur"},
        {"id": "urn:isbn:1"},
        {"seq": "1"},
        {"change": "lost"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_forged_record_is_refused_even_with_a_fitting_manifest(full_desk, receiver, tmp_path, now, change):
    import hashlib

    full_desk.publish("a")
    file = sell(full_desk.archive, tmp_path / "d.jsonl")
    record = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(record | change, ensure_ascii=False) + "\n", "utf-8")
    beside = tmp_path / "d.jsonl.manifest.json"
    manifest = json.loads(beside.read_text("utf-8")) | {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    beside.write_text(json.dumps(manifest), "utf-8")
    with pytest.raises(UsageError, match=r"d\.jsonl:1: not a record of a dump"):
        take(receiver, file, now)
    assert receiver.changes.head == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"schema": 99}, "schema 99"),
        ({"format": "csv"}, "a dump in csv"),
        ({"archive": "here"}, "no manifest"),
        ({"rows": 7}, "1 records, the manifest says 7"),
    ],
)
def test_a_foreign_manifest_is_refused(full_desk, receiver, tmp_path, change, expected):
    full_desk.publish("a")
    file = sell(full_desk.archive, tmp_path / "d.jsonl")
    beside = tmp_path / "d.jsonl.manifest.json"
    beside.write_text(json.dumps(json.loads(beside.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(UsageError, match=expected):
        take(receiver, file, LATER)


def test_its_own_dump_is_refused(full_desk, tmp_path, now):
    full_desk.publish("a")
    with pytest.raises(UsageError, match="this very archive"):
        take(full_desk.archive, sell(full_desk.archive, tmp_path / "d.jsonl"), now)


def test_an_excerpt_is_not_cut_again_but_a_link_only_portal_cuts_it(desk, receiver, tmp_path, now):
    desk.publish("park", body="Bir iki üç dörd beş. Altı yeddi səkkiz doqquz. On on-bir on-iki on-üç on-dörd.")
    file = sell(desk.archive, tmp_path / "d.jsonl")
    (record,) = map(json.loads, file.read_text("utf-8").splitlines())
    assert record["reuse"] == "excerpt"
    take(receiver, file, now)
    (ours,) = content(receiver, tmp_path).values()
    assert (ours["text"], ours["record_sha256"]) == (record["text"], record["record_sha256"])
    with receiver.write():
        receiver.portals.save(replace(desk.portal, reuse="link"), now)
        refresh_reuse(receiver, "sherg.az", ("", 0), now)
    (ours,) = content(receiver, tmp_path).values()
    assert (ours["reuse"], ours["text"]) == ("link", "")
    with receiver.write():
        receiver.portals.save(replace(desk.portal, reuse="full"), now)
        refresh_reuse(receiver, "sherg.az", ("", 0), now)
    (ours,) = content(receiver, tmp_path).values()
    assert ours["reuse"] == "excerpt", "no looser than its sender allowed"


def test_what_we_crawled_ourselves_is_kept(full_desk, tmp_path, now, portal, desk):
    full_desk.publish("park")
    with open_archive(tmp_path / "ours.db") as archive:
        here = type(desk)(archive, portal)
        here.publish("park", title="Bizim başlıq")
        file = sell(full_desk.archive, tmp_path / "d.jsonl")
        assert take(archive, file, now).outcomes == {"kept": 1}
        act(full_desk, "withdraw", "park", now)
        done = take(archive, sell(full_desk.archive, tmp_path / "e.jsonl", since=1), now)
        assert (done.outcomes, done.withdrawn_by_sender) == ({"kept": 1}, ("https://sherg.az/park",))
        assert archive.find("1").article.title == "Bizim başlıq"


def test_an_address_that_only_the_withdrawal_tells_of_is_refused_too(full_desk, receiver, tmp_path, now):
    full_desk.publish("park")
    take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now)
    since = full_desk.archive.changes.head
    act(full_desk, "move", "park", now)
    act(full_desk, "withdraw", "park", now)
    take(receiver, sell(full_desk.archive, tmp_path / "later.jsonl", since=since), now)
    assert receiver.withdrawals.has_any(["https://sherg.az/park-yeni"])


def test_what_was_withdrawn_here_does_not_come_back(full_desk, receiver, tmp_path, now):
    full_desk.publish("park")
    with receiver.write():
        refuse_address(receiver, "https://sherg.az/park", "asked", now)
    assert take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now).outcomes == {"refused": 1}
    assert receiver.articles.count() == 0


def test_a_takedown_of_the_sender_wipes_the_text_here_and_stops_later_crawls(full_desk, receiver, tmp_path, now):
    full_desk.publish("park", body="Silinməli olan gizli mətn burada idi, heç yerdə qalmamalıdır.")
    take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now)
    act(full_desk, "withdraw", "park", now)
    done = take(receiver, sell(full_desk.archive, tmp_path / "e.jsonl", since=1), now)
    assert (done.outcomes, done.is_wiped) == ({"withdrawn": 1}, True)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("receiver.db*"))
    assert "gizli mətn".encode() not in held
    here = type(full_desk)(receiver, full_desk.portal)
    (entry,) = here.announce("park-2")
    from_crawl = full_desk.archive.find("https://sherg.az/park")
    assert from_crawl.article is None
    assert [one.reason for one in receiver.withdrawals.all()] == [f"withdrawn by archive {full_desk.archive.meta.uuid}"]
    assert entry.candidate.url.endswith("park-2")
    assert here.announce("park") == []


def test_an_article_that_is_crawled_later_becomes_our_own(full_desk, receiver, tmp_path, now, make_article):
    full_desk.publish("park")
    take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now)
    here = type(full_desk)(receiver, full_desk.portal)
    (entry,) = here.announce("park")
    assert here.file(entry, make_article("park", title="Park bağlanıb"), now=now + timedelta(days=1)) == "revised"
    assert receiver.articles.known(1).extractor == "1"
    assert [(one.kind, one.cause) for one in receiver.revisions.history_of(1)] == [
        ("imported", "source"),
        ("extraction", "extraction"),
    ]
    full_desk.look_again("park", now=now, title="Göndərənin başlığı")
    assert take(receiver, sell(full_desk.archive, tmp_path / "e.jsonl"), now).outcomes == {"kept": 1}
    assert receiver.find("1").article.title == "Park bağlanıb"


def test_a_restored_sender_starts_over_under_its_new_name(full_desk, receiver, tmp_path, now):
    full_desk.publish("park")
    take(receiver, sell(full_desk.archive, tmp_path / "d.jsonl"), now)
    full_desk.archive.meta.rename()
    full_desk.look_again("park", now=now, title="Park bağlanıb")
    assert take(receiver, sell(full_desk.archive, tmp_path / "e.jsonl"), now).outcomes == {"updated": 1}
    assert content(receiver, tmp_path) == content(full_desk.archive, tmp_path)


def test_verify_names_an_imported_article_that_was_altered(desk, receiver, tmp_path, now):
    desk.publish("park")
    take(receiver, sell(desk.archive, tmp_path / "d.jsonl"), now)
    receiver.articles.update(1, {"body": f"{receiver.find('1').article.body}."})
    (fault,) = [one for one in receiver.find_faults(quiet) if "record" in one.problem]
    assert "https://sherg.az/park" in fault.where


def test_a_stream_ends_with_its_manifest(full_desk, tmp_path, run_in):
    full_desk.publish("park")
    full_desk.archive.close()
    told = run_in(tmp_path, "dump", "jsonl", "--publisher", "Icma.az", "--manifest")
    taken = run_in(tmp_path, "import", "-", "--archive", "other.db", "--json", typed=told.stdout)
    assert json.loads(taken.stdout)["outcomes"] == {"new": 1}, taken.stderr
    cut = run_in(tmp_path, "import", "-", "--archive", "third.db", typed=told.stdout.splitlines()[0])
    assert cut.returncode == 2
    assert "no manifest" in cut.stderr
    assert "the standard input: no manifest" in cut.stderr
    assert not (tmp_path / "third.db").exists()


def test_a_dry_run_proves_and_changes_nothing(full_desk, tmp_path, run_in):
    full_desk.publish("park")
    sell(full_desk.archive, tmp_path / "d.jsonl")
    done = run_in(tmp_path, "import", "d.jsonl", "--dry-run", "--archive", "other.db")
    assert (done.returncode, done.stdout) == (0, "1 records, whole and in order; nothing was changed\n")
    assert not (tmp_path / "other.db").exists()


def count_articles(path: Path) -> int:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    except sqlite3.OperationalError:  # not there yet
        return 0


def test_an_import_that_is_killed_is_finished_by_the_next(full_desk, tmp_path, start_icma, run_in):
    with full_desk.archive.write():
        for number in range(3_000):
            full_desk.publish(f"n{number}")
    sell(full_desk.archive, tmp_path / "d.jsonl")
    process = start_icma("import", "d.jsonl", "--archive", "other.db")
    while count_articles(tmp_path / "other.db") == 0:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < count_articles(tmp_path / "other.db") < 3_000
    assert run_in(tmp_path, "import", "d.jsonl", "--archive", "other.db").returncode == 0
    with open_archive(tmp_path / "other.db") as other:
        assert content(other, tmp_path) == content(full_desk.archive, tmp_path)
        assert list(other.find_faults(quiet)) == []


# ---- a whole archive


def test_a_whole_archive_becomes_the_new_one_with_all_its_history(crawled, tmp_path, now, run_in):
    done = run_in(tmp_path, "import", crawled.archive, "--json")
    assert done.returncode == 0, done.stderr
    with open_archive(tmp_path / "archive.db") as ours, open_archive(crawled.archive, readonly=True) as theirs:
        assert ours.meta.uuid != theirs.meta.uuid
        assert content(ours, tmp_path) == content(theirs, tmp_path)
        assert ours.revisions.history_of(1) == theirs.revisions.history_of(1)
        assert stored_page(ours, 1).body == stored_page(theirs, 1).body


def test_two_archives_become_one(crawled, desk, tmp_path, now):
    desk.publish("park")
    ours = content(desk.archive, tmp_path)
    first = import_archive(desk.archive.path, crawled.archive, quiet, now=now)
    assert set(first.outcomes) <= {"new", "withdrawn"}
    with open_archive(crawled.archive, readonly=True) as theirs:
        assert content(desk.archive, tmp_path) == ours | content(theirs, tmp_path)
        url = theirs.find("1").url
        here, there = desk.archive.find(url).id, theirs.find(url).id
        assert desk.archive.revisions.history_of(here) == theirs.revisions.history_of(there)
        assert stored_page(desk.archive, here) == stored_page(theirs, there)
    assert list(desk.archive.find_faults(quiet)) == []
    again = import_archive(desk.archive.path, crawled.archive, quiet, now=now)
    assert again.outcomes == {"known": again.records}


def test_a_merge_keeps_signals_withdrawals_and_our_own(tmp_path, desk, portal, now, make_article):
    with open_archive(tmp_path / "theirs.db") as theirs:
        there = type(desk)(theirs, portal)
        there.publish("withdrawn")
        there.publish("both", title="Onların")
        limited = ReuseSignal(kind="robots-meta", value="nosnippet", reuse="link")
        there.publish("limited", reuse_signals=(limited,))
        with theirs.write():
            withdraw_article(theirs, 1, "asked", now)
    desk.publish("both", title="Bizim")
    done = import_archive(desk.archive.path, tmp_path / "theirs.db", quiet, now=now)
    assert done.outcomes == {"withdrawn": 1, "known": 1, "new": 1}
    assert desk.archive.find("https://sherg.az/both").article.title == "Bizim"
    taken = desk.archive.find("https://sherg.az/limited")
    assert (taken.reuse, [seen.signal for seen in desk.archive.reuse_signals.of("sherg.az", taken.id)]) == (
        "link",
        [limited],
    )
    assert desk.announce("withdrawn") == []


def test_a_merge_leaves_the_takedown_of_what_stands_here_to_the_operator(tmp_path, desk, portal, now):
    with open_archive(tmp_path / "theirs.db") as theirs:
        type(desk)(theirs, portal).publish("both")
        with theirs.write():
            withdraw_article(theirs, 1, "asked", now)
    desk.publish("both", title="Bizim")
    done = import_archive(desk.archive.path, tmp_path / "theirs.db", quiet, now=now)
    assert (done.outcomes, done.withdrawn_by_sender) == ({"kept": 1}, ("https://sherg.az/both",))
    assert desk.archive.find("https://sherg.az/both").status == "live"
    assert list(desk.archive.withdrawals.all()) == []


def test_what_is_no_archive_is_refused(tmp_path, now):
    sqlite3.connect(tmp_path / "foreign.db").execute("CREATE TABLE t (x)").connection.close()
    with pytest.raises(IcmaError, match="not an archive of icma"):
        import_archive(tmp_path / "new.db", tmp_path / "foreign.db", quiet, now=now)
    assert not (tmp_path / "new.db").exists()


def test_an_archive_is_not_imported_into_itself(desk, now):
    with pytest.raises(UsageError, match="the archive itself"):
        import_archive(desk.archive.path, desk.archive.path, quiet, now=now)
