from __future__ import annotations

import json
import subprocess

import pytest

from icma_crawler.exports.dump import manifest_path

pytest.importorskip("warcio", reason="the extra warc is not installed")
from warcio.archiveiterator import ArchiveIterator


def read(out):
    with out.open("rb") as file:
        return [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read(), record)
            for record in ArchiveIterator(file, check_digests=True)
        ]


def test_warcio_reads_every_page_back(stand, make_capture, make_article):
    (entry,) = stand.desk.announce("a")
    page = make_capture("a", body="<p>Səhifə</p>".encode())
    stand.desk.file(entry, make_article("a"), capture=page)
    info, response, metadata = read(stand.sell("warc"))
    assert info[0] == "warcinfo"
    assert response[:3] == ("response", "https://sherg.az/a", page.body)
    assert response[3].http_headers.get_statuscode() == "200"
    assert response[3].rec_headers.get_header("WARC-Date") == "2026-01-18T09:30:00Z"
    assert response[3].digest_checker.passed
    assert metadata[1] == stand.archive.find("https://sherg.az/a").urn
    assert metadata[3].rec_headers.get_header("WARC-Concurrent-To") == response[3].rec_headers.get_header(
        "WARC-Record-ID"
    )


def test_the_sentences_stand_beside_each_page(stand, sentences):
    stand.publish("a")
    facts = json.loads(read(stand.sell("warc"))[2][2])
    assert tuple(facts["attribution"][name] for name in ("statement", "source", "archived")) == sentences
    assert facts["source"] == {"name": "Sherg.az", "url": "https://sherg.az"}
    assert facts["archived_at"] == "2026-01-18T09:30:00+00:00"


def test_gzip_finds_no_fault(filled):
    assert subprocess.run(["gzip", "-t", filled.sell("warc")], check=False).returncode == 0


def test_the_page_of_each_revision_is_there(stand, now):
    stand.publish("a")
    stand.desk.look_again("a", title="Düzəliş", now=now.replace(day=19))
    assert [kind for kind, *_ in read(stand.sell("warc"))] == ["warcinfo", *["response", "metadata"] * 2]


@pytest.mark.parametrize("reuse", ["excerpt", "link"])
def test_only_what_may_leave_whole_leaves(stand, reuse):
    stand.publish("a")
    stand.set_reuse(reuse)
    out = stand.sell("warc")
    assert [kind for kind, *_ in read(out)] == ["warcinfo"]
    manifest = json.loads(manifest_path(out).read_text())
    assert (manifest["rows"], manifest["skipped"]) == (0, {f"reuse-{reuse}": 1})


def test_what_was_taken_away_is_left_out_and_counted(filled):
    out = filled.sell("warc")
    urls = {url for kind, url, *_ in read(out) if kind == "response"}
    assert urls == {"https://sherg.az/plain", "https://sherg.az/hostile"}
    manifest = json.loads(manifest_path(out).read_text())
    assert (manifest["rows"], manifest["skipped"]) == (2, {"gone": 1, "withdrawn": 1})


def test_the_same_archive_is_the_same_pages(stand):
    stand.publish("a")
    ids = [[found[3].rec_headers.get_header("WARC-Record-ID") for found in read(stand.sell("warc"))] for _ in range(2)]
    assert ids[0][1:] == ids[1][1:]
