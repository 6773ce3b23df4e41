"""What every format must do, whatever it looks like."""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from icma_crawler.errors import ArchiveError, UnattributedError, UsageError
from icma_crawler.exports import FORMATS, Dispatch, Edition, dump
from icma_crawler.exports.dump import manifest_path

RECORDS = [name for name in FORMATS if name != "opml"]
TEXTS = [name for name, form in FORMATS.items() if form.shape == "text"]
FILES = [name for name in FORMATS if name != "html"]


def test_the_list_explains_each_format_in_a_line(run_icma):
    lines = run_icma("dump", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
    assert all(len(line) > 40 for line in lines)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_writes_an_empty_archive(stand, form):
    assert stand.sell(form).exists()


@pytest.mark.parametrize("form", FILES)
def test_the_manifest_has_the_digest_of_the_file(filled, form):
    out = filled.sell(form)
    manifest = json.loads(manifest_path(out).read_text())
    assert manifest["sha256"] == sha256(out.read_bytes()).hexdigest()
    assert (manifest["format"], manifest["cursor"]) == (form, filled.archive.changes.head)
    assert sorted(filled.folder.glob(".*")) == []


@pytest.mark.parametrize("form", RECORDS)
@pytest.mark.parametrize(
    ("column", "value", "missing"),
    [("url", "", "source link"), ("url", "javascript:x", "source link"), ("archived_at", "", "archived-on time")],
)
def test_a_record_without_its_source_or_time_is_refused(stand, form, column, value, missing):
    stand.publish("a")
    stand.archive.articles.update(1, {column: value})
    with pytest.raises(UnattributedError, match=missing):
        stand.sell(form)
    assert list(stand.folder.iterdir()) == []


@pytest.mark.parametrize("form", TEXTS)
def test_a_text_can_go_to_the_standard_output(filled, form):
    out = io.StringIO(newline="")
    dump(filled.archive, form, out, publisher="Icma.az", site="https://icma.az/", now=filled.now)
    assert out.getvalue() == filled.sell(form).read_bytes().decode()


@pytest.mark.parametrize("form", sorted(set(FORMATS) - set(TEXTS)))
def test_what_is_no_text_needs_a_name(filled, form):
    with pytest.raises(UsageError, match="name where it goes with -o"):
        dump(filled.archive, form, io.StringIO(), publisher="Icma.az")


def test_a_dump_never_replaces_the_archive_itself(stand):
    with pytest.raises(UsageError, match="the archive itself"):
        dump(stand.archive, "sqlite", stand.archive.path, publisher="Icma.az")


@pytest.mark.parametrize("form", [name for name, one in FORMATS.items() if not one.is_whole])
def test_nothing_new_is_an_empty_dump(filled, form):
    assert filled.sell(form, since=filled.archive.changes.head).exists()
    assert json.loads(manifest_path(filled.sell(form, since=filled.archive.changes.head)).read_text())["rows"] == 0


@pytest.mark.parametrize("form", RECORDS)
def test_no_format_hands_on_more_than_an_excerpt(stand, form):
    """The last words of the article are nowhere in any of the bytes."""
    body = "Birinci cümlə budur.\n\nİkinci cümlə budur. Üçüncü cümlə budur.\n\nSonuncusötüzü burada axtarılır."
    stand.publish("a", body=body)
    stand.set_reuse("excerpt")
    out = stand.sell(form)
    files = [path for path in out.rglob("*") if path.is_file()] if out.is_dir() else [out]
    assert files
    assert not any("Sonuncusötüzü".encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("form", "extra", "library"),
    [("parquet", "parquet", "pyarrow"), ("warc", "warc", "warcio"), ("wacz", "warc", "wacz")],
)
def test_a_missing_extra_is_named(stand, form, extra, library, monkeypatch):
    for name in [*sys.modules]:
        if name.partition(".")[0] == library or name == f"icma_crawler.exports.formats.{FORMATS[form].module}":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"pip install 'icma-crawler\[{extra}\]'"):
        stand.sell(form)


def test_writers_are_imported_only_when_used():
    code = "import sys, icma_crawler.exports; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pyarrow", "warcio", "wacz", "lxml", "numpy", "icma_crawler.exports.formats.rss"} & set(loaded)


@pytest.mark.parametrize("form", FORMATS)
def test_every_module_of_the_table_says_what_it_writes(form):
    assert import_module(f"icma_crawler.exports.formats.{FORMATS[form].module}").__doc__


def test_the_folder_of_a_file_must_be_there(stand):
    with pytest.raises(ArchiveError, match="cannot be written"):
        stand.sell("sqlite", name="no/where.db")


def test_only_the_last_changes_make_a_feed(stand):
    for number in range(5):
        stand.publish(f"p{number}")
    lines = stand.sell("jsonl", last=2).read_text().splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [4, 5]
    assert len(stand.sell("jsonl", last=99).read_text().splitlines()) == 5


def test_a_takedown_is_in_the_stream_whatever_the_format(filled):
    assert Path(filled.sell("jsonl")).read_text().count('"change":"withdrawn"') == 1


@pytest.mark.parametrize("form", [*sorted(set(TEXTS) - {"opml"}), "sqlite", "html"])
def test_the_sentences_are_in_the_language_asked_for(stand, form):
    stand.publish("a")
    out = stand.sell(form, language="ru")
    files = [path for path in out.rglob("*.html") if path.is_file()] if out.is_dir() else [out]
    data = b"".join(path.read_bytes() for path in files)
    said = ("Icma.az сообщает со ссылкой на портал Sherg.az.", "Источник: https://sherg.az", "18 января 2026 13:30")
    assert [text for text in said if text.encode() not in data and escaped(text) not in data] == []
    assert "istinadən".encode() not in data


def escaped(text):
    return json.dumps(text)[1:-1].encode()


XML = ("rss", "atom", "wxr")
ANYTHING = st.text(st.characters() | st.sampled_from("\x00\x0b\ufffe<>&]'\"\r\n"), max_size=30) | st.just("]]>")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.fixed_dictionaries(dict.fromkeys(("title_shown", "title", "lead", "text", "section"), ANYTHING)))
def test_xml_is_well_formed_whatever_a_text_holds(stand, now, texts):
    record = RECORD | texts | {"authors": [texts["title"]], "tags": [texts["lead"]], "image_url": texts["text"]}
    dispatches = [
        Dispatch(record | {"change": change}, "2026-01-18T09:30:00+00:00", "az") for change in ("new", "withdrawn")
    ]
    edition = Edition(publisher=texts["title"], archive=stand.archive.meta.uuid, since=0, cursor=1, made_at=now)
    for form in XML:
        written = "".join(FORMATS[form].text(dispatches, edition))
        tree = etree.fromstring(written.encode("utf-8", "strict"))
        # WordPress prints a title as HTML, so it stands there as such.
        shown = html.unescape if form == "wxr" else str
        titles = [plain(shown(each.text or "")) for each in tree.iter("{*}title")]
        assert plain(texts["title_shown"] or record["url"]) in titles


def plain(text):
    """*text* as XML can hold it: what it cannot is replaced, and blanks around a title mean nothing."""
    kept = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
    return re.sub("\r\n?", "\n", kept).strip()


RECORD = {
    "id": "urn:uuid:00000000-0000-0000-0000-000000000000",
    "seq": 1,
    "portal": "sherg.az",
    "url": "https://sherg.az/a",
    "source": {"name": "Sherg.az", "url": "https://sherg.az"},
    "archived_at": "2026-01-18T09:30:00+00:00",
    "published_at": None,
    "language": "az",
    "reuse": "full",
    "record_sha256": "0",
    "attribution": {"statement": "a", "source": "b", "archived": "c"},
}
